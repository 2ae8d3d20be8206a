"""How much of real HTML pages is read right, and how fast, beside trafilatura alone in the same run.

``python -m benchmarks.html_quality --data DIR`` reads two archives in ``DIR`` and prints three tables:

- publishers: pages of many countries with gold (the test resources of Fundus), by country and in all: the share of
  titles, days of publication and authors that are right, and the F1 of the body;
- articles: article-extraction-benchmark, 181 English pages, measured by the archive's own ``evaluate.py``;
- milliseconds a page over all of them: median and 95th percentile.

What counts as right. A page that was refused has nothing right.

- title: equal after NFC, white space made single, invisible marks (zero-width space, soft hyphen) dropped, and
  typographic quotes and apostrophes made straight, on both sides;
- day: the same calendar day in the gold's zone; a reading without a zone counts as it stands;
- authors: the same set of names after NFC, white space and case. A parsed article has one byline, so both sides are
  joined with commas and cut at commas. A gold without authors wants no byline;
- body: precision and recall of four-word shingles, each the mean over pages, F1 of the two: the method of
  ``evaluate.py``. The gold is the summary, the subheadings and the paragraphs.
"""

import argparse
import gzip
import json
import re
import statistics
import sys
import tarfile
import time
import types
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from schemas.dead_letter import Refusal
from schemas.parsed_article import ArticleDate, ParsedArticle
from streams.parse import Parser

PUBLISHERS = "html_publishers_dev.tar.xz"
ARTICLES = "html_article_benchmark.tar.xz"
FIELDS = ("title", "day", "authors", "body")

_SPELLING = str.maketrans("“”„‟″«»‘’‚‛′´`", '"""""""' + "'" * 7, "\u00ad\u200b\ufeff")
_PAGE_NAME = re.compile(r"(.+?)_(\d{4}_\d{2}_\d{2})\.html\.gz")

Shingles = tuple[float, float, float]
Given = TypeVar("Given")
Result = TypeVar("Result")


class Gold(NamedTuple):
    """A page with what is true of it. ``group`` is its country; ``title`` to ``authors`` null: not judged."""

    name: str
    group: str
    page: bytes
    body: str
    title: str | None = None
    published: datetime | None = None
    authors: tuple[str, ...] = ()


@dataclass
class Times:
    """Milliseconds a page, in the order of the pages."""

    whole: list[float] = field(default_factory=list)
    metadata: list[float] = field(default_factory=list)
    trafilatura: list[float] = field(default_factory=list)


class Judged(NamedTuple):
    """What of a page is right, its body as shingles found, wrong and missed, and differences for a person."""

    right: dict[str, bool]
    body: Shingles
    differences: dict[str, tuple[str, str]]


def read_archive(path: Path) -> dict[str, bytes]:
    """The files of an archive by their name below its only folder."""
    with tarfile.open(path) as archive:
        return {
            member.name.partition("/")[2].removeprefix("./"): file.read()
            for member in archive
            if member.isfile() and (file := archive.extractfile(member)) is not None
        }


def read_publishers(files: dict[str, bytes]) -> Iterator[Gold]:
    """The pages of Fundus. A publisher's gold has an entry for each version of its parser, oldest first, and its
    pages, by the day in their names, belong to these one to one."""
    pages: dict[tuple[str, str], list[str]] = {}
    for name in sorted(files):
        country, _, file = name.partition("/")
        if match := _PAGE_NAME.fullmatch(file):
            pages.setdefault((country, match[1]), []).append(name)
    for (country, publisher), names in pages.items():
        versions = json.loads(files[f"{country}/{publisher}.json"])
        for name, gold in zip(names, versions.values(), strict=True):
            yield Gold(
                name.removesuffix(".html.gz"),
                country,
                gzip.decompress(files[name]),
                _gold_body(gold["body"]),
                gold["title"],
                datetime.fromisoformat(gold["publishing_date"]),
                tuple(gold.get("authors", ())),
            )


def read_articles(files: dict[str, bytes]) -> Iterator[Gold]:
    """The pages of article-extraction-benchmark."""
    for name, gold in json.loads(files["ground-truth.json"]).items():
        yield Gold(name, "articles", gzip.decompress(files[f"html/{name}.html.gz"]), gold.get("articleBody", ""))


def read_evaluation(files: dict[str, bytes]) -> Any:
    """The module ``evaluate.py`` of article-extraction-benchmark itself, so that its method is the one used."""
    module = types.ModuleType("evaluate")
    exec(compile(files["evaluate.py"], "evaluate.py", "exec"), module.__dict__)
    return module


def judge(article: ParsedArticle | None, gold: Gold, evaluation: Any) -> Judged:
    """One page against its gold; ``article`` is null when it was refused."""
    body = "\n".join(article.paragraphs) if article else ""
    shingles = evaluation.string_shingle_matching(true=gold.body, pred=body)
    found, wrong, missed = shingles
    right = {"body": wrong + missed < 0.02}
    differences = {"body": (f"{found:.2f} right", f"{wrong:.2f} wrong, {missed:.2f} missed")}
    if gold.title is not None:
        title = (article and article.title) or ""
        right["title"] = plain(title) == plain(gold.title)
        differences["title"] = (title, gold.title)
    if gold.published is not None:
        published = article.published if article else None
        right["day"] = published is not None and day_of(published, gold.published) == gold.published.date()
        differences["day"] = (published.value if published else "", gold.published.isoformat())
        byline = (article and article.byline) or ""
        right["authors"] = article is not None and names_in(byline) == names_in(", ".join(gold.authors))
        differences["authors"] = (byline, ", ".join(gold.authors))
    return Judged(right, shingles, differences)


