"""Finder: which of many forms stand in a text as whole words, Arabic clitics before them included."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

from daachorse import CharwiseDoubleArrayAhoCorasick

from streams.tag.place_words import BARE, DEFINITE

V = TypeVar("V")

_LONGEST_CLITIC = 8  # letters, and the quotes and brackets before them
_OPENING = "\n«»\"'“”‘’([{<…-–—/:.،؛*"  # what may stand before a word without a blank

Readings = tuple[V | None, V | None]
"""What a form means as it stands, and with the Arabic article before it. None where it means nothing so."""


class Found(NamedTuple, Generic[V]):
    """A word found, as [start, end) in the text that was searched; ``core`` is where it begins without clitics."""

    start: int
    end: int
    core: int
    value: V


class Finder(Generic[V]):
    """Immutable. All forms are looked for in one pass over the text."""

    def __init__(self, forms: Mapping[str, Readings[V]], *, clitics: bool) -> None:
        self._readings = list(forms.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(forms)) if forms else None
        self._clitics = clitics

    def reading(self, form: str) -> Readings[V]:
        """What one of the forms means; nothing for what is none. The forms themselves are in the automaton only."""
        if self._automaton is not None:
            for start, end, number in self._automaton.find_overlapping(form):
                if end - start == len(form):
                    return self._readings[number]
        return None, None

    def find(self, text: str) -> list[Found[V]]:
        """Whole words found in ``text``, as the pass meets them; they may overlap."""
        if self._automaton is None:
            return []
        size = len(text)
        found = []
        for core, end, number in self._automaton.find_overlapping(text):
            if end < size and text[end].isalnum():
                continue
            bare, definite = self._readings[number]
            start = core
            if core and text[core - 1].isalnum():
                if not self._clitics:
                    continue
                start = text.rfind(" ", max(0, core - _LONGEST_CLITIC - 1), core) + 1
                clitics = text[start:core].lstrip(_OPENING)
                start = core - len(clitics)
                value = definite if clitics in DEFINITE else None
                if value is None and clitics in BARE:
                    value = bare
            else:
                value = bare
            if value is not None:
                found.append(Found(start, end, core, value))
        return found
