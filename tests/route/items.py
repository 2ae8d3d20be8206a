"""Builders of news items for the route tests."""

from schemas.media_topics import BY_SLUG
from schemas.news_item import Body, InfoSource, Named, NewsItem, Place, Subject, Text


def item(
    *,
    topics: dict[str, int | None] | None = None,
    countries: tuple[str, ...] = (),
    language: str | None = None,
    sources: tuple[str, ...] = (),
    people: tuple[str, ...] = (),
    organisations: tuple[str, ...] = (),
    title: str | None = None,
    text: str | None = None,
    keywords: tuple[str, ...] = (),
) -> NewsItem:
    """A news item with these facts and nothing else."""
    about = [
        Subject(name=BY_SLUG[slug].name, rel="about", uri=BY_SLUG[slug].uri, literal=slug, confidence=confidence)
        for slug, confidence in (topics or {}).items()
    ]
    return NewsItem(
        uri="urn:uuid:6f1f3a8e-7c8d-5e9b-8b3c-0b8a5c1d2e3f",
        language=language,
        headlines=(Text(value=title),) if title is not None else (),
        bodies=(Body(charCount=len(text), wordCount=len(text.split()), value=text),) if text is not None else (),
        subjects=(*about, *(Subject(name=name, rel="keyword", literal=name) for name in keywords)),
        places=tuple(Place(name=code, literal=code) for code in countries),
        infoSources=tuple(InfoSource(name=name) for name in sources),
        people=tuple(Named(name=name) for name in people),
        organisations=tuple(Named(name=name) for name in organisations),
    )
