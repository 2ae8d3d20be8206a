"""Reading topics outside a worker: for tail, dead letters, the demo and whoever counts."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection
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
    consumer = AIOKafkaConsumer(
        **settings.client_options(),
        isolation_level="read_committed",
        enable_auto_commit=False,
        max_partition_fetch_bytes=16 * 2**20,
        **options,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def read_all(settings: Settings, topics: Collection[str]) -> AsyncIterator[Record]:
    """Every committed record of these topics up to where they end now, by partition in order."""
    async with _consumer(settings, topics, auto_offset_reset="earliest") as consumer:
        partitions = [
            TopicPartition(topic, number) for topic in topics for number in sorted(await _partitions(consumer, topic))
        ]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        left = {partition for partition in partitions if ends[partition] > 0}
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
