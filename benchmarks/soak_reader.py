"""Reads the river's ends during a soak, and keeps the broker's disk small."""

import threading
import time

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from benchmarks.torture.books import Books
from benchmarks.torture.reading import BATCH, committed_consumer, record
from streams.settings import Settings

CLEAR_SECONDS = 20.0


class Reader(threading.Thread):
    """Reads the river's ends for ever, enters them in the books, and deletes what is counted."""

    def __init__(self, settings: Settings, books: Books, names: tuple[str, ...]) -> None:
        super().__init__(name="reader", daemon=True)
        inner = (settings.topics.parsed, settings.topics.tagged)
        partitions = range(settings.partitions)
        self._ends = [TopicPartition(t, n, 0) for t in names if t not in inner for n in partitions]
        self._inner = [TopicPartition(t, n) for t in inner for n in partitions]
        self._books = books
        self._consumer = committed_consumer(settings.bootstrap_servers)
        self._group = Consumer(
            {
                "bootstrap.servers": settings.bootstrap_servers,
                "group.id": settings.group,
                "isolation.level": "read_uncommitted",  # else it waits for transactions in flight
                "log_level": 0,
            }
        )
        self._admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers, "log_level": 0})
        self._raw = settings.topics.raw
        self._ended = threading.Event()
        self.failed: Exception | None = None

    def run(self) -> None:
        """Read until stopped."""
        try:
            self._consumer.assign(self._ends)
            cleared = time.monotonic()
            while not self._ended.is_set():
                for message in self._consumer.consume(BATCH, timeout=0.5):
                    if message.error() is None:
                        self._books.enter(record(message))
                if time.monotonic() > cleared + CLEAR_SECONDS:
                    cleared = time.monotonic()
                    self._clear()
        except Exception as error:  # noqa: BLE001 - told by the main thread
            self.failed = error
        finally:
            self._consumer.close()
            self._group.close()

    def stop(self) -> None:
        """Read no more."""
        self._ended.set()
        self.join()

    def _clear(self) -> None:
        """Delete what both the river and we have read."""
        read = {(tp.topic, tp.partition): tp.offset for tp in self._consumer.position(self._ends)}
        raw = [TopicPartition(tp.topic, tp.partition) for tp in self._ends if tp.topic == self._raw]
        taken = self._group.committed([*self._inner, *raw], timeout=10)
        wanted = [TopicPartition(*_least(tp, read.get((tp.topic, tp.partition)))) for tp in taken]
        wanted += [TopicPartition(*key, offset) for key, offset in read.items() if key[0] != self._raw]
        for deleted in self._admin.delete_records([tp for tp in wanted if tp.offset > 0]).values():
            deleted.result(30)


def _least(tp: TopicPartition, read: int | None) -> tuple[str, int, int]:
    return tp.topic, tp.partition, tp.offset if read is None else min(tp.offset, read)
