"""Parse spoilt inputs by the ten thousand: whether any crashes it, hangs it or makes it grow.

``python -m benchmarks.parse_fuzz --count 100000 --jobs 2`` spoils our own pages, feeds and envelopes (with ``--data``
pages of yours too) by bits, bytes, tags, charsets and headers, and prints how many were parsed or refused, the slowest
input, and resident memory every 10,000. An input is made of its number and the seed alone, so that
``--seed S --only N`` makes it again. What raised or took too long is kept in ``--keep``. Exit code 1 if anything did.
"""

import argparse
import faulthandler
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.spoilt import FOLDERS, Input, make, read_seeds
from schemas.dead_letter import Refusal
from streams.parse import Parser

REPORT_EVERY = 10_000
# An input may take this long before it counts as a hang. Ten seconds are what a worker allows a stage by default.
MOST_SECONDS = 10.0
# Resident memory may grow by this much after the first tenth of a run: caches fill, the allocator keeps pages.
MOST_GROWTH_MB = 60


@dataclass
class Tally:
    """What became of some inputs. ``slowest``: seconds, number, bytes and how it was made; ``failures``: as text."""

    parsed: int = 0
    articles: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, int, int, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Tally") -> None:
        """Count another's inputs too."""
        self.parsed += other.parsed
        self.articles += other.articles
        self.refused += other.refused
        self.slowest = sorted(self.slowest + other.slowest, reverse=True)[:5]
        self.failures += other.failures
        self.seconds += other.seconds


def run(parser: Parser, numbers: Iterable[int], seed: int, seeds: list[bytes], keep: Path | None) -> Tally:
    """Parse the inputs of ``numbers``; what raises or takes too long is a failure, written to ``keep``."""
    tally = Tally()
    for number in numbers:
        spoilt = make(number, seed, seeds)
        # A hang in C cannot be interrupted; this ends the process and says where it was.
        faulthandler.dump_traceback_later(MOST_SECONDS * 6, exit=True)
        # Of the processor: others use the machine too.
        start = time.thread_time()
        failure = _parse(parser, spoilt, tally)
        spent = time.thread_time() - start
        tally.seconds += spent
        if failure is None and spent > MOST_SECONDS:
            failure = f"took {spent:.1f} s"
        if failure is not None:
            tally.failures.append(f"input {number} (--seed {seed}), {spoilt.how}, {spoilt.content_type}: {failure}")
            _keep(keep, seed, number, spoilt, failure)
        if not tally.slowest or spent > tally.slowest[-1][0] or len(tally.slowest) < 5:
            tally.slowest = sorted([*tally.slowest, (spent, number, len(spoilt.value), spoilt.how)], reverse=True)[:5]
    faulthandler.cancel_dump_traceback_later()
    return tally


def _parse(parser: Parser, spoilt: Input, tally: Tally) -> str | None:
    """Parse one input; the traceback of anything but a refusal."""
    try:
        articles = parser.parse(spoilt.value, content_type=spoilt.content_type, headers=spoilt.headers)
        for article in articles:
            article.to_json()
            if any(not paragraph.strip() or "\n" in paragraph for paragraph in article.paragraphs):
                return "a paragraph that is empty or has a line break"
    except Refusal as refusal:
        tally.refused[refusal.reason] += 1
        return (
            None if refusal.detail and "\n" not in refusal.detail else f"a detail of several lines: {refusal.detail!r}"
        )
    except Exception:  # noqa: BLE001 - that none is raised is what is tested
        return traceback.format_exc()
    tally.parsed += 1
    tally.articles += len(articles)
    return None


def _keep(folder: Path | None, seed: int, number: int, spoilt: Input, failure: str) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{seed}-{number}.input").write_bytes(spoilt.value)
        (folder / f"{seed}-{number}.txt").write_text(
            f"{spoilt.how}\n{spoilt.content_type!r}\n{spoilt.headers!r}\n{failure}", "utf-8", "backslashreplace"
        )


_worker: tuple[Parser, list[bytes]] | None = None


def _start_worker(folders: tuple[Path, ...]) -> None:
    global _worker  # noqa: PLW0603 - a parser takes 0.6 s to build: one for each process
    faulthandler.enable()
    _worker = Parser(), read_seeds(folders)


def _work(numbers: range, seed: int, keep: Path) -> tuple[Tally, int, int]:
    """A tally, this process and its resident memory in MB."""
    assert _worker is not None
    tally = run(_worker[0], numbers, seed, _worker[1], keep)
    process = psutil.Process()
    return tally, process.pid, process.memory_info().rss // 2**20


def _run_all(
    count: int, seed: int, jobs: int, folders: tuple[Path, ...], keep: Path
) -> tuple[Tally, dict[int, list[int]]]:
    """All inputs, a report every 10,000; the memory of each process at each report."""
    total, memory = Tally(), dict[int, list[int]]()
    start = time.perf_counter()
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(folders,)) as pool:
        for first in range(0, count, REPORT_EVERY):
            last = min(first + REPORT_EVERY, count)
            # Small pieces, so that no process waits long for another.
            pieces = [range(at, min(at + 500, last)) for at in range(first, last, 500)]
            latest: dict[int, int] = {}
            for tally, process, megabytes in pool.map(_work, pieces, [seed] * len(pieces), [keep] * len(pieces)):
                total.add(tally)
                latest[process] = megabytes
            for process, megabytes in latest.items():
                memory.setdefault(process, []).append(megabytes)
            rss = " ".join(f"{megabytes} MB" for _, megabytes in sorted(latest.items()))
            spent = time.perf_counter() - start
            print(
                f"{last:>9,} inputs  {spent:6.0f} s  parsed {total.parsed:,}  refused {total.refused.total():,}  "
                f"failures {len(total.failures)}  slowest {total.slowest[0][0]:.2f} s  resident {rss}",
                flush=True,
            )
    return total, memory


def _report(total: Tally, memory: dict[int, list[int]]) -> bool:
    """Print what was found; whether all is well."""
    count = total.parsed + total.refused.total()
    print(
        f"parsed {total.parsed:,} to {total.articles:,} articles; {total.seconds / max(count, 1) * 1e3:.1f} ms an input"
    )
    for reason, times in total.refused.most_common():
        print(f"  refused: {reason:<26} {times:>8,}")
    for spent, number, size, how in total.slowest:
        print(f"  slowest: {spent:6.2f} s, input {number}, {size:,} bytes, {how}")
    for failure in total.failures:
        print(f"FAILURE: {failure}")
    growth = [megabytes[-1] - megabytes[len(megabytes) // 10] for megabytes in memory.values()]
    grown = max(growth, default=0)
    print(f"resident memory grew by {grown} MB after the first tenth (at most {MOST_GROWTH_MB})")
    return not total.failures and grown <= MOST_GROWTH_MB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None, help="printed when it is not given")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--data", type=Path, action="append", default=[], help="a folder with more pages")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"), help="folder for inputs that failed")
    parser.add_argument("--only", type=int, help="write the input of this number to standard output")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.SystemRandom().randrange(10**6)
    folders = (*FOLDERS, *arguments.data)
    if arguments.only is not None:
        sys.stdout.buffer.write(make(arguments.only, seed, read_seeds(folders)).value)
        return 0
    print(f"seed {seed}, {arguments.count:,} inputs, {arguments.jobs} processes", flush=True)
    return 0 if _report(*_run_all(arguments.count, seed, arguments.jobs, folders, arguments.keep)) else 1


if __name__ == "__main__":
    sys.exit(main())
