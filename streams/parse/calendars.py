"""Hijri and Jalali days as Gregorian ones."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from streams.parse.date_words import Calendar

# News did not exist on the Web before, and a year beyond is a typing error. Hijri: what hijridate's table
# covers.
YEARS: dict[Calendar, range] = {
    "gregorian": range(1900, 2100),
    "hijri": range(1343, 1501),
    "jalali": range(1300, 1500),
}
# Jalali years of 366 days come in a 33-year cycle, which agrees with the calendar as kept from 1178 to 1633.
_JALALI_CYCLE_DAYS = 12_053
_JALALI_LEAPS = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
_JALALI_YEAR = 1386  # the first of a cycle …
_JALALI_EPOCH = date(2007, 3, 21)  # … and its first day


def to_gregorian(hijri: Callable[..., Any], calendar: Calendar, year: int, month: int, day: int) -> date | None:
    """The Gregorian day, or null when there is no such day. ``hijri`` is ``hijridate.Hijri`` (Umm al-
    Qura)."""
    try:
        if calendar == "hijri":
            there: date = hijri(year, month, day).to_gregorian()
            return date(there.year, there.month, there.day)
        if calendar == "jalali":
            return _from_jalali(year, month, day)
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _from_jalali(year: int, month: int, day: int) -> date:
    length = 31 if month <= 6 else 30
    if not (1178 <= year <= 1633 and 1 <= month <= 12 and 1 <= day <= length):
        raise ValueError(f"no Jalali day {year}-{month}-{day}")
    cycles, rest = divmod(year - _JALALI_YEAR, 33)
    leaps = sum(1 for leap in _JALALI_LEAPS if leap < rest)
    if month == 12 and day == 30 and rest not in _JALALI_LEAPS:
        raise ValueError(f"no Jalali day {year}-{month}-{day}")
    before = (month - 1) * 31 - max(0, month - 7)
    return _JALALI_EPOCH + timedelta(days=cycles * _JALALI_CYCLE_DAYS + rest * 365 + leaps + before + day - 1)
