"""Why an article has its tags, and why it has not those that were close.

Each part of the tag stage that can tell its reasons stands in ``PARTS``: a function from the parts of the
tagger and an article to its ``Why``s. Nothing here is done for the stream unless asked for: it costs more
than the tags.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import orjson

from streams.tag.entities import EntityFinder
from streams.tag.fingerprint import LEAST_RUNS, METHOD, Fingerprinter
from streams.tag.key_phrases import CREATOR as KEY_PHRASES
from streams.tag.key_phrases import KeyPhrases
from streams.tag.places import Gazetteer
from streams.tag.subtopics import Subtopics
from streams.tag.topics import TopicModel

MOST_BYTES = 16 * 1024
"""Of the reasons in a Kafka header: a broker takes a megabyte a message, headers included."""

SUBTOPICS = "rafid-subtopics/1"
PLACES = "rafid-places/1"
_MOST_REJECTED = 3  # topics that are not given, of which the reasons are told


class Why(NamedTuple):
    """The reason for one tag: what made it, by which model or rule; and likewise for one that was not given."""

    tag: str  # topic, subtopic, country, city, person, organisation, keyword, near-duplicate
    value: str  # as in the news item: slug, code, name, phrase, key
    is_given: bool
    because: str
    words: tuple[str, ...]  # that made it, as the article writes them
    creator: str


class Tagged(NamedTuple):
    """One article, as the parts see it."""

    title: str | None
    text: str
    language: str | None
    own_keywords: tuple[str, ...]


class Parts(NamedTuple):
    """What the tagger tags with."""

    topics: TopicModel
    subtopics: Subtopics
    gazetteer: Gazetteer
    entities: EntityFinder
    key_phrases: KeyPhrases
    fingerprinter: Fingerprinter


def explain(parts: Parts, article: Tagged) -> list[Why]:
    """The reasons of all parts, those of tags given first."""
    reasons = [why for part in PARTS for why in part(parts, article)]
    return sorted(reasons, key=lambda why: not why.is_given)


def to_json(reasons: Iterable[Why], most_bytes: int = MOST_BYTES) -> bytes:
    """The reasons as a JSON array of objects, as many of the first as ``most_bytes`` take."""
    written: list[bytes] = []
    size = len(b"[]")
    for why in reasons:
        one = orjson.dumps(why._asdict())
        size += len(one) + len(b",")
        if size > most_bytes:
            break
        written.append(one)
    return b"[" + b",".join(written) + b"]"


def _topics(parts: Parts, article: Tagged) -> Iterator[Why]:
    title, text, language = article.title, article.text, article.language
    creator = f"rafid-topics/{parts.topics.version}"
    if language is not None and language.partition("-")[0].lower() not in parts.topics.languages:
        yield Why("topic", "", False, f"the model does not know the language {language}", (), creator)
        return
    rejected = 0
    for topic, confidence, least, is_given in parts.topics.considered(title, text, language):
        if not is_given and rejected == _MOST_REJECTED:
            continue
        rejected += not is_given
        because = f"confidence {confidence}" if is_given else f"confidence {confidence}, needs {least}"
        words = tuple(word for word, _ in parts.topics.explain(title, text, topic))
        yield Why("topic", topic.slug, is_given, because, words, creator)


def _subtopics(parts: Parts, article: Tagged) -> Iterator[Why]:
    title, text, language = article.title, article.text, article.language
    topics = [score.topic for score in parts.topics.topics(title, text, language)]
    for subtopic, words in parts.subtopics.find(title, text, topics, language):
        because = f"its words stand beside the topic {subtopic.parent.slug}"
        yield Why("subtopic", subtopic.slug, True, because, words, SUBTOPICS)


def _places(parts: Parts, article: Tagged) -> Iterator[Why]:
    for reason in parts.gazetteer.explain(article.title, article.text, article.language):
        kinds = "، ".join(f"{kind} × {count}" for _, kind, count in reason.words)
        words = tuple(word for word, _, _ in reason.words)
        yield Why("country", reason.country, reason.is_given, f"relevance {reason.relevance}, {kinds}", words, PLACES)
    for city, count, first in parts.gazetteer.places(article.title, article.text, article.language).cities:
        yield Why("city", city.name, True, f"{city.country}, {city.uri}, {count} ×", (first,), PLACES)


def _entities(parts: Parts, article: Tagged) -> Iterator[Why]:
    creator = f"rafid-entities/{parts.entities.version}"
    people, organisations = parts.entities.find(article.title, article.text, article.language)
    for entity in (*people, *organisations):
        because = "; ".join(dict.fromkeys(mention.why for mention in entity.mentions))
        words = tuple(dict.fromkeys(mention.name for mention in entity.mentions))
        because = f"confidence {entity.confidence}, {len(entity.mentions)} ×: {because}"
        yield Why(entity.kind, entity.name, True, because, words, creator)


def _keywords(parts: Parts, article: Tagged) -> Iterator[Why]:
    if article.own_keywords:
        for keyword in article.own_keywords:
            yield Why("keyword", keyword, True, "the page's own", (), "")
        return
    names = parts.entities.find(article.title, article.text, article.language).names
    for phrase in parts.key_phrases.phrases(article.title, article.text, article.language, names):
        where = ", in the title too" if phrase.in_title else ""
        yield Why("keyword", phrase.text, True, f"{phrase.mentions} ×{where}", (phrase.text,), KEY_PHRASES)


def _near_duplicate(parts: Parts, article: Tagged) -> Iterator[Why]:
    fingerprint = parts.fingerprinter.fingerprint(article.text)
    if fingerprint is None:
        because = f"the body has fewer than {LEAST_RUNS} runs of three words"
        yield Why("near-duplicate", "", False, because, (), METHOD)
    else:
        because = f"one of {len(fingerprint.keys)} keys of the body's runs of three words"
        yield Why("near-duplicate", fingerprint.keys[0], True, because, (), METHOD)


PARTS: tuple[Callable[[Parts, Tagged], Iterable[Why]], ...] = (
    _topics,
    _subtopics,
    _places,
    _entities,
    _keywords,
    _near_duplicate,
)
