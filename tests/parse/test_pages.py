"""Golden pages: NAME.txt or NAME.html must become NAME.json, field by field."""

import json
from pathlib import Path

import pytest

from benchmarks.parse_quality import read_pages, score_page
from streams.parse import Parser

PAGES = Path(__file__).parent / "pages"
INPUTS = sorted(path for path in PAGES.iterdir() if path.suffix in (".txt", ".html"))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_a_page_becomes_its_articles(parser: Parser, path: Path) -> None:
    articles = [json.loads(article.to_json()) for article in parser.parse(path.read_bytes())]

    assert articles == json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_every_paragraph_of_a_golden_text_page_stands_on_the_page(parser: Parser) -> None:
    for path in PAGES.glob("*.txt"):
        page = path.read_text("utf-8").split("\n")
        for article in parser.parse(path.read_bytes()):
            assert set(article.paragraphs) <= set(page)


GOLD = Path(__file__).parent / "gold"
NOT_YET_RIGHT = frozenset((GOLD / "not_yet_right.txt").read_text("utf-8").split())
"""Open gold pages that parse does not get wholly right: this list may only become shorter."""


@pytest.mark.parametrize("path", read_pages([GOLD / "open"]), ids=lambda path: path.name)
def test_a_gold_page_is_read_wholly_right_or_known_not_to_be(parser: Parser, path: Path) -> None:
    score = score_page(parser, path)

    assert score.whole == (path.name not in NOT_YET_RIGHT), {
        field: (score.gold, score.found) for field, right in score.right.items() if not right
    }


def test_the_list_of_pages_not_yet_right_names_pages() -> None:
    assert {path.name for path in read_pages([GOLD / "open"])} >= NOT_YET_RIGHT
