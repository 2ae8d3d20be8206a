"""The conservation law under kill -9: every raw article accounted for, none lost, none twice.

``python -m benchmarks.conservation --data FOLDER`` publishes articles of khaleej_ar_12k.jsonl.xz, each time with
another URL, and bad inputs among them, lets workers run and kills one after another at random moments, then reads
every topic as committed and closes the books. Without --data it uses the demo's pages.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import lzma
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from streams import topics
from streams.broker import EmbeddedKafka
from streams.demo import demo_pages
from streams.filters import Input
from streams.ingest import ingest
from streams.ledger import Ledger
from streams.reading import read_all
from streams.route import Router
from streams.settings import Settings

BAD = (b"", b"   \n", b"%PDF-1.7 \x00\x01\x02", b'{"content": 5}', b'{"content": "x", "published_at": "soon"}')
PATIENCE = 600.0


def articles(count: int, data: Path | None) -> Iterator[Input]:
    """``count`` envelopes, each with a URL of its own."""
    texts = itertools.cycle(_khaleej(data) if data else _demo())
    for number, text in zip(range(count), texts, strict=False):
        envelope = {"content": text, "url": f"https://example.org/{number}", "content_type": "text/plain"}
        yield Input(str(number), json.dumps(envelope, ensure_ascii=False).encode())


def _khaleej(data: Path) -> list[str]:
    with lzma.open(data / "khaleej_ar_12k.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def _demo() -> list[str]:
    found = []
    for page in demo_pages():
        if page.name.endswith(".txt"):
            with contextlib.suppress(UnicodeDecodeError):
                found.append(page.value.decode())
    return found


def mixed(good: Iterator[Input], bad: int, chance: random.Random) -> list[Input]:
    """The good inputs with ``bad`` ones strewn among them."""
    inputs = [*good, *(Input("bad", BAD[number % len(BAD)]) for number in range(bad))]
    chance.shuffle(inputs)
    return inputs


class Workers:
    """Real workers, killed and begun anew."""

    def __init__(self, settings: Settings, count: int, log: Path) -> None:
        self._environment = {
            **os.environ,
            "RAFID_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "RAFID_TOPIC_PREFIX": settings.topic_prefix,
            "RAFID_GROUP": settings.group,
            "RAFID_WEB_PORT": "0",
            "RAFID_LOG_FORMAT": "json",
        }
        self._log = log.open("ab")
        self.processes = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "streams.cli", "worker"]
        return subprocess.Popen(command, env=self._environment, stderr=self._log, stdout=self._log)

    def kill(self, number: int) -> None:
        """Kill -9 one and start it anew."""
        self.processes[number].kill()
        self.processes[number].wait()
        self.processes[number] = self._start()

    def end(self) -> None:
        """Stop all, politely first."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
        self._log.close()

    def died(self) -> list[int]:
        """Exit codes of those that ended by themselves."""
        return [process.returncode for process in self.processes if process.poll() is not None]


async def conserve(
    settings: Settings, inputs: list[Input], *, workers: int, kills: int, seed: int, log: Path
) -> Ledger:
    """Publish ``inputs``, kill workers while they run, and return the books once all is still."""
    names = settings.topics.all(Router.load(settings.routes).streams)
    await topics.create(settings, names)
    chance = random.Random(seed)
    crew = Workers(settings, workers, log)
    try:
        await ingest(settings, inputs)
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(2.0, 6.0))
            crew.kill(chance.randrange(workers))
        deadline = time.monotonic() + PATIENCE
        while True:
            ledger = Ledger(settings.topics)
            async for record in read_all(settings, names):
                ledger.add([record])
            if not ledger.lost() or time.monotonic() > deadline or len(crew.died()) == workers:
                return ledger
            await asyncio.sleep(2)
    finally:
        crew.end()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path)
    arguments.add_argument("--articles", type=int, default=40_000)
    arguments.add_argument("--bad", type=int, default=200)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--kills", type=int, default=12)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    if given.data and not (given.data / "khaleej_ar_12k.jsonl.xz").exists():
        print(f"no khaleej_ar_12k.jsonl.xz in {given.data}: this measurement needs it (or leave --data out)")
        return 2
    inputs = mixed(articles(given.articles, given.data), given.bad, random.Random(given.seed))
    with EmbeddedKafka() as kafka, tempfile.TemporaryDirectory() as folder:
        settings = Settings(bootstrap_servers=kafka.bootstrap_servers, group="conservation", web_port=0)
        started = time.monotonic()
        log = Path(folder) / "workers.log"
        ledger = asyncio.run(
            conserve(settings, inputs, workers=given.workers, kills=given.kills, seed=given.seed, log=log)
        )
        print(f"{given.kills} kills in {time.monotonic() - started:.0f} s")
    print(ledger.balance())
    for line in (*ledger.lost()[:20], *ledger.duplicated()[:20]):
        print(line)
    return 1 if ledger.lost() or ledger.duplicated() or ledger.raw.total() != len(inputs) else 0


if __name__ == "__main__":
    sys.exit(main())
