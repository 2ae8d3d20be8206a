"""What each part of the tag stage costs for an article of about 3 KB, beside the fold alone in the same run.

``python -m benchmarks.tag_speed --data DIR`` reads up to 400 articles each in Arabic (``ant_ar``), English and French
(``topics_train``) of such a size, and prints processor microseconds an article, seconds to load
and the memory that the loaded tagger takes. ``fold`` is what every part needs at least once: a figure to tell a busy
machine from slow code.
"""

import argparse
import json
import lzma
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from schemas.parsed_article import ParsedArticle
from streams.fold import fold
from streams.tag import Tagger

ARTICLES = 400
BYTES = range(2_000, 4_500)
ROUNDS = 5
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


def microseconds(work: Work, given: list[tuple[ParsedArticle, str]]) -> float:
    """Processor time an article, best of several rounds after one that is not counted."""
    times = []
    for _ in range(ROUNDS + 1):
        start = time.process_time()
        for article, text in given:
            work(article, text)
        times.append(time.process_time() - start)
    return min(times[1:]) / len(given) * 1e6


def parts(tagger: Tagger) -> dict[str, Work]:
    """Each part of the tagger as the tagger calls it, and the whole."""
    return {
        "fold alone": lambda _, text: fold(text),
        "topics": lambda article, text: tagger.topics.topics(article.title, text, article.language),
        "places": lambda article, text: tagger.gazetteer.places(article.title, text, article.language),
        "entities": lambda article, text: tagger.entities.find(article.title, text, article.language),
        "key phrases": lambda article, text: tagger.key_phrases.phrases(article.title, text, article.language),
        "fingerprint": lambda _, text: tagger.fingerprinter.fingerprint(text),
        "tag, all of it": lambda article, _: tagger.tag(article),
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
        print(
            f"{language}: {len(given)} articles of {size:,.0f} bytes; processor µs an article, best of {ROUNDS} rounds"
        )
        for name, work in parts(tagger).items():
            print(f"  {name:<15} {microseconds(work, given):6.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
