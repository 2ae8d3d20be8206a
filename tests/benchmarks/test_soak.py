"""The soak's verdict: what grows, stays open or is left over is told."""

from dataclasses import replace

import pytest

from benchmarks.soak import Row, Sample, verdict
from benchmarks.torture.books import Balance

GOOD = Balance(noted=200_000, published=200_000)
ROW = Row(articles=50_000, rate=500, workers=(Sample(600, 80, 20),), lag=700, open_transactions=4)
END = replace(ROW, articles=200_000, lag=0, open_transactions=0)


def rows(last: Row) -> list[Row]:
    return [ROW, replace(ROW, articles=100_000), replace(ROW, articles=150_000), last]


def test_what_stays_as_it_is_passes() -> None:
    assert verdict(rows(END), GOOD) == []


@pytest.mark.parametrize(
    ("last", "what"),
    [
        (replace(END, workers=(Sample(640, 80, 20),)), "MiB"),
        (replace(END, workers=(Sample(560, 80, 20),)), "MiB"),
        (replace(END, workers=(Sample(600, 90, 20),)), "handles"),
        (replace(END, workers=(Sample(600, 80, 30),)), "threads"),
        (replace(END, lag=1), "left"),
        (replace(END, open_transactions=1), "open transaction"),
    ],
)
def test_what_grows_or_is_left_fails(last: Row, what: str) -> None:
    (told,) = verdict(rows(last), GOOD)
    assert what in told


def test_books_that_do_not_balance_fail() -> None:
    (told,) = verdict(rows(END), replace(GOOD, lost=1))
    assert "1 lost" in told


def test_memory_before_the_first_100_000_is_not_held_against() -> None:
    assert verdict([replace(ROW, workers=(Sample(300, 60, 10),)), *rows(END)[1:]], GOOD) == []
