"""A lane: one input partition during one assignment, from slices to committed transactions, in order.

Opened by the first slice of an assignment, closed at revocation or at the worker's end. All that changes
over time in delivery is in here: the records in hand, the position, the producer.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from streams.delivery import rights
from streams.delivery.dead_letter_limit import DeadLetterLimit
from streams.delivery.dead_letters import dead_letter, fitting, to_output
from streams.delivery.metrics import Metrics
from streams.delivery.slices import Partition, Slice, cut
from streams.delivery.stage import Output, Record
from streams.delivery.stage_process import Outcome, StageProcess
from streams.delivery.transaction import BROKER_TROUBLE, FENCED, REFUSED_BY_BROKER, TransactionalProducer
from streams.failure import Failure, Unavailable

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0  # seconds between tries while the broker is away, doubling
FENCED_PAUSE = 3.0  # another worker took over: by then the group has told us whether the partition is still ours
COMMIT_SECONDS = 60.0  # the broker ends a transaction by itself after as long (TRANSACTION_TIMEOUT_MS)
# How long a slice in flight gets to finish when the lane closes: budget, one time-out, commit. One whose input runs
# past its time twice is left to the next owner.
CLOSE_SECONDS = 20.0


class BrokerAway(Unavailable):
    """The broker did not answer, or not as it must, for longer than we wait. The input stays."""


class BrokenChain(Failure):
    """A slice does not begin where the one before it ended: going on would lose what lies between."""


class Limits(NamedTuple):
    """When a transaction is cut, and how long things may take (settings.py says what each is for)."""

    records: int
    bytes: int
    linger: float
    broker_patience: float


class Target(NamedTuple):
    """Where a lane's outputs go and what the topics there take."""

    dead_letter_topic: str
    max_bytes: Mapping[str, int]
    """max.message.bytes of every output topic."""


class _Item(NamedTuple):
    record: Record
    next: int
    """The position to commit when this record is the last one of a transaction."""


