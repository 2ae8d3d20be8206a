"""The examples in the contracts: one article on its way down the river, and two inputs that were refused."""

import hashlib
from datetime import UTC, datetime

import orjson

from schemas.dead_letter import Blob, DeadLetter, Header, Origin, Reason
from schemas.discarded_letter import DiscardedLetter
from schemas.generate.compatibility import Json
from schemas.media_topics import BY_SLUG
from schemas.news_item import AltId, Association, Body, InfoSource, NewsItem, Place, Subject, Text
from schemas.parsed_article import ArticleDate, ParsedArticle, Precision
from schemas.raw_article import RawArticle

ARTICLE_ID = "0e3b9b8e-5c0f-5d53-9d0b-4f6f0a7f3a11"
_EMBEDDED_ID = "5f0d4c53-0f7b-5a0e-8b1a-0c9d7d6a2b42"
_URL = "https://news.example/economy/4711"
_TITLE = "البنك المركزي المصري يبقي سعر الفائدة دون تغيير"
_OPENING = "أبقى البنك المركزي المصري الخميس على سعر الفائدة دون تغيير للمرة الثالثة هذا العام."
_SECOND = "وقال البنك في بيان إن التضخم تراجع في أكتوبر."
ORIGIN = "articles.raw/2/1041"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def raw_articles() -> tuple[Json, ...]:
    """A page with all that its producer knew, an HTML page, and a bare text."""
    page = f"{_TITLE}\nتاريخ النشر: 9 تشرين الثاني 2023\nالمصدر: رويترز\n\n{_OPENING}\n\n{_SECOND}\n"
    examples = (
        RawArticle(
            content=page,
            url=_URL,
            language="ar",
            keywords=("الفائدة",),
            fetched_at="2023-11-09T14:30:00+02:00",
        ),
        RawArticle(content="<html><body><article>…</article></body></html>", content_type="text/html", url=_URL),
        RawArticle(content=page),
    )
    return tuple(example.model_dump(mode="json", exclude_unset=True) for example in examples)


def parsed_articles() -> tuple[Json, ...]:
    """The page's own article, and one embedded in it."""
    article = ParsedArticle(
        id=ARTICLE_ID,
        embedded_ids=(_EMBEDDED_ID,),
        url=_URL,
        title=_TITLE,
        paragraphs=(_OPENING, _SECOND),
        published=ArticleDate(value="2023-11-09", precision=Precision.DAY, text="9 تشرين الثاني 2023"),
        source="رويترز",
        keywords=("الفائدة",),
        language="ar",
    )
    embedded = ParsedArticle(
        id=_EMBEDDED_ID,
        parent_id=ARTICLE_ID,
        position=1,
        title="الجنيه يستقر أمام الدولار",
        paragraphs=("استقر الجنيه في تعاملات الخميس.",),
        language="ar",
    )
    return tuple(orjson.loads(example.to_json()) for example in (article, embedded))


def news_items() -> tuple[Json, ...]:
    """The tagged article, and the least that an item has."""
    text = f"{_OPENING}\n\n{_SECOND}"
    topic = BY_SLUG["economy"]
    item = NewsItem(
        uri=f"urn:uuid:{ARTICLE_ID}",
        language="ar",
        versionCreated="2023-11-09T00:00:00Z",
        contentCreated="2023-11-09T00:00:00Z",
        headlines=(Text(value=_TITLE),),
        descriptions=(Text(role="published", value="2023-11-09"),),
        bodies=(Body(charCount=len(text), wordCount=len(text.split()), value=text),),
        infoSources=(InfoSource(name="رويترز"),),
        subjects=(
            Subject(
                name=topic.name,
                rel="about",
                uri=topic.uri,
                literal=topic.slug,
                creator="rafid-topics/1",
                confidence=91,
            ),
            Subject(name="الفائدة", rel="keyword"),
        ),
        places=(Place(name="مصر", literal="EG"),),
        altIds=(AltId(role="url", value=_URL),),
        associations=(Association(name="embedded", rel="embedded", uri=f"urn:uuid:{_EMBEDDED_ID}"),),
    )
    return tuple(orjson.loads(example.to_json()) for example in (item, NewsItem(uri=f"urn:uuid:{_EMBEDDED_ID}")))


def dead_letters() -> tuple[Json, ...]:
    """A refused text, and refused bytes that came without key, headers or origin."""
    refused = b'{"content": "\xd8\xae\xd8\xa8\xd8\xb1", "published_at": "yesterday"}'
    binary = b"\x89PNG\r\n\x1a\n"
    letter = DeadLetter(
        reason=Reason.INVALID_ENVELOPE,
        detail="published_at: not a date: 'yesterday'; write ISO 8601 such as 2023-11-09",
        stage="parse",
        origin=Origin(topic="articles.raw", partition=2, offset=1042, timestamp=1699540200000),
        key=Blob.of(_URL.encode()),
        headers=(Header(name="content-type", value=Blob.of(b"application/json")),),
        content=Blob.of(refused),
        size=len(refused),
        sha256=hashlib.sha256(refused).hexdigest(),
        version="0.1.0",
        attempts=2,
        refused_at=datetime(2023, 11, 9, 14, 30, 2, tzinfo=UTC),
    )
    image = DeadLetter(
        reason=Reason.BINARY,
        detail="the input is a PNG image, not a page",
        stage="parse",
        content=Blob.of(binary),
        size=len(binary),
        sha256=hashlib.sha256(binary).hexdigest(),
        version="0.1.0",
    )
    return tuple(orjson.loads(example.to_json()) for example in (letter, image))


def discarded_letters() -> tuple[Json, ...]:
    """The second of the dead letters, thrown away."""
    _, image = (DeadLetter.model_validate(example) for example in dead_letters())
    discarded = DiscardedLetter(
        number="0/17",
        because="images of the old site, not ours to publish",
        discarded_by="lina@ops-1",
        discarded_at=datetime(2023, 11, 10, 8, 0, tzinfo=UTC),
        reason=image.reason,
        stage=image.stage,
        origin=Origin(topic="articles.raw", partition=2, offset=1043, timestamp=1699540200000),
        size=image.size,
        sha256=image.sha256,
        version="0.1.0",
    )
    return (orjson.loads(discarded.to_json()),)
