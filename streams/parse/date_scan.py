"""One pass over the tokens of a line that may be a date: what stands where, before any of it is believed."""

from streams.parse.calendars import YEARS
from streams.parse.date_words import TOKEN, Calendar, DateWords, Month


class Found:
    """One date while it is put together."""

    def __init__(self, calendar: Calendar, year: int | None, month: int | None, day: int | None) -> None:
        self.calendar: Calendar = calendar
        self.year, self.month, self.day = year, month, day


class Scan:
    """One pass over the tokens of a line."""

    def __init__(self, folded: str, words: DateWords, month_first: bool) -> None:
        self._words, self._month_first = words, month_first
        self._tokens = TOKEN.findall(folded)
        self._glued = _glued(folded)
        self.found: list[Found] = []
        self.time: tuple[int, int, int | None] | None = None
        self.offset: str | None = None
        self.strangers = 0
        self._pending: int | None = None
        self._half = self._after_clock = False

    def run(self) -> None:
        """Read all tokens."""
        index = 0
        while index < len(self._tokens):
            index += self._step(index)
        if self._pending is not None:
            self._lone(self._pending)
        self.found = [found for found in self.found if _possible(found)]

    def _step(self, index: int) -> int:  # noqa: PLR0911 - one return a case
        word = self._tokens[index]
        if word.isdecimal():
            return self._number(index)
        words = self._words
        if (month := words.months.at(self._tokens, index)) is not None and self._take_month(month[1], index):
            return month[0]
        if self._after_clock and (zone := words.zones.at(self._tokens, index)) is not None:
            self.offset = self.offset or zone[1]
            return zone[0]
        if self.time is not None and not self._half and (half := words.halves.at(self._tokens, index)) is not None:
            self._take_half(half[1])
            return half[0]
        if self.found and (mark := words.marks.at(self._tokens, index)) is not None:
            self._take_mark(mark[1])
            return mark[0]
        for phrases in (words.silent, words.zones, words.halves):
            if (silent := phrases.at(self._tokens, index)) is not None:
                return silent[0]
        if word in "+-" and self._after_clock and (size := self._take_offset(index)):
            return size
        if word.isalpha() and word != "t" and word not in words.ordinals:
            self.strangers += 1
        return 1

    def _number(self, index: int) -> int:
        tokens = self._tokens
        token = tokens[index]
        number = int(token[:5])
        mark = tokens[index + 1] if index + 1 < len(tokens) else ""
        second = tokens[index + 2] if index + 2 < len(tokens) else ""
        third = tokens[index + 4] if index + 4 < len(tokens) and tokens[index + 3 : index + 4] == [mark] else ""
        if (
            second.isdecimal()
            and mark in "/-.年"
            and mark
            and third.isdecimal()
            and self._numeric(token, second, third)
        ):
            return 5
        if second.isdecimal() and tokens[index + 3 : index + 4] == ["月"] and mark == "年":
            day = tokens[index + 4] if index + 4 < len(tokens) else ""
            self.found.append(Found("gregorian", number, int(second[:3]), int(day[:3]) if day.isdecimal() else None))
            return 6 if day.isdecimal() else 4
        if self.time is None and number < 25 and len(token) <= 2 and (size := self._clock(index, number, mark, second)):
            return size
        if self.time is None and number <= 12 and mark and self._complete():
            half = self._words.halves.at(tokens, index + 1)
            if half is not None:
                self.time, self._after_clock = (number, 0, None), True
                self._take_half(half[1])
                return 1 + half[0]
        self._lone(number, len(token))
        return 1

    def _clock(self, index: int, hour: int, mark: str, second: str) -> int:
        """A time of day such as 17:05, 17.05 (after a complete date), 17h05; its length in tokens, or 0."""
        clock = mark == ":" or (mark in "h٫" and mark) or (mark == "." and self._complete())
        if not (clock and second.isdecimal() and len(second) == 2 and int(second) < 60 and hour < 24):
            return 0
        seconds, size, tokens = None, 3, self._tokens
        if tokens[index + 3 : index + 4] == [":"] and index + 4 < len(tokens) and tokens[index + 4].isdecimal():
            if len(tokens[index + 4]) == 2 and int(tokens[index + 4]) < 60:
                seconds, size = int(tokens[index + 4]), 5
            if tokens[index + 5 : index + 6] == ["."] and index + 6 < len(tokens) and tokens[index + 6].isdecimal():
                size = 7  # fractions of a second
        self.time, self._after_clock = (hour, int(second), seconds), True
        return size

    def _numeric(self, first: str, second: str, third: str) -> bool:
        a, b, c = int(first[:5]), int(second[:5]), int(third[:5])
        if len(first) == 4:
            year, month, day = a, b, c
        elif len(third) == 4 or (len(third) == 2 and len(first) <= 2):
            year = c if len(third) == 4 else 2000 + c
            day, month = (b, a) if (self._month_first and a <= 12) or b > 12 else (a, b)
        else:
            return False
        calendar: Calendar = "gregorian"
        if year in YEARS["jalali"]:
            calendar = "jalali"  # unless marked as Hijri: see _take_mark
        elif year not in YEARS["gregorian"]:
            return False
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return False
        self.found.append(Found(calendar, year, month, day))
        return True

    def _lone(self, number: int, digits: int = 2) -> None:
        last = self.found[-1] if self.found else None
        if last is not None and last.month is not None and last.year is None:
            if digits == 4 and number in YEARS[last.calendar]:
                last.year = number
                return
            if last.day is None and 1 <= number <= 31 and digits <= 2:
                last.day = number
                return
        if digits == 4 and number in YEARS["gregorian"] and last is None and len(self._tokens) == 1:
            self.found.append(Found("gregorian", number, None, None))
            return
        if self._pending is not None:
            self.strangers += 1
        self._pending = number

    def _take_month(self, month: Month, index: int) -> bool:
        last = self.found[-1] if self.found else None
        if last is not None and last.year is None and last.month is not None and last.calendar == month.calendar:
            if self._tokens[index - 1] in "/-(" or last.month == month.number:
                return True  # a month with two names: «كانون الثاني/يناير»
            last.month = month.number
            return True
        if last is not None and last.year is not None and last.calendar == month.calendar and self._pending is None:
            return last.month == month.number
        day = year = None
        if self._pending is not None:
            if 1 <= self._pending <= 31:
                day = self._pending
            elif self._pending in YEARS[month.calendar]:
                year = self._pending
            self._pending = None
        self.found.append(Found(month.calendar, year, month.number, day))
        return True

    def _take_half(self, half: str) -> None:
        assert self.time is not None
        hour, minute, second = self.time
        if half == "pm" and hour < 12:
            hour += 12
        elif half == "am" and hour == 12:
            hour = 0
        self.time, self._half = (hour, minute, second), True

    def _take_mark(self, mark: Calendar) -> None:
        last = self.found[-1]
        if mark == "hijri" and last.calendar == "jalali" and last.year is not None:
            last.calendar = "hijri"

    def _take_offset(self, index: int) -> int:
        """An offset such as +03:00, +0300 or the 3 of GMT+3; its length in tokens, or 0."""
        tokens = self._tokens
        if index + 1 >= len(tokens) or not tokens[index + 1].isdecimal() or index not in self._glued:
            return 0
        digits, size = tokens[index + 1], 2
        minutes = "00"
        if len(digits) == 4:
            digits, minutes = digits[:2], digits[2:]
        elif tokens[index + 2 : index + 3] == [":"] and index + 3 < len(tokens) and len(tokens[index + 3]) == 2:
            minutes, size = tokens[index + 3], 4
        if len(digits) > 2 or not minutes.isdecimal() or int(digits) > 14 or int(minutes) > 59:
            return 0
        self.offset, self._after_clock = f"{tokens[index]}{int(digits):02}:{minutes}", False
        return size

    def _complete(self) -> bool:
        return bool(self.found) and self.found[-1].year is not None


def _possible(found: Found) -> bool:
    return found.month is None or (1 <= found.month <= 12 and (found.day is None or 1 <= found.day <= 31))


def _glued(folded: str) -> frozenset[int]:
    """Indices of the tokens that the next one follows without a space."""
    spans = [match.span() for match in TOKEN.finditer(folded)]
    return frozenset(index for index in range(len(spans) - 1) if spans[index][1] == spans[index + 1][0])
