"""Whether work grows in proportion to its input: a ratio within one run, so a slow or busy machine changes nothing."""

import time
from collections.abc import Callable

_PARTS = 8  # linear work takes 8 times as long as an eighth of it, quadratic work 64 times
_MOST_GROWTH = 24
_SHORTEST = 0.02  # seconds; below it the clock says little


def assert_in_proportion(work: Callable[[str], object], text: str) -> None:
    """Fails when ``work(text)`` takes over 24 times the processor time of an eighth of ``text``, twice.

    A machine that stalls once says nothing of the work.
    """
    part = text[: len(text) // _PARTS]
    short = min(_seconds(work, part), _seconds(work, part))
    most = _MOST_GROWTH * max(short, _SHORTEST)
    assert _seconds(work, text) < most or _seconds(work, text) < most


def _seconds(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return time.process_time() - start
