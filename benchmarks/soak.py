"""The soak: very many articles through two workers, and nothing may grow.

``python -m benchmarks.soak [--articles N] [--minutes M] [--data FOLDER]`` publishes as fast as the river takes them,
reads all ends as committed, checks each item (benchmarks/torture/books.py), and deletes from the broker what is
counted. A row every 50,000 articles; the exit code is 1 unless all of this holds:

memory of each worker with its stages within ±5 % after the first 100,000 · handles and threads do not grow · no
transaction left open · lag 0 at the end · none lost, none duplicated, none wrong.
"""

import argparse
import asyncio
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from confluent_kafka import IsolationLevel, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from benchmarks.soak_reader import Reader
from benchmarks.texts import FILE, texts
from benchmarks.torture.books import Balance, Books
from benchmarks.torture.cluster import Cluster
from benchmarks.torture.crew import Crew, Hand
from benchmarks.torture.inputs import Inputs
from benchmarks.torture.publisher import Publisher
from benchmarks.torture.scene import Stalled
from benchmarks.torture.watch import Progress, rss, total
from streams import topics
from streams.route import Router
from streams.settings import Settings

TEXTS = 1000
AHEAD = 5000  # raw articles that may wait
ROW = 50_000
WARM = 100_000  # articles until memory is held against
WITHIN = 0.05
FEW = 2  # handles or threads more: a connection that is being made anew
SAMPLE_SECONDS = 2.0
REST_SECONDS = 600.0
STALL_SECONDS = 180.0


@dataclass(frozen=True)
class Sample:
    """A worker with its stages at one moment."""

    mib: float
    handles: float
    threads: float


@dataclass(frozen=True)
class Row:
    """The medians of what was sampled since the row before, by worker."""

    articles: int
    rate: float
    workers: tuple[Sample, ...]
    lag: int
    open_transactions: int

    def cells(self) -> tuple[str, ...]:
        """As the table has them."""
        return (
            f"{self.articles:,}",
            f"{self.rate:.0f}",
            *(f"{w.mib:.0f} · {w.handles:.0f} · {w.threads:.0f}" for w in self.workers),
            f"{self.lag:,}",
            str(self.open_transactions),
        )


def sample(hand: Hand) -> Sample:
    processes = hand.processes()
    return Sample(rss(processes), total(processes, lambda p: p.num_fds()), total(processes, lambda p: p.num_threads()))


def open_transactions(admin: AdminClient, names: tuple[str, ...], settings: Settings) -> int:
    """Partitions whose last stable offset lies before their end: a transaction there is open at this moment."""
    asked = {
        TopicPartition(name, number): OffsetSpec.latest() for name in names for number in range(settings.partitions)
    }
    ends = admin.list_offsets(asked)
    stable = admin.list_offsets(asked, isolation_level=IsolationLevel.READ_COMMITTED)
    return sum(stable[tp].result(30).offset < end.result(30).offset for tp, end in ends.items())


def median(samples: list[Sample]) -> Sample:
    return Sample(*(statistics.median(figures) for figures in zip(*map(_figures, samples), strict=True)))


def _figures(each: Sample) -> tuple[float, float, float]:
    return each.mib, each.handles, each.threads


def verdict(rows: list[Row], balance: Balance) -> list[str]:
    """What does not hold; empty: all does."""
    failed: list[str] = []
    if not rows:
        return ["no row was reached"]
    warm = [row for row in rows if row.articles >= WARM] or rows[-1:]
    for index, first in enumerate(warm[0].workers):
        for row in warm[1:]:
            now = row.workers[index]
            if abs(now.mib / first.mib - 1) > WITHIN:
                failed.append(f"worker {index + 1}: {first.mib:.0f} MiB became {now.mib:.0f} at {row.articles:,}")
        last = warm[-1].workers[index]
        if last.handles > first.handles + FEW:
            failed.append(f"worker {index + 1}: {first.handles:.0f} handles became {last.handles:.0f}")
        if last.threads > first.threads + FEW:
            failed.append(f"worker {index + 1}: {first.threads:.0f} threads became {last.threads:.0f}")
    if len(warm) < 2:
        failed.append(f"fewer than two rows after {WARM:,} articles: memory, handles and threads were not judged")
    if rows[-1].open_transactions:
        failed.append(f"{rows[-1].open_transactions} partitions have an open transaction at the end")
    if rows[-1].lag:
        failed.append(f"{rows[-1].lag} records are left at the end")
    if not balance.holds:
        failed.append(f"{balance.lost} lost, {balance.duplicated} duplicated, {balance.wrong} wrong")
    return failed


