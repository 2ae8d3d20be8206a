"""One entry of a feed, in whatever format, as the same few fields. Nothing is judged here: see feed.py.

RSS 0.9x to 2.0 and 1.0 (RDF), Atom 0.3 and 1.0 with Dublin Core, Media RSS and content modules; JSON Feed 1.1.
"""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urljoin

from streams.parse.feed_xml import children_of, name_of, text_of

_CONTENTS = ("content:encoded", "content", "yandex:full-text", "turbo:content", "body")
_SUMMARIES = ("description", "summary", "dc:description", "media:description", "itunes:summary")
_PUBLISHED = ("pubDate", "published", "issued", "dc:date", "dc:issued", "dc:created", "created")
_UPDATED = ("updated", "modified", "dc:modified")
_LISTS = ("dc:subject", "media:keywords", "itunes:keywords", "news:keywords")
# Of one entry; more is noise or an attack.
_MOST_PEOPLE, _MOST_KEYWORDS = 20, 200
_XML = "{http://www.w3.org/XML/1998/namespace}"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,100}$")
# RSS 2.0: "desk@paper.example (Nora Fields)"; as mail has it: "Nora Fields <desk@paper.example>".
_MAIL_AND_NAME = re.compile(
    r"\S{1,200}@\S{1,200}\s{0,9}\(([^()]{2,80})\)|([^<>()@]{2,80}?)\s{0,9}[<(]\S{1,200}@[^<>()\s]{1,200}[)>]"
)


class Entry(NamedTuple):
    """An entry as its feed has it. ``content`` and ``summary`` are markup, or text where ``plain``."""

    title: str | None
    content: str | None
    summary: str | None
    url: str | None
    people: tuple[str, ...]
    source: str | None
    keywords: tuple[str, ...]
    published: str | None
    updated: str | None
    language: str | None
    plain: bool = False


class Feed(NamedTuple):
    """What a feed says of all its entries."""

    title: str | None = None
    url: str | None = None
    people: tuple[str, ...] = ()
    language: str | None = None


