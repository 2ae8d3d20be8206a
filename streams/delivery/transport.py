"""Where we reach into Faust's consumer: a transport that hands out slices and commits nothing.

Everything here overrides a part of faust-streaming 0.15.3 that is not public; the versions are pinned, and
tests/kafka/test_faust_contract.py fails when one of these parts moves.
"""

import asyncio
import contextlib
from typing import Any

from aiokafka.client import ConnectionGroup
from aiokafka.conn import CloseReason
from aiokafka.errors import (
    IllegalStateError,
    KafkaError,
    NodeNotReadyError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    UnsupportedCodecError,
)
from aiokafka.protocol.group import JoinGroupRequest, SyncGroupRequest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.delivery import rights
from streams.delivery.faust_options import REBALANCE_SECONDS
from streams.delivery.header_names import accept_any_header_name
from streams.delivery.slices import Partition, Slice
from streams.delivery.stage import Record
from streams.delivery.transaction import REQUEST_SECONDS
from streams.failure import Failure, Unavailable

ROOM_SECONDS = 0.01
OFFSETS_SECONDS = 10.0  # to ask where a partition begins and ends; a topic that is gone has no answer


class GroupLost(Unavailable):
    """The consumer group does not take this worker, and will not by trying again."""


class Unreadable(Failure):
    """A record that the Kafka client itself cannot read, so that no stage can refuse it."""


class PositionLost(Failure):
    """The position of the group lies behind the end of the partition, whose records are others than it was told."""


class SliceConsumerThread(driver.AIOKafkaConsumerThread):
    """Reads committed records only, and hands them on as slices."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._assigned: object = None
        self.assignments = 0
        self._ends: dict[Partition, int] = {}

    def _create_worker_consumer(self, transport: Any) -> Any:
        accept_any_header_name()
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - Faust has no setting for it
        _answer_in_time(consumer._client)  # noqa: SLF001
        return consumer

    async def on_thread_stop(self) -> None:
        """Stop the consumer, also while the broker is away.

        aiokafka's fetcher then lets the cancellation of its own sleeping task escape, and without its end
        Faust would wait for this thread for ever.
        """
        with contextlib.suppress(asyncio.CancelledError):
            await super().on_thread_stop()

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Count on before the worker lets go: what was fetched so far is told from what comes after."""
        self._begin_assignment(None)
        await super().on_partitions_revoked(revoked)

    def _begin_assignment(self, assigned: object) -> None:
        self._assigned = assigned
        self.assignments += 1
        self._ends.clear()

    async def _fetch_records(self, consumer: Any, *args: Any, **kwargs: Any) -> dict[TP, list[Slice]]:
        """Wrap what a poll brought. Runs in the consumer's own loop, right as the records leave its buffer.

        aiokafka hands out a partition's records only under the assignment that they were fetched for, and moves
        its position behind them in the same step; so assignment and position read here are theirs.
        """
        await self.check_group()
        try:
            with rights.named("Read"):
                fetched = await super()._fetch_records(consumer, *args, **kwargs)
        except UnsupportedCodecError as error:
            held = ", ".join(f"{tp.topic}[{tp.partition}]" for tp in consumer._fetcher._records)  # noqa: SLF001
            raise Unreadable(
                f"a record cannot be read ({error}); it stands at the committed position of one of: {held}. Its "
                "producer must be mended; then move the group behind it (kafka-consumer-groups --reset-offsets)"
            ) from error
        except NoOffsetForPartitionError as error:
            await self._go_on_from_start(consumer, error.args[0], None)
            return {}
        except OffsetOutOfRangeError as error:
            for tp, position in error.args[0].items():
                await self._go_on_from_start(consumer, tp, position)
            return {}
        if not fetched:
            return {}
        assigned = consumer._subscription.subscription.assignment  # noqa: SLF001
        if assigned is not self._assigned:
            self._begin_assignment(assigned)
        slices = {}
        for tp, records in fetched.items():
            partition = Partition(tp.topic, tp.partition)
            end = assigned.state_value(tp).position
            begin = self._ends.get(partition)
            if begin is not None and records[0].offset < begin:
                begin = records[0].offset  # the consumer was sent back: a new chain begins here
            self._ends[partition] = end
            slices[tp] = [
                Slice(
                    partition,
                    [
                        Record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers))
                        for r in records
                    ],
                    begin=begin,
                    end=end,
                    assignment=self.assignments,
                )
            ]
        return slices

    async def _go_on_from_start(self, consumer: Any, tp: Any, position: int | None) -> None:
        """Go on with the oldest record there is: a new group quietly, one that retention has overtaken aloud.

        Raises ``PositionLost`` where ``position`` lies behind the end. Does nothing while no broker answers:
        aiokafka then raises again.
        """
        try:
            async with asyncio.timeout(OFFSETS_SECONDS):
                start = (await consumer.beginning_offsets([tp]))[tp]
                end = (await consumer.end_offsets([tp]))[tp]
        except (KafkaError, OSError, TimeoutError):
            return
        partition = Partition(tp.topic, tp.partition)
        if position is not None and position > end:
            raise PositionLost(
                f"{partition}: the group's position is {position}, and the partition ends at {end}: the topic was "
                "deleted and made anew, or its brokers have lost records. Start the worker again; where it stops with "
                "the same words, say where to go on (kafka-consumer-groups --reset-offsets)"
            )
        if position is not None and position < start:
            self.consumer.app.expired(partition, position, start)
        with contextlib.suppress(IllegalStateError):  # the partition went to another worker meanwhile
            consumer.seek(tp, max(start, position or 0))

    async def check_group(self) -> None:
        """Raise ``GroupLost`` when the group cannot be joined for good: aiokafka then waits until somebody asks.

        To be called in the consumer's own loop.
        """
        if self._consumer is None or self._consumer._coordinator is None:  # noqa: SLF001
            return
        try:
            with rights.named("Read"):
                self._consumer._coordinator.check_errors()  # noqa: SLF001
        except KafkaError as error:
            raise GroupLost(f"the consumer group refuses this worker: {error!r}") from error

    def last_answer(self) -> float | None:
        """When a broker last answered a fetch, in seconds since 1970; None before the first.

        It does so every 1.5 s (Faust's fetch_max_wait) while there is nothing to read, but not while agents have no
        room.
        """
        consumer = self._consumer
        subscription = None if consumer is None else consumer._subscription.subscription  # noqa: SLF001
        if subscription is None or subscription.assignment is None:
            return None
        states = [subscription.assignment.state_value(tp) for tp in subscription.assignment.tps]
        stamps = [state.timestamp for state in states if state is not None and state.timestamp is not None]
        return max(stamps) / 1000 if stamps else None

    def lag(self, partition: Partition) -> int | None:
        """Records of a partition that were not fetched yet; None while that is not known."""
        consumer = self._consumer
        subscription = None if consumer is None else consumer._subscription.subscription  # noqa: SLF001
        if subscription is None or subscription.assignment is None:
            return None
        try:
            state = subscription.assignment.state_value(driver.TopicPartition(*partition))
        except (KeyError, AssertionError):
            return None
        if state is None or state.highwater is None or not state.has_valid_position:
            return None
        return max(0, int(state.highwater) - int(state.position))


