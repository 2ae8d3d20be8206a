"""Counts in how many articles a word stands: ``streams/tag/word_rarity.txt``, by which key phrases are weighed.

``python -m training.count_words --data DIR`` reads the articles of DIR that may be trained on, folds their
words as the tagger does, and writes for each language the words by rarity: the negative binary logarithm of
the part of the articles that have the word. Words in fewer than ``LEAST`` articles are left out: they are
rare, and no text can be read from the table.
"""

import argparse
import json
import lzma
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from streams.fold import fold
from streams.tag.key_phrases import LEAST_LETTERS, plain_words, readable
from training.topic_articles import NOT_FREE

SOURCES = ("topics_train.jsonl.xz", "khaleej_ar_12k.jsonl.xz", "ant_ar.jsonl.xz")
TARGET = Path(__file__).parent.parent / "streams/tag/word_rarity.txt"
LEAST = 4
LEAST_SHARE = 2**-9.4  # a rarer word weighs as one that is not in the table
HEADER = "# Made by training/count_words.py: language, rarity, words. Do not edit.\n"


def articles(folder: Path) -> Iterator[tuple[str, str]]:
    """Language and text of every article."""
    for name in SOURCES:
        with lzma.open(folder / name, "rt", encoding="utf-8") as file:
            for line in file:
                article = json.loads(line)
                if not article["id"].startswith(NOT_FREE):
                    yield article["lang"], f"{article.get('title') or ''}\n{article['text']}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {', '.join(SOURCES)}")
    folder = parser.parse_args().data
    if missing := [name for name in SOURCES if not (folder / name).is_file()]:
        print(f"No data: {', '.join(missing)} missing in {folder}.")
        return 1
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    for language, text in articles(folder):
        sizes[language] += 1
        counts[language].update(set(plain_words(fold(readable(text, language)).split())))
    lines = []
    for language in sorted(sizes):
        by_rarity = defaultdict(list)
        for word, count in counts[language].items():
            if count >= max(LEAST, LEAST_SHARE * sizes[language]) and len(word) >= LEAST_LETTERS and word.isalpha():
                by_rarity[round(math.log2(sizes[language] / count))].append(word)
        lines += [f"{language} {rarity} {' '.join(sorted(by_rarity[rarity]))}\n" for rarity in sorted(by_rarity)]
    TARGET.write_text(HEADER + "".join(lines), encoding="utf-8", newline="\n")
    words = sum(line.count(" ") - 1 for line in lines)
    print(f"{sum(sizes.values()):,} articles, {words:,} words, {TARGET.stat().st_size:,} bytes in {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
