"""The whole river: articles a second and CPU seconds per 10,000, by stage and all together.

``python -m benchmarks.river --data FOLDER`` sends the articles of khaleej_ar_12k.jsonl.xz through each stage alone
(a worker with one agent), then through a worker with all three. Without --data: the demo's pages, again and again.
"""

import argparse
import asyncio
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.texts import FILE, articles
from benchmarks.transport import cpu_seconds
from streams import topics
from streams.broker import EmbeddedKafka
from streams.ingest import ingest
from streams.route import Router
from streams.settings import AGENT_NAMES, Settings

PATIENCE = 300.0
TAKEN = "rafid_records_in_total"
REFUSED = "rafid_dead_letters_total"


class Figures(NamedTuple):
    """What one worker came to: articles a second, and CPU seconds per 10,000 of them."""

    articles_per_second: float
    cpu_per_10k: float


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def counted(port: int, metric: str, stage: str) -> int:
    """What a worker has counted for a stage, in committed transactions."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
    except (urllib.error.URLError, OSError):
        return 0
    return int(sum(map(float, re.findall(rf'{metric}{{[^}}]*stage="{stage}".*?}} (\S+)', text))))


@contextmanager
def working(settings: Settings, agents: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """A worker with these agents: its process, and the port of its metrics."""
    port = free_port()
    environment = {
        **os.environ,
        "RAFID_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "RAFID_TOPIC_PREFIX": settings.topic_prefix,
        "RAFID_GROUP": settings.group,
        "RAFID_WEB_PORT": str(port),
        "RAFID_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "streams.cli", "worker", "--agents", ",".join(agents)]
    worker = subprocess.Popen(command, env=environment)
    try:
        yield worker.pid, port
    finally:
        worker.terminate()
        worker.wait()


def measure(settings: Settings, agents: tuple[str, ...], count: int) -> tuple[Figures, int]:
    """Run a worker until ``count`` records have gone through it; its figures, and how many its first agent refused."""
    with working(settings, agents) as (worker, port):
        while (first := counted(port, TAKEN, agents[0])) == 0:
            time.sleep(0.1)
        started, cpu = time.monotonic(), cpu_seconds(worker)
        # A stage ends when it has taken all there is: what parse refused goes no further.
        while counted(port, TAKEN, agents[-1]) < count - (counted(port, REFUSED, agents[0]) if len(agents) > 1 else 0):
            assert time.monotonic() - started < PATIENCE, "the river stands still"
            time.sleep(0.2)
        seconds = time.monotonic() - started
        cpu = cpu_seconds(worker) - cpu
        refused = counted(port, REFUSED, agents[0])
    return Figures((count - first) / seconds, cpu * 10_000 / (count - first)), refused


async def publish(settings: Settings, count: int, data: Path | None) -> None:
    await topics.create(settings, settings.topics.all(Router.load().streams))
    await ingest(settings, articles(count, data))


def chosen(description: str | None, articles: int) -> argparse.Namespace:
    """``--data`` and ``--articles`` (default: ``articles``); ends the program where the data are not there."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--data", type=Path)
    arguments.add_argument("--articles", type=int, default=articles)
    given = arguments.parse_args()
    if given.data and not (given.data / FILE).exists():
        print(f"no {FILE} in {given.data}: this measurement needs it (or leave --data out)")
        raise SystemExit(2)
    return given


def main() -> int:
    given = chosen(__doc__, 12_000)
    with EmbeddedKafka() as kafka:
        apart = Settings(bootstrap_servers=kafka.bootstrap_servers, topic_prefix="apart.", group="apart")
        asyncio.run(publish(apart, given.articles, given.data))
        count = given.articles
        for agent in AGENT_NAMES:
            figures, refused = measure(apart, (agent,), count)
            count -= refused
            show(agent, figures)
        together = Settings(bootstrap_servers=kafka.bootstrap_servers, topic_prefix="all.", group="all")
        asyncio.run(publish(together, given.articles, given.data))
        show("all three", measure(together, AGENT_NAMES, given.articles)[0])
    return 0


def show(name: str, figures: Figures) -> None:
    print(f"{name:10} {figures.articles_per_second:7.0f} articles/s  {figures.cpu_per_10k:6.2f} CPU s/10k", flush=True)


if __name__ == "__main__":
    sys.exit(main())
