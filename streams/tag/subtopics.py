"""Topics below IPTC's top level, where words leave no doubt: soccer, markets, election.

A subtopic is given only beside its parent topic, which the model has found; the words are data, ``subtopics.toml``.
"""

import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator
from importlib import resources
from typing import NamedTuple

from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

from schemas.media_topics import SUBTOPIC_BY_SLUG, MediaTopic, Subtopic
from streams.fold import fold
from streams.tag.article_fold import folded
from streams.tag.topic_features import OPENING as READ_BY_TOPICS

OPENING = 1200
"""Characters of the folded body that are read: what an article is about stands in its title and lead."""

LEAST_WORDS = 2
"""Different words that must be there: one alone may be a name or a figure of speech."""

MOST = 2
"""An article gets at most this many."""

# A word counts 1 each time, in the title 2; its third time and after, nothing.
_TITLE = 2
_COUNTED = 2
_ENOUGH = 3
_ANY = ""  # in place of a language: all of them
# What may stand before an Arabic word and be written with it, folded.
_CLITICS = frozenset(("", "و", "ف", "ب", "ك", "ل", "ال", "وال", "فال", "بال", "كال", "لل", "ولل", "وب", "ول", "وبال"))
_LONGEST_CLITIC = max(map(len, _CLITICS))


class Found(NamedTuple):
    """A subtopic of an article and the words, folded, that speak for it."""

    subtopic: Subtopic
    words: tuple[str, ...]


class _Word(NamedTuple):
    subtopic: Subtopic
    text: str
    takes_endings: bool

    @property
    def stem(self) -> str:
        """Forms of one word share it: «الأسهم» and «أسهم», "covid" and "covid-19"."""
        return self.text[:5]


class _Words:
    """The words of one topic in one language, or in all."""

    def __init__(self, words: Collection[_Word]) -> None:
        by_text: dict[str, list[_Word]] = defaultdict(list)
        for word in words:
            by_text[word.text].append(word)
        self._words = list(by_text.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(by_text), MATCH_KIND_LEFTMOST_LONGEST)

    def within(self, text: str) -> Iterator[_Word]:
        """Every word that stands in a folded text as a word; of two in one place the longer."""
        text = f" {text} "
        for start, end, number in self._automaton.find(text):
            before = start
            while start - before <= _LONGEST_CLITIC and _is_letter(text[before - 1]):
                before -= 1
            if text[before:start] in _CLITICS:
                ends = not _is_letter(text[end])
                yield from (word for word in self._words[number] if ends or word.takes_endings)


class Subtopics:
    """Finds subtopics. Immutable; ``load`` once."""

    def __init__(self, tables: dict[str, dict[str, str | list[str]]]) -> None:
        words: dict[tuple[str, str], list[_Word]] = defaultdict(list)
        for slug, table in tables.items():
            subtopic = SUBTOPIC_BY_SLUG[slug]
            for language, listed in table.items():
                if language == "examples":
                    continue
                for each in str(listed).split(","):
                    text = fold(each.strip().removesuffix("*"))
                    # With the article it would not be found in «للأسهم»; what may stand before it has the article.
                    text = text.removeprefix("ال") if language == "ar" else text
                    word = _Word(subtopic, text, each.strip().endswith("*"))
                    words[subtopic.parent.slug, language].append(word)
                    words[subtopic.parent.slug, _ANY].append(word)
        self._words = {key: _Words(of) for key, of in words.items()}

    @classmethod
    def load(cls) -> "Subtopics":
        """The shipped words."""
        return cls(tomllib.loads(resources.files("streams.tag").joinpath("subtopics.toml").read_text("utf-8")))

    def find(
        self, title: str | None, text: str, topics: Collection[MediaTopic], language: str | None = None
    ) -> list[Found]:
        """The subtopics of an article that has these topics: those of the first topic first, then by evidence.

        ``language`` is a BCP 47 tag; without it, words of every language count.
        """
        spoken = language.partition("-")[0].lower() if language else _ANY
        words = [self._words[key] for topic in topics if (key := (topic.slug, spoken)) in self._words]
        if not words:
            return []
        parts = ((folded(title or ""), _TITLE), (folded(text[:READ_BY_TOPICS])[:OPENING], 1))
        found: list[Found] = []
        for each in words:
            found += _found(each, parts)
        return found[:MOST]


def _found(words: _Words, parts: Collection[tuple[str, int]]) -> list[Found]:
    """Subtopics of one topic with enough evidence, the strongest first."""
    weight: dict[Subtopic, int] = defaultdict(int)
    seen: dict[Subtopic, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for text, worth in parts:
        for word in words.within(text):
            forms = seen[word.subtopic][word.stem]
            weight[word.subtopic] += worth if len(forms) < _COUNTED else 0
            forms.append(word.text)
    enough = [each for each, stems in seen.items() if len(stems) >= LEAST_WORDS and weight[each] >= _ENOUGH]
    enough.sort(key=lambda subtopic: (-weight[subtopic], subtopic.code))
    return [Found(each, tuple(forms[0] for forms in seen[each].values())) for each in enough]


def _is_letter(char: str) -> bool:
    return char.isalnum() or char in "'’"
