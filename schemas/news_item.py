"""NewsItem: a tagged article in IPTC ninjs 3.1 form, on ``articles.tagged`` and every topic stream.

Only the properties of ninjs that Rafid fills; every message validates against the official schema
(schemas/ninjs/ninjs-schema_3.1.json), which allows no others. How our words map to IPTC's is in docs/contracts.md.
"""

from typing import Annotated, Literal, TypeVar

from pydantic import Field

from schemas.contract import Contract

T = TypeVar("T")
Several = Annotated[tuple[T, ...], Field(exclude_if=lambda values: not values)]
"""A list that is left out where it is empty: ninjs says nothing of what is not there."""

NINJS_VERSION = "3.1"
NINJS_SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"


class Standard(Contract):
    """The standard that a message conforms to."""

    name: Literal["ninjs"] = "ninjs"
    version: str = NINJS_VERSION
    schema_: str = Field(default=NINJS_SCHEMA, alias="schema")


class Text(Contract):
    """A headline or description. ``role`` tells it from others of its kind."""

    role: str | None = None
    contentType: str | None = None  # noqa: N815 - IPTC's name
    value: str


class Body(Contract):
    """The story: paragraphs separated by a blank line. ``charCount`` counts code points."""

    role: str | None = None
    contentType: str = "text/plain"  # noqa: N815 - IPTC's name
    charCount: int  # noqa: N815 - IPTC's name
    wordCount: int  # noqa: N815 - IPTC's name
    value: str


class Subject(Contract):
    """A topic or a keyword.

    A topic has ``rel`` "about", IPTC's ``uri``, Rafid's slug as ``literal``, and ``creator`` and ``confidence``
    (0–100); the first is the main one. A subtopic of IPTC's second level or below stands after the topics, in the same
    form, as sure as its topic. A keyword of the page has ``rel`` "keyword" and only its ``name``; where the page has
    none, phrases of the text stand in, with a ``creator``.
    """

    name: str
    rel: Literal["about", "keyword"]
    uri: str | None = None
    literal: str | None = None
    creator: str | None = None
    confidence: int | None = Field(default=None, ge=0, le=100)


class Point(Contract):
    """GeoJSON (RFC 7946): ``coordinates`` are degrees east and north, WGS 84."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class Place(Contract):
    """A country that the article is about or in, the main one first, or after the countries a city of one of them.

    ``literal`` is ISO 3166-1 alpha-2: of a city, its country's. Only a city has a ``uri``, that of GeoNames, and
    ``geoJSON``, where it lies. ``name`` is in the article's language where known, else in English.
    """

    name: str
    rel: Literal["mentions"] = "mentions"
    uri: str | None = None
    literal: str
    geoJSON: Point | None = None  # noqa: N815 - IPTC's name


class Named(Contract):
    """A person or an organisation, by name as written; in the item, the most relevant first.

    ``literal`` is the key of one in Rafid's lists of the well known, the same in every language. The standard has no
    confidence, creator or relevance here: ``rafid explain`` tells them.
    """

    name: str
    rel: Literal["mentions"] = "mentions"
    uri: str | None = None
    literal: str | None = None


class InfoSource(Contract):
    """The publisher or agency that the page names."""

    name: str
    role: str | None = None


class AltId(Contract):
    """Another identifier of the article, told apart by ``role``.

    ``url``. ``near-duplicate``: a key that copies of one story share; there are 16, and two items that have one
    in common are probably copies. ``fingerprint``: tells how much two articles share (streams/tag/fingerprint.py).
    """

    role: str
    value: str


class Association(Contract):
    """A related news item: the page's own article (``parent``) or one pasted under it (``embedded``)."""

    name: str
    rel: Literal["parent", "embedded"]
    uri: str


class NewsItem(Contract):
    """One news item. ``uri`` is ``urn:uuid:`` and the article's id: the same on every replay, and the message key."""

    uri: str
    type: Literal["text"] = "text"
    representationType: Literal["full"] = "full"  # noqa: N815 - IPTC's name
    standard: Standard = Standard()
    language: str | None = None
    versionCreated: str | None = Field(  # noqa: N815 - IPTC's name
        default=None, description="The update, else the first publication: RFC 3339."
    )
    contentCreated: str | None = Field(  # noqa: N815 - IPTC's name
        default=None,
        description="First publication: RFC 3339. Where the page gives only a day, its first instant; the date as "
        "precise as it is known stands in descriptions, role 'published'.",
    )
    headlines: Several[Text] = ()
    descriptions: Several[Text] = ()
    bodies: Several[Body] = ()
    by: str | None = None
    infoSources: Several[InfoSource] = ()  # noqa: N815 - IPTC's name
    subjects: Several[Subject] = ()
    places: Several[Place] = ()
    people: Several[Named] = ()
    organisations: Several[Named] = ()
    altIds: Several[AltId] = ()  # noqa: N815 - IPTC's name
    associations: Several[Association] = ()
    edNote: str | None = Field(  # noqa: N815 - IPTC's name
        default=None, description="What parse had doubts about, from schemas.parsed_article.Doubt."
    )

    def to_json(self) -> bytes:
        """Write it as ninjs: properties without a value are left out, since ninjs knows no null."""
        return self.__pydantic_serializer__.to_json(self, by_alias=True, exclude_none=True)
