"""What a text page costs in parse, beside the language model alone in the same run.

``python -m benchmarks.parse_speed --data DIR`` puts labels around 600 Arabic articles of about 3 KB (``ant_ar``) and
prints CPU microseconds a page: the whole of parse, its text rules, and fastText's language model alone, which is the
part of parse that is not ours. HTML pages are timed by ``benchmarks/html_quality.py``.
"""

import argparse
import json
import lzma
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from streams.parse import Parser
from streams.parse.language import LanguageReader

PAGES = 600
BYTES = range(2_000, 5_000)
ROUNDS = 5


def pages(data: Path) -> Iterator[str]:
    """Text pages: headline, date, story, source."""
    with lzma.open(data / "ant_ar.jsonl.xz", "rt", encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            page = f"{article['title']}\nتاريخ النشر: 3 تموز 2021\n{article['text']}\nالمصدر: رويترز\n"
            if len(page.encode()) in BYTES:
                yield page


def microseconds(work: Callable[[str], object], texts: list[str]) -> float:
    """CPU time a text, best of several rounds after one that is not counted."""
    times = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        for text in texts:
            work(text)
        times.append(time.process_time() - start)
    return min(times[1:]) / len(texts) * 1e6


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    options = arguments.parse_args()
    if not (options.data / "ant_ar.jsonl.xz").exists():
        print(f"no ant_ar.jsonl.xz in {options.data}: the texts are not in this repository")
        return 2
    parser, languages = Parser(), LanguageReader()
    texts = list(islice(pages(options.data), PAGES))
    size = sum(len(text.encode()) for text in texts) / len(texts)
    print(f"{len(texts)} text pages, {size:,.0f} bytes in the mean; CPU µs a page, best of {ROUNDS} rounds")
    print(f"parse, bytes to articles   {microseconds(lambda text: parser.parse(text.encode()), texts):7.0f}")
    print(f"language alone             {microseconds(languages.read, texts):7.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
