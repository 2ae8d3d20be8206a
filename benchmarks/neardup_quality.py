"""How well the fingerprint finds copies among 15,042 articles of 14 papers.

``python -m benchmarks.neardup_quality --data DIR`` reads ``neardup_dev_articles.jsonl.xz`` and
``neardup_dev_pairs.jsonl.xz``: pairs that share 15 % or more of their word trigrams (Jaccard), 70 % a copy.
It makes all fingerprints, joins every two articles that share a key, and prints: for each band of Jaccard how
many of the pairs are joined; what precision and recall that is for a copy from .3, .5 and .7 on; the same
where the sketches must agree too; and the time. ``--show N`` prints N joined pairs below .7, for eyes.
SaudiNewsNet is CC BY-NC-SA: it is measured with, and nothing of it is in Rafid.
"""

import argparse
import json
import lzma
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from streams.fold import fold
from streams.tag.fingerprint import Fingerprint, Fingerprinter, similarity

ARTICLES, PAIRS = "neardup_dev_articles.jsonl.xz", "neardup_dev_pairs.jsonl.xz"
BANDS = (0.0, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
COPIES = (0.3, 0.5, 0.7)
SKETCHES = (0.0, 0.3, 0.4, 0.5, 0.6, 0.65)

Pair = tuple[str, str]


def lines(path: Path) -> Iterable[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def ordered(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def joined(prints: dict[str, Fingerprint]) -> set[Pair]:
    """Every two articles that share a key."""
    by_key = defaultdict(list)
    for identifier, fingerprint in prints.items():
        for key in fingerprint.keys:
            by_key[key].append(identifier)
    return {ordered(*pair) for members in by_key.values() for pair in combinations(members, 2)}


def jaccard(text: str, other: str) -> float:
    """Of the trigrams of folded words that are in one of two texts, how many are in both."""
    mine, theirs = (
        set(zip(words, words[1:], words[2:], strict=False))
        for words in (re.findall(r"\w+", fold(each)) for each in (text, other))
    )
    return len(mine & theirs) / max(1, len(mine | theirs))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {ARTICLES} and {PAIRS}")
    parser.add_argument("--show", type=int, default=0, help="joined pairs below .7 to print")
    arguments = parser.parse_args()
    if not all((arguments.data / name).is_file() for name in (ARTICLES, PAIRS)):
        print(f"No data: {ARTICLES} or {PAIRS} is missing in {arguments.data}.")
        return 1
    texts = {article["id"]: article["text"] for article in lines(arguments.data / ARTICLES)}
    fingerprinter = Fingerprinter()
    start = time.process_time()
    made = {identifier: fingerprinter.fingerprint(text) for identifier, text in texts.items()}
    spent = (time.process_time() - start) / len(texts)
    prints = {identifier: each for identifier, each in made.items() if each}
    size = sum(len(text.encode()) for text in texts.values()) / len(texts)
    print(f"{len(texts):,} articles of {size:,.0f} bytes, {len(texts) - len(prints)} too short for a fingerprint;")
    print(f"{spent * 1e6:.0f} µs of CPU an article")
    found = joined(prints)
    truth = {ordered(pair["id1"], pair["id2"]): float(pair["jaccard3"]) for pair in lines(arguments.data / PAIRS)}
    listed = len(truth)
    # The list leaves out short texts: what is joined beside it is measured here.
    truth |= {pair: jaccard(texts[pair[0]], texts[pair[1]]) for pair in found - truth.keys()}
    print(f"{listed:,} pairs listed, {len(found):,} joined, {len(truth) - listed} of them not listed\n")
    print("   Jaccard    pairs  joined")
    for low, high in pairwise(BANDS):
        within = [pair for pair, value in truth.items() if low <= value < high]
        print(f"{low:.2f}–{min(high, 1):.2f} {len(within):8,} {sum(pair in found for pair in within):7,}")
    agreement = {pair: similarity(prints[pair[0]].sketch, prints[pair[1]].sketch) or 0.0 for pair in found}
    print("\nsketches agree  joined   " + "   ".join(f"a copy from {copy}: P, R" for copy in COPIES))
    for least in SKETCHES:
        taken = {pair for pair in found if agreement[pair] >= least}
        row = []
        for copy in COPIES:
            right = sum(truth[pair] >= copy for pair in taken)
            row.append(f"{right / len(taken):15.3f} {right / sum(value >= copy for value in truth.values()):7.3f}")
        print(f"{least:14.2f} {len(taken):7,}   " + "   ".join(row))
    doubtful = sorted(pair for pair in found if truth[pair] < COPIES[-1])
    for one, other in random.Random(0).sample(doubtful, min(arguments.show, len(doubtful))):
        print(f"\n{truth[ordered(one, other)]:.2f}, by sketch {agreement[ordered(one, other)]:.2f}")
        print("\n".join(" ".join(texts[each].split())[:400] for each in (one, other)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