class XmlEntryReader:
    """Reads entries out of XML trees. Immutable."""

    def __init__(self) -> None:
        from lxml.etree import tostring  # noqa: PLC0415 - when a Parser is built

        self._tostring: Callable[..., Any] = tostring

    def feed_of(self, entry: Any) -> Feed:
        """What the feed around an entry says; nothing for a lone entry."""
        for around in entry.iterancestors():
            name = name_of(around)
            if name in ("channel", "feed", "RDF", "rdf:RDF"):
                head = children_of(around).get("channel", [around])[0]
                fields = children_of(head)
                language = _first(fields, ("language", "dc:language")) or _inherited(head, "lang")
                people = _people(fields.get("author", ())) if name == "feed" else ()
                return Feed(_first(fields, ("title", "dc:title")), _link(fields, None), people, language)
        return Feed()

    def read(self, entry: Any, feed: Feed) -> Entry:
        """The fields of an entry."""
        fields = children_of(entry)
        media = self._media(fields)
        base = _inherited(entry, "base")
        return Entry(
            title=_first(fields, ("title", "dc:title", "itunes:title")) or _first(media, ("media:title",)),
            content=next(filter(None, (self._content(e) for name in _CONTENTS for e in fields.get(name, ()))), None),
            summary=next(filter(None, (self._markup(e) for name in _SUMMARIES for e in fields.get(name, ()))), None)
            or _first(media, ("media:description",)),
            url=_link(fields, urljoin_or_none(feed.url, base) or feed.url, entry.get(_ABOUT)),
            people=_people((*fields.get("dc:creator", ()), *fields.get("author", ())))
            or tuple(filter(None, (text_of(e) for e in media.get("media:credit", ()) if e.get("role") == "author"))),
            source=_source(fields),
            keywords=_keywords(fields, media),
            published=_first(fields, _PUBLISHED),
            updated=_first(fields, _UPDATED),
            language=_first(fields, ("dc:language", "language")) or _inherited(entry, "lang"),
        )

    def _media(self, fields: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """Media RSS stands beside the other fields, or in ``media:group`` and ``media:content``."""
        found = {name: list(elements) for name, elements in fields.items() if name.startswith("media:")}
        for holder in (*fields.get("media:group", ()), *fields.get("media:content", ())):
            for name, elements in children_of(holder).items():
                found.setdefault(name, []).extend(elements)
        return found

    def _content(self, element: Any) -> str | None:
        """The content of an entry as markup; null for what is a picture, or stands elsewhere."""
        kind = (element.get("type") or "html").lower()
        if kind not in ("text", "html", "xhtml") and not kind.startswith("text/") and not kind.endswith("+xml"):
            return None
        text = self._markup(element)
        return escape(text, quote=False) if text and kind in ("text", "text/plain") and not len(element) else text

    def _markup(self, element: Any) -> str | None:
        """Text of an element, which in feeds is markup that was escaped; or the markup in it as it is."""
        if not len(element):
            return text_of(element)
        element.attrib.clear()
        for inner in element.iter():
            if isinstance(inner.tag, str) and not inner.tag.isalnum():
                name = _LOCAL_NAME.search(inner.tag)
                inner.tag = name[0] if name else "span"
        # As a whole: piece by piece each would repeat the namespaces of all.
        markup: str = self._tostring(element, encoding="unicode", method="html", with_tail=False)
        return markup.partition(">")[2].rpartition("</")[0].strip() or None


def read_json_feed(data: dict[str, Any]) -> tuple[Feed, list[Any]]:
    """A JSON Feed and its items; a lone item is the only one."""
    items = data.get("items")
    if not isinstance(items, list):
        return Feed(), [data]
    home = _string(data.get("home_page_url")) or _string(data.get("feed_url"))
    return Feed(_string(data.get("title")), home, _json_people(data), _string(data.get("language"))), items


def read_json_entry(item: dict[str, Any], feed: Feed) -> Entry:
    """The fields of a JSON Feed item."""
    markup, text = _string(item.get("content_html")), _string(item.get("content_text"))
    tags = item.get("tags")
    link = _string(item.get("url")) or _string(item.get("external_url")) or _string(item.get("id"))
    return Entry(
        title=_string(item.get("title")),
        content=markup or text,
        summary=_string(item.get("summary")),
        url=urljoin_or_none(feed.url, link),
        people=_json_people(item),
        source=None,
        keywords=tuple(filter(None, map(_string, tags[:_MOST_KEYWORDS]))) if isinstance(tags, list) else (),
        published=_string(item.get("date_published")),
        updated=_string(item.get("date_modified")),
        language=_string(item.get("language")),
        plain=markup is None,
    )


def urljoin_or_none(base: str | None, address: str | None) -> str | None:
    """An address on the Web, made whole with ``base``; null for any other."""
    if not address or any(character.isspace() for character in address.strip()):
        return None
    try:
        whole = urljoin(base or "", address.strip())
    except ValueError:
        return None
    return whole if whole.lower().startswith(("http://", "https://")) else None


def _first(fields: dict[str, list[Any]], names: tuple[str, ...]) -> str | None:
    return next((text for name in names for element in fields.get(name, ()) if (text := text_of(element))), None)


def _inherited(element: Any, attribute: str) -> str | None:
    """``xml:lang`` or ``xml:base`` of an element or of what it stands in."""
    while element is not None:
        value = element.get(_XML + attribute)
        if value and value.strip():
            return str(value).strip()
        element = element.getparent()
    return None


def _link(fields: dict[str, list[Any]], base: str | None, about: str | None = None) -> str | None:
    """Where an entry or feed leads: a page before other forms, a permanent guid where there is no link."""
    links = fields.get("link", [])
    alternates = [link for link in links if link.get("href") and link.get("rel", "alternate") == "alternate"]
    alternates.sort(key=lambda link: "html" not in (link.get("type") or "html"))
    addresses = [_first(fields, ("feedburner:origLink",))]
    addresses += [text_of(link) for link in links if not link.get("href")]
    addresses += [link.get("href") for link in alternates]
    for guid in fields.get("guid", ()):
        permanent = {name.lower(): value for name, value in guid.attrib.items()}.get("ispermalink", "true")
        text = text_of(guid)
        if permanent.strip().lower() != "false" and text and text.startswith("http"):
            addresses.append(text)
    addresses.append(about)
    identity = _first(fields, ("id",))
    addresses.append(identity if identity and identity.startswith("http") else None)
    return next(filter(None, (urljoin_or_none(base, address) for address in addresses)), None)


def _people(elements: Sequence[Any]) -> tuple[str, ...]:
    return tuple(filter(None, map(_person, elements[:_MOST_PEOPLE])))


def _person(element: Any) -> str | None:
    name = _first(children_of(element), ("name",)) if len(element) else text_of(element)
    match = _MAIL_AND_NAME.fullmatch(name) if name and len(name) <= 500 else None
    return (match[1] or match[2]) if match else name


def _source(fields: dict[str, list[Any]]) -> str | None:
    """Whom an entry was taken from: RSS names the feed, Atom holds its head, Dublin Core names the publisher."""
    for element in fields.get("source", ()):
        name = _first(children_of(element), ("title",)) if len(element) else text_of(element)
        if name:
            return name
    return next(
        (
            name
            for name in map(text_of, (*fields.get("dc:publisher", ()), *fields.get("dc:source", ())))
            if name and "/" not in name
        ),
        None,
    )


def _keywords(fields: dict[str, list[Any]], media: dict[str, list[Any]]) -> tuple[str, ...]:
    """Categories, and lists with commas of the modules, in this order."""
    words: list[str] = []
    for category in fields.get("category", ())[:_MOST_KEYWORDS]:
        term = category.get("term")
        word = category.get("label") or (term if term and "://" not in term else None) or text_of(category)
        words += [word] if word else []
    for name in _LISTS:
        for element in (fields.get(name) or media.get(name) or [])[:_MOST_KEYWORDS]:
            words += re.split(r"[,،;؛]", text_of(element) or "", maxsplit=_MOST_KEYWORDS)[:_MOST_KEYWORDS]
    return tuple(words[:_MOST_KEYWORDS])


def _json_people(data: dict[str, Any]) -> tuple[str, ...]:
    authors = data.get("authors")
    people = authors[:_MOST_PEOPLE] if isinstance(authors, list) else [data.get("author")]
    return tuple(filter(None, (_string(one.get("name")) for one in people if isinstance(one, dict))))


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
