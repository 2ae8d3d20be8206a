"""The limit on dead letters: an agent stops before it commits too many, and says how to go on."""

import pytest

from schemas.dead_letter import Reason
from streams.delivery.dead_letter_limit import DeadLetterLimit, TooManyDeadLetters
from streams.delivery.stage_process import Refused

BAD = Refused(Reason.BINARY, "a PDF")
GOOD = None


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def a_limit(
    *, share: float = 0.2, window: int = 100, least: int = 20, per_minute: int = 1000, clock: Clock | None = None
) -> DeadLetterLimit:
    return DeadLetterLimit(share=share, window=window, least=least, per_minute=per_minute, clock=clock or Clock())


def commit(limit: DeadLetterLimit, *inputs: Refused | None) -> None:
    limit.check(inputs)
    limit.count(inputs)


def test_a_share_within_the_limit_is_normal() -> None:
    limit = a_limit()
    for _ in range(50):
        commit(limit, BAD, GOOD, GOOD, GOOD, GOOD)
    assert (limit.refused, limit.seen, limit.passed) == (20, 100, None)


def test_a_share_above_it_stops_before_the_slice_is_committed() -> None:
    limit = a_limit()
    commit(limit, *[GOOD] * 80)
    with pytest.raises(TooManyDeadLetters, match="21 of the last 100 inputs were refused, more than 20%"):
        limit.check([BAD] * 21)
    assert (limit.refused, limit.seen) == (0, 80)


def test_a_few_inputs_count_as_the_least_so_that_little_is_kept_of_a_bad_topic_at_every_start() -> None:
    limit = a_limit()
    commit(limit, *[BAD] * 4)
    with pytest.raises(TooManyDeadLetters, match="5 of the last 5 inputs were refused, more than 20% of at least 20"):
        limit.check([BAD])


def test_a_slice_longer_than_the_window_is_judged_whole() -> None:
    with pytest.raises(TooManyDeadLetters, match="30 of the last 130"):
        a_limit().check([*[BAD] * 30, *[GOOD] * 100])


def test_what_was_checked_and_not_committed_is_not_counted() -> None:
    limit = a_limit()
    for _ in range(20):
        limit.check([BAD] * 4)
    assert limit.seen == 0


def test_too_many_in_a_minute_stop_whatever_their_share() -> None:
    clock = Clock()
    limit = a_limit(per_minute=10, clock=clock)
    for _ in range(3):
        for _ in range(2):
            commit(limit, *[BAD] * 5, *[GOOD] * 95)
            clock.now += 29.0
        clock.now += 2.0
    commit(limit, *[BAD] * 5, *[GOOD] * 95)
    with pytest.raises(TooManyDeadLetters, match="11 inputs were refused within a minute, more than 10"):
        limit.check([BAD, *[GOOD] * 99])


def test_once_passed_it_stays_passed_for_every_partition() -> None:
    limit = a_limit()
    with pytest.raises(TooManyDeadLetters):
        limit.check([BAD] * 20)
    with pytest.raises(TooManyDeadLetters):
        limit.check([GOOD])
    assert limit.passed is not None


def test_the_message_names_the_main_reason_an_example_and_how_to_go_on() -> None:
    hostile = Refused(Reason.TIMEOUT, "slow\x1b[2J" + "x" * 10_000)
    limit = a_limit()
    commit(limit, BAD)
    with pytest.raises(TooManyDeadLetters) as caught:
        limit.check([*[hostile] * 3, BAD])
    told = str(caught.value)
    assert "most often timeout (3; the last: slow\\x1b[2Jxxx" in told
    assert "`rafid dead-letters list --counts`" in told
    assert "RAFID_DEAD_LETTER_SHARE=1" in told
    assert len(told) < 480, "health shows 500 characters"
