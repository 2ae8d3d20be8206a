"""The headline among the titles of a page."""

import pytest
from lxml.etree import HTMLParser, fromstring

from streams.parse.head import read_head
from streams.parse.page_title import SiteNames, choose_title
from tests.parse.builders import EN_TITLE

NAMES = SiteNames(frozenset(("thesail", "sailexample")), frozenset(("world",)))


def title(head: str = "", body: str = "", stated: str | None = None, marked: str | None = None) -> str | None:
    page = fromstring(f"<html><head>{head}</head><body>{body}<p>x</p></body></html>", HTMLParser())
    return choose_title(read_head(page), stated, marked, NAMES)


def graph(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


@pytest.mark.parametrize(
    "written",
    [
        f"{EN_TITLE} | The Sail",
        f"{EN_TITLE} - World - The Sail",
        f"{EN_TITLE} – sail.example",
        f"{EN_TITLE} | World | The Sail News",
        f"(3) {EN_TITLE} | The Sail",
    ],
)
def test_site_section_and_counter_are_no_part_of_a_headline(written: str) -> None:
    assert title(f"<title>{written}</title>") == EN_TITLE


def test_a_headline_keeps_its_own_dash_and_what_only_begins_like_a_section() -> None:
    assert title(graph("The harbour - a love story")) == "The harbour - a love story"
    assert title(graph("Sailing alone - World record broken again")) == "Sailing alone - World record broken again"


def test_what_follows_the_heading_after_a_bar_is_cut_whatever_it_is() -> None:
    assert title(graph(f"{EN_TITLE} | by Nora Fields"), f"<h1>{EN_TITLE}</h1>") == EN_TITLE


def test_a_kicker_that_open_graph_leaves_out_is_left_out() -> None:
    assert title(graph(EN_TITLE), stated=f"Traffic in town: {EN_TITLE}") == EN_TITLE


def test_two_kickers_before_the_same_headline_are_none_of_it() -> None:
    heading = f"<h1><span class=kicker>Town</span> - {EN_TITLE}</h1>"

    assert title(graph(f"Traffic: {EN_TITLE}"), heading) == EN_TITLE


def test_a_kicker_that_all_agree_on_is_part_of_the_headline() -> None:
    whole = f"Traffic: {EN_TITLE}"

    assert title(graph(whole), f"<h1><span class=kicker>Traffic</span>: {EN_TITLE}</h1>", whole) == whole


def test_a_heading_alone_is_the_headline_without_its_kicker() -> None:
    assert title(body=f"<h1><span class=kicker>Traffic</span> {EN_TITLE}</h1>") == EN_TITLE
    assert title(body=f"<h1>Town: <span class=topline>{EN_TITLE}</span></h1>") == f"Town: {EN_TITLE}"


def test_json_ld_comes_before_open_graph_before_microdata() -> None:
    assert title(graph("The title for sharing"), stated="The headline in JSON-LD") == "The headline in JSON-LD"
    assert title(graph("The title for sharing"), marked="The headline in microdata") == "The title for sharing"
    assert title(marked="The headline in microdata") == "The headline in microdata"


def test_a_title_for_search_engines_is_not_the_headline() -> None:
    head = "<title>Bridge opening: seven facts | The Sail</title>" + graph(EN_TITLE)

    assert title(head, f"<h1>{EN_TITLE}</h1>", stated="Bridge Opening: Seven Facts") == EN_TITLE


def test_marks_and_entities_are_gone() -> None:
    assert title(stated="New &amp; old <b>bridges</b> open\u200f here") == "New & old bridges open here"
