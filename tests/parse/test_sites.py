"""Rules for single sites: selectors, labels and boilerplate from a file."""

from pathlib import Path

import pytest

from streams.parse import Parser, SiteRulesError, read_site_rules
from tests.parse.builders import EN_STORY, EN_TITLE, english_page

RULE = """
domain = "gazette.example"
note = "Elements without names"

[select]
body = "div.c3"
remove = [".offer"]
title = "div.c1"
published = "span.c2"
byline = ".c4"
source = ".c5"
keywords = ".c7 a"

[[label]]
role = "source"
forms = ["wire"]

[[boilerplate]]
starts = ["gazette members"]
"""
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in EN_STORY)
OFFER = "<p class=offer>Three months of the Gazette for the price of one, said its publisher this week.</p>"
PAGE = f"""<html><head><title>Gazette</title></head><body>
<div class=c9><h1>Gazette of the harbour</h1></div><div class=c1>{EN_TITLE}</div>
<span class=c2>3 July 2021</span> <span class=c4>Nora Fields</span> <span class=c5>Coast Radio</span>
<div class=c3>{OFFER}{STORY}</div>
<p class=c7><a>bridge</a> <a>harbour</a></p></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gazette.example.toml").write_text(RULE, "utf-8")
    return tmp_path


@pytest.fixture
def with_rule(folder: Path) -> Parser:
    return Parser(sites=read_site_rules(folder))


def test_a_rule_selects_the_parts_of_the_sites_pages(with_rule: Parser) -> None:
    (article,) = with_rule.parse(PAGE.encode(), headers={"url": "https://www.gazette.example/1"})

    assert (article.title, article.paragraphs) == (EN_TITLE, EN_STORY)
    assert article.published is not None
    assert article.published.value == "2021-07-03"
    assert (article.byline, article.source) == ("Nora Fields", "Coast Radio")
    assert article.keywords == ("bridge", "harbour")


def test_the_pages_own_address_says_whose_rule_holds(with_rule: Parser) -> None:
    page = PAGE.replace("<head>", "<head><link rel=canonical href=https://news.gazette.example/2021/bridge>")

    assert with_rule.parse(page.encode())[0].title == EN_TITLE


def test_other_sites_are_read_by_the_general_rules(with_rule: Parser, parser: Parser) -> None:
    headers = {"url": "https://other.example/1"}

    assert with_rule.parse(PAGE.encode(), headers=headers) == parser.parse(PAGE.encode(), headers=headers)


def test_words_of_a_site_hold_for_its_text_pages(with_rule: Parser) -> None:
    page = english_page("Wire: Coast Radio", "Gazette members read this story first and for nothing at all.")

    (article,) = with_rule.parse(page.encode(), headers={"url": "https://gazette.example/2"})

    assert (article.source, article.paragraphs) == ("Coast Radio", EN_STORY)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.example.toml", 'domain = "a.example"\n[select]\nbody = "div["', "no CSS selector"),
        ("a.example.toml", 'domain = "a.example"\n[selekt]\nbody = "div"', "selekt"),
        ("a.example.toml", 'domain = "b.example"', "name the file b.example.toml"),
        ("a.example.toml", "domain = ", "cannot be read"),
        ("a.example.toml", 'domain = "a.example"\n[[label]]\nrole = "sauce"\nforms = ["x"]', "label.0.role"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_with_its_file(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")

    with pytest.raises(SiteRulesError, match=says) as told:
        read_site_rules(tmp_path)

    assert name in str(told.value)


def test_a_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(SiteRulesError, match="no such folder"):
        read_site_rules(Path("no-such-folder"))
