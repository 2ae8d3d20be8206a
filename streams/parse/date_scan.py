"""One pass over the tokens of a line that may be a date: what stands where, before any of it is believed."""

from datetime import tzinfo

from streams.parse.calendars import YEARS
from streams.parse.date_clock import Clock
from streams.parse.date_words import Calendar, DateWords, Month, Word

_SEPARATORS = frozenset("/-.،")
# 2023年11月9日, 2023년 11월 9일
_CJK_YEAR, _CJK_MONTH = ("年", "년"), ("月", "월")
# Years of 13xx and 14xx in figures that no word tells: Jalali until 1419 (A.D. 2040; as Hijri 1998, before news was on
# the Web), Hijri from 1420.
_LAST_JALALI = 1419


class Found:
    """One date while it is put together. ``marked``: figures whose calendar only a mark («هـ») settles."""

    __slots__ = ("calendar", "day", "marked", "month", "year")

    def __init__(
        self, calendar: Calendar, year: int | None, month: int, day: int | None, *, marked: bool = False
    ) -> None:
        self.calendar: Calendar = calendar
        self.year, self.month, self.day = year, month, day
        self.marked = marked


class Scan:
    """One pass over the tokens of a line. Reads the first date, in each calendar that it is given in."""

    def __init__(self, tokens: list[str], words: DateWords, *, month_first: bool) -> None:
        self._size = len(tokens)
        self._tokens = [*tokens, *("",) * 8]  # so that looking ahead needs no care
        self._words, self._month_first = words, month_first
        self.found: list[Found] = []
        self.year: int | None = None
        """A line that is nothing but a year."""
        self.days_ago: int | None = None
        """«أمس»: to be believed when there is no other date."""
        self.strangers = 0
        """Words and numbers that belong to no date."""
        self._clock = Clock(self._tokens, words)
        self._pending: int | None = None
        self._last_is_weekday = False
        self._month_start = self._month_end = -1
        self._over = False

    @property
    def time(self) -> tuple[int, int, int | None] | None:
        """Hour, minute and second of the day."""
        return self._clock.time

    @property
    def zone(self) -> tuple[tzinfo, ...] | None:
        """The time zone; more than one where a name leaves it open."""
        return self._clock.zone

    def run(self) -> None:
        """Read the tokens until a second date begins."""
        index, tokens, phrases = 0, self._tokens, self._words.phrases
        while index < self._size and not self._over:
            token = tokens[index]
            if token.isdecimal():
                index += self._number(index)
            elif token in phrases:
                index += self._word(index)
            else:
                index += self._other(index)
        self.strangers += self._over or self._pending is not None
        self.found = [found for found in self.found if found.day is None or 1 <= found.day <= 31]

    def _word(self, index: int) -> int:
        for size, word in self._words.phrases.at(self._tokens, index):
            if self._take(word, index, index + size):
                return size
        return self._other(index)

    def _take(self, word: Word, index: int, end: int) -> bool:
        if word.month is not None and self._take_month(word.month, index, end, weekday=word.silent):
            return True
        if (word.half is not None or word.zone is not None) and self._clock.take(word, index, end):
            return True
        if word.mark is not None and self.found:
            self._take_mark(word.mark)
            return True
        if word.day is not None:
            self._day(word.day, index)
            return True
        if word.days_ago is not None:
            self.days_ago = word.days_ago if self.days_ago is None else self.days_ago
            return True
        return word.silent or word.zone is not None or word.half is not None or word.mark is not None

    def _other(self, index: int) -> int:
        token = self._tokens[index]
        if token in ("+", "-") and (size := self._clock.offset(index)):
            return size
        if token.isalpha() and not self._is_ending(token, index):
            self.strangers += 1
            self._pending = None
            if self.found and self.found[-1].day is None and self.found[-1].year is None:
                self.found.pop()  # «Résultats des législatives 2024»: no month («des» is December in Dutch)
        return 1

    def _is_ending(self, letters: str, index: int) -> bool:
        """9th, 1er; the T of ISO 8601."""
        after_number = index > 0 and self._tokens[index - 1].isdecimal()
        return after_number and (letters in self._words.ordinals or letters == "t")

    def _number(self, index: int) -> int:
        tokens = self._tokens
        token = tokens[index]
        mark, second, third = tokens[index + 1], tokens[index + 2], tokens[index + 4]
        if second.isdecimal() and len(token) <= 4 and len(second) <= 2:
            if mark in _SEPARATORS and tokens[index + 3] == mark and third.isdecimal():
                if tokens[index + 5] == mark and tokens[index + 6].isdecimal():
                    return self._number_of_a_thing(index, mark)
                if self._figures(token, second, third, mark):
                    return 5
            if mark in _CJK_YEAR and tokens[index + 3] in _CJK_MONTH:
                day = int(third) if third.isdecimal() and len(third) <= 2 else None
                self._add(Found("gregorian", int(token), int(second), day))
                return 4 if day is None else 6
        if size := self._clock.number(index, dated=self._complete()):
            return size
        self._lone(token, index)
        return 1

    def _number_of_a_thing(self, index: int, mark: str) -> int:
        """10.11.12.13, 978-3-16-148410: the length of figures that are too many for a date."""
        end = index + 1
        while self._tokens[end] == mark and self._tokens[end + 1].isdecimal():
            end += 2
        self.strangers += 1
        return end - index

    def _figures(self, first: str, second: str, third: str, mark: str) -> bool:
        """A date in three figures; false when it is none."""
        a, b, c = int(first), int(second), int(third)
        if len(first) == 4 and len(third) <= 2:
            year, month, day = (a, b, c) if b <= 12 else (a, c, b)
        elif len(first) <= 2 and len(third) in (2, 4):
            year = c if len(third) == 4 else 2000 + c
            month_first = self._month_first and mark != "."  # 3.4.2021 is the 3rd of April everywhere
            day, month = (b, a) if (month_first and a <= 12) or b > 12 else (a, b)
        else:
            return False
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return False
        if year in YEARS["gregorian"]:
            self._add(Found("gregorian", year, month, day))
        elif year in YEARS["jalali"] or year in YEARS["hijri"]:
            self._add(Found("jalali" if year <= _LAST_JALALI else "hijri", year, month, day, marked=True))
        else:
            return False
        return True

    def _lone(self, token: str, index: int) -> None:
        number, digits = int(token[:5]), len(token)
        last = self.found[-1] if self.found else None
        again = last is not None and number in (last.year, last.day) and self._complete()
        if again and not self._month_follows(index):
            return  # the same date, written again
        if last is not None and last.day is None and digits <= 2 and index - self._month_end <= 1 and 1 <= number <= 31:
            last.day = number
            return
        if last is not None and last.year is None:
            if digits == 4 and number in YEARS[last.calendar]:
                last.year = number
                return
            if digits == 2 and last.day is not None and self._before_short_year(index):
                last.year = 2000 + number
                return
        if digits == 4 and self._size == 1 and number in YEARS["gregorian"]:
            self.year = number
            return
        self.strangers += self._pending is not None or digits > 4
        self._pending = number if digits <= 4 else None

    def _month_follows(self, index: int) -> bool:
        """Whether a number is a day: «12 رجب 1446هـ - 12 يناير 2025م»."""
        token = self._tokens[index + 1]
        phrases = self._words.phrases
        return token in phrases and any(word.month is not None for _, word in phrases.at(self._tokens, index + 1))

    def _before_short_year(self, index: int) -> bool:
        """9-Nov-23, 9/Nov/23, Nov 9 '23."""
        mark = self._tokens[index - 1]
        return mark in ("'", "’") or (mark in ("-", "/") and mark == self._tokens[self._month_start - 1])

    def _day(self, number: int, index: int) -> None:
        last = self.found[-1] if self.found else None
        if last is not None and last.day is None and index - self._month_end <= 1:
            last.day = number
            return
        self.strangers += self._pending is not None
        self._pending = number

    def _take_month(self, month: Month, index: int, end: int, *, weekday: bool) -> bool:
        """False where the word is no month after all."""
        last = self.found[-1] if self.found else None
        if last is not None and last.calendar == month.calendar and self._continues(last, month, index):
            if self._last_is_weekday and last.day is not None and last.year is None and last.month != month.number:
                last.month = month.number  # «mar. 3 juillet»: mardi, not mars
                self._last_is_weekday = False
            self._month_end = end
            return True
        day = year = None
        if self._pending is not None:
            if 1 <= self._pending <= 31:
                day = self._pending
            elif self._pending in YEARS[month.calendar]:
                year = self._pending
            self._pending = None
        self._add(Found(month.calendar, year, month.number, day))
        self._last_is_weekday, self._month_start, self._month_end = weekday and day is None, index, end
        return True

    def _continues(self, last: Found, month: Month, index: int) -> bool:
        """Whether a month belongs to the date before it: a month with two names, «كانون الثاني/يناير»."""
        if self._pending is not None and self._pending not in (last.day, last.year):
            return False
        if last.month == month.number or self._last_is_weekday:
            self._pending = None
            return True
        return self._pending is None and last.year is None and index - self._month_end <= 1

    def _add(self, found: Found) -> None:
        """A date begins; a second one in the same calendar is another's, and ends the line."""
        for other in self.found:
            if other.calendar == found.calendar and other.year is not None:
                same = (other.year, other.month, other.day) == (found.year, found.month, found.day)
                self._over = not same
                return
        self.strangers += any(other.calendar == found.calendar for other in self.found)
        self.found.append(found)

    def _take_mark(self, mark: Calendar) -> None:
        last = self.found[-1]
        if last.marked and mark != "gregorian":
            last.calendar = mark

    def _complete(self) -> bool:
        return bool(self.found) and self.found[-1].year is not None