def _answer_in_time(client: Any) -> None:
    """Let a connection that does not answer count as dead, and be made anew, after ``REQUEST_SECONDS``.

    A network can fail so that neither side is told. Only joining the group may take as long as a rebalance, and what
    is sent on its connection meanwhile is answered after it.
    """
    send = client.send
    client._request_timeout_ms = int(REQUEST_SECONDS * 1000)  # noqa: SLF001
    joining = 0

    async def in_time(node: Any, request: Any, *, group: Any = ConnectionGroup.DEFAULT) -> Any:
        nonlocal joining
        if group is not ConnectionGroup.COORDINATION:
            return await send(node, request, group=group)
        connection = await client._get_conn(node, group=group)  # noqa: SLF001
        if connection is None:
            raise NodeNotReadyError(f"no connection to the group's coordinator, node {node}")
        connection._request_timeout = REBALANCE_SECONDS + REQUEST_SECONDS  # noqa: SLF001
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle

        def look() -> None:
            nonlocal timer
            if joining:
                timer = loop.call_later(REQUEST_SECONDS, look)
            else:
                connection.close(reason=CloseReason.CONNECTION_TIMEOUT)

        timer = loop.call_later(REQUEST_SECONDS, look)
        joins = isinstance(request, JoinGroupRequest | SyncGroupRequest)
        joining += joins
        try:
            return await send(node, request, group=group)
        finally:
            joining -= joins
            timer.cancel()

    client.send = in_time


class SliceConsumer(driver.Consumer):
    """Never commits: offsets travel in the transactions, and a later commit of Faust's would move them back."""

    def _new_consumer_thread(self) -> SliceConsumerThread:
        return SliceConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _wait_next_records(self, timeout: float) -> Any:
        """Poll again as soon as an agent has room: Faust would sleep a second whenever none has."""
        while (
            self.flow_active
            and not self.should_stop
            and self._buffered_partitions
            and not self._get_active_partitions()
        ):
            await self.sleep(ROOM_SECONDS)
        return await super()._wait_next_records(timeout)

    async def _commit(self, offsets: Any) -> bool:  # noqa: ARG002 - Faust's signature
        return True

    async def check_group(self) -> None:
        """Raise ``GroupLost`` when the group cannot be joined for good."""
        await self._thread.call_thread(self._thread.check_group)

    def last_answer(self) -> float | None:
        """When a broker last answered a fetch, in seconds since 1970; None before the first."""
        answer: float | None = self._thread.last_answer()
        return answer

    @property
    def assignments(self) -> int:
        """How many assignments have begun; slices fetched from now on carry this number or a higher one."""
        return int(self._thread.assignments)

    def lag(self, partition: Partition) -> int | None:
        """Records of a partition that were not fetched yet; None while that is not known."""
        lag: int | None = self._thread.lag(partition)
        return lag


class SliceTransport(driver.Transport):
    """Faust's aiokafka transport with our consumer."""

    Consumer = SliceConsumer
