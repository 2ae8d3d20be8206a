"""Dates as news pages write them, in all calendars and languages of ``languages/*.toml``, to ISO 8601.

A reading is as precise as the page: a day stays a day. Nothing is guessed: a date without a year, or a relative one,
is read only when the caller gives the ground (when the page was fetched), and a time zone that is not certain is left
out. Of two calendars side by side the Gregorian one counts.
"""

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from schemas.parsed_article import ArticleDate, Precision
from streams.fold import fold
from streams.parse.calendars import YEARS, to_gregorian
from streams.parse.date_scan import Found, Scan
from streams.parse.date_words import TOKEN, Calendar, DateWords
from streams.parse.relative_dates import read_relative

_MOST_LETTERS = 160
_YEAR_OR_MONTH = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
_DIGIT = re.compile(r"\d")
# Of two side by side, the first of these.
_CALENDARS: tuple[Calendar, ...] = ("gregorian", "jalali", "hijri")


class Reading(NamedTuple):
    """A date read. ``whole``: nothing but the date stood there."""

    value: str
    precision: Precision
    whole: bool


class DateReader:
    """Reads dates. Immutable once built; 8 to 30 µs a date."""

    def __init__(self, words: DateWords) -> None:
        from hijridate import Hijri  # noqa: PLC0415 - 23 ms, not needed to import this module

        self._words = words
        self._hijri = Hijri

    def article_date(self, text: str, language: str | None, ground: datetime | None) -> ArticleDate | None:
        """The date in ``text``, with ``text`` as written; null when there is none that can be read.

        ``language``: BCP 47, says whether 3/4/2021 begins with the month (see ``date_words``); null: with the day.
        ``ground``: when the page was fetched.
        """
        reading = self.read(fold(text), language, ground)
        return reading and ArticleDate(value=reading.value, precision=reading.precision, text=text.strip())

    def read(self, folded: str, language: str | None = None, ground: datetime | None = None) -> Reading | None:
        """The first date in a folded line of at most 160 letters, or null."""
        if len(folded) > _MOST_LETTERS or (ground is None and not _DIGIT.search(folded)):
            return None
        tokens = TOKEN.findall(folded)
        if ground is not None and not self._words.relative.isdisjoint(tokens):
            relative = read_relative(tokens, self._words, ground)
            if relative is not None:
                return Reading(*relative)
        scan = Scan(tokens, self._words, month_first=_month_first(language, self._words))
        scan.run()
        return self._reading(scan, ground)

    def _reading(self, scan: Scan, ground: datetime | None) -> Reading | None:
        whole = scan.strangers == 0
        if scan.year is not None:
            return Reading(f"{scan.year:04}", Precision.YEAR, whole)
        for calendar in _CALENDARS:
            for found in scan.found:
                if found.calendar == calendar and (reading := self._of(found, scan, ground)) is not None:
                    return reading
        if scan.days_ago is not None and ground is not None and whole and not scan.found:
            return _at(ground.date() - timedelta(days=scan.days_ago), scan, whole=whole)
        return None

    def _of(self, found: Found, scan: Scan, ground: datetime | None) -> Reading | None:
        whole = scan.strangers == 0
        year, month, day = found.year, found.month, found.day
        if year is None:
            if day is None or ground is None or found.calendar != "gregorian":
                return None
            year = _last_such_year(month, day, ground)
        if day is None:
            if found.calendar != "gregorian":
                return None
            return Reading(f"{year:04}-{month:02}", Precision.MONTH, whole)
        there = to_gregorian(self._hijri, found.calendar, year, month, day)
        if there is None or there.year not in YEARS["gregorian"]:
            return None
        return _at(there, scan, whole=whole)


def _at(day: date, scan: Scan, *, whole: bool) -> Reading:
    """A day with the time of day, where the line has one."""
    if scan.time is None:
        return Reading(day.isoformat(), Precision.DAY, whole)
    hour, minute, second = scan.time
    moment = datetime(day.year, day.month, day.day, hour, minute, second or 0)  # noqa: DTZ001 - the zone may be unknown
    if scan.zone is not None and (offset := _offset(moment, scan.zone)) is not None:
        moment = moment.replace(tzinfo=timezone(offset))
    precision = Precision.MINUTE if second is None else Precision.SECOND
    return Reading(moment.isoformat(timespec=f"{precision}s"), precision, whole)


def _offset(moment: datetime, zones: tuple[tzinfo, ...]) -> timedelta | None:
    """The offset from UTC, or null where it is not certain.

    It is not where the name stands for places that differed then («عمان»: Amman or Muscat), nor in the hour that
    daylight saving repeats or leaves out.
    """
    if len(zones) == 1 and (fixed := zones[0].utcoffset(None)) is not None:
        return fixed
    offsets = {moment.replace(tzinfo=zone, fold=fold_).utcoffset() for zone in zones for fold_ in (0, 1)}
    offset = offsets.pop()
    # Before time zones, cities kept the sun's time to the second: no page means that.
    return offset if not offsets and offset is not None and offset.seconds % 60 == 0 else None


def read_iso(text: str) -> ArticleDate | None:
    """A date as machines write it, ISO 8601 or RFC 5322; null when it is neither."""
    text = text.strip()
    try:
        if _YEAR_OR_MONTH.fullmatch(text):
            date(int(text[:4]), int(text[5:] or 1), 1)
            return ArticleDate(value=text, precision=Precision.YEAR if len(text) == 4 else Precision.MONTH, text=text)
        if len(text) == 10:
            return ArticleDate(value=date.fromisoformat(text).isoformat(), precision=Precision.DAY, text=text)
        moment = _moment(text)
    except (ValueError, OverflowError):
        return None
    if moment is None or moment.year not in YEARS["gregorian"]:
        return None
    seconds = text.count(":") - (1 if moment.tzinfo and text[-3:-2] == ":" and text[-6:-5] in "+-" else 0) >= 2
    precision = Precision.SECOND if seconds else Precision.MINUTE
    return ArticleDate(value=moment.isoformat(timespec=f"{precision}s"), precision=precision, text=text)


def read_ground(text: str | None) -> datetime | None:
    """When a page was fetched, from an envelope or header; null when it cannot be read."""
    if not text:
        return None
    try:
        return _moment(text.strip())
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        try:
            return parsedate_to_datetime(text)
        except (TypeError, IndexError) as error:
            raise ValueError(text) from error


def _last_such_year(month: int, day: int, ground: datetime) -> int:
    """The year that puts a day without one at most a day after ``ground``: pages are ahead of it by time zone."""
    later = (ground + timedelta(days=1)).date() if ground.year < 9999 else ground.date()
    return later.year if (month, day) <= (later.month, later.day) else later.year - 1


def _month_first(language: str | None, words: DateWords) -> bool:
    return (language or "").lower().replace("_", "-") in words.month_first
