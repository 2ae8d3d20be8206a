"""Delivery of one agent: a lane for each of its partitions, one process for its stage."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from streams.delivery.dead_letter_limit import DeadLetterLimit, TooManyDeadLetters
from streams.delivery.lane import BrokenChain, Lane, Limits, Target
from streams.delivery.metrics import Metrics
from streams.delivery.slices import Partition, Slice
from streams.delivery.stage_process import StageProcess, StageProcessError
from streams.delivery.transaction import TransactionalProducer
from streams.failure import Failure

log = logging.getLogger(__name__)


class LaneLost(Failure):
    """A lane ended by itself: going on would leave its partition standing still."""


class LaneState(NamedTuple):
    """What a lane is doing, for health: records in hand, and when it last committed (seconds since 1970)."""

    partition: Partition
    waiting: int
    committed_at: float | None


class Delivery:
    """What an agent hands its slices to. ``on_failure`` is called with what must stop the worker."""

    def __init__(
        self,
        input_topic: str,
        process: StageProcess,
        *,
        group: str,
        client: Mapping[str, Any],
        limits: Limits,
        target: Target,
        dead_letter_limit: DeadLetterLimit,
        metrics: Metrics,
        version: str,
        on_failure: Callable[[BaseException], None],
    ) -> None:
        self.input_topic = input_topic
        self._process = process
        self._group = group
        self._client = client
        self._limits = limits
        self._target = target
        self._dead_letter_limit = dead_letter_limit
        self._metrics = metrics
        self._version = version
        self._on_failure = on_failure
        self._lanes: dict[Partition, Lane] = {}
        self._leaving: set[Lane] = set()  # their partitions are revoked, and they finish what is in flight
        self._oldest = 0  # slices of older assignments belong to others now
        self._closed = False
        metrics.expired(process.name, input_topic, 0)  # a counter that is there from the start is seen to move

    def lanes(self) -> Iterator[LaneState]:
        """What every open lane is doing."""
        for partition, lane in self._lanes.items():
            yield LaneState(partition, lane.waiting, lane.committed_at)

    @property
    def refused(self) -> tuple[int, int]:
        """How many of the last inputs were refused, and how many those last inputs are."""
        return self._dead_letter_limit.refused, self._dead_letter_limit.seen

    @property
    def stopped(self) -> str | None:
        """Why this agent consumes no more, while the worker's others go on; None while it does."""
        return None if self._dead_letter_limit.passed is None else str(self._dead_letter_limit.passed)

    async def open(self) -> None:
        """Build the stage; raises ``StageProcessError``."""
        try:
            await self._process.open()
        except (StageProcessError, OSError):
            if not self._closed:  # else the worker was told to end while it was built
                raise

    async def accept(self, piece: Slice) -> None:
        """Hand a slice to its lane; waits while the lane has its fill. Slices of an old assignment are dropped."""
        if self._closed or piece.assignment < self._oldest:
            return
        lane = self._lanes.get(piece.source)
        if lane is None:
            lane = self._lanes[piece.source] = self._new_lane(piece.source)
            lane.start().add_done_callback(partial(self._lane_ended, lane))
        try:
            await lane.accept(piece)
        except BrokenChain as broken:
            self._on_failure(broken)  # raised here, it would only restart the agent

    def expired(self, partition: Partition, count: int) -> None:
        """Count records of the input topic that were deleted before they were read."""
        if partition.topic == self.input_topic:
            self._metrics.expired(self._process.name, partition.topic, count)

    async def revoke(self, partitions: Collection[Partition], before: int) -> None:
        """Finish what is in flight and let these partitions go, with all slices of assignments ``before`` this one."""
        self._oldest = before
        lanes = {self._lanes.pop(partition) for partition in partitions if partition in self._lanes}
        self._leaving |= lanes
        await asyncio.gather(*(lane.close() for lane in lanes))
        self._leaving -= lanes

    async def close(self) -> None:
        """Let all partitions go and end the stage's process."""
        self._closed = True
        # Those that a revocation closes just now too: they still need the process.
        await asyncio.gather(*(lane.close() for lane in (*self._lanes.values(), *self._leaving)))
        self._process.close()

    def _new_lane(self, partition: Partition) -> Lane:
        return Lane(
            partition,
            process=self._process,
            producer=TransactionalProducer(
                partition,
                group=self._group,
                client=self._client,
                max_bytes=self._target.max_bytes.values(),
            ),
            limits=self._limits,
            target=self._target,
            dead_letter_limit=self._dead_letter_limit,
            metrics=self._metrics,
            version=self._version,
        )

    def _lane_ended(self, lane: Lane, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            # aiokafka lets a cancellation of its own tasks escape; a lane that ends unasked must not go unseen.
            if not lane.is_closing:
                self._on_failure(LaneLost(f"{lane.partition}: the lane was cancelled, and nobody asked for it"))
        elif isinstance(error := task.exception(), TooManyDeadLetters):
            # The lane takes its fill and no more, so the agent stands still. Were the worker to end instead, whoever
            # starts it again and again would drain the topic all the same.
            log.error("stopped consuming", extra={"partition": str(lane.partition), "why": str(error)})
        elif error is not None:
            self._on_failure(error)
