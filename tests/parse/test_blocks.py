"""Blocks: one line of text each, cut where the page cuts."""

import pytest

from streams.parse.blocks import read_blocks, read_outline
from streams.parse.limits import ParseLimits
from streams.parse.markup import MarkupReader

READER = MarkupReader(ParseLimits())


def blocks(markup: str) -> list[str]:
    return read_blocks(READER.tree(f"<body>{markup}</body>"))


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>one <b>two</b>\n three</p><p>four</p>", ["one two three", "four"]),
        ("<div>one<div>two</div>three</div>", ["one", "two", "three"]),
        ("<div>one<br>two<br/>three</div>", ["one", "two", "three"]),
        ("<p>one<br><br>two</p>", ["one", "two"]),
        ("<p>one<br>two</p>", ["one two"]),
        ("<p>One ends.<br>Two begins.</p>", ["One ends.", "Two begins."]),
        ("<p>انتهت الأولى؟<br>وبدأت الثانية</p>", ["انتهت الأولى؟", "وبدأت الثانية"]),
        ("<h2>A headline<br>on two lines</h2>", ["A headline on two lines"]),
        ("<ul><li>one</li><li>two <a>three</a></li></ul>", ["one", "two three"]),
        ("<blockquote><p>one</p><p>two</p></blockquote>", ["one", "two"]),
        ("<table><tr><th>Town</th><td>12</td><td><p>3</p></td></tr></table>", ["Town 12 3"]),
        ("<table><tr><td>a menu</td><td><p>one</p><p>two " + "long " * 60 + "</p></td></tr></table>", None),
        ("<div>By Nora <time>2 May</time> Lowell</div>", ["By Nora", "2 May", "Lowell"]),
        ("<p>It opens on <time>2 May</time> in Lowell.</p>", ["It opens on 2 May in Lowell."]),
        ("<div><b>Tags</b><a>one</a><a>two</a> <a>three</a></div>", ["Tags: one, two, three"]),
        ("<p>a<script>b</script>c<style>d</style>e</p>", ["ace"]),
        ("<x-card>one<x-text>two</x-text></x-card>", ["one", "two"]),
        ("one<p>two", ["one", "two"]),
    ],
)
def test_a_page_is_cut_where_it_cuts(markup: str, lines: list[str] | None) -> None:
    found = blocks(markup)

    assert found == lines if lines else len(found) == 3


def test_a_block_knows_what_of_it_is_linked_and_timed() -> None:
    outline = read_outline(READER.tree("<p>See <a>this <b>page</b></a> of <time>2 May</time></p>"))

    (block,) = outline.blocks
    assert (block.text, block.linked, block.timed, block.kind) == ("See this page of 2 May", 9, 5, "p")


def test_an_element_knows_the_blocks_in_it() -> None:
    outline = read_outline(READER.tree("<div><p>one</p><section><p>two</p><p>three</p></section></div>"))

    (section,) = (element for element in outline.elements if element.tag == "section")
    assert [block.text for block in outline.blocks[section.start : section.end]] == ["two", "three"]


def test_elements_nest_as_deep_as_the_parser_lets_them() -> None:
    assert blocks("<dd><li>" * 200 + "one") in (["one"], [])
    assert blocks("<span>" * 250 + "one") == ["one"]
