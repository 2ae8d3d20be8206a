"""Reading topics outside a worker: for tail, dead letters, the demo and whoever counts."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.delivery.header_names import accept_any_header_name
from streams.delivery.preflight import require
from streams.delivery.rights import MissingTopics
from streams.delivery.stage import Record
from streams.failure import Unavailable
from streams.settings import Settings

POLL_MS = 200


class UnknownTopic(Unavailable):
    """A topic that the cluster does not have."""


@asynccontextmanager
async def _consumer(settings: Settings, topics: Collection[str], **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    with suppress(MissingTopics):  # one that was just made may not be known to every broker: see _partitions
        reads = {topic: ["Read"] for topic in topics}
        await require(settings.client_options(), reads, patience=min(30.0, settings.broker_patience))
    accept_any_header_name()
    defaults = {"isolation_level": "read_committed", "auto_offset_reset": "earliest"}
    consumer = AIOKafkaConsumer(
        **settings.client_options(),
        enable_auto_commit=False,
        max_partition_fetch_bytes=16 * 2**20,
        **{**defaults, **options},
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def read_all(settings: Settings, topics: Collection[str]) -> AsyncIterator[Record]:
    """Every committed record of these topics up to where they end now, by partition in order."""
    async with _consumer(settings, topics) as consumer:
        partitions = [
            TopicPartition(topic, number) for topic in topics for number in sorted(await _partitions(consumer, topic))
        ]
        consumer.assign(partitions)
        async for record in _read_to(consumer, await consumer.end_offsets(partitions)):
            yield record


async def high_watermarks(settings: Settings, topic: str) -> dict[int, int]:
    """Where each partition of a topic ends now, with what is not committed yet."""
    async with _consumer(settings, [topic], isolation_level="read_uncommitted") as consumer:
        partitions = [TopicPartition(topic, number) for number in await _partitions(consumer, topic)]
        return {each.partition: end for each, end in (await consumer.end_offsets(partitions)).items()}


async def read_to(settings: Settings, topic: str, ends: Mapping[int, int]) -> AsyncIterator[Record]:
    """Every committed record of a topic that stands before ``ends``, by partition in order.

    Waits until the transactions that are open there have ended: a minute at most, for that of a killed worker. What
    is read only to the first open one, as by ``read_all``, may miss what was committed behind it.
    """
    places = {TopicPartition(topic, number): end for number, end in ends.items() if end > 0}
    if not places:
        return  # aiokafka's consumer cannot be stopped right after it was assigned: its cancellation escapes
    async with _consumer(settings, [topic]) as consumer:
        consumer.assign(list(places))
        async for record in _read_to(consumer, places):
            if record.offset < ends[record.partition]:
                yield record


async def read_one(settings: Settings, topic: str, partition: int, offset: int) -> Record | None:
    """The committed record at this place; None where there is none."""
    async with _consumer(settings, [topic]) as consumer:
        place = TopicPartition(topic, partition)
        if partition not in await _partitions(consumer, topic):
            return None
        consumer.assign([place])
        first, end = (await consumer.beginning_offsets([place]))[place], (await consumer.end_offsets([place]))[place]
        if not first <= offset < end:
            return None
        consumer.seek(place, offset)
        async for record in _read_to(consumer, {place: offset + 1}):
            return record if record.offset == offset else None
        return None


async def _read_to(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> AsyncIterator[Record]:
    """Records of the assigned partitions until each has reached its end; the last ones may stand behind it."""
    left = {partition for partition, end in ends.items() if end > 0}
    while left:
        batch = await consumer.getmany(*left, timeout_ms=POLL_MS, max_records=1000)
        for records in batch.values():
            for each in records:
                yield _record(each)
        # Markers of transactions take up offsets too, so a partition ends where its position does.
        left = {each for each in left if await consumer.position(each) < ends[each]}


async def follow(
    settings: Settings, topics: Collection[str], *, from_beginning: bool
) -> AsyncGenerator[Record | None, None]:
    """Committed records as they arrive, for ever; None when a poll brought nothing. Whoever stops closes it."""
    async with _consumer(settings, topics, auto_offset_reset="earliest" if from_beginning else "latest") as consumer:
        partitions = [
            TopicPartition(topic, number) for topic in topics for number in await _partitions(consumer, topic)
        ]
        consumer.assign(partitions)
        while True:
            batch = await consumer.getmany(timeout_ms=POLL_MS)
            for records in batch.values():
                for each in records:
                    yield _record(each)
            if not batch:
                yield None


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    deadline = time.monotonic() + 10
    while not (found := consumer.partitions_for_topic(topic)):
        if time.monotonic() > deadline:
            raise UnknownTopic(f"no topic {topic}: `rafid topics list` shows those there are")
        consumer._client.add_topic(topic)  # noqa: SLF001 - the public topics() does not keep what it learns
        await consumer._client.force_metadata_update()  # noqa: SLF001
    return set(found)


def _record(each: Any) -> Record:
    return Record(each.topic, each.partition, each.offset, each.timestamp, each.key, each.value, tuple(each.headers))
