"""Tagger: from a parsed article to a news item in ninjs form.

It adds topics, places, people and organisations, key phrases, and the keys of copies.
"""

from collections.abc import Iterator

from schemas.news_item import AltId, Association, Body, InfoSource, Named, NewsItem, Place, Point, Subject, Text
from schemas.parsed_article import ArticleDate, ParsedArticle, Precision
from streams.tag.article_fold import words
from streams.tag.entities import Entity, EntityFinder
from streams.tag.fingerprint import Fingerprinter
from streams.tag.key_phrases import CREATOR as KEY_PHRASES
from streams.tag.key_phrases import KeyPhrases
from streams.tag.places import Gazetteer
from streams.tag.subtopics import Subtopics
from streams.tag.topics import TopicModel
from streams.tag.why import Parts, Tagged, Why, explain


class Tagger:
    """Holds the models and word lists; tags one article at a time, the same way every time."""

    def __init__(self, topics: TopicModel | None = None) -> None:
        self.topics = topics or TopicModel.load()
        self.gazetteer = Gazetteer.load()
        self.subtopics = Subtopics.load()
        self.entities = EntityFinder.load()
        self.key_phrases = KeyPhrases.load()
        self.fingerprinter = Fingerprinter()
        self._creator = f"rafid-topics/{self.topics.version}"

    def tag(self, article: ParsedArticle) -> NewsItem:
        """The news item of an article. Never refuses one: an article without a topic has no topic."""
        text = "\n\n".join(article.paragraphs)
        entities = self.entities.find(article.title, text, article.language)
        return NewsItem(
            uri=_uri(article.id),
            language=article.language,
            versionCreated=_instant(article.updated or article.published),
            contentCreated=_instant(article.published),
            headlines=(Text(value=article.title),) if article.title else (),
            descriptions=tuple(_descriptions(article)),
            bodies=(Body(charCount=len(text), wordCount=len(words(text)), value=text),) if text else (),
            by=article.byline,
            infoSources=(InfoSource(name=article.source),) if article.source else (),
            subjects=(*self._topics(article, text), *self._keywords(article, text, entities.names)),
            places=tuple(self._places(article, text)),
            people=_named(entities.people),
            organisations=_named(entities.organisations),
            altIds=tuple(self._other_ids(article, text)),
            associations=tuple(_associations(article)),
            edNote=f"parse: {', '.join(article.warnings)}" if article.warnings else None,
        )

    def explain(self, article: ParsedArticle) -> list[Why]:
        """Why it has its tags, and why not those that were close. Takes longer than ``tag``."""
        parts = Parts(self.topics, self.subtopics, self.gazetteer, self.entities, self.key_phrases, self.fingerprinter)
        text = "\n\n".join(article.paragraphs)
        return explain(parts, Tagged(article.title, text, article.language, article.keywords))

    def _topics(self, article: ParsedArticle, text: str) -> list[Subject]:
        scores = self.topics.topics(article.title, text, article.language)
        confidence = {score.topic: score.confidence for score in scores}
        subtopics = self.subtopics.find(article.title, text, list(confidence), article.language)
        return [
            *(self._subject(topic.name, topic.uri, topic.slug, sure) for topic, sure in confidence.items()),
            # As sure as the topic that it stands beside: how often its own words mislead was not measured.
            *(
                self._subject(each.name, each.uri, each.slug, confidence[each.parent])
                for each in (found.subtopic for found in subtopics)
            ),
        ]

    def _subject(self, name: str, uri: str, slug: str, confidence: int) -> Subject:
        return Subject(name=name, rel="about", uri=uri, literal=slug, creator=self._creator, confidence=confidence)

    def _places(self, article: ParsedArticle, text: str) -> list[Place]:
        language = article.language or "en"
        found = self.gazetteer.places(article.title, text, article.language)
        countries = [
            Place(name=self.gazetteer.name(mention.country, language), literal=mention.country)
            for mention in found.countries
        ]
        cities = [
            Place(
                name=city.name_for(language),
                uri=city.uri,
                literal=city.country,
                geoJSON=Point(coordinates=(city.longitude, city.latitude)),
            )
            for city, _, _ in found.cities
        ]
        return countries + cities

    def _keywords(self, article: ParsedArticle, text: str, names: list[str]) -> list[Subject]:
        """The page's own keywords; where it has none, ours."""
        if article.keywords:
            return [Subject(name=keyword, rel="keyword") for keyword in article.keywords]
        phrases = self.key_phrases.phrases(article.title, text, article.language, names)
        return [Subject(name=phrase.text, rel="keyword", creator=KEY_PHRASES) for phrase in phrases]

    def _other_ids(self, article: ParsedArticle, text: str) -> Iterator[AltId]:
        if article.url:
            yield AltId(role="url", value=article.url)
        if fingerprint := self.fingerprinter.fingerprint(text):
            yield from (AltId(role="near-duplicate", value=key) for key in fingerprint.keys)
            yield AltId(role="fingerprint", value=fingerprint.sketch)


def _uri(article_id: str) -> str:
    return f"urn:uuid:{article_id}"


def _named(entities: list[Entity]) -> tuple[Named, ...]:
    return tuple(Named(name=entity.name, literal=entity.key) for entity in entities)


def _descriptions(article: ParsedArticle) -> list[Text]:
    texts = [Text(role="summary", value=article.description)] if article.description else []
    if article.published and article.published.precision in (Precision.YEAR, Precision.MONTH, Precision.DAY):
        # ninjs dates are instants; how exactly the page gives its own must not be lost.
        texts.append(Text(role="published", value=article.published.value))
    return texts


def _associations(article: ParsedArticle) -> list[Association]:
    parent = [Association(name="parent", rel="parent", uri=_uri(article.parent_id))] if article.parent_id else []
    embedded = [Association(name="embedded", rel="embedded", uri=_uri(each)) for each in article.embedded_ids]
    return parent + embedded


def _instant(date: ArticleDate | None) -> str | None:
    """An RFC 3339 date-time, as ninjs wants it: the first instant of what is known, in UTC where no zone is given."""
    if date is None:
        return None
    value = date.value
    if date.precision is Precision.YEAR:
        return f"{value}-01-01T00:00:00Z"
    if date.precision is Precision.MONTH:
        return f"{value}-01T00:00:00Z"
    if date.precision is Precision.DAY:
        return f"{value}T00:00:00Z"
    day, _, time = value.partition("T")
    zone = next((time[i:] for i, letter in enumerate(time) if letter in "Z+-"), "")
    clock = time.removesuffix(zone) if zone else time
    return f"{day}T{clock if clock.count(':') > 1 else clock + ':00'}{zone or 'Z'}"
