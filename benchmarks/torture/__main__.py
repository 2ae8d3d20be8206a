"""Nothing lost, nothing twice, whatever breaks: shown by breaking it.

Real workers on a real Apache Kafka, faults from a seed, and books that are closed at the end: each input that was
published must be found exactly once as its items, unrouted or as a dead letter, read committed, with the right
content. The exit code is 1 when one was lost, doubled or wrong, or a run could not end.
"""

import argparse
import random
import secrets
import sys
from itertools import islice
from pathlib import Path

from benchmarks.texts import FILE, texts
from benchmarks.torture.cluster import Cluster
from benchmarks.torture.faults import FAULTS
from benchmarks.torture.run import Plan, Row, Strike, run
from benchmarks.torture.table import table

TEXTS = 1000  # distinct ones; the right outputs of each are computed before they are compared


def main() -> int:
    given = _arguments()
    wanted = _faults(given.faults)
    seed = given.seed if given.seed is not None else secrets.randbelow(10**6)
    print(f"seed {seed}, {given.nodes} node(s), {given.workers} workers", flush=True)
    found = [*islice(texts(given.data), TEXTS)]
    if given.mixed:
        names = [name for name, times in wanted.items() if FAULTS[name].mixes for _ in range(times)]
        random.Random(seed).shuffle(names)
        turns: dict[str, int] = {}
        strikes = []
        for name in names:
            strikes.append(Strike(name, turns.get(name, 0)))
            turns[name] = turns.get(name, 0) + 1
        plans = [Plan("mixed", strikes, given.articles, given.workers, seed, found, mixed=True, logs=given.logs)]
    else:
        plans = [
            Plan(
                name,
                [Strike(name, turn) for turn in range(times)],
                given.articles,
                given.workers,
                seed,
                found,
                logs=given.logs,
            )
            for name, times in wanted.items()
        ]
    rows: list[Row] = []
    for plan in plans:
        # A cluster for each: what a fault does to the brokers shall not be judged by the next one.
        with Cluster(
            given.nodes,
            proxied=any(FAULTS[name].proxied for name in plan.faults),
            small_disk=any(FAULTS[name].small_disk for name in plan.faults),
        ) as cluster:
            if "disk" in plan.faults:
                print(f"  the brokers' disk: {'a tmpfs' if cluster.disk else 'not mounted here, so it only refuses'}")
            print(f"{plan.name} × {len(plan.strikes)}, {plan.articles} articles at least", flush=True)
            rows.append(run(plan, cluster))
        print(table(rows), flush=True)
    if given.out:
        given.out.write_text(table(rows))
    return 0 if all(row.holds for row in rows) else 1


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(
        prog="python -m benchmarks.torture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument(
        "--faults",
        default="all",
        metavar="LIST",
        help=f"by commas, each with =TIMES or the least amount that is promised: {', '.join(FAULTS)}; default: all",
    )
    arguments.add_argument("--mixed", action="store_true", help="all of them in random order on one river")
    arguments.add_argument("--articles", type=int, default=20_000, help="at least, for each run")
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--nodes", type=int, choices=(1, 3), default=1)
    arguments.add_argument("--seed", type=int, help="default: a new one, which is printed")
    arguments.add_argument("--data", type=Path, help=f"a folder with {FILE}; default: the demo's pages")
    arguments.add_argument("--logs", type=Path, help="a folder for the workers' logs; default: thrown away")
    arguments.add_argument("--out", type=Path, help="a file for the table")
    given = arguments.parse_args()
    if given.data and not (given.data / FILE).exists():
        arguments.error(f"no {FILE} in {given.data}: leave --data out for the demo's pages")
    return given


def _faults(listed: str) -> dict[str, int]:
    wanted = {}
    for each in FAULTS if listed == "all" else listed.split(","):
        name, _, times = each.partition("=")
        if name not in FAULTS:
            raise SystemExit(f"no fault {name}; there are {', '.join(FAULTS)}")
        wanted[name] = int(times) if times else FAULTS[name].times
    return wanted


if __name__ == "__main__":
    sys.exit(main())
