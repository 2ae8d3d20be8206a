"""The words of dates in all languages: babel's CLDR names of months and weekdays and what ``languages/*.toml`` adds.

Words are kept as phrases of tokens (see ``tokenize``), looked up by their first token, longest first. One word may
have several meanings («م» is p.m. after a time of day and A.D. after a year); the scan picks by what stands before.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta, timezone, tzinfo
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from streams.fold import fold

Calendar = Literal["gregorian", "hijri", "jalali"]
Unit = Literal["minute", "hour", "day", "week", "month", "year"]
# night: «12 ليلا» is midnight, «10 ليلا» 22:00; noon: «1 ظهرا» is 13:00, «11 ظهرا» 11:00.
Half = Literal["am", "pm", "noon", "night"]

TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\s\w]")

# Whose names of months and weekdays are read. The Arabic ones: Egypt and the Gulf, Levant, Maghreb (two), Mauritania.
_LOCALES = (
    *("ar", "ar_LB", "ar_DZ", "ar_MA", "ar_MR", "en", "fr", "fa", "fa_AF", "ur", "tr", "es", "de"),
    *("it", "pt", "nl", "ru", "uk", "pl", "sv", "da", "id", "ps", "ckb"),
)
_HALVES: tuple[Half, ...] = ("am", "pm", "noon", "night")
_MARKS: tuple[Calendar, ...] = ("gregorian", "hijri", "jalali")


class Month(NamedTuple):
    """A month of a calendar, from 1."""

    calendar: Calendar
    number: int


class Ago(NamedTuple):
    """A unit of «… ago» with its number: «ساعتين» is two hours."""

    unit: Unit
    times: int


class Word:
    """What a phrase can mean; the first language to give a meaning keeps it."""

    __slots__ = (
        "ago",
        "ago_after",
        "ago_before",
        "counted",
        "day",
        "days_ago",
        "half",
        "mark",
        "month",
        "now",
        "silent",
        "zone",
    )

    def __init__(self) -> None:
        self.month: Month | None = None
        self.day: int | None = None
        """A day of the month written as a word: «الأول»."""
        self.half: Half | None = None
        self.mark: Calendar | None = None
        """What tells the calendar of the year before it: «هـ»."""
        self.zone: tuple[tzinfo, ...] | None = None
        """Where the name may stand for one of several places: all of them. See ``dates._offset``."""
        self.ago: Ago | None = None
        self.counted: Unit | None = None
        """A unit that needs a number before it: «ساعات»."""
        self.ago_before = self.ago_after = self.now = False
        self.days_ago: int | None = None
        """«اليوم» is 0, «أمس» 1."""
        self.silent = False
        """May stand in a date and says nothing: a weekday, «الموافق»."""


Known = Sequence[tuple[int, Word]]
"""Phrases that start at a token, longest first: length in tokens and meanings."""


class Phrases:
    """Phrases by their first tokens."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, ...], Word] = {}
        self._alone: dict[str, Known] = {}
        self._longer: dict[str, dict[str, list[tuple[str, ...]]]] = {}

    def __contains__(self, token: str) -> bool:
        """Whether a phrase starts with ``token``."""
        return token in self._alone

    def word(self, phrase: str) -> Word:
        """The meanings of a phrase, to be added to. A phrase without any token: a word that is never found."""
        tokens = tokenize(fold(phrase).rstrip("."))
        known = self._words.get(tokens)
        if known is not None or not tokens:
            return known or Word()
        word = self._words[tokens] = Word()
        self._alone.setdefault(tokens[0], ())
        if len(tokens) == 1:
            self._alone[tokens[0]] = ((1, word),)
        else:
            same = self._longer.setdefault(tokens[0], {}).setdefault(tokens[1], [])
            same.append(tokens)
            same.sort(key=len, reverse=True)
        return word

    def at(self, tokens: list[str], index: int) -> Known:
        """The phrases that start at ``index``."""
        token = tokens[index]
        alone = self._alone.get(token, ())
        if token not in self._longer or index + 1 >= len(tokens):
            return alone
        longer = self._longer[token].get(tokens[index + 1])
        if longer is None:
            return alone
        found = [(len(phrase), self._words[phrase]) for phrase in longer if _stands(phrase, tokens, index)]
        return (*found, *alone)

    def first_tokens(self, chosen: Callable[[Word], bool]) -> frozenset[str]:
        """The first tokens of the phrases whose meanings are ``chosen``."""
        return frozenset(tokens[0] for tokens, word in self._words.items() if chosen(word))


def _stands(phrase: tuple[str, ...], tokens: list[str], index: int) -> bool:
    return tuple(tokens[index : index + len(phrase)]) == phrase


def tokenize(folded: str) -> tuple[str, ...]:
    """Split folded text in numbers, words and single marks."""
    return tuple(TOKEN.findall(folded))


