"""Spoilt records through a running worker: whether any kills it, hangs it, makes it grow or is not accounted for.

``python -m benchmarks.fuzz --count 100000 --seed N`` publishes raw articles, envelopes and feeds, and messages on the
two topics between the stages, spoilt in value, key and headers, to a worker on the embedded broker. At the end every
record has become news, unrouted or one dead letter, once; every dead letter holds its input byte for byte; no stage
crashed, raised, or passed a limit of time or memory; the worker and its stages are the processes that they were; and
none of them grew. Exit code 1 otherwise; dead letters that tell of a fault of ours are kept in ``--keep``.
"""

import argparse
import asyncio
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import aclosing
from pathlib import Path

import psutil
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from benchmarks.spoilt import read_seeds
from benchmarks.spoilt_records import Pages, read_pages, spoil
from schemas.dead_letter import Blob, DeadLetter, Reason
from streams import topics
from streams.broker import EmbeddedKafka
from streams.delivery.header_names import send
from streams.delivery.stage import Headers, Record
from streams.ingest import MAX_BYTES
from streams.ledger import Ledger
from streams.reading import follow
from streams.route import Router
from streams.settings import Settings

ROUND = 1_000  # records published at a time; the next are held back while twice as many wait to be accounted for
PATIENCE = 120.0  # seconds without anything new until what is missing counts as lost
MOST_GROWTH_MB = 60  # after the first tenth: caches fill, the allocator keeps pages
LEAST_JUDGED = 20_000  # records; a tenth of fewer does not fill the caches
FAULTS = (Reason.STAGE_ERROR, Reason.STAGE_CRASH, Reason.TIMEOUT, Reason.OUT_OF_MEMORY)


class Books:
    """The ledger, and the dead letters held against the records that they are of."""

    def __init__(self, settings: Settings, keep: Path | None) -> None:
        self.ledger = Ledger(settings.topics)
        self.reasons: Counter[str] = Counter()
        self._keep = keep
        self._inputs: dict[str, bytes] = {}
        self._letters: dict[str, bytes] = {}

    def add(self, record: Record) -> None:
        """Enter a record of any of the river's topics."""
        self.ledger.add([record])
        names = self.ledger.topics
        if record.topic == names.dead_letter and record.value is not None:
            self._add_letter(DeadLetter.from_json(record.value), record.value)
        elif record.topic in (names.raw, names.parsed, names.tagged):
            place = f"{record.topic}/{record.partition}/{record.offset}"
            self._inputs[place] = _digest(record.key, record.value, record.headers)

    def _add_letter(self, letter: DeadLetter, written: bytes) -> None:
        self.reasons[f"{letter.stage}: {letter.reason}"] += 1
        assert letter.origin is not None
        origin = f"{letter.origin.topic}/{letter.origin.partition}/{letter.origin.offset}"
        if not letter.truncated:
            headers = tuple((each.kafka_name(), _raw(each.value)) for each in letter.headers)
            self._letters[origin] = _digest(_raw(letter.key), _raw(letter.content), headers)
        if self._keep is not None and letter.reason in FAULTS:
            self._keep.mkdir(parents=True, exist_ok=True)
            (self._keep / f"{origin.replace('/', '-')}.json").write_bytes(written)

    def altered(self) -> list[str]:
        """Places of inputs whose dead letters hold something else."""
        return [place for place, digest in self._letters.items() if self._inputs.get(place) != digest]

    def injected(self) -> int:
        """Messages that were published between the stages, as found there."""
        met = {origin for origin, _ in (*self.ledger.parsed, *self.ledger.tagged)}
        return sum(origin.startswith("fuzz/") for origin in met)

    def accounted(self) -> int:
        """How many messages of all stations were met: grows while the river runs."""
        books = self.ledger
        return books.raw.total() + books.tagged.total() + books.routed.total() + books.dead.total()


def _raw(blob: Blob | None) -> bytes | None:
    return None if blob is None else blob.to_bytes()


def _digest(key: bytes | None, value: bytes | None, headers: Headers) -> bytes:
    return hashlib.sha256(repr((key, value, headers)).encode("utf-8", "surrogatepass")).digest()


