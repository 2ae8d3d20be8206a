"""Where a transaction is cut."""

from streams.delivery.slices import Partition, Slice, cut
from streams.delivery.stage import RECORD_OVERHEAD, Record


def record(size: int, offset: int = 0) -> Record:
    return Record("in", 0, offset, None, None, b"x" * (size - RECORD_OVERHEAD), ())


def test_cut_by_records() -> None:
    assert cut([record(200)] * 10, max_records=4, max_bytes=10_000) == 4


def test_cut_by_bytes() -> None:
    assert cut([record(200)] * 10, max_records=100, max_bytes=500) == 2


def test_one_record_larger_than_the_limit_is_a_slice_of_its_own() -> None:
    assert cut([record(9000), record(200)], max_records=100, max_bytes=500) == 1


def test_what_fits_is_not_cut() -> None:
    assert cut([record(200)] * 3, max_records=3, max_bytes=600) == 3
    assert cut([], max_records=3, max_bytes=600) == 0


def test_a_slice_looks_like_its_last_record_to_faust() -> None:
    piece = Slice(Partition("in", 0), [record(200, 5), record(200, 7)], begin=5, end=9, assignment=1)
    assert (piece.topic, piece.partition, piece.offset, piece.value) == ("in", 0, 7, piece)
