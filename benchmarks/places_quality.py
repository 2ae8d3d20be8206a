"""How well the countries of an article are found, on articles labelled by reading.

``python -m benchmarks.places_quality --data DIR`` prints for each language, strict and lenient: precision, recall
and micro-F1 over pairs of article and country, the share of right main countries among articles that have one,
and of articles without a country that got none. ``country_labels.md`` tells how the labels were made.

The labels are split by a hash of the id: one half to tune on, the default, and one held apart
(``--half held``). Looking often makes the figures too good: note each look in ``country_labels.md``. The first labels
were looked at so often that a second set was made (``--labels second``, the default).
"""

import argparse
import hashlib
import json
import lzma
import sys
import tarfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from streams.tag.places import Gazetteer

ARTICLES = "topics_train.jsonl.xz"
PAGES = "html_publishers_dev.tar.xz"
LABELS = Path(__file__).parent / "country_labels.tsv"
SECOND_LABELS = LABELS.with_name("country_labels_second.tsv")
NOT_NEWS = "wcxb"
"""The source of general web pages; the others are news."""

_LANGUAGES = {"at": "de", "ch": "de", "de": "de", "es": "es", "fr": "fr", "tr": "tr"}
"""Of the publishers whose pages are labelled, by the folder of their country."""
_GERMAN_PAPERS_IN_SPAIN = ("MallorcaMagazin", "MallorcaZeitung")


class Article(NamedTuple):
    """A text that labels may speak of."""

    id: str
    language: str
    title: str | None
    text: str


class Labels(NamedTuple):
    """What a reader said of an article. ``countries``: main one first; ``doubtful``: others may decide otherwise."""

    id: str
    countries: tuple[str, ...]
    doubtful: frozenset[str]


class Case(NamedTuple):
    """An article with what a reader and what the gazetteer said of it."""

    labels: Labels
    language: str
    title: str | None
    text: str
    found: tuple[str, ...]


class Score(NamedTuple):
    """Pairs of article and country: right, given wrongly, missing."""

    right: int
    wrong: int
    missing: int

    @property
    def precision(self) -> float:
        """Share of the pairs given that are right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the right pairs that are given."""
        return self.right / max(1, self.right + self.missing)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missing)


def read_labels(path: Path) -> list[Labels]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return [
        Labels(row[0], _codes(row[1]), frozenset(code for each in row[2:] for code in _codes(each))) for row in rows
    ]


def _codes(field: str) -> tuple[str, ...]:
    return () if field == "-" else tuple(field.split(","))


def is_held_apart(article_id: str) -> bool:
    """Half of the articles, by a hash of the id."""
    return hashlib.sha256(article_id.encode()).digest()[0] % 2 == 1


def score(cases: Iterable[Case], *, lenient: bool) -> Score:
    """Lenient: a pair in doubt is right where it is given, and not missed where it is not."""
    right = wrong = missing = 0
    for case in cases:
        truth, found = set(case.labels.countries), set(case.found)
        if lenient:
            truth = truth - case.labels.doubtful | case.labels.doubtful & found
        right += len(truth & found)
        wrong += len(found - truth)
        missing += len(truth - found)
    return Score(right, wrong, missing)


def report(name: str, cases: Sequence[Case]) -> None:
    strict, lenient = score(cases, lenient=False), score(cases, lenient=True)
    main = [case.found[:1] == case.labels.countries[:1] for case in cases if case.labels.countries]
    none = [not case.found for case in cases if not case.labels.countries]
    print(
        f"{name:>10} {len(cases):4d} articles   strict F1 {strict.f1:.3f} (P {strict.precision:.3f}, "
        f"R {strict.recall:.3f})   lenient F1 {lenient.f1:.3f}   main right {_share(main)}   none right {_share(none)}"
    )


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right) / len(right):6.1%} of {len(right):3d}" if right else "     -       "


def read_articles(data: Path) -> Iterator[Article]:
    """The articles of both files, those of the pages as their gold text has them."""
    with lzma.open(data / ARTICLES, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield Article(row["id"], row["lang"], row["title"] or None, row["text"])
    with tarfile.open(data / PAGES) as pages:
        for member in pages:
            path = Path(member.name)
            file = pages.extractfile(member) if path.suffix == ".json" else None
            if file is None or (language := _LANGUAGES.get(path.parent.name)) is None:
                continue
            for version, gold in json.load(file).items():
                paragraphs = [*gold["body"]["summary"]]
                for section in gold["body"]["sections"]:
                    paragraphs += [*section["headline"], *section["paragraphs"]]
                identifier = f"fundus/{path.parent.name}/{path.stem}/{version}"
                spoken = "de" if path.stem in _GERMAN_PAPERS_IN_SPAIN else language
                yield Article(identifier, spoken, gold["title"], "\n".join(paragraphs))


def read_cases(data: Path, labels: Iterable[Labels], gazetteer: Gazetteer, language: str) -> list[Case]:
    """``language``: "given" as the data say, or "told" by the gazetteer itself."""
    by_id = {each.id: each for each in labels}
    cases = []
    for article in read_articles(data):
        if article.id in by_id:
            said = article.language if language == "given" else None
            found = tuple(mention.country for mention in gazetteer.countries(article.title, article.text, said))
            cases.append(Case(by_id[article.id], article.language, article.title, article.text, found))
    return cases


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {ARTICLES} and {PAGES}")
    parser.add_argument("--labels", choices=("first", "second"), default="second")
    parser.add_argument("--half", choices=("tuning", "held", "all"), default="tuning")
    parser.add_argument("--language", choices=("given", "told"), default="given")
    parser.add_argument("--show", action="store_true", help="also each article that differs: its id, what and why")
    arguments = parser.parse_args()
    for source in (arguments.data / ARTICLES, arguments.data / PAGES):
        if not source.is_file():
            print(f"No articles: {source} is missing. See benchmarks/country_labels.md for what it is.")
            return 1
    path = LABELS if arguments.labels == "first" else SECOND_LABELS
    halves = {"tuning": (False,), "held": (True,), "all": (False, True)}[arguments.half]
    labels = [each for each in read_labels(path) if is_held_apart(each.id) in halves]
    start = time.perf_counter()
    gazetteer = Gazetteer.load()
    loaded = time.perf_counter() - start
    cases = read_cases(arguments.data, labels, gazetteer, arguments.language)
    print(f"{arguments.labels} labels, {arguments.half} half, language {arguments.language}; loaded in {loaded:.3f} s")
    news = [case for case in cases if not case.labels.id.startswith(NOT_NEWS)]
    report("all", cases)
    report("news", news)
    for name in sorted({case.language for case in news}):
        report(f"news {name}", [case for case in news if case.language == name])
    report(NOT_NEWS, [case for case in cases if case.labels.id.startswith(NOT_NEWS)])
    if arguments.show:
        show(cases, gazetteer)
    return 0


def show(cases: Iterable[Case], gazetteer: Gazetteer) -> None:
    for case in cases:
        if set(case.found) != set(case.labels.countries) or case.found[:1] != case.labels.countries[:1]:
            print(f"\n{case.labels.id}   labels {','.join(case.labels.countries) or '-'}", end="")
            print(f"   found {','.join(case.found) or '-'}   doubtful {','.join(sorted(case.labels.doubtful)) or '-'}")
            for reason in gazetteer.explain(case.title, case.text, case.language):
                words = ", ".join(f"{word} {kind} {count}" for word, kind, count in reason.words[:8])
                print(f"    {reason.country} {reason.relevance:3d} {words}")


if __name__ == "__main__":
    sys.exit(main())
