"""The memory of a worker with all agents and their models: after one article, some, and a backlog.

``python -m benchmarks.worker_memory --data FOLDER`` sends articles of khaleej_ar_12k.jsonl.xz; without --data,
the demo's pages. Each process's proportional set size (PSS; Linux), in MiB: pages that
several processes share are counted once in all.
"""

import asyncio
import sys
import time

import psutil

from benchmarks.river import PATIENCE, TAKEN, chosen, counted, publish, working
from streams.broker import EmbeddedKafka
from streams.settings import AGENT_NAMES, Settings

SETTLED = 5.0  # seconds in which nothing moves once all is done


def show(when: str, pid: int) -> None:
    worker = psutil.Process(pid)
    own, *others = (each.memory_full_info().pss / 2**20 for each in (worker, *worker.children(recursive=True)))
    print(f"{when:24} {own + sum(others):5.0f} MiB: the worker {own:.0f}, its other processes", end=" ")
    print(*(f"{size:.0f}" for size in sorted(others)), sep=", ", flush=True)


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
    given = chosen(__doc__, 6_000)
    with EmbeddedKafka() as kafka:
        settings = Settings(bootstrap_servers=kafka.bootstrap_servers)
        asyncio.run(publish(settings, 0, given.data))  # makes the topics
        with working(settings, AGENT_NAMES) as (worker, port):
            published = 0
            # The first article tells that all agents are at work.
            for count in (1, given.articles // 10, given.articles):
                asyncio.run(publish(settings, count, given.data))
                published += count
                work_off(port, published)
                show(f"after {published} articles", worker)
    return 0


if __name__ == "__main__":
    sys.exit(main())
