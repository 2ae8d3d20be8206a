"""Transport alone, one hop: CPU seconds per 10,000 records of 3 KB, records/s, and latency at 100 a second.

``python -m benchmarks.transport [--records N] [--runs N]``. Ours (exactly once) and a bare aiokafka loop (at least
once) take turns on the same embedded broker; the output is read as committed.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams import topics
from streams.broker import EmbeddedKafka
from streams.settings import Settings

SIZE = 3000
OUTPUTS = 8
CONTENDERS = {"rafid, exactly once": "benchmarks.passing", "bare aiokafka, at least once": "benchmarks.bare_loop"}


class Figures(NamedTuple):
    """What one run of one contender came to."""

    records_per_second: float
    cpu_per_10k: float
    p50_ms: float
    p99_ms: float


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and all its children."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(recursive=True)))


@asynccontextmanager
async def reading(settings: Settings, outputs: list[str]) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, isolation_level="read_committed", auto_offset_reset="earliest"
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for topic in outputs for number in range(settings.partitions)])
    try:
        yield consumer
    finally:
        await consumer.stop()


async def measure(servers: str, module: str, records: int, name: str) -> Figures:
    settings = Settings(bootstrap_servers=servers, topic_prefix=f"{name}.", group=name, partitions=4)
    source = f"{name}.in"
    outputs = [f"{name}.out{number}" for number in range(OUTPUTS)]
    await topics.create(settings, [source, *outputs, settings.topics.dead_letter])
    environment = {
        **os.environ,
        "RAFID_BOOTSTRAP_SERVERS": servers,
        "RAFID_TOPIC_PREFIX": settings.topic_prefix,
        "RAFID_GROUP": name,
        "RAFID_WEB_PORT": "0",
        "OUTPUTS": ",".join(outputs),
    }
    async with AIOKafkaProducer(bootstrap_servers=servers, linger_ms=20, max_batch_size=262144) as producer:
        payload = os.urandom(SIZE)
        await asyncio.wait([await producer.send(source, payload, key=b"%d" % number) for number in range(records)])
        process = subprocess.Popen([sys.executable, "-m", module], env=environment, stderr=subprocess.DEVNULL)
        try:
            async with reading(settings, outputs) as consumer:
                rate, cpu = await _bulk(consumer, process.pid, records)
                latencies = await _latencies(producer, consumer, source)
        finally:
            process.terminate()
            process.wait()
    return Figures(rate, cpu * 10_000 / records, statistics.median(latencies), _percentile(latencies, 99))


async def _bulk(consumer: AIOKafkaConsumer, pid: int, records: int) -> tuple[float, float]:
    seen, first, cpu = 0, 0.0, 0.0
    while seen < records:
        count = sum(len(batch) for batch in (await consumer.getmany(timeout_ms=100)).values())
        if count and not first:
            first, cpu, skipped = time.monotonic(), cpu_seconds(pid), count
        seen += count
    return (records - skipped) / (time.monotonic() - first), cpu_seconds(pid) - cpu


async def _latencies(producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, source: str) -> list[float]:
    """Milliseconds from send to committed arrival, at 100 a second for ten seconds."""
    count = 1000
    found: list[float] = []

    async def send() -> None:
        for number in range(count):
            await producer.send(source, b"x" * SIZE, key=b"t%d" % time.time_ns())
            await asyncio.sleep(0.01 if number else 0)

    sending = asyncio.create_task(send())
    while len(found) < count:
        for batch in (await consumer.getmany(timeout_ms=50)).values():
            now = time.time_ns()
            found += [(now - int(r.key[1:])) / 1e6 for r in batch if r.key.startswith(b"t")]
    await sending
    return found


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=40_000)
    arguments.add_argument("--runs", type=int, default=3)
    given = arguments.parse_args()
    figures: dict[str, list[Figures]] = {name: [] for name in CONTENDERS}
    with EmbeddedKafka() as kafka:
        for run in range(given.runs):
            for number, (name, module) in enumerate(CONTENDERS.items()):
                row = asyncio.run(measure(kafka.bootstrap_servers, module, given.records, f"r{run}c{number}"))
                figures[name].append(row)
                print(f"run {run + 1}  {name:30}", _row(row), flush=True)
    medians = {name: Figures(*map(statistics.median, zip(*rows, strict=True))) for name, rows in figures.items()}
    for name, row in medians.items():
        print(f"median {name:30}", _row(row))
    ours, bare = medians.values()
    print(
        f"ratio ours/bare: {ours.records_per_second / bare.records_per_second:.2f} records/s, "
        f"{ours.cpu_per_10k / bare.cpu_per_10k:.2f} CPU"
    )


def _row(row: Figures) -> str:
    return (
        f"{row.records_per_second:8.0f} records/s  {row.cpu_per_10k:5.2f} CPU s/10k  "
        f"p50 {row.p50_ms:5.0f} ms  p99 {row.p99_ms:5.0f} ms"
    )


if __name__ == "__main__":
    main()
