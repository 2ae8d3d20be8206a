"""How many pages parse gets right, field by field and whole, on any folder of gold pages.

``python -m benchmarks.parse_quality [FOLDER …]`` reads each ``NAME.txt`` or ``NAME.html`` with its gold ``NAME.json``
(form: ``tests/parse/gold/README.md``) and prints the share right of each field by group: a group is a part of the
file's name, its language («ar») or what its page is like («ar-embedded»). A page is whole when every field of every one
of its articles is right, and no article is missing or too many. ``--diff`` shows what is wrong in colour: never on
pages that are sealed.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from schemas.dead_letter import Refusal
from schemas.parsed_article import ParsedArticle
from streams.filters import CONTENT_TYPES
from streams.parse import Parser

OPEN_PAGES = Path(__file__).parents[1] / "tests" / "parse" / "gold" / "open"
FIELDS = ("title", "published", "source", "byline", "keywords", "paragraphs")
# Shown beside the others, but no part of "whole": what the issue of a page is to a reader is the fields above.
BESIDE = ("updated", "language")

_JOINED = re.compile(r"\s*[,،&]\s*|\s+(?:and|et|und|y|ve|و)\s+|\s+و(?=\w)")

Article = dict[str, Any]


class Score(NamedTuple):
    """A page, its gold and what parse made of it. ``right`` tells of each field whether all articles have it right."""

    name: str
    gold: list[Article]
    found: list[Article]
    right: dict[str, bool]

    @property
    def whole(self) -> bool:
        """Whether everything on the page is right at once."""
        return self.right["articles"] and all(self.right[field] for field in FIELDS)


def read_article(article: ParsedArticle) -> Article:
    """A parsed article as gold is written: dates as their ISO 8601 values."""
    return {
        "title": article.title,
        "published": article.published and article.published.value,
        "updated": article.updated and article.updated.value,
        "source": article.source,
        "byline": article.byline,
        "keywords": list(article.keywords),
        "language": article.language,
        "paragraphs": list(article.paragraphs),
    }


def score_page(parser: Parser, page: Path) -> Score:
    """Parse one page and compare it with its gold."""
    gold = json.loads(page.with_suffix(".json").read_text("utf-8"))
    headers = {"content-type": CONTENT_TYPES[page.suffix], **gold.get("about", {})}
    try:
        found = [read_article(article) for article in parser.parse(page.read_bytes(), headers=headers)]
    except Refusal as refusal:
        found = []
        if gold["articles"]:
            print(f"{page.name}: refused, {refusal.reason}: {refusal.detail}", file=sys.stderr)
    return compare(page.name, gold["articles"], found)


def compare(name: str, gold: list[Article], found: list[Article]) -> Score:
    """Field by field, over all articles of a page in their order."""
    right = {"articles": len(gold) == len(found)}
    for field in (*FIELDS, *BESIDE):
        same = _names if field == "byline" else _as_it_is
        right[field] = [same(each.get(field)) for each in gold] == [same(each[field]) for each in found]
    return Score(name, gold, found, right)


def _names(byline: str | None) -> list[str]:
    """The names of a byline in order: how they are joined («و», "and", a comma) is no part of who wrote."""
    return _JOINED.split(byline) if byline else []


def _as_it_is(value: Any) -> Any:
    return value


def groups(scores: Iterable[Score]) -> Iterator[tuple[str, list[Score]]]:
    """All pages, then by language, then by language and layout."""
    named: dict[str, list[Score]] = {}
    for score in scores:
        language, layout, *_ = (*score.name.split("-"), "")
        for name in ("all", language, f"{language}-{layout}"):
            named.setdefault(name, []).append(score)
    yield from sorted(named.items(), key=lambda item: (item[0] != "all", item[0]))


def table(scores: list[Score]) -> Table:
    """The share right of each field by group."""
    columns = ("whole", "articles", *FIELDS, *BESIDE)
    result = Table("group", "pages", *columns)
    for name, members in groups(scores):
        shares = [
            sum(score.whole if column == "whole" else score.right[column] for score in members) / len(members)
            for column in columns
        ]
        result.add_row(name, str(len(members)), *(f"{share:.1%}" for share in shares))
    return result


def show_difference(console: Console, score: Score) -> None:
    """What differs on one page: gold red where parse missed it, green where parse has it instead."""
    console.print(
        f"\n[bold]{escape(score.name)}[/bold]: {', '.join(f for f, right in score.right.items() if not right)}"
    )
    for place in range(max(len(score.gold), len(score.found))):
        gold = score.gold[place] if place < len(score.gold) else {}
        found = score.found[place] if place < len(score.found) else {}
        for field in (*FIELDS, *BESIDE):
            if gold.get(field) != found.get(field):
                console.print(f"  article {place}, {field}")
                for line in _differing(_lines(gold.get(field)), _lines(found.get(field))):
                    console.print(line)


def _differing(gold: list[str], found: list[str]) -> Iterator[Text]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=gold, b=found, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (Text(f"    - {line}", style="red") for line in gold[i1:i2])
            yield from (Text(f"    + {line}", style="green") for line in found[j1:j2])


def _lines(value: Any) -> list[str]:
    return value if isinstance(value, list) else [] if value is None else [str(value)]


def read_pages(folders: Iterable[Path]) -> list[Path]:
    """The pages of the folders that have a gold beside them."""
    pages = [page for folder in folders for page in sorted(folder.iterdir()) if page.suffix in (".txt", ".html")]
    return [page for page in pages if page.with_suffix(".json").exists()]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folders", nargs="*", type=Path, default=[OPEN_PAGES], metavar="FOLDER")
    arguments.add_argument("--diff", action="store_true", help="show what is wrong, page by page")
    options = arguments.parse_args()
    missing = [folder for folder in options.folders if not folder.is_dir()]
    pages = [] if missing else read_pages(options.folders)
    if not pages:
        where = ", ".join(map(str, missing or options.folders))
        print(f"no gold pages in {where}: give folders with NAME.txt or NAME.html beside NAME.json")
        return 2
    parser = Parser()
    scores = [score_page(parser, page) for page in pages]
    console = Console() if sys.stdout.isatty() else Console(width=160)
    if options.diff:
        for score in scores:
            if not all(score.right.values()):
                show_difference(console, score)
    console.print(table(scores))
    return 0


if __name__ == "__main__":
    sys.exit(main())
