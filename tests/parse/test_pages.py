"""Golden pages: NAME.txt or NAME.html must become NAME.json, field by field."""

import json
from pathlib import Path

import pytest

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
