"""Publishing under torture: inputs in order, each written down before it is sent, never far ahead of the river."""

import contextlib
import threading
import time

from confluent_kafka import KafkaError, Message, Producer

from benchmarks.torture.books import Books
from benchmarks.torture.inputs import Inputs
from benchmarks.torture.watch import Progress
from streams.settings import Settings

CHUNK = 50  # inputs between two looks at the lag
PAUSE = 0.1
FINISH_SECONDS = 3600.0
PATIENCE_MS = 600_000  # a broker may be away for as long as a fault lasts


class PublisherError(Exception):
    """The publisher itself could not publish: nothing that follows would prove anything."""


class Publisher:
    """A thread that publishes ``at_least`` inputs, and more until ``finish`` is called.

    ``ahead`` is how many raw articles may wait: faults shall find work under way, and the disk stay small.
    """

    def __init__(
        self, settings: Settings, inputs: Inputs, books: Books, progress: Progress, *, at_least: int, ahead: int
    ) -> None:
        self._topic = settings.topics.raw
        self._inputs = inputs
        self._books = books
        self._progress = progress
        self.at_least = at_least
        self._ahead = ahead
        self.sent = 0
        self.paused = threading.Event()
        """While set, nothing is published."""
        self._failed: KafkaError | None = None
        self._finish = threading.Event()
        self._abort = threading.Event()
        self._producer = Producer(
            {
                "bootstrap.servers": settings.bootstrap_servers,
                "enable.idempotence": True,
                "linger.ms": 20,
                "topic.metadata.refresh.interval.ms": 10_000,  # to see new partitions soon
                "delivery.timeout.ms": PATIENCE_MS,
                "log_level": 0,
            }
        )
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> "Publisher":
        """Begin to publish."""
        self._thread.start()
        return self

    def finish(self) -> int:
        """Publish what is missing to ``at_least``, wait until the broker has all; returns how many they are."""
        self.end_at_least()
        self._thread.join(FINISH_SECONDS)
        self.check()
        if self._thread.is_alive():
            raise PublisherError(f"the river did not take the rest within {FINISH_SECONDS:g} s")
        return self.sent

    def end_at_least(self) -> None:
        """Publish what is missing to ``at_least``, and no more."""
        self._finish.set()
        self.paused.clear()

    def enough(self) -> None:
        """Publish no more than until now."""
        self.at_least = min(self.at_least, self.sent)

    def flush(self) -> None:
        """Pause, and wait until the broker has all that was sent so far."""
        self.paused.set()
        time.sleep(2 * PAUSE)
        self._producer.flush()
        self.check()

    def abort(self) -> None:
        """Stop at once."""
        self._abort.set()
        with contextlib.suppress(RuntimeError):
            self._thread.join()

    def check(self) -> None:
        """Raise ``PublisherError`` if anything was not taken."""
        if self._failed is not None:
            raise PublisherError(f"the broker did not take an input: {self._failed}")

    def _run(self) -> None:
        while not self._abort.is_set() and not (self._finish.is_set() and self.sent >= self.at_least):
            self._producer.poll(0)
            if self.paused.is_set() or self.sent - self._progress.raw_taken > self._ahead:
                time.sleep(PAUSE)
                continue
            for _ in range(CHUNK):
                self._send()
        if not self._abort.is_set():
            self._producer.flush()

    def _send(self) -> None:
        number = self.sent
        each = self._inputs.of(number)
        self._books.note(number)
        self.sent += 1
        while True:
            try:
                self._producer.produce(
                    self._topic,
                    each.value,
                    key=each.key,
                    headers=list(each.headers),
                    on_delivery=self._delivered,
                )
                return
            except BufferError:
                self._producer.poll(0.2)

    def _delivered(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._failed = error
