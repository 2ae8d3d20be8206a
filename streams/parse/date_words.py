"""The words of dates in all languages: babel's CLDR month tables and what ``languages/*.toml`` adds.

Words are kept as phrases of tokens (see ``tokenize``), looked up by their first token, longest first.
"""

import re
from typing import Any, Literal, NamedTuple

from streams.fold import fold

Calendar = Literal["gregorian", "hijri", "jalali"]
Unit = Literal["minute", "hour", "day", "week", "month"]

TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\s\w]")

# Whose month names are read. The Arabic ones: Egypt and the Gulf, Levant, Maghreb (two), Mauritania.
_LOCALES = (
    *("ar", "ar_LB", "ar_DZ", "ar_MA", "ar_MR", "en", "fr", "fa", "fa_AF", "ur", "tr", "es", "de"),
    *("it", "pt", "nl", "ru", "uk", "pl", "sv", "da", "id", "ps", "ckb"),
)


class Month(NamedTuple):
    """A month of a calendar, from 1."""

    calendar: Calendar
    number: int


class Ago(NamedTuple):
    """A unit of «… ago». ``times`` is fixed where the word says it (a dual, "an hour"), else 0: it
    stands before."""

    unit: Unit
    times: int


class Phrases(dict[str, list[tuple[tuple[str, ...], Any]]]):
    """Phrases by first token, longest first."""

    def add(self, words: str, meaning: object) -> None:
        """Add a phrase unless it is known: the first to claim a word keeps it."""
        tokens = tokenize(fold(words).rstrip("."))
        if not tokens:
            return
        known = self.setdefault(tokens[0], [])
        if any(phrase == tokens for phrase, _ in known):
            return
        known.append((tokens, meaning))
        known.sort(key=lambda item: -len(item[0]))

    def at(self, tokens: list[str], index: int) -> tuple[int, Any] | None:
        """The longest phrase that starts at ``index``: its length in tokens and meaning."""
        for phrase, meaning in self.get(tokens[index], ()):
            size = len(phrase)
            if size == 1 or tuple(tokens[index : index + size]) == phrase:
                return size, meaning
        return None


def tokenize(folded: str) -> tuple[str, ...]:
    """Split folded text in numbers, words and single marks."""
    return tuple(TOKEN.findall(folded))


class DateWords:
    """All words of dates. Immutable once built."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        self.months, self.zones, self.halves = Phrases(), Phrases(), Phrases()
        self.marks, self.silent = Phrases(), Phrases()
        self.units, self.counted_units = Phrases(), Phrases()
        self.before, self.after, self.days = Phrases(), Phrases(), Phrases()
        self.ordinals: set[str] = set()
        for language in entries.values():
            self._add_months(language)
        self._add_cldr_months()
        for language in entries.values():
            self._add_words(language)
        self.month_first = _month_first()

    def _add_cldr_months(self) -> None:
        from babel import Locale  # noqa: PLC0415 - 60 ms, and babel's import is not needed to import this module

        for name in _LOCALES:
            locale = Locale.parse(name)
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, word in locale.months[context][width].items():
                        if not word.isdigit():
                            self.months.add(word, Month("gregorian", number))

    def _add_months(self, language: dict[str, Any]) -> None:
        for entry in language.get("month", ()):
            for number, names in enumerate(entry["names"], start=1):
                for name in names:
                    self.months.add(name, Month(entry["calendar"], number))

    def _add_words(self, language: dict[str, Any]) -> None:
        words = language["date_words"]
        self.ordinals.update(words.get("ordinals", ()))
        for key, phrases, meaning in (
            ("weekdays", self.silent, None),
            ("fillers", self.silent, None),
            ("am", self.halves, "am"),
            ("pm", self.halves, "pm"),
            ("gregorian_marks", self.marks, "gregorian"),
            ("jalali_marks", self.marks, "jalali"),
            ("hijri_marks", self.marks, "hijri"),
            ("ago_before", self.before, None),
            ("ago_after", self.after, None),
            ("today", self.days, 0),
            ("yesterday", self.days, 1),
        ):
            for word in words.get(key, ()):
                phrases.add(word, meaning)
        for zone in language.get("zone", ()):
            for name in zone["names"]:
                self.zones.add(name, zone["offset"])
        for ago in language.get("ago", ()):
            for key, count, phrases in (
                ("one", 1, self.units),
                ("two", 2, self.units),
                ("many", 0, self.counted_units),
            ):
                for word in ago.get(key, ()):
                    phrases.add(word, Ago(ago["unit"], count))


def _month_first() -> frozenset[str]:
    """Language and region tags that write the month before the day in figures (CLDR: 11/9/23)."""
    return frozenset(("en", "en-us", "fil", "en-ph"))