class DateWords:
    """All words of dates. Immutable once built."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        """Take the entries of ``languages/*.toml``.

        Raises ``zoneinfo.ZoneInfoNotFoundError`` where neither the system nor the package tzdata has the time zones.
        """
        self.phrases = Phrases()
        self.ordinals: frozenset[str] = frozenset(
            ending for language in entries.values() for ending in language["date_words"].get("ordinals", ())
        )
        for language in entries.values():
            self._add_months(language)
        self._add_cldr_names()
        for language in entries.values():
            self._add_words(language["date_words"])
            self._add_zones(language)
            self._add_ago(language)
        self.relative = self.phrases.first_tokens(lambda word: word.ago_before or word.ago_after or word.now)
        """A line without any of these tokens is not told from now."""
        self.month_first = _MONTH_FIRST

    def _add_cldr_names(self) -> None:
        from babel import Locale  # noqa: PLC0415 - 60 ms, and babel's import is not needed to import this module

        for name in _LOCALES:
            locale = Locale.parse(name)
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, month in locale.months[context][width].items():
                        if not month.isdigit():
                            self._month(month, Month("gregorian", number))
                    for weekday in locale.days[context][width].values():
                        self.phrases.word(weekday).silent = True

    def _add_months(self, language: dict[str, Any]) -> None:
        for entry in language.get("month", ()):
            for number, names in enumerate(entry["names"], start=1):
                for name in names:
                    self._month(name, Month(entry["calendar"], number))

    def _month(self, name: str, month: Month) -> None:
        word = self.phrases.word(name)
        word.month = word.month or month

    def _add_words(self, words: dict[str, Any]) -> None:
        for key in ("weekdays", "fillers"):
            for phrase in words.get(key, ()):
                self.phrases.word(phrase).silent = True
        for half in _HALVES:
            for phrase in words.get(half, ()):
                word = self.phrases.word(phrase)
                word.half = word.half or half
        for calendar in _MARKS:
            for phrase in words.get(f"{calendar}_marks", ()):
                word = self.phrases.word(phrase)
                word.mark = word.mark or calendar
        for number, names in enumerate(words.get("days_in_words", ()), start=1):
            for phrase in names:
                self.phrases.word(phrase).day = number
        for days, key in enumerate(("today", "yesterday", "day_before_yesterday")):
            for phrase in words.get(key, ()):
                word = self.phrases.word(phrase)
                word.days_ago = days if word.days_ago is None else word.days_ago

    def _add_zones(self, language: dict[str, Any]) -> None:
        words = language["date_words"]
        before, after = words.get("zone_before", ()), words.get("zone_after", ())
        for zone in language.get("zone", ()):
            meaning = _zone(zone)
            for name in zone["names"]:
                if "offset" in zone or zone.get("bare"):
                    self._zone(name, meaning)
                else:
                    # A city alone is where the story comes from; with «بتوقيت» before it, it is a time zone.
                    self.phrases.word(name).silent = True
                    for phrase in (*(f"{word} {name}" for word in before), *(f"{name} {word}" for word in after)):
                        self._zone(phrase, meaning)

    def _zone(self, phrase: str, meaning: tuple[tzinfo, ...]) -> None:
        word = self.phrases.word(phrase)
        word.zone = word.zone or meaning

    def _add_ago(self, language: dict[str, Any]) -> None:
        words = language["date_words"]
        for phrase in words.get("ago_before", ()):
            self.phrases.word(phrase).ago_before = True
        for phrase in words.get("ago_after", ()):
            self.phrases.word(phrase).ago_after = True
        for phrase in words.get("now", ()):
            self.phrases.word(phrase).now = True
        for ago in language.get("ago", ()):
            for key, times in (("one", 1), ("two", 2)):
                for phrase in ago.get(key, ()):
                    word = self.phrases.word(phrase)
                    word.ago = word.ago or Ago(ago["unit"], times)
            for phrase in ago.get("many", ()):
                word = self.phrases.word(phrase)
                word.counted = word.counted or ago["unit"]


def _zone(entry: dict[str, Any]) -> tuple[tzinfo, ...]:
    """``offset``: one for all the year; ``places``: by the rules of the IANA time zones of these names."""
    if "offset" not in entry:
        return tuple(ZoneInfo(place) for place in entry["places"])
    sign, hours, minutes = entry["offset"][0], int(entry["offset"][1:3]), int(entry["offset"][4:6])
    delta = timedelta(hours=hours, minutes=minutes)
    return (timezone(-delta if sign == "-" else delta),)


# Who writes the month before the day in figures (CLDR's short dates, babel 2.18), of the languages and regions that
# have news. English without a region is read as CLDR reads it, the American way: 3/4/2021 is the 4th of March.
_MONTH_FIRST = frozenset(
    ("en", "en-us", "en-ph", "en-pr", "en-gu", "en-as", "en-vi", "es-pr", "es-pa", "fil", "fil-ph", "ceb")
)
