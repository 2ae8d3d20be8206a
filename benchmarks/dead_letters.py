"""Many dead letters: how long each command takes, in how much memory, and whether a killed redrive sends each once.

``python -m benchmarks.dead_letters`` fills ``articles.dead-letter`` with letters of 3 KB, runs every command on them
while a worker parses what goes back, and kills the redrive (kill -9) at random moments before it may finish.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaProducer

from schemas.dead_letter import Reason
from streams import topics
from streams.broker import EmbeddedKafka
from streams.delivery.dead_letters import dead_letter, to_output
from streams.delivery.stage import Record
from streams.delivery.stage_process import Refused
from streams.reading import high_watermarks, read_all
from streams.settings import Settings

SIZE = 3000  # bytes of an input: an Arabic article of the mean length
REASONS = (Reason.TIMEOUT, Reason.STAGE_ERROR, Reason.NO_ARTICLE, Reason.TOO_LARGE)
LINE = "The city council opened a new bridge across the river on Monday, its mayor said. "


async def fill(settings: Settings, count: int) -> None:
    """Put ``count`` letters into the topic, of inputs that differ."""
    began = datetime.now(UTC) - timedelta(days=1)
    options = {**settings.client_options(), "max_batch_size": 256 * 1024, "linger_ms": 20}
    async with AIOKafkaProducer(**options) as producer:
        for number in range(count):
            value = (f"Bridge {number}\n\n" + LINE * 40)[:SIZE].encode()
            headers = (("url", b"https://site%d.example/%d" % (number % 50, number)),)
            record = Record(
                settings.topics.raw, number % settings.partitions, number, 1, b"%d" % number, value, headers
            )
            refused = Refused(REASONS[number % len(REASONS)], "of the benchmark")
            letter = dead_letter(record, refused, stage="parse", version="0", at=began + timedelta(seconds=number / 10))
            output = to_output(letter, topic=settings.topics.dead_letter, max_bytes=10 * 2**20)
            await producer.send(output.topic, output.value, key=output.key, headers=list(output.headers))


class Commands:
    """Runs `rafid` with these settings, and says what it took."""

    def __init__(self, settings: Settings) -> None:
        self.environment = {
            **os.environ,
            "RAFID_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "RAFID_GROUP": settings.group,
            "RAFID_WEB_PORT": "0",
        }

    def start(self, *words: str, out: int | None = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Begin a command."""
        return subprocess.Popen([sys.executable, "-m", "streams.cli", *words], env=self.environment, stdout=out)

    def run(self, *words: str) -> None:
        """Run a command to its end and print its time, its memory at most and how it ended."""
        began = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = self.start(*words, out=out.fileno())
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            lines = out.read().decode().splitlines()
        took = time.monotonic() - began
        print(
            f"{' '.join(words):70.70} {took:6.1f} s  {usage.ru_maxrss / 1024:6.0f} MB  "
            f"exit {process.returncode}  {len(lines)} lines, last: {lines[-1][:60] if lines else ''}",
            flush=True,
        )


async def redriven(settings: Settings) -> Counter[bytes | None]:
    """How often each input is back in its topic."""
    return Counter([record.key async for record in read_all(settings, [settings.topics.raw])])


def end(settings: Settings) -> int:
    """Where the partitions of articles.raw end, in sum."""
    return sum(asyncio.run(high_watermarks(settings, settings.topics.raw)).values())


def measure(settings: Settings, count: int, kills: int, chance: random.Random) -> bool:
    """Run all commands on ``count`` letters; whether each input went back once."""
    commands = Commands(settings)
    asyncio.run(topics.create(settings, settings.topics.all(())))
    began = time.monotonic()
    asyncio.run(fill(settings, count))
    print(f"{count} letters of {SIZE} bytes published in {time.monotonic() - began:.1f} s")
    worker = commands.start("worker", "--agents", "parse")
    try:
        commands.run("dead-letters", "list", "--counts")
        commands.run("dead-letters", "list", "--source", "site7.example")
        commands.run("dead-letters", "show", "0/5")
        commands.run("dead-letters", "redrive", "--dry-run", "--source", "site7.example")
        commands.run("dead-letters", "discard", "--source", "site7.example", "--because", "benchmark")
        for _ in range(kills):
            killed = commands.start("dead-letters", "redrive", "--all")
            before = end(settings)
            while end(settings) == before and killed.poll() is None:
                time.sleep(0.1)  # until it sends
            time.sleep(chance.uniform(0, 1))
            killed.kill()
            killed.wait()
            print(f"killed; sent so far: {sum(asyncio.run(redriven(settings)).values())}", flush=True)
        commands.run("dead-letters", "redrive", "--all")
        commands.run("dead-letters", "list", "--counts")
    finally:
        worker.kill()
        worker.wait()
    back = asyncio.run(redriven(settings))
    wanted = {b"%d" % number for number in range(count) if number % 50 != 7}
    lost, unasked = len(wanted - back.keys()), len(back.keys() - wanted)
    twice = sum(times > 1 for times in back.values())
    print(f"{len(wanted)} to send back: {lost} lost, {twice} twice, {unasked} unasked")
    return back == Counter(wanted)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--letters", type=int, default=100_000)
    arguments.add_argument("--kills", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    print(f"seed {given.seed}")
    with EmbeddedKafka() as kafka:
        settings = Settings(bootstrap_servers=kafka.bootstrap_servers, group="letters", web_port=0)
        return 0 if measure(settings, given.letters, given.kills, random.Random(given.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
