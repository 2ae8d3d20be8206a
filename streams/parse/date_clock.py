"""The time of day in a line that has a date: 17:05, 5.05 pm, 17h05, «8 مساء», and its time zone."""

from datetime import timedelta, timezone, tzinfo

from streams.parse.calendars import YEARS
from streams.parse.date_words import DateWords, Half, Word

_LARGEST_OFFSET = 14  # hours: Kiribati


class Clock:
    """What a line says of the time of day, while it is read token by token. ``tokens`` is padded at its end."""

    def __init__(self, tokens: list[str], words: DateWords) -> None:
        self._tokens, self._words = tokens, words
        self.time: tuple[int, int, int | None] | None = None
        """Hour, minute and, where given, second."""
        self.zone: tuple[tzinfo, ...] | None = None
        self._closed = False
        self._half: Half | None = None
        self._end = self._zone_end = -9
        # «م 05:45» and "GMT 14:30": what stands just before the time of day.
        self._early_half: Half | None = None
        self._early_zone: tuple[tzinfo, ...] | None = None
        self._early_half_end = self._early_zone_end = -9

    def number(self, index: int, *, dated: bool) -> int:
        """A time of day that starts with the number at ``index``: its length in tokens, or 0.

        ``dated``: a whole date stands before, so that 17.05 is no date, and 5 in «5 مساء» no day.
        """
        tokens = self._tokens
        token, mark, minute = tokens[index], tokens[index + 1], tokens[index + 2]
        if len(token) > 2:
            return self._four_digits(index, dated=dated) if len(token) == 4 else 0
        hour = int(token)
        if hour > 23:
            return 0
        if len(minute) == 2 and minute.isdecimal() and int(minute) < 60 and self._parts_time(index, dated=dated):
            return self._take(index, hour, int(minute), *self._second(index + 3))
        if mark == "h" and dated:
            return self._take(index, hour, 0, None, 2)
        if hour <= 12 and mark and (half := self._half_at(index + 1, dated=dated)) is not None:
            size = self._take(index, hour, 0, None, 1 + half[0])
            self._set_half(half[1])
            return size
        return 0

    def take(self, word: Word, index: int, end: int) -> bool:
        """Whether a word belongs to the time of day; words before it are kept in mind, and not taken."""
        after = self.time is not None and index - self._end <= 1
        if word.half is not None:
            if after and self._half is None:
                self._set_half(word.half)
                self._end = end
                return True
            if word.mark is None or not self._tokens[index - 1].isdecimal():  # «2023 م»: the mark of a year
                self._early_half, self._early_half_end = word.half, end
        if word.zone is not None:
            if self.time is None:
                self._early_zone, self._early_zone_end = word.zone, end
            elif not self._closed and not self._is_sentence(end):
                self.zone, self._zone_end = self.zone or word.zone, end
                return True
        return False

    def offset(self, index: int) -> int:
        """An offset such as +03:00, +0300 or the +3 of GMT+3; its length in tokens, or 0."""
        if self.time is None or self._closed:
            return 0
        tokens = self._tokens
        digits, after = tokens[index + 1], tokens[index + 2]
        after_zone = index - self._zone_end <= 1
        if not digits.isdecimal() or (index - self._end > 1 and not after_zone):
            return 0
        minutes, size = "00", 2
        if len(digits) == 4:
            digits, minutes = digits[:2], digits[2:]
        elif after == ":" and len(tokens[index + 3]) == 2:
            minutes, size = tokens[index + 3], 4
        elif not after_zone and not (tokens[index] == "+" and len(digits) == 2):
            return 0
        if len(digits) > 2 or not minutes.isdecimal() or tokens[index + size] in ("/", "-", "."):
            return 0
        hours = timedelta(hours=int(digits), minutes=int(minutes))
        if hours > timedelta(hours=_LARGEST_OFFSET) or int(minutes) > 59:
            return 0
        self.zone = (timezone(-hours if tokens[index] == "-" else hours),)
        return size

    def _parts_time(self, index: int, *, dated: bool) -> bool:
        """Whether the mark after the hour at ``index`` parts it from minutes: 17:05, 17h05, 17.05 if it is no date."""
        mark, after = self._tokens[index + 1], self._tokens[index + 3]
        if mark == ".":
            return after != "." and (dated or self._tells_time(index + 3))
        return mark in (":", "h", "٫")

    def _take(self, index: int, hour: int, minute: int, second: int | None, size: int) -> int:
        if self.time is not None:
            self._closed = True  # «17:05 - 18:00», «17:05 بتوقيت مكة، 14:05 غرينتش»: the first
            return size
        self.time, self._end = (hour, minute, second), index + size
        if index - self._early_half_end <= 1 and self._early_half is not None and not self._followed_by_half():
            self._set_half(self._early_half)
        if index - self._early_zone_end <= 1:
            self.zone = self._early_zone
        return size

    def _second(self, index: int) -> tuple[int | None, int]:
        """Seconds, and their fraction, after hour and minute; with the length of all in tokens."""
        tokens = self._tokens
        second = tokens[index + 1]
        if tokens[index] != ":" or len(second) != 2 or not second.isdecimal() or int(second) > 59:
            return None, 3
        fraction = tokens[index + 2] == "." and tokens[index + 3].isdecimal()
        return int(second), 7 if fraction else 5

    def _four_digits(self, index: int, *, dated: bool) -> int:
        """1705 GMT, 1705 hrs."""
        token = self._tokens[index]
        hour, minute = int(token[:2]), int(token[2:])
        if hour > 23 or minute > 59 or (int(token) in YEARS["gregorian"] and not dated):
            return 0
        return self._take(index, hour, minute, None, 1) if self._tells_time(index + 1, halves=False) else 0

    def _tells_time(self, index: int, *, halves: bool = True) -> bool:
        """Whether the next word is one that only a time of day has after it."""
        if self._tokens[index] in ("hrs", "hours", "uhr"):
            return True
        return any(
            word.zone is not None or (halves and word.half is not None)
            for _, word in self._words.phrases.at(self._tokens, index)
        )

    def _half_at(self, index: int, *, dated: bool) -> tuple[int, Half] | None:
        for size, word in self._words.phrases.at(self._tokens, index):
            # «5 م» alone may be five metres.
            if word.half is not None and (dated or len(self._tokens[index]) > 1 or size > 1):
                return size, word.half
        return None

    def _followed_by_half(self) -> bool:
        return any(word.half is not None for _, word in self._words.phrases.at(self._tokens, self._end))

    def _set_half(self, half: Half) -> None:
        assert self.time is not None
        hour, minute, second = self.time
        if half == "pm" or (half == "noon" and hour < 10) or (half == "night" and 6 <= hour < 12):
            hour += 12 if hour < 12 else 0
        elif half in ("am", "night") and hour == 12:
            hour = 0
        self.time, self._half = (hour, minute, second), half

    def _is_sentence(self, index: int) -> bool:
        """«à 14:20 et modifié»: the next token is a word that no date has."""
        token = self._tokens[index]
        return token.isalpha() and token not in self._words.phrases