def plain(text: str) -> str:
    """Text as compared: NFC, single spaces, no invisible marks, straight quotes."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_SPELLING).split())


def names_in(byline: str) -> set[str]:
    """The names in a byline as compared."""
    return {name for part in byline.split(",") if (name := plain(part).casefold())}


def day_of(read: ArticleDate, gold: datetime) -> date | None:
    """The day of a reading in the zone of the gold; null for a month or a year."""
    try:
        moment = datetime.fromisoformat(read.value)
    except ValueError:
        return None
    return (moment.astimezone(gold.tzinfo) if moment.tzinfo and gold.tzinfo else moment).date()


def measure(pages: list[Gold], parser: Parser, times: Times, repeat: int) -> list[ParsedArticle | None]:
    """The own article of each page, null when refused; the median times of ``repeat`` runs go into ``times``."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - 0.4 s

    html = parser._html  # noqa: SLF001 - a part of the whole is timed apart
    articles: list[ParsedArticle | None] = []
    for gold in pages:
        markup = gold.page.decode("utf-8", "replace")
        alone, metadata, whole = [], [], []
        for _ in range(repeat):
            alone.append(_seconds(lambda page: bare_extraction(page, fast=True), markup)[0])
            tree = html.tree(markup)
            metadata.append(_seconds(lambda page: html._metadata.read(page, None), tree)[0])  # noqa: SLF001
            spent, article = _seconds(lambda page: _own_article(parser, page), gold.page)
            whole.append(spent)
        articles.append(article)
        times.trafilatura.append(statistics.median(alone) * 1e3)
        times.metadata.append(statistics.median(metadata) * 1e3)
        times.whole.append(statistics.median(whole) * 1e3)
    return articles


def _own_article(parser: Parser, page: bytes) -> ParsedArticle | None:
    try:
        return parser.parse(page, content_type="text/html")[0]
    except Refusal:
        return None


def _seconds(work: Callable[[Given], Result], given: Given) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work(given)
    return time.perf_counter() - start, result


def _gold_body(body: dict[str, Any]) -> str:
    lines = list(body["summary"])
    for section in body["sections"]:
        lines += [*section["headline"], *section["paragraphs"]]
    return "\n".join(lines)


def report_publishers(pages: list[Gold], judged: list[Judged], evaluation: Any) -> None:
    print(f"{'publishers':<12} {'pages':>5} {'title':>7} {'day':>7} {'authors':>7} {'body F1':>7}")
    for group in (*dict.fromkeys(gold.group for gold in pages), "all"):
        rows = [result for gold, result in zip(pages, judged, strict=True) if group in (gold.group, "all")]
        shares = (statistics.mean(row.right[name] for row in rows) for name in ("title", "day", "authors"))
        f1 = evaluation.metrics_from_tp_fp_fns([row.body for row in rows])["f1"]
        print(f"{group:<12} {len(rows):5d} " + " ".join(f"{share:7.3f}" for share in (*shares, f1)))


def report_articles(judged: list[Judged], evaluation: Any) -> None:
    metrics = evaluation.metrics_from_tp_fp_fns([row.body for row in judged])
    print(
        f"\narticle-extraction-benchmark, {len(judged)} pages: F1 {metrics['f1']:.3f}, "
        f"precision {metrics['precision']:.3f}, recall {metrics['recall']:.3f}"
    )


def report_times(times: Times) -> None:
    print(f"\n{'ms a page':<28} {'median':>7} {'p95':>7}   ({len(times.whole)} pages)")
    for name, spent in (
        ("parse, bytes to articles", times.whole),
        ("  of it the metadata", times.metadata),
        ("trafilatura alone, fast", times.trafilatura),
    ):
        print(f"{name:<28} {statistics.median(spent):7.2f} {statistics.quantiles(spent, n=20)[-1]:7.2f}")


def show(pages: list[Gold], judged: list[Judged], name: str) -> None:
    """Each page that is not right in a field: what was read and what is true."""
    for gold, result in zip(pages, judged, strict=True):
        if not result.right.get(name, True):
            read, true = result.differences[name]
            print(f"{gold.name}\n    read {read}\n    gold {true}")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("--data", type=Path, required=True, help=f"folder with {PUBLISHERS} and {ARTICLES}")
    arguments.add_argument("--show", choices=FIELDS, help="also the pages that are not right in this field")
    arguments.add_argument("--repeat", type=int, default=3, help="runs of each page; the median counts (3)")
    given = arguments.parse_args()
    missing = [name for name in (PUBLISHERS, ARTICLES) if not (given.data / name).is_file()]
    if missing:
        print(
            f"No data: {' and '.join(missing)} not found in {given.data}. They hold the test resources of Fundus "
            "and scrapinghub/article-extraction-benchmark; their pages belong to their publishers and are not here."
        )
        return 1
    files = read_archive(given.data / ARTICLES)
    evaluation = read_evaluation(files)
    pages = list(read_publishers(read_archive(given.data / PUBLISHERS)))
    articles = list(read_articles(files))
    parser, times = Parser(), Times()
    measure(pages[:3], parser, Times(), 1)
    read = measure([*pages, *articles], parser, times, given.repeat)
    judged = [judge(article, gold, evaluation) for article, gold in zip(read, [*pages, *articles], strict=True)]
    if given.show:
        show([*pages, *articles], judged, given.show)
    report_publishers(pages, judged[: len(pages)], evaluation)
    report_articles(judged[len(pages) :], evaluation)
    report_times(times)
    return 0


if __name__ == "__main__":
    sys.exit(main())
