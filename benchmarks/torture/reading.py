"""Reading the river back, as committed, with a client of another make than the worker's."""

import time
from collections.abc import Collection, Iterator

from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka import Message as ConfluentMessage

from streams.delivery.stage import Record

BATCH = 1000
PATIENCE = 120.0


class ReadingError(Exception):
    """The river could not be read back whole."""


def committed_consumer(servers: str) -> Consumer:
    """A consumer of committed records that belongs to no group."""
    return Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "torture-reader",  # must have a name, even when partitions are assigned by hand
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )


def read_committed(servers: str, topics: Collection[str]) -> Iterator[Record]:
    """Every committed record of these topics up to where they end now."""
    consumer = committed_consumer(servers)
    try:
        listed = consumer.list_topics(timeout=30).topics
        left = {(topic, number) for topic in topics if topic in listed for number in listed[topic].partitions}
        consumer.assign([TopicPartition(topic, number, 0) for topic, number in left])
        moved_at = time.monotonic()
        while left:
            for message in consumer.consume(BATCH, timeout=1.0):
                moved_at = time.monotonic()
                error = message.error()
                if error is None:
                    yield record(message)
                elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - it has no other name
                    left.discard((message.topic(), message.partition()))
            if time.monotonic() - moved_at > PATIENCE:
                raise ReadingError(f"nothing to read for {PATIENCE:g} s, and these have not ended: {sorted(left)}")
    finally:
        consumer.close()


def record(message: ConfluentMessage) -> Record:
    """Confluent's message in our shape."""
    _, timestamp = message.timestamp()
    return Record(
        message.topic(),
        message.partition(),
        message.offset(),
        timestamp,
        message.key(),
        message.value(),
        tuple(message.headers() or ()),
    )
