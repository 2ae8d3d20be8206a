"""Dates told from now: «قبل ساعتين», "2 hours ago", «أمس». They need the ground: when the page was
fetched."""

from datetime import datetime, timedelta

from schemas.parsed_article import Precision
from streams.parse.date_words import TOKEN, DateWords


def read_relative(folded: str, words: DateWords, ground: datetime) -> tuple[str, Precision] | None:
    """«قبل ساعتين», "2 hours ago", «أمس», "Yesterday at 5 pm" is not: only what says all."""
    tokens = TOKEN.findall(folded)
    for index in range(len(tokens)):
        if (before := words.before.at(tokens, index)) is not None:
            ago = _ago(tokens, words, index + before[0])
            if ago is not None:
                return _ago_reading(*ago, ground)
        if (tokens[index].isdecimal() or tokens[index].isalpha()) and (ago := _ago(tokens, words, index)) is not None:
            size = ago[2]
            end = index + size
            if end < len(tokens) and words.after.at(tokens, end) is not None:
                return _ago_reading(*ago, ground)
    if 1 <= len(tokens) <= 2 and (day := words.days.at(tokens, 0)) is not None and day[0] == len(tokens):
        return (ground.date() - timedelta(days=day[1])).isoformat(), Precision.DAY
    return None


def _ago(tokens: list[str], words: DateWords, index: int) -> tuple[str, int, int] | None:
    """Unit, count and length in tokens of what starts at ``index``."""
    if index >= len(tokens):
        return None
    if tokens[index].isdecimal():
        if index + 1 < len(tokens) and (unit := words.counted_units.at(tokens, index + 1)) is not None:
            return unit[1].unit, min(int(tokens[index][:5]), 10_000), 1 + unit[0]
        return None
    fixed = words.units.at(tokens, index)
    return None if fixed is None else (fixed[1].unit, fixed[1].times, fixed[0])


def _ago_reading(unit: str, count: int, _size: int, ground: datetime) -> tuple[str, Precision] | None:
    try:
        if unit == "month":
            months = ground.year * 12 + ground.month - 1 - count
            return f"{months // 12:04}-{months % 12 + 1:02}", Precision.MONTH
        if unit in ("day", "week"):
            days = count * (7 if unit == "week" else 1)
            return (ground.date() - timedelta(days=days)).isoformat(), Precision.DAY
        moment = ground - timedelta(minutes=count * (60 if unit == "hour" else 1))
    except OverflowError:
        return None
    return moment.isoformat(timespec="minutes"), Precision.MINUTE