def soak(cluster: Cluster, found: list[str], articles: int, minutes: float, every: int) -> list[str]:
    settings = Settings(bootstrap_servers=cluster.direct, group="soak", topic_prefix="soak.", web_port=0, partitions=4)
    names = settings.topics.all(Router.load(settings.routes).streams)
    asyncio.run(topics.create(settings, names))
    inputs = Inputs(found, settings)
    books = Books(inputs, settings.topics)
    admin = AdminClient({"bootstrap.servers": cluster.direct, "log_level": 0})
    rows: list[Row] = []
    stalled = []
    with tempfile.TemporaryDirectory() as folder:
        crew = Crew(settings, Path(folder))
        hands = [crew.start(), crew.start()]
        crew.ready()
        progress = Progress(settings, crew).start()
        publisher = Publisher(settings, inputs, books, progress, at_least=articles, ahead=AHEAD).start()
        reader = Reader(settings, books, names)
        reader.start()
        publisher.end_at_least()
        try:
            watch = Watch(hands, books, progress, publisher, reader, partial(open_transactions, admin, names, settings))
            rows = watch.rows
            watch.until(time.monotonic() + 60 * minutes, every)
        except Stalled as error:
            stalled = [str(error)]
        finally:
            publisher.abort()
            reader.stop()
            progress.stop()
            crew.end()
        for line in crew.reasons():
            print(f"a worker said: {line}")
        stops = dict(crew.stops)
    balance = books.close()
    print(
        f"{balance.noted:,} published, {balance.items:,} items, {balance.dead_letters:,} dead letters; "
        f"{balance.lost} lost, {balance.duplicated} duplicated, {balance.wrong} wrong"
    )
    for line in balance.examples:
        print(line)
    return [*stalled, *verdict(rows, balance), *(f"a worker ended by itself with {code}" for code in stops)]


@dataclass
class Watch:
    """Samples the workers until all is done, a row each so many articles."""

    hands: list[Hand]
    books: Books
    progress: Progress
    publisher: Publisher
    reader: Reader
    open_transactions: Callable[[], int]
    rows: list[Row] = field(default_factory=list)
    last: tuple[int, float] = field(default_factory=lambda: (0, time.monotonic()))
    """How many were done when it was last seen to be more, and when that was."""

    def until(self, end: float, every: int) -> None:
        """Print a row each ``every`` articles, and one when all are done and all is still; raises ``Stalled``.

        No more are published after ``end``, on the monotonic clock.
        """
        head = ("articles", "articles/s", *(f"worker {n + 1}: MiB · handles · threads" for n in range(len(self.hands))))
        _print((*head, "lag", "partitions with an open transaction"))
        _print(("---",) * (len(head) + 2))
        samples: list[list[Sample]] = [[] for _ in self.hands]
        since, before = time.monotonic(), 0
        while (done := self.books.complete) < self.publisher.at_least:
            if time.monotonic() > end:
                self.publisher.enough()
            time.sleep(SAMPLE_SECONDS)
            self._check(done)
            for hand, each in zip(self.hands, samples, strict=True):
                each.append(sample(hand))
            if done // every > before // every:
                self._add(done, (done - before) / (time.monotonic() - since), samples)
                samples = [[] for _ in self.hands]
                since, before = time.monotonic(), done
        deadline = time.monotonic() + REST_SECONDS
        while time.monotonic() < deadline:
            if self.books.complete >= self.publisher.sent and self.progress.is_still(3.0):
                break
            time.sleep(0.2)
        done = self.books.complete
        self._add(done, (done - before) / (time.monotonic() - since), [[sample(hand)] for hand in self.hands])

    def _check(self, done: int) -> None:
        if done > self.last[0]:
            self.last = done, time.monotonic()
        if time.monotonic() - self.last[1] > STALL_SECONDS:
            raise Stalled(f"{done} articles were done, and in {STALL_SECONDS:g} s none more")
        self.publisher.check()
        if self.reader.failed is not None:
            raise self.reader.failed
        for hand in self.hands:
            if not hand.alive:
                raise Stalled(f"{hand.name} has ended: {hand.said()[-2000:]}")

    def _add(self, done: int, rate: float, samples: list[list[Sample]]) -> None:
        lag = sum(lag for tp, lag in self.progress.lags().items() if tp.topic.endswith(".raw"))
        self.rows.append(Row(done, rate, tuple(map(median, samples)), lag, self.open_transactions()))
        _print(self.rows[-1].cells())


def _print(cells: tuple[str, ...]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=1_000_000)
    arguments.add_argument("--minutes", type=float, default=math.inf, help="publish for no longer")
    arguments.add_argument("--every", type=int, default=ROW, help="articles between two rows")
    arguments.add_argument("--data", type=Path, help=f"a folder with {FILE}; default: the demo's pages")
    given = arguments.parse_args()
    if given.data and not (given.data / FILE).exists():
        arguments.error(f"no {FILE} in {given.data}: leave --data out for the demo's pages")
    found = [*islice(texts(given.data), TEXTS)]
    small = {"log.segment.bytes": str(32 * 2**20), "log.retention.check.interval.ms": "20000"}
    with Cluster(1, config=small) as cluster:
        failed = soak(cluster, found, given.articles, given.minutes, given.every)
    print("FAILED:" if failed else "passed")
    for line in failed:
        print(f"- {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
