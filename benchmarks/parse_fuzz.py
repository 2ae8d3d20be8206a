"""Mutated inputs through parse: none may crash it, hang it or make its memory grow.

``python -m benchmarks.parse_fuzz [--count 100000] [--seed N]`` takes the gold pages, demo pages, envelopes and feeds
of this repository, mutates them (bit flips, cuts, repeats, splices of two, nesting, giant lines, random bytes, other
charsets, broken markup, wrong headers) and parses each. It prints, every tenth of the way, how many were parsed,
refused and why, the slowest input and the resident memory; anything but articles or a ``Refusal`` is printed with the
input stored beside, and ends with exit code 1. The same seed gives the same inputs.
"""

import argparse
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from schemas.dead_letter import Refusal
from streams.parse import Parser

ROOT = Path(__file__).parents[1]
SEEDS = ("tests/parse/gold/open/*.txt", "tests/parse/gold/open/*.html", "streams/demo/pages/*")
MOST_BYTES = 60_000
HEADERS = (
    "text/plain",
    "text/html",
    "application/json",
    "application/rss+xml",
    "application/xml",
    "text/html; charset=utf-16",
)
CHARSETS = ("cp1256", "utf-16", "utf-8-sig", "iso8859-6", "cp1252", "utf-32", "shift_jis", "utf-7")
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title><item><title>A new bridge</title>'
    "<link>https://gazette.example/1</link><description>&lt;p&gt;The bridge opened.&lt;/p&gt;</description>"
    "</item></channel></rss>"
)
ENVELOPE = (
    '{"content": "A headline of a page\\nThe bridge opened on Monday after two years.",'
    ' "url": "https://gazette.example/1"}'
)
NASTY = (
    *(
        "<div>" * 400,
        "<" * 3_000,
        "&#x41;" * 500,
        "<!--" * 300,
        "<p" * 900,
        "[" * 2_000,
        '{"a":' * 400,
        "\u200f" * 2_000,
    ),
    *(
        "المصدر: " * 400,
        "| " * 1_500,
        "12/" * 800,
        "قبل " * 500,
        "by " * 600,
        "a" * 20_000,
        "\x00" * 50,
        "<![CDATA[" * 200,
    ),
)


def flip(data: bytes, random: Random) -> bytes:
    """Change single bits."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 30)):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(data: bytes, random: Random) -> bytes:
    """Take a part out of it."""
    start, end = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
    return data[start:end] if random.random() < 0.5 else data[:start] + data[end:]


def repeat(data: bytes, random: Random) -> bytes:
    """A part of it many times."""
    start = random.randrange(len(data) + 1)
    return data[:start] + data[start : start + random.randint(1, 200)] * random.randint(2, 60) + data[start:]


def put(data: bytes, random: Random) -> bytes:
    """Something nasty somewhere in it."""
    place = random.randrange(len(data) + 1)
    return data[:place] + random.choice(NASTY).encode() + data[place:]


def noise(data: bytes, random: Random) -> bytes:
    """Random bytes, alone or in the middle."""
    place = random.randrange(len(data) + 1)
    bytes_ = random.randbytes(random.randint(1, 2_000))
    return bytes_ if random.random() < 0.2 else data[:place] + bytes_ + data[place:]


def recode(data: bytes, random: Random) -> bytes:
    """Another charset, whole or in part."""
    text, charset = data.decode("utf-8", "replace"), random.choice(CHARSETS)
    half = len(text) // 2 if random.random() < 0.3 else len(text)
    return text[:half].encode(charset, "ignore") + text[half:].encode()


def one_line(data: bytes, _random: Random) -> bytes:
    """No line ends: one giant line."""
    return data.replace(b"\n", b" ") * 3


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (flip, cut, repeat, put, noise, recode, one_line)


def read_seeds() -> list[bytes]:
    """The inputs that are mutated."""
    files = [path for pattern in SEEDS for path in sorted(ROOT.glob(pattern)) if path.is_file()]
    return [*(path.read_bytes() for path in files), FEED.encode(), ENVELOPE.encode()]


def mutate(seeds: list[bytes], random: Random) -> bytes:
    """One input: a seed, or two spliced, with one to four mutations."""
    data = random.choice(seeds)
    if random.random() < 0.15:
        other = random.choice(seeds)
        data = data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]
    for _ in range(random.randint(1, 4)):
        data = random.choice(MUTATIONS)(data, random)[:MOST_BYTES]
    return data


def run(count: int, seed: int, report: Callable[[str], object]) -> int:
    """Parse ``count`` mutated inputs; the number of those that neither became articles nor were refused."""
    random, parser, seeds = Random(seed), Parser(), read_seeds()
    outcomes: Counter[str] = Counter()
    slowest, broken = 0.0, 0
    for number in range(1, count + 1):
        data = mutate(seeds, random)
        header = {"content-type": random.choice(HEADERS)} if random.random() < 0.5 else {}
        start = time.perf_counter()
        try:
            outcomes["parsed" if parser.parse(data, headers=header) else "nothing"] += 1
        except Refusal as refusal:
            outcomes[refusal.reason] += 1
        except Exception:  # noqa: BLE001 - this is what is looked for
            broken += 1
            kept = Path(tempfile.gettempdir()) / f"rafid-fuzz-{seed}-{number}.bin"
            kept.write_bytes(data)
            report(f"input {number}, kept as {kept}, headers {header}:\n{traceback.format_exc()}")
        slowest = max(slowest, time.perf_counter() - start)
        if number % max(1, count // 10) == 0:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            counts = ", ".join(f"{name} {times:,}" for name, times in sorted(outcomes.items()))
            report(f"{number:>9,}  {counts}  broken {broken}  slowest {slowest:.2f} s  most memory {memory} MB")
    return broken


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=20261124)
    options = arguments.parse_args()
    print(f"seed {options.seed}")
    return 1 if run(options.count, options.seed, lambda line: print(line, flush=True)) else 0


if __name__ == "__main__":
    sys.exit(main())
