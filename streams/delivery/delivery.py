"""Delivery of one agent: a lane for each of its partitions, one process for its stage."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from streams.delivery.dead_letters import DeadLetterLimit
from streams.delivery.lane import Lane, Limits, Target
from streams.delivery.metrics import Metrics
from streams.delivery.slices import Partition, Slice
from streams.delivery.stage_process import StageProcess
from streams.delivery.transaction import TransactionalProducer

PRODUCER_SLACK = 64 * 1024  # max_request_size bounds a request, max.message.bytes a batch in it


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
        self._assignment = 0  # the newest that a slice came from
        self._revoked = 0  # slices of this assignment and older ones belong to others now

    @property
    def name(self) -> str:
        """The stage's name."""
        return self._process.name

    def lanes(self) -> Iterator[LaneState]:
        """What every open lane is doing."""
        for partition, lane in self._lanes.items():
            yield LaneState(partition, lane.waiting, lane.committed_at)

    @property
    def refused(self) -> tuple[int, int]:
        """How many of the last inputs were refused, and how many those last inputs are."""
        return self._dead_letter_limit.refused, self._dead_letter_limit.seen

    async def open(self) -> None:
        """Build the stage; raises ``StageProcessError``."""
        await self._process.open()

    async def accept(self, piece: Slice) -> None:
        """Hand a slice to its lane; waits while the lane has its fill. Slices of an old assignment are dropped."""
        if piece.assignment <= self._revoked:
            return
        self._assignment = max(self._assignment, piece.assignment)
        lane = self._lanes.get(piece.source)
        if lane is None:
            lane = self._lanes[piece.source] = self._new_lane(piece.source)
            lane.start().add_done_callback(self._lane_ended)
        await lane.accept(piece)

    async def revoke(self, partitions: Collection[Partition] | None = None) -> None:
        """Finish what is in flight and let these partitions go (all: None)."""
        self._revoked = max(self._revoked, self._assignment)
        gone = [p for p in self._lanes if partitions is None or p in partitions]
        lanes = [self._lanes.pop(partition) for partition in gone]
        await asyncio.gather(*(lane.close() for lane in lanes))

    async def close(self) -> None:
        """Let all partitions go and end the stage's process."""
        await self.revoke()
        self._process.close()

    def _new_lane(self, partition: Partition) -> Lane:
        return Lane(
            partition,
            process=self._process,
            producer=TransactionalProducer(
                partition,
                group=self._group,
                client=self._client,
                max_message_bytes=max(self._target.max_bytes.values()) + PRODUCER_SLACK,
            ),
            limits=self._limits,
            target=self._target,
            dead_letter_limit=self._dead_letter_limit,
            metrics=self._metrics,
            version=self._version,
        )

    def _lane_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_failure(error)
