"""Marks: which dead letters were dealt with.

A mark is a record without a value that follows its letter in the same partition, with its key. It is written in
one transaction with what was done, so both are there or neither. Why marks, and not a consumer group's offsets:
docs/decisions/0004-a-letter-dealt-with-is-marked.md.
"""

import re
from enum import StrEnum

from streams.delivery.stage import Headers, Record

MARK = "rafid-mark"
LETTER = "rafid-letter"

_NUMBER = re.compile(r"([0-9]{1,10})/([0-9]{1,19})")


class Mark(StrEnum):
    """What was done with a letter."""

    REDRIVEN = "redriven"
    DISCARDED = "discarded"


def headers(mark: Mark, number: str) -> Headers:
    """The headers of a mark of the letter ``number``."""
    return ((MARK, mark.value.encode()), (LETTER, number.encode()))


def place(number: str) -> tuple[int, int] | None:
    """Partition and offset of a letter's number; None where it is none."""
    match = _NUMBER.fullmatch(number)
    return (int(match[1]), int(match[2])) if match else None


class Marks:
    """The marked letters of a topic: a bit for each offset, so that a million take 125 KB."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._bits: dict[int, bytearray] = {}

    def add(self, record: Record) -> None:
        """Note a record, if it is a mark. Records come by partition in order, from the topic's beginning."""
        first = self._first.setdefault(record.partition, record.offset)
        if record.value is not None:
            return
        number = next((value for name, value in record.headers if name == LETTER and value), b"")
        marked = place(number.decode("ascii", "replace"))
        # A mark stands behind its letter, in its partition: anything else is not ours.
        if marked is None or marked[0] != record.partition or not first <= marked[1] < record.offset:
            return
        bits = self._bits.setdefault(record.partition, bytearray())
        at, bit = divmod(marked[1] - first, 8)
        if at >= len(bits):
            bits.extend(bytes(at + 1 - len(bits)))
        bits[at] |= 1 << bit

    def __contains__(self, record: Record) -> bool:
        """Whether the letter in this record is marked."""
        at, bit = divmod(record.offset - self._first.get(record.partition, 0), 8)
        bits = self._bits.get(record.partition, b"")
        return 0 <= at < len(bits) and bool(bits[at] & 1 << bit)
