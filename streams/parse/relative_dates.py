"""Dates told from now: «قبل ساعتين», "2 hours and 5 minutes ago", «الآن». They need the ground: when the page was
fetched."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.parsed_article import Precision
from streams.parse.date_words import Ago, DateWords, Unit

_MINUTES: dict[Unit, int] = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
_PRECISIONS: dict[Unit, Precision] = {
    "minute": Precision.MINUTE,
    "hour": Precision.MINUTE,
    "day": Precision.DAY,
    "week": Precision.DAY,
    "month": Precision.MONTH,
    "year": Precision.YEAR,
}
_FINEST_FIRST = tuple(_PRECISIONS)
_MOST = 10_000
# Between the units of one length of time; in Arabic it is written together with the next word.
_AND = frozenset((",", "،", "و", "and", "et", "y", "und", "ve"))


class Relative(NamedTuple):
    """A date told from now. ``whole``: nothing else stood there."""

    value: str
    precision: Precision
    whole: bool


def read_relative(tokens: list[str], words: DateWords, ground: datetime) -> Relative | None:
    """The first such date in the tokens of a line, or null."""
    for index in range(len(tokens)):
        for size, word in words.phrases.at(tokens, index):
            if word.days_ago is not None:
                break  # «قبل يوم أمس»: no day before, but the day before yesterday
            if word.now and size == len(tokens):
                return Relative(ground.isoformat(timespec="minutes"), Precision.MINUTE, whole=True)
            start = _after_silent(tokens, words, index + size) if word.ago_before else index
            if word.ago_before and (found := _length(tokens, words, start)) is not None:
                return _reading(found[0], ground, whole=_says_nothing(tokens, words, index, found[1]))
        found = _length(tokens, words, index)
        if found is not None and found[1] < len(tokens):
            for size, word in words.phrases.at(tokens, found[1]):
                if word.ago_after:
                    return _reading(found[0], ground, whole=_says_nothing(tokens, words, index, found[1] + size))
    return None


def _after_silent(tokens: list[str], words: DateWords, index: int) -> int:
    """The index after «حوالي» and the like."""
    while index < len(tokens):
        known = words.phrases.at(tokens, index)
        size = next((size for size, word in known if word.silent and word.ago is None), 0)
        if not size:
            break
        index += size
    return index


def _length(tokens: list[str], words: DateWords, index: int) -> tuple[list[Ago], int] | None:
    """A length of time in one or more units, and the index after it."""
    parts: list[Ago] = []
    end = start = index
    while (part := _part(tokens, words, start)) is not None:
        parts.append(part[0])
        end = start = part[1]
        if start < len(tokens) and tokens[start] in _AND:
            start += 1
    return (parts, end) if parts else None


def _part(tokens: list[str], words: DateWords, index: int) -> tuple[Ago, int] | None:
    if index >= len(tokens):
        return None
    if tokens[index].isdecimal():
        if index + 1 < len(tokens):
            for size, word in words.phrases.at(tokens, index + 1):
                if word.counted is not None:
                    return Ago(word.counted, min(int(tokens[index][:6]), _MOST)), index + 1 + size
        return None
    for size, word in words.phrases.at(tokens, index):
        if word.ago is not None:
            return word.ago, index + size
    if tokens[index][0] == "و" and len(tokens[index]) > 2:  # «وساعتين»
        return _part([*tokens[:index], tokens[index][1:], *tokens[index + 1 :]], words, index)
    return None


def _says_nothing(tokens: list[str], words: DateWords, start: int, end: int) -> bool:
    """Whether what stands around ``start`` to ``end`` is marks and words such as "about" only."""
    index = 0
    while index < len(tokens):
        if index == start:
            index = end
            continue
        silent = max((size for size, word in words.phrases.at(tokens, index) if word.silent), default=0)
        if not silent and tokens[index].isalnum():
            return False
        index += silent or 1
    return True


def _reading(length: list[Ago], ground: datetime, *, whole: bool) -> Relative | None:
    """The length before ``ground``, no more precise than its finest unit; null beyond the calendar."""
    months = sum(ago.times * (12 if ago.unit == "year" else 1) for ago in length if ago.unit in ("month", "year"))
    minutes = sum(ago.times * _MINUTES[ago.unit] for ago in length if ago.unit in _MINUTES)
    precision = _PRECISIONS[min((ago.unit for ago in length), key=_FINEST_FIRST.index)]
    year, month = divmod(ground.year * 12 + ground.month - 1 - months, 12)
    try:
        moment = _same_day(ground, year, month + 1) - timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return None
    if precision == Precision.MINUTE:
        return Relative(moment.isoformat(timespec="minutes"), precision, whole)
    size = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}[precision]
    return Relative(moment.date().isoformat()[:size], precision, whole)


def _same_day(moment: datetime, year: int, month: int) -> datetime:
    """``moment`` in another month, on its last day where that month is shorter."""
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
