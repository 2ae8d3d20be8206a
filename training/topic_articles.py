"""The labelled articles that the topic model learns from, and which of them are held apart.

Texts of others are read from a data folder and never enter the repository; ``written_items/`` and
``topic_words.tsv`` are our own.
"""

import hashlib
import json
import lzma
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from schemas.media_topics import BY_SLUG, MEDIA_TOPICS
from streams.failure import Misconfigured
from streams.fold import fold
from streams.tag.topics import MOST_TOPICS, NO_TOPIC

LABELLED = "topics_train.jsonl.xz"
WORDS = Path(__file__).parent / "topic_words.tsv"
WRITTEN = Path(__file__).parent / "written_items"
HELD_APART_PERCENT = 18
WRITTEN_APART_PERCENT = 20
WORDS_TOGETHER = 8
"""Words of one made-up article. From 4, 8 and 16 by cross-validation."""

NOT_FREE = ("masakhanews",)
"""Sources never trained on: MasakhaNEWS is licensed for non-commercial use only, and the model is shipped
under Apache-2.0. ``benchmarks/topics_quality.py`` measures on them, as sources the model has never seen."""

_PLACES = {topic.code: place for place, topic in enumerate(MEDIA_TOPICS)}
_PLACES |= {topic.slug: place for place, topic in enumerate(MEDIA_TOPICS)}
_PLACES["human"] = _PLACES["human-interest"]  # the labelling guide's short name


class WrongLineError(Misconfigured):
    """A line of labelled articles that cannot be used; says which and why."""


class Labelled(NamedTuple):
    """An article with its topics as places in ``MEDIA_TOPICS``, the main one first; none if it is no news."""

    id: str
    language: str
    title: str | None
    text: str
    topics: tuple[int, ...]

    @property
    def source(self) -> str:
        """The data set it is from."""
        return self.id.partition("/")[0]

    @property
    def main(self) -> int:
        """Place of the main topic, or ``NO_TOPIC``."""
        return self.topics[0] if self.topics else NO_TOPIC


def read_labelled(path: Path) -> list[Labelled]:
    """The articles of a JSON-lines file, plain or ``.xz``; raises ``WrongLineError``.

    A line has ``text``, ``topics`` (one to three slugs or IPTC codes, main one first; none: not news), and
    may have ``title``, ``language`` (or ``lang``; default: the file's name where that is a language) and ``id``.
    """
    name = path.name.partition(".")[0]
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [_labelled(line, path, number, name) for number, line in enumerate(lines, 1) if line.strip()]


def _labelled(line: str, path: Path, number: int, name: str) -> Labelled:
    where = f"{path.name}, line {number}"
    try:
        row: dict[str, Any] = json.loads(line)
        topics = tuple(_PLACES[topic] for topic in row["topics"])
        language = row.get("language") or row.get("lang") or (name if len(name) in (2, 3) else None)
        text, title, identifier = row["text"], row.get("title") or None, row.get("id") or f"{name}/{number}"
    except json.JSONDecodeError as error:
        raise WrongLineError(f"{where}: not JSON: {error}") from error
    except KeyError as error:
        allowed = ", ".join(BY_SLUG)
        raise WrongLineError(f"{where}: {error} is missing, or no topic; topics are {allowed}") from error
    if not isinstance(text, str) or not isinstance(title, str | None):
        raise WrongLineError(f"{where}: title and text must be strings")
    if language is None:
        raise WrongLineError(f'{where}: no "language"; give one, or name the file after it, such as ar.jsonl')
    if len(topics) > MOST_TOPICS or len(set(topics)) < len(topics):
        raise WrongLineError(f"{where}: at most {MOST_TOPICS} topics, each once")
    return Labelled(str(identifier), str(language).partition("-")[0].lower(), title, text, topics)


def split(articles: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """(to train on, held apart). By a hash of the opening; near-copies of what is held apart are left out."""
    held = [article for article in articles if draw(fold(article.text[:600])) % 100 < HELD_APART_PERCENT]
    kept_ids = {article.id for article in held}
    by_shingle: dict[str, list[int]] = defaultdict(list)
    shingles = [_shingles(article) for article in held]
    for number, of_held in enumerate(shingles):
        for shingle in of_held:
            by_shingle[shingle].append(number)
    train = []
    for article in articles:
        if article.id in kept_ids:
            continue
        own = _shingles(article)
        shared = Counter(number for shingle in own for number in by_shingle.get(shingle, ()))
        if all(count <= 0.3 * min(len(own), len(shingles[number])) for number, count in shared.items()):
            train.append(article)
    return train, held


def written_items(folder: Path = WRITTEN) -> tuple[list[Labelled], list[Labelled]]:
    """(to train on, held apart): news items, and pages that are no news, written for Rafid. By a hash of the item."""
    items = [
        item._replace(id=f"written/{path.stem}/{number}")
        for path in sorted(folder.glob("*.jsonl"))
        for number, item in enumerate(read_labelled(path))
    ]
    apart = [draw(f"item {item.title}{item.text}") % 100 < WRITTEN_APART_PERCENT for item in items]
    return (
        [item for item, is_apart in zip(items, apart, strict=True) if not is_apart],
        [item for item, is_apart in zip(items, apart, strict=True) if is_apart],
    )


def word_articles(path: Path = WORDS) -> list[Labelled]:
    """Our own words, as short made-up articles of one topic each. They teach what the articles lack."""
    articles = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        slug, language, text = line.split("\t")
        words = text.split()
        parts = max(1, len(words) // WORDS_TOGETHER)
        topics = () if slug == "none" else (_PLACES[slug],)
        articles += [
            Labelled(f"words/{slug}/{language}/{part}", language, None, " ".join(words[part::parts]), topics)
            for part in range(parts)
        ]
    return articles


def draw(text: str) -> int:
    """A number that depends on nothing but the text, for splits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _shingles(article: Labelled) -> set[str]:
    """Runs of five words of title and opening."""
    words = fold(f"{article.title or ''} {article.text[:600]}").split()[:90]
    return {" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))}
