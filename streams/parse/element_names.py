"""The class and id names by which parts of an HTML page tell what they are, read from ``element_names.toml``."""

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache, partial
from importlib import resources
from typing import Any, NamedTuple

# "relatedArticles_box2" is related, Articles, box, 2; letters of other scripts stay together.
_LOWER_WORD = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
# After these a name speaks of something else, or of its absence: "has-sidebar", "no-comments".
_NEGATION = frozenset(("no", "has", "with", "without", "not", "non", "is", "hide", "show"))
_MOST_LETTERS = 300
_CACHED = 16_384


class Names(NamedTuple):
    """What an element says of itself.

    ``furniture``: the words that say that it is no story; ``lasting``: they hold however much text is in it; ``links``:
    it leads to other articles; ``label``: words that say that it names author, date or keywords; ``people``: of these,
    author; ``story``: it is the body of an article; ``standfirst``: it stands above that; ``live``: it is a live blog.
    """

    furniture: frozenset[str] = frozenset()
    lasting: bool = False
    links: bool = False
    label: frozenset[str] = frozenset()
    story: bool = False
    live: bool = False
    standfirst: bool = False
    people: bool = False

    def and_(self, other: "Names") -> "Names":
        """Both."""
        return Names(
            self.furniture | other.furniture,
            self.lasting or other.lasting,
            self.links or other.links,
            self.label | other.label,
            self.story or other.story,
            self.live or other.live,
            self.standfirst or other.standfirst,
            self.people or other.people,
        )


NO_NAMES = Names()


class ElementNames:
    """Tells elements by their names. Immutable but for a bounded cache of names, which pages repeat."""

    def __init__(self, entries: dict[str, list[dict[str, Any]]]) -> None:
        self._words: dict[str, Names] = {}
        # By their first word: (all words between blanks, what they say).
        self._phrases: dict[str, list[tuple[str, Names]]] = {}
        for entry in entries["furniture"]:
            lasting, links = bool(entry.get("lasting")), bool(entry.get("links"))
            self._add(entry, partial(Names, lasting=lasting, links=links))
        for entry in entries["label"]:
            self._add(entry, partial(_label_names, people=bool(entry.get("lasting"))))
        for entry in entries["story"]:
            self._add(entry, lambda _: Names(story=True))
        for entry in entries["live"]:
            self._add(entry, lambda _: Names(live=True))
        for entry in entries["standfirst"]:
            self._add(entry, lambda _: Names(standfirst=True))
        self._name: Callable[[str], Names] = lru_cache(_CACHED)(self._read)
        self._all: Callable[[str], Names] = lru_cache(_CACHED)(self._read_all)

    @classmethod
    def load(cls) -> "ElementNames":
        """Read the packaged file."""
        return cls(read_element_names())

    def of(self, names: str) -> Names:
        """What ``class`` and ``id``, joined by a space, say."""
        return self._all(names[:_MOST_LETTERS])

    def _read_all(self, names: str) -> Names:
        found = NO_NAMES
        for name in names.split():
            says = self._name(name)
            if says is not NO_NAMES:
                found = found.and_(says)
        return found

    def _add(self, entry: dict[str, Any], says: Callable[[frozenset[str]], Names]) -> None:
        for form in (*entry.get("words", ()), *entry.get("phrases", ())):
            names = says(frozenset((form,)))
            first, *more = form.split()
            if more:
                self._phrases.setdefault(first, []).append((f" {form} ", names))
            else:
                self._words[form] = self._words.get(form, NO_NAMES).and_(names)

    def _read(self, name: str) -> Names:
        words = _words(name)
        found = NO_NAMES
        for word in words:
            if word in self._words:
                found = found.and_(self._words[word])
            for phrase, names in self._phrases.get(word, ()):
                if phrase in f" {' '.join(words)} ":
                    found = found.and_(names)
        # "article-body-share" is a share row, though it names the body.
        return found._replace(label=frozenset(), story=False, live=False) if found.furniture else found


def read_element_names() -> dict[str, list[dict[str, Any]]]:
    """The packaged file as it is."""
    return tomllib.loads((resources.files("streams.parse") / "element_names.toml").read_text("utf-8"))


def _label_names(words: frozenset[str], *, people: bool) -> Names:
    return Names(label=words, people=people)


def _words(name: str) -> list[str]:
    if ":" in name:  # "md:hidden": under a condition
        return []
    words = _LOWER_WORD.findall(name) if name.islower() else [word.lower() for word in _WORD.findall(name)]
    negation = next((at for at, word in enumerate(words) if word in _NEGATION), None)
    return words[:negation]
