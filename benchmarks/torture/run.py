"""One run: a river, its crew, faults struck one after another, and the books closed at the end."""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import KafkaException

from benchmarks.torture.books import Balance, Books
from benchmarks.torture.cluster import Cluster
from benchmarks.torture.crew import Crew
from benchmarks.torture.faults import FAULTS
from benchmarks.torture.inputs import Inputs
from benchmarks.torture.oddities import told_expired
from benchmarks.torture.poisoned import CLOCK
from benchmarks.torture.publisher import Publisher, PublisherError
from benchmarks.torture.scene import Scene, Stalled
from benchmarks.torture.watch import Progress, Recovery
from streams import topics
from streams.broker import BrokerError
from streams.route import Router
from streams.settings import Settings

RECOVERY_PATIENCE = 120.0
READ_AGAIN = 3  # the last markers of a river that is still may be a moment behind
STAGE_TIMEOUT = 1.0  # poison that never ends shall not last longer
MIX_PAUSE = 5.0


class Strike(NamedTuple):
    """One fault to come: its name, and how many of its kind came before."""

    fault: str
    turn: int


@dataclass
class Row:
    """A line of the table."""

    name: str
    times: int
    seed: int
    seconds: float = 0.0
    balance: Balance = field(default_factory=Balance)
    recoveries: list[Recovery] = field(default_factory=list)
    exits: str = ""
    memory: str = ""
    trouble: str = ""
    """Why the run ended early, if it did."""

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, doubled or wrong."""
        return self.balance.holds and not self.trouble


@dataclass(frozen=True)
class Plan:
    """What one run is to be."""

    name: str
    strikes: Sequence[Strike]
    articles: int
    workers: int
    seed: int
    texts: Sequence[str]
    mixed: bool = False
    logs: Path | None = None
    """Where the workers' logs are kept; None: thrown away."""

    @property
    def faults(self) -> set[str]:
        """The kinds of faults that come."""
        return {strike.fault for strike in self.strikes}


def run(plan: Plan, cluster: Cluster) -> Row:
    """Carry out a plan on a cluster, on a river of its own, which is deleted at the end."""
    row = Row(plan.name, len(plan.strikes), plan.seed)
    poisoned = [FAULTS[name].poison_every for name in plan.faults if FAULTS[name].poison_every]
    settings = Settings(
        bootstrap_servers=cluster.direct,
        group=f"torture-{plan.name}",
        topic_prefix=f"{plan.name}.",
        web_port=0,
        partitions=4,
        stage_timeout=STAGE_TIMEOUT if poisoned else 10.0,
        broker_patience=min(FAULTS[name].patience for name in plan.faults),
    )
    inputs = Inputs(plan.texts, settings, poison_every=min(poisoned, default=0))
    books = Books(inputs, settings.topics)
    names = settings.topics.all(Router.load(settings.routes).streams)
    asyncio.run(topics.create(settings, names))
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as thrown_away:
        folder = plan.logs / plan.name if plan.logs else Path(thrown_away)
        folder.mkdir(parents=True, exist_ok=True)
        clock = Path(thrown_away) / "clock"
        clock.write_bytes(b"%-+16.1f" % 0)
        special = poisoned or "clock" in plan.faults
        crew = Crew(
            settings.model_copy(update={"bootstrap_servers": cluster.for_workers}),
            folder,
            module=("benchmarks.torture.poisoned",) if special else ("streams.cli", "worker"),
            **{CLOCK: str(clock)},
        )
        progress = Progress(settings, crew)
        publisher = Publisher(
            settings, inputs, books, progress, at_least=plan.articles, ahead=max(400, min(10_000, plan.articles // 4))
        )
        scene = Scene(settings, cluster, crew, progress, publisher, books, random.Random(plan.seed), clock)
        try:
            for _ in range(plan.workers):
                crew.start()
            progress.start()
            publisher.start()
            crew.ready()
            _strike(plan, scene, row)
            publisher.finish()
            scene.until_still()
        except (Stalled, PublisherError, BrokerError, KafkaException, AssertionError) as error:
            row.trouble = str(error)
        finally:
            publisher.abort()
            progress.stop()
            crew.end()
        row.seconds = time.monotonic() - began
        row.balance = _close(scene, names)
        row.exits = ", ".join(f"{n} × {code}" for code, n in sorted(crew.stops.items()))
        if crew.refused:
            row.exits += f" (told to end: {crew.refused})"
        first, last = progress.memory.longest()
        row.memory = f"{first:.0f} → {last:.0f}, {progress.memory.most:.0f}"
        for line in (*row.balance.examples, *(f"a worker said: {each}" for each in crew.reasons())):
            print(f"  {line}", flush=True)
        if row.trouble:
            print(f"  {row.trouble}\n{crew.tail()}", flush=True)
    return row


def _strike(plan: Plan, scene: Scene, row: Row) -> None:
    """Strike each fault when the river has come as far as its share of the articles."""
    for index, strike in enumerate(plan.strikes):
        goal = plan.articles * (index + 1) // (len(plan.strikes) + 1)
        scene.until(lambda goal=goal: scene.progress.raw_taken >= goal, f"{goal} articles taken", seconds=600)  # type: ignore[misc]
        print(f"  {strike.fault} {strike.turn + 1}", end=": ", flush=True)
        FAULTS[strike.fault].strike(scene, strike.turn)
        if plan.mixed and index + 1 < len(plan.strikes):
            print("done", flush=True)
            time.sleep(scene.chance.uniform(0.0, MIX_PAUSE))
            continue
        recovery = scene.progress.recovery(patience=RECOVERY_PATIENCE)
        row.recoveries.append(recovery)
        print(
            f"first commit after {recovery.first:.1f} s, all partitions after {recovery.all:.1f} s"
            + "".join(f", still missing {each}" for each in recovery.missing),
            flush=True,
        )


def _close(scene: Scene, names: Sequence[str]) -> Balance:
    """Read the river back and close the books."""
    ends = [name for name in names if name not in (scene.settings.topics.parsed, scene.settings.topics.tagged)]
    for told in told_expired(scene):
        scene.books.expire(*told)
    scene.enter(*ends)
    return scene.books.close()


def seconds(values: Sequence[float]) -> str:
    """Median and largest."""
    return f"{statistics.median(values):.1f} / {max(values):.1f}" if values else "–"