class Lane:
    """Delivers one partition. ``accept`` feeds it; ``run`` is its life, and ends when ``close`` is called."""

    def __init__(
        self,
        partition: Partition,
        *,
        process: StageProcess,
        producer: TransactionalProducer,
        limits: Limits,
        target: Target,
        dead_letter_limit: DeadLetterLimit,
        metrics: Metrics,
        version: str,
    ) -> None:
        self.partition = partition
        self._process = process
        self._producer = producer
        self._limits = limits
        self._target = target
        self._dead_letter_limit = dead_letter_limit
        self._metrics = metrics
        self._version = version
        self._items: deque[_Item] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = asyncio.Event()
        self._end: int | None = None  # where the last accepted slice ended
        self._begin: int | None = None  # where the first one began, if it was not the assignment's first
        self._position: int | None = None  # committed
        self.committed_at: float | None = None  # seconds since 1970, of the last commit in this lane
        self._failing_since: float | None = None  # monotonic; since when no commit succeeded
        self._pause = FIRST_PAUSE
        self._task: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """Begin to deliver. The task ends with an exception when the worker must stop."""
        self._task = asyncio.create_task(self._run(), name=f"lane {self.partition}")
        return self._task

    @property
    def is_closing(self) -> bool:
        """Whether ``close`` was called."""
        return self._closing.is_set()

    @property
    def waiting(self) -> int:
        """Records in hand that are not committed yet."""
        return len(self._items)

    async def accept(self, piece: Slice) -> None:
        """Take a slice in; waits while the lane has its fill (back-pressure). Raises ``BrokenChain``."""
        if self._end is None:
            self._begin = piece.begin
        elif piece.begin is not None and piece.begin > self._end:
            raise BrokenChain(f"{self.partition}: a slice begins at {piece.begin}, the last one ended at {self._end}")
        last = piece.records[-1]
        for record in piece.records:
            if self._end is None or record.offset >= self._end:  # else it is in hand: the consumer was sent back
                self._items.append(_Item(record, piece.end if record is last else record.offset + 1))
                self._bytes += record.size()
        self._end = max(piece.end, self._end or 0)
        self._changed.set()
        if len(self._items) >= 2 * self._limits.records or self._bytes >= 2 * self._limits.bytes:
            self._room.clear()
            await self._room.wait()

    async def close(self) -> None:
        """Finish the transaction in flight, leave the rest to the next owner, let the producer go."""
        self._closing.set()
        self._changed.set()
        self._room.set()
        if self._task is not None:
            _, pending = await asyncio.wait([self._task], timeout=CLOSE_SECONDS)
            for task in pending:
                task.cancel()
                await asyncio.wait([task])
        await self._producer.close()

    async def _run(self) -> None:
        await self._open()
        while await self._gather():
            await self._deliver()

    async def _open(self) -> None:
        """Open the producer, as often as it takes; sets the position."""
        while not self._closing.is_set():
            try:
                async with asyncio.timeout(self._limits.broker_patience):
                    with rights.named("Write"):
                        position = await self._producer.open()
            except REFUSED_BY_BROKER:
                raise
            except BROKER_TROUBLE as error:
                await self._producer.close()
                await self._wait(self._bear(error))
            else:
                self._check_begin(position)
                self._position = position
                return

    def _bear(self, error: BaseException) -> float:
        """Bear with the broker once more: how long to pause. Raises ``BrokerAway`` when patience ends.

        Patience is measured from the first failure to the next commit: what opens well and never commits is no
        working broker either.
        """
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        if now - self._failing_since > self._limits.broker_patience:
            raise BrokerAway(
                f"{self.partition}: no working broker for {self._limits.broker_patience:g} s "
                f"(RAFID_BROKER_PATIENCE); last answer: {error!r}"
            ) from error
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_PAUSE)
        log.warning("broker trouble, trying again", extra={"partition": str(self.partition), "in": pause})
        return pause

    def _check_begin(self, position: int | None) -> None:
        if self._begin is not None and (position is None or self._begin > position):
            raise BrokenChain(f"{self.partition}: first slice begins at {self._begin}, committed is {position}")
        self._begin = None

    async def _gather(self) -> bool:
        """Wait for records, and a little longer for more of them. False when the lane closes."""
        while not self._items and not self._closing.is_set():
            self._changed.clear()
            await self._changed.wait()
        deadline = time.monotonic() + self._limits.linger
        while not self._closing.is_set() and not self._is_full():
            self._changed.clear()
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    await self._changed.wait()
            except TimeoutError:
                break
        return not self._closing.is_set()

    def _is_full(self) -> bool:
        return len(self._items) >= self._limits.records or self._bytes >= self._limits.bytes

    async def _deliver(self) -> None:
        """Bring the next transaction's worth of records through the stage and commit it."""
        self._skip_committed()
        records = [item.record for item in self._items]
        records = records[: cut(records, max_records=self._limits.records, max_bytes=self._limits.bytes)]
        if not records:
            return
        started = time.monotonic()
        outcomes = [fitting(each, self._target.max_bytes) for each in await self._process.run(records)]
        records = records[: len(outcomes)]
        outputs = [output for pair in zip(records, outcomes, strict=True) for output in self._outputs(*pair)]
        refused = [outcome.refused for outcome in outcomes]
        self._dead_letter_limit.check(refused)
        position = self._items[len(records) - 1].next
        try:
            async with asyncio.timeout(min(COMMIT_SECONDS, self._limits.broker_patience)):
                with rights.named("Write"):
                    await self._producer.commit(outputs, position)
        except REFUSED_BY_BROKER:
            raise
        except BROKER_TROUBLE as error:
            # Whether it was committed is not known: the position, read again, tells. What was is skipped.
            log.warning("commit failed", extra={"partition": str(self.partition), "error": repr(error)})
            self._metrics.commit_failed(self._process.name)
            await self._producer.close()
            await self._wait(FENCED_PAUSE if isinstance(error, FENCED) else self._bear(error))
            await self._open()
            return
        self._failing_since, self._pause = None, FIRST_PAUSE
        self._dead_letter_limit.count(refused)
        self._position = position
        self.committed_at = time.time()
        self._skip_committed()
        self._metrics.slice_committed(self._process.name, records, outcomes, outputs, time.monotonic() - started)

    async def _wait(self, seconds: float) -> None:
        """Sleep, but not into a closing lane."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    def _skip_committed(self) -> None:
        while self._items and self._position is not None and self._items[0].record.offset < self._position:
            self._bytes -= self._items.popleft().record.size()
        if not self._is_full():
            self._room.set()

    def _outputs(self, record: Record, outcome: Outcome) -> list[Output]:
        if outcome.refused is None:
            return outcome.outputs
        letter = dead_letter(
            record, outcome.refused, stage=self._process.name, version=self._version, at=datetime.now(UTC)
        )
        topic = self._target.dead_letter_topic
        return [to_output(letter, topic=topic, max_bytes=self._target.max_bytes[topic])]