class Watched:
    """The worker and its stage processes: alive, the same ones, and what they hold."""

    def __init__(self, settings: Settings, log: Path) -> None:
        environment = {
            **os.environ,
            "RAFID_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            "RAFID_TOPIC_PREFIX": settings.topic_prefix,
            "RAFID_GROUP": settings.group,
            "RAFID_WEB_PORT": "0",
            "RAFID_LOG_FORMAT": "json",
            "RAFID_DEAD_LETTER_SHARE": "1",  # most of what we send is to be refused, and quickly
            "RAFID_DEAD_LETTER_RATE": "1000000",
        }
        command = [sys.executable, "-m", "streams.cli", "worker"]
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        self.megabytes: dict[str, list[int]] = {}

    def look(self, *, note: bool) -> str:
        """What each process holds now; ``note`` keeps it, by what it is and its pid."""
        worker = psutil.Process(self.process.pid)
        now = {f"worker {worker.pid}": worker.memory_info().rss // 2**20}
        for child in worker.children():
            if not any("resource_tracker" in part for part in child.cmdline()):
                now[f"stage {child.pid}"] = child.memory_info().rss // 2**20
        for name, held in now.items():
            if note:
                self.megabytes.setdefault(name, []).append(held)
        return " ".join(f"{held}" for held in now.values())

    def end(self) -> None:
        """Stop the worker, politely first."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()


async def _publish(settings: Settings, count: int, seed: int, pages: Pages, books: Books) -> tuple[int, int]:
    """Publish the records; how many raw ones and how many messages the broker took."""
    sent = Counter[str]()
    producer = AIOKafkaProducer(**settings.client_options(), max_request_size=MAX_BYTES, linger_ms=20)
    await producer.start()
    try:
        for first in range(0, count, ROUND):
            while sent.total() - books.ledger.raw.total() - books.injected() > 2 * ROUND:
                await asyncio.sleep(0.2)
            for number in range(first, min(first + ROUND, count)):
                each = spoil(number, seed, pages, settings.topics)
                try:
                    await send(producer, each.topic, each.key, each.value, each.headers)
                except MessageSizeTooLargeError:
                    continue
                sent[each.topic] += 1
                if number % 50 == 0:
                    await asyncio.sleep(0)
            await producer.flush()
    finally:
        await producer.stop()
    return sent[settings.topics.raw], sent.total() - sent[settings.topics.raw]


async def fuzz(settings: Settings, count: int, seed: int, keep: Path | None, log: Path) -> tuple[Books, list[str]]:
    """Send ``count`` spoilt records through a worker; the books, and what was wrong."""
    names = settings.topics.all(Router.load(settings.routes).streams)
    await topics.create(settings, names)
    books, pages = Books(settings, keep), read_pages(read_seeds())
    watched = Watched(settings, log)
    started = moved = time.monotonic()
    publishing = asyncio.create_task(_publish(settings, count, seed, pages, books))
    reported = met = 0
    try:
        async with aclosing(follow(settings, names, from_beginning=True)) as records:
            async for record in records:
                if record is not None:
                    books.add(record)
                    if books.ledger.raw.total() - reported < max(count // 20, 500) or record.topic != names[0]:
                        continue
                    reported = books.ledger.raw.total()
                    held = watched.look(note=reported * 10 >= count)
                    spent = time.monotonic() - started
                    print(f"{spent:6.0f} s  {books.ledger.balance()}; resident MB: {held}", flush=True)
                    continue
                if watched.process.poll() is not None:
                    break
                if books.accounted() > met:
                    met, moved = books.accounted(), time.monotonic()
                if publishing.done() and (not books.ledger.lost() or time.monotonic() - moved > PATIENCE):
                    break
        watched.look(note=True)
        raw, messages = await publishing if publishing.done() else (0, 0)
    finally:
        publishing.cancel()
        code = watched.process.poll()
        watched.end()
    wrong = [] if code is None else [f"the worker ended with exit code {code}"]
    if (books.ledger.raw.total(), books.injected()) != (raw, messages):
        wrong.append(f"{raw}+{messages} were published, {books.ledger.raw.total()}+{books.injected()} were found")
    wrong += [f"lost: {line}" for line in books.ledger.lost()]
    wrong += [f"duplicated: {line}" for line in books.ledger.duplicated()]
    wrong += [f"not what was published: {line}" for line in books.altered()]
    wrong += [f"{n} × {each}" for each, n in books.reasons.items() if each.split(": ")[1] in FAULTS]
    return books, [*wrong, *_growth(watched, count)]


def _growth(watched: Watched, count: int) -> list[str]:
    """Print what the processes held; which of them grew or were replaced."""
    wrong = []
    looks = max(map(len, watched.megabytes.values()))
    for name, held in watched.megabytes.items():
        first, last = held[0], held[-1]
        print(f"{name}: resident {first} MB after the first tenth, {last} MB at the end, {max(held)} MB at most")
        if last - first > MOST_GROWTH_MB and count >= LEAST_JUDGED:
            wrong.append(f"{name} grew by {last - first} MB")
        if len(held) < looks:
            wrong.append(f"{name} was not there all the time")
    return wrong


def main() -> int:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=None, help="printed when it is not given")
    arguments.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="folder for faults that were found")
    given = arguments.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}, {given.count:,} records", flush=True)
    started = time.monotonic()
    with EmbeddedKafka() as kafka, tempfile.TemporaryDirectory() as folder:
        settings = Settings(bootstrap_servers=kafka.bootstrap_servers, group="fuzz", web_port=0)
        log = Path(folder) / "worker.log"
        books, wrong = asyncio.run(fuzz(settings, given.count, seed, given.keep, log))
        said = log.read_text("utf-8", "replace")
    print(f"{time.monotonic() - started:.0f} s; {books.ledger.balance()}")
    for reason, times in books.reasons.most_common():
        print(f"  {reason:<34} {times:>7,}")
    for line in wrong[:40]:
        print(f"WRONG: {line}")
    if wrong:
        print(said[-6_000:])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
