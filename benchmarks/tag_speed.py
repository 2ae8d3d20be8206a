"""What each part of the tag stage costs for an article of about 3 KB, beside the fold alone in the same run.

``python -m benchmarks.tag_speed --data DIR`` reads up to 400 articles each in Arabic (``ant_ar``), English and French
(``topics_train``) of such a size, and prints processor microseconds an article, seconds to load
and the memory that the loaded tagger takes. One fold of the text is the measure beside them: 19 µs on a quiet
machine, so that a busy machine can be told from slow code.
"""

import argparse
import json
import lzma
import math
import sys
import time
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from pathlib import Path

from schemas.parsed_article import ParsedArticle
from streams.fold import fold
from streams.tag import Tagger

ARTICLES = 400
BYTES = range(2_000, 4_500)
ROUNDS = 10
FILES = {"ar": "ant_ar.jsonl.xz", "en": "topics_train.jsonl.xz", "fr": "topics_train.jsonl.xz"}

Work = Callable[[ParsedArticle, str], object]


def articles(data: Path, language: str) -> Iterator[ParsedArticle]:
    """Articles of a language without keywords of their own, as parse gives them."""
    with lzma.open(data / FILES[language], "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            text = row["text"]
            if row.get("lang", language) == language and len(text.encode()) in BYTES:
                paragraphs = tuple(filter(None, map(str.strip, text.split("\n"))))
                yield ParsedArticle(
                    id=str(number), title=row.get("title") or None, language=language, paragraphs=paragraphs
                )


def microseconds(works: Collection[Work], given: list[tuple[ParsedArticle, str]]) -> list[float]:
    """Processor time an article of each work: of each article the least of several rounds, so that neighbours on a
    busy machine count little. The works take turns, as in a stream: none finds the caches full of its own data."""
    least = [[math.inf] * len(given) for _ in works]
    for _ in range(ROUNDS):
        for number, (article, text) in enumerate(given):
            for work, times in zip(works, least, strict=True):
                start = time.process_time_ns()
                work(article, text)
                times[number] = min(times[number], time.process_time_ns() - start)
    return [sum(times) / len(given) / 1000 for times in least]


def parts(tagger: Tagger) -> dict[str, Work]:
    """The whole of tag, and each part of it as it calls them."""
    return {
        "fold alone": lambda _, text: fold(text),
        "whole tag": lambda article, _: tagger.tag(article),
        # What the whole folded is remembered: these are the parts without it.
        "topics": lambda article, text: tagger.topics.topics(article.title, text, article.language),
        "places": lambda article, text: tagger.gazetteer.places(article.title, text, article.language),
        "entities": lambda article, text: tagger.entities.find(article.title, text, article.language),
        "key phrases": lambda article, text: tagger.key_phrases.phrases(article.title, text, article.language),
        "fingerprint": lambda _, text: tagger.fingerprinter.fingerprint(text),
    }


def resident() -> int:
    """Bytes of memory that this process holds."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmRSS:")[2].split()[0])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    options = arguments.parse_args()
    if missing := sorted({name for name in FILES.values() if not (options.data / name).exists()}):
        print(f"no {', '.join(missing)} in {options.data}: the texts are not in this repository")
        return 2
    before, start = resident(), time.perf_counter()
    tagger = Tagger()
    print(f"loaded in {time.perf_counter() - start:.2f} s, {(resident() - before) / 2**20:.0f} MB more in memory")
    for language in FILES:
        given = [
            (article, "\n\n".join(article.paragraphs)) for article in islice(articles(options.data, language), ARTICLES)
        ]
        size = sum(len(text.encode()) for _, text in given) / len(given)
        print(f"{language}: {len(given)} articles of {size:,.0f} bytes; µs of processor, least of {ROUNDS} rounds")
        works = parts(tagger)
        times = microseconds(works.values(), given)
        for name, each in zip(works, times, strict=True):
            print(f"  {name:<11} {each:6.0f}   {each / times[0]:5.1f} folds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
