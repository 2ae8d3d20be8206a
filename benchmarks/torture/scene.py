"""What a fault can reach: the brokers, the workers, the publisher, the books; and chance, from the seed."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.books import Books
from benchmarks.torture.cluster import Cluster
from benchmarks.torture.crew import Crew
from benchmarks.torture.publisher import Publisher
from benchmarks.torture.reading import read_committed
from benchmarks.torture.watch import Progress
from streams.settings import Settings

STILL_SECONDS = 3.0


class Stalled(Exception):
    """The river stands still where it must not: the run cannot go on."""


@dataclass
class Scene:
    """One river under torture."""

    settings: Settings
    """As the torture itself reaches the river: no proxy between."""
    cluster: Cluster
    crew: Crew
    progress: Progress
    publisher: Publisher
    books: Books
    chance: random.Random
    clock: Path
    """The file that says how far the workers' clock is off."""

    def set_clock(self, seconds: float) -> None:
        """Make the clock of every worker be off by this."""
        with self.clock.open("r+b") as file:  # in place: workers read it at any moment
            file.write(b"%-+16.1f" % seconds)

    def until(self, condition: Callable[[], bool], what: str, *, seconds: float = 240) -> None:
        """Wait for ``condition``; raises ``Stalled`` when it does not come true in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            self.publisher.check()
            if time.monotonic() > deadline:
                lags = {str(tp): lag for tp, lag in self.progress.lags().items() if lag}
                raise Stalled(f"{what}: not within {seconds:g} s; behind: {lags}; exits: {dict(self.crew.stops)}")
            time.sleep(0.1)

    def until_still(self, *, seconds: float = 600) -> None:
        """Wait until everything published so far has gone down the river."""
        self.until(lambda: self.progress.is_still(STILL_SECONDS), "the river's rest", seconds=seconds)

    def enter(self, *topics: str) -> None:
        """Read these topics, and enter all that stands there in the books."""
        for record in read_committed(self.settings.bootstrap_servers, topics):
            self.books.enter(record)
