"""Fixtures of the tests on a real broker."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from streams import topics
from streams.filters import Input
from streams.ingest import ingest
from streams.reading import read_all
from streams.settings import Settings
from tests.kafka.passing import reach
from tests.kafka.workers import Worker

WorkerFactory = Callable[..., Worker]


@pytest.fixture
def new_worker(settings: Settings, tmp_path: Path) -> Iterator[WorkerFactory]:
    """Makes workers; whatever a test leaves running is ended."""
    made: list[Worker] = []

    def make(*command: str, settings: Settings = settings, **environment: str) -> Worker:
        worker = Worker(settings, tmp_path, *command, MARKS=str(tmp_path), **environment)
        made.append(worker)
        return worker.start()

    yield make
    for worker in made:
        worker.end()


@pytest.fixture
def river(settings: Settings) -> Settings:
    """Settings of a river whose topics are made."""
    asyncio.run(topics.create(settings, settings.topics.all(("sport",))))
    return settings


class Hop:
    """One hop of passing workers: publish to its input, read what came out."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reach = reach(settings)

    async def create(self) -> None:
        await topics.create(self.settings, [self.reach.input, *self.reach.outputs])

    async def publish(self, *values: bytes, pause: float = 0) -> None:
        """Publish values, a ``pause`` in seconds after each."""
        if not pause:
            await ingest(self.settings, [Input("test", value) for value in values], self.reach.input)
            return
        async with AIOKafkaProducer(**self.settings.client_options()) as producer:
            for value in values:
                await producer.send_and_wait(self.reach.input, value)
                await asyncio.sleep(pause)

    async def passed(self) -> Counter[bytes]:
        """Values that came out, committed."""
        outputs = [topic for topic in self.reach.outputs if topic != self.settings.topics.dead_letter]
        return Counter([record.value or b"" async for record in read_all(self.settings, outputs)])

    async def dead(self) -> list[bytes]:
        """Dead letters, as JSON."""
        topic = self.settings.topics.dead_letter
        return [record.value or b"" async for record in read_all(self.settings, [topic])]

    async def settled(self, count: int, *, seconds: float = 60) -> Counter[bytes]:
        """What came out, once ``count`` values or dead letters have, or the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            passed = await self.passed()
            if passed.total() + len(await self.dead()) >= count or time.monotonic() > deadline:
                return passed
            await asyncio.sleep(0.3)


@pytest.fixture
async def hop(settings: Settings) -> Hop:
    """A hop with its topics made."""
    hop = Hop(settings)
    await hop.create()
    return hop
