"""Watching the river from outside: how far the group has come, how soon it goes on after a fault, and its memory.

A thread of its own with a client of another make (librdkafka), so that what is watched does not judge itself.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psutil
from confluent_kafka import Consumer, KafkaException, TopicPartition

from benchmarks.torture.crew import Crew
from streams.delivery.slices import Partition
from streams.settings import Settings

TICK = 0.25  # seconds between looks, so recovery times are that much too long at most
MEMORY_TICK = 2.0
SETTLED_RSS_SECONDS = 15.0  # after as long a worker has its models, and its first memory figure counts
REQUEST_SECONDS = 5.0
BACKLOG = 60  # records behind, from which on a partition must go on; transaction markers make up a few


class Progress:
    """Committed positions and ends of the input topics, looked at again and again. Start it, and stop it."""

    def __init__(self, settings: Settings, crew: Crew) -> None:
        self._topics = (settings.topics.raw, settings.topics.parsed, settings.topics.tagged)
        self._raw = settings.topics.raw
        self._crew = crew
        # A consumer that reads nothing: its requests go on where an admin client of librdkafka 2.16 aborts the process
        # when brokers come and go.
        self._client = Consumer(
            {
                "bootstrap.servers": settings.bootstrap_servers,
                "group.id": settings.group,
                "isolation.level": "read_uncommitted",  # else it waits for transactions in flight
                "log_level": 0,
            }
        )
        self._positions: dict[Partition, int] = {}
        self._taken_before = 0
        self._ends: dict[Partition, int] = {}
        self.seen_at = 0.0
        """When the group was last looked at with success (monotonic)."""
        self.changed_at = time.monotonic()
        self.memory = Memory()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def start(self) -> "Progress":
        """Begin to look."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    @property
    def raw_taken(self) -> int:
        """Raw articles whose outcome is committed."""
        taken = sum(position for partition, position in self._positions.items() if partition.topic == self._raw)
        return self._taken_before + taken

    def begin_anew(self) -> None:
        """What was taken of articles.raw so far is out of the group's mind: the topic is about to be made anew."""
        self._taken_before = self.raw_taken

    def ends(self) -> Mapping[Partition, int]:
        """Where each partition of the input topics ends."""
        return dict(self._ends)

    def lags(self) -> Mapping[Partition, int]:
        """How far each partition of the input topics is behind, markers of transactions included."""
        return {tp: max(0, end - max(0, self._positions.get(tp, 0))) for tp, end in self._ends.items()}

    def is_still(self, seconds: float) -> bool:
        """Whether all raw is taken, nothing but markers is left of the rest, and nothing moves any more."""
        now = time.monotonic()
        if self.seen_at < now - 2 or self.changed_at > now - seconds:
            return False
        # A worker's last transaction leaves a marker in each partition that it wrote to.
        few = 2 * len(self._ends)
        return all(lag <= (0 if tp.topic == self._raw else few) for tp, lag in self.lags().items())

    def recovery(self, *, patience: float) -> "Recovery":
        """Wait until every partition that is behind now was committed again; called at a fault's end."""
        begun = time.monotonic()
        before = dict(self._positions)
        waiting = {tp for tp, lag in self.lags().items() if lag > BACKLOG}
        first: float | None = None
        while time.monotonic() - begun < patience:
            positions = dict(self._positions)
            now = time.monotonic() - begun
            if first is None and any(positions[tp] > before.get(tp, -1) for tp in positions):
                first = now
            waiting -= {tp for tp in waiting if positions.get(tp, -1) > before.get(tp, -1)}
            if first is not None and not waiting:
                return Recovery(first, now)
            if not waiting and self.is_still(1.0):
                return Recovery(0.0, 0.0)  # there was nothing to go on with
            time.sleep(TICK)
        return Recovery(first if first is not None else patience, patience, tuple(map(str, sorted(waiting))))

    def _run(self) -> None:
        memory_at = 0.0
        while not self._stop.wait(TICK):
            with contextlib.suppress(KafkaException):
                self._look()
            if time.monotonic() > memory_at + MEMORY_TICK:
                memory_at = time.monotonic()
                self.memory.look(self._crew)
            self._crew.tend()
        self._client.close()

    def _look(self) -> None:
        listed = self._client.list_topics(timeout=REQUEST_SECONDS).topics
        asked = [
            TopicPartition(topic, number)
            for topic in self._topics
            if topic in listed
            for number in listed[topic].partitions
        ]
        positions = {
            Partition(each.topic, each.partition): each.offset
            for each in self._client.committed(asked, timeout=REQUEST_SECONDS)
            if each.offset >= 0
        }
        ends = {}
        for each in asked:
            with contextlib.suppress(KafkaException):  # no leader just now: the end stays what it was
                _, end = self._client.get_watermark_offsets(each, timeout=REQUEST_SECONDS)
                ends[Partition(each.topic, each.partition)] = end
        if positions != self._positions:
            self.changed_at = time.monotonic()
        self._positions = positions
        self._ends = {**{tp: end for tp, end in self._ends.items() if tp.topic in listed}, **ends}
        self.seen_at = time.monotonic()


@dataclass(frozen=True)
class Recovery:
    """Seconds from a fault's end to the first new commit, and until each partition that was behind has one."""

    first: float
    all: float
    missing: tuple[str, ...] = ()
    """Partitions that did not go on within our patience."""


@dataclass
class Memory:
    """Resident memory of workers with their stages, in MiB."""

    spans: dict[int, list[float]] = field(default_factory=dict)
    """By process: the first figure once it has settled, and the last one."""
    most: float = 0.0

    def look(self, crew: Crew) -> None:
        """Take each worker's figure now."""
        for hand in [*crew.hands.values()]:
            size = rss(hand.processes())
            if hand.leaving or not hand.alive:
                continue
            self.most = max(self.most, size)
            if time.monotonic() - hand.began > SETTLED_RSS_SECONDS:
                self.spans.setdefault(hand.process.pid, [size, size])[1] = size

    def longest(self) -> tuple[float, float]:
        """First and last figure of the worker that changed the most; (0, 0) when none lived long enough."""
        first, last = max(self.spans.values(), key=lambda span: abs(span[1] - span[0]), default=[0.0, 0.0])
        return first, last


def rss(processes: list[psutil.Process]) -> float:
    """MiB of all of these together."""
    return total(processes, lambda each: each.memory_info().rss) / 2**20


def total(processes: list[psutil.Process], figure: Callable[[psutil.Process], float]) -> float:
    """The sum of a figure over those that are still there."""
    found = 0.0
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            found += figure(each)
    return found
