"""Which letters are marked: by where they stand, and by nothing that is not a mark."""

import pytest

from streams.dead_letters.marks import Mark, Marks, headers, place
from streams.delivery.stage import Headers, Record


def record(offset: int, value: bytes | None = b"{}", said: Headers = (), partition: int = 0) -> Record:
    return Record("dead", partition, offset, None, b"key", value, said)


def mark(offset: int, of: str, partition: int = 0) -> Record:
    return record(offset, None, headers(Mark.REDRIVEN, of), partition)


def marked(*records: Record) -> list[tuple[int, int]]:
    marks = Marks()
    for each in records:
        marks.add(each)
    return [(each.partition, each.offset) for each in records if each.value is not None and each in marks]


def test_a_letter_is_marked_by_its_number() -> None:
    assert marked(record(1000), record(1001), record(1009), mark(1010, "0/1009"), mark(1011, "0/1000")) == [
        (0, 1000),
        (0, 1009),
    ]


def test_partitions_are_kept_apart() -> None:
    assert marked(record(5), record(5, partition=1), mark(6, "1/5", partition=1)) == [(1, 5)]


@pytest.mark.parametrize(
    "other",
    [
        record(8, None),
        record(8, None, (("rafid-letter", b"\xff"),)),
        record(8, None, (("rafid-letter", None),)),
        mark(8, "1/7"),
        mark(8, "0/8"),
        mark(8, "0/900719925474099"),
        mark(8, "0/-7"),
        record(8, b"{}", headers(Mark.REDRIVEN, "0/7")),
    ],
    ids=["no header", "no text", "null", "another partition", "itself", "to come", "no number", "with a value"],
)
def test_what_is_no_mark_of_ours_marks_nothing(other: Record) -> None:
    assert marked(record(7), other) == []


def test_a_mark_of_a_letter_that_retention_took_is_passed_over() -> None:
    assert marked(mark(20, "0/3"), record(21), mark(22, "0/21")) == [(0, 21)]


def test_the_marks_of_a_million_letters_are_small() -> None:
    marks = Marks()
    marks.add(record(0))
    marks.add(mark(1_000_001, "0/1000000"))
    assert sum(map(len, marks._bits.values())) == 125_001


@pytest.mark.parametrize(("number", "found"), [("0/17", (0, 17)), ("12/0", (12, 0)), ("17", None), ("0/1/2", None)])
def test_a_number_is_partition_and_offset(number: str, found: tuple[int, int] | None) -> None:
    assert place(number) == found
