"""The limit on dead letters: how many of its inputs an agent may refuse before a person must look."""

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

from schemas.dead_letter import Reason
from streams.delivery.stage_process import Refused
from streams.failure import Failure
from streams.printable import printable

MINUTE = 60.0  # seconds


class TooManyDeadLetters(Failure):
    """Dead letters passed their limit: something is wrong with the inputs or with us, and a person must look."""


class DeadLetterLimit:
    """Stops an agent that would drain its input into the dead-letter topic.

    Judged before a slice is committed, over what was committed and that slice. Too much is more than ``share`` of the
    last ``window`` inputs, or ``per_minute`` in a minute. Fewer inputs than ``least`` count as that many: so bad
    luck at the start is not too much, and an agent that is started again and again keeps few.

    Once passed it stays passed, for all partitions of the agent, until the worker is started anew. ``clock`` gives
    seconds and never goes back.
    """

    def __init__(
        self, *, share: float, window: int, least: int, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._share = share
        self._least = least
        self._per_minute = per_minute
        self._clock = clock
        self._last: deque[Refused | None] = deque(maxlen=window)
        self._minute: deque[tuple[float, Counter[Reason]]] = deque()  # when a slice was committed, what it had
        self.passed: TooManyDeadLetters | None = None
        """Why the agent stopped."""

    @property
    def refused(self) -> int:
        """How many of the last ``seen`` inputs were refused."""
        return sum(each is not None for each in self._last)

    @property
    def seen(self) -> int:
        """How many inputs the window holds."""
        return len(self._last)

    def count(self, inputs: Sequence[Refused | None]) -> None:
        """Count a slice's inputs, None for one that was not refused, after its commit."""
        self._last.extend(each and Refused(each.reason, _example(each)) for each in inputs)  # small, unlike tracebacks
        if reasons := _reasons(inputs):
            self._minute.append((self._clock(), reasons))

    def check(self, inputs: Sequence[Refused | None]) -> None:
        """Whether a slice may be committed; raises ``TooManyDeadLetters``."""
        if self.passed is None:
            self.passed = self._judge(inputs)
        if self.passed is not None:
            raise self.passed

    def _judge(self, inputs: Sequence[Refused | None]) -> TooManyDeadLetters | None:
        last = [*self._last, *inputs][-max(self._last.maxlen or 0, len(inputs)) :]
        reasons = _reasons(last)
        if reasons.total() > self._share * max(len(last), self._least):
            return _too_many(
                f"{reasons.total()} of the last {len(last)} inputs were refused, more than {self._share:.0%} of at "
                f"least {self._least}",
                reasons,
                last,
                f"RAFID_DEAD_LETTER_SHARE=1 and RAFID_DEAD_LETTER_RATE={100 * self._per_minute}",
            )
        since = self._clock() - MINUTE
        while self._minute and self._minute[0][0] <= since:
            self._minute.popleft()
        reasons = sum((each for _, each in self._minute), _reasons(inputs))
        if reasons.total() > self._per_minute:
            return _too_many(
                f"{reasons.total()} inputs were refused within a minute, more than {self._per_minute}",
                reasons,
                last,
                f"RAFID_DEAD_LETTER_RATE={100 * self._per_minute}",
            )
        return None


def _reasons(inputs: Sequence[Refused | None]) -> Counter[Reason]:
    return Counter(each.reason for each in inputs if each is not None)


def _example(refused: Refused) -> str:
    return printable(refused.detail, 120)


def _too_many(what: str, reasons: Counter[Reason], last: Sequence[Refused | None], higher: str) -> TooManyDeadLetters:
    ((reason, count),) = reasons.most_common(1)
    told = next((f"; the last: {_example(each)}" for each in reversed(last) if each and each.reason is reason), "")
    return TooManyDeadLetters(
        f"{what}, most often {reason} ({count}{told}). Nothing is lost: they were not committed. Look at `rafid "
        "dead-letters list --counts`, mend the cause (docs/dead-letters.md) and restart this worker; to make dead "
        f"letters of them all, with {higher}"
    )
