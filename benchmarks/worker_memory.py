"""The memory of a worker with all agents and their models: after one article, some, and a backlog.

``python -m benchmarks.worker_memory --data FOLDER`` sends articles of khaleej_ar_12k.jsonl.xz; without --data,
the demo's pages. Each process's proportional set size (PSS of /proc/PID/smaps_rollup; Linux), in MiB: pages that
several processes share are counted once in all.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.river import PATIENCE, TAKEN, counted, free_port, publish
from benchmarks.texts import FILE
from streams.broker import EmbeddedKafka
from streams.settings import AGENT_NAMES, Settings

SETTLED = 5.0  # seconds in which nothing moves once all is done


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from family(int(child))


def proportional(pid: int) -> float:
    """Its proportional set size in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def show(when: str, worker: int) -> None:
    sizes = [proportional(pid) for pid in family(worker)]
    print(f"{when:24} {sum(sizes):5.0f} MiB: the worker {sizes[0]:.0f}, its other processes", end=" ")
    print(*(f"{size:.0f}" for size in sorted(sizes[1:])), sep=", ", flush=True)


def work_off(port: int, count: int) -> None:
    """Wait until the worker has taken ``count`` inputs, and what became of them has gone through the last agent."""
    started, before = time.monotonic(), None
    while True:
        taken = [counted(port, TAKEN, agent) for agent in AGENT_NAMES]
        if taken[0] >= count and taken == before:
            return
        assert time.monotonic() - started < PATIENCE, "the river stands still"
        before = taken
        time.sleep(SETTLED)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path)
    arguments.add_argument("--articles", type=int, default=6_000)
    given = arguments.parse_args()
    if given.data and not (given.data / FILE).exists():
        print(f"no {FILE} in {given.data}: this measurement needs it (or leave --data out)")
        return 2
    with EmbeddedKafka() as kafka:
        settings = Settings(bootstrap_servers=kafka.bootstrap_servers)
        asyncio.run(publish(settings, 0, given.data))  # makes the topics
        port = free_port()
        environment = {
            **os.environ,
            "RAFID_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "RAFID_WEB_PORT": str(port),
            "RAFID_LOG_LEVEL": "error",
        }
        worker = subprocess.Popen([sys.executable, "-m", "streams.cli", "worker"], env=environment)
        try:
            published = 0
            # The first article tells that all agents are at work.
            for count in (1, given.articles // 10, given.articles):
                asyncio.run(publish(settings, count, given.data))
                published += count
                work_off(port, published)
                show(f"after {published} articles", worker.pid)
        finally:
            worker.terminate()
            worker.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
