"""The class and id names by which parts of an HTML page tell what they are, read from ``furniture.toml``."""

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

# "relatedArticles_box2" is related, Articles, box, 2; letters of other scripts stay together.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
# After these a name speaks of something else, or of its absence: "has-sidebar", "no-comments".
_NEGATION = frozenset(("no", "has", "with", "without", "not", "non", "is", "hide", "show"))
_MOST_LETTERS = 300
_CACHED = 4_096


class Names(NamedTuple):
    """What an element says of itself. ``furniture``: the words that say that it is no story; ``lasting``: these hold
    however much text is in it; ``links``: it leads to other articles; ``label``: words that say that it names author,
    date or keywords; ``story``: it says that it is the body of an article; ``live``: that it is a live blog."""

    furniture: frozenset[str] = frozenset()
    lasting: bool = False
    links: bool = False
    label: frozenset[str] = frozenset()
    story: bool = False
    live: bool = False


NO_NAMES = Names()


class Furniture:
    """Tells elements by their names. Immutable but for a bounded cache: a page repeats its names."""

    def __init__(self, entries: dict[str, list[dict[str, Any]]]) -> None:
        self._furniture = _WordList(entries["furniture"])
        self._lasting = _WordList([entry for entry in entries["furniture"] if entry.get("lasting")])
        self._links = _WordList([entry for entry in entries["furniture"] if entry.get("links")])
        self._label = _WordList(entries["label"])
        self._story = _WordList(entries["story"])
        self._live = _WordList(entries["live"])
        self._of: Callable[[str], Names] = lru_cache(_CACHED)(self._read)

    @classmethod
    def load(cls) -> "Furniture":
        """Read the packaged file."""
        return cls(read_furniture())

    def of(self, names: str) -> Names:
        """What ``class`` and ``id``, joined by a space, say."""
        return self._of(names[:_MOST_LETTERS])

    def _read(self, names: str) -> Names:
        furniture: set[str] = set()
        label: set[str] = set()
        lasting = links = story = live = False
        for name in names.split():
            words = _words(name)
            if not words:
                continue
            if found := self._furniture.find(words):
                furniture |= found
                lasting = lasting or bool(self._lasting.find(words))
                links = links or bool(self._links.find(words))
                continue
            label |= self._label.find(words)
            story = story or bool(self._story.find(words))
            live = live or bool(self._live.find(words))
        return Names(frozenset(furniture), lasting, links, frozenset(label), story, live)


class _WordList:
    def __init__(self, entries: list[dict[str, Any]]) -> None:
        self._words = frozenset(word for entry in entries for word in entry.get("words", ()))
        phrases = sorted({phrase for entry in entries for phrase in entry.get("phrases", ())})
        self._phrases = re.compile(f" ({'|'.join(map(re.escape, phrases))}) ") if phrases else None

    def find(self, words: list[str]) -> set[str]:
        found = self._words.intersection(words)
        if self._phrases is not None and len(words) > 1 and (match := self._phrases.search(f" {' '.join(words)} ")):
            return {*found, match[1]}
        return set(found)


def read_furniture() -> dict[str, list[dict[str, Any]]]:
    """The packaged file as it is."""
    return tomllib.loads((resources.files("streams.parse") / "furniture.toml").read_text("utf-8"))


def _words(name: str) -> list[str]:
    if ":" in name:  # "md:hidden": under a condition
        return []
    words: list[str] = []
    for word in _WORD.findall(name):
        lower = word.lower()
        if lower in _NEGATION:
            break
        words.append(lower)
    return words
