"""The body of an HTML page: all of the story and nothing else."""

import contextlib
import gc

import pytest
from lxml.etree import XPath

from schemas.dead_letter import Refusal
from streams.parse import Parser
from streams.parse.body import Selection, read_body
from streams.parse.element_names import ElementNames
from streams.parse.limits import ParseLimits
from streams.parse.markup import MarkupReader
from tests.parse.builders import AR_STORY, AR_TITLE, EN_STORY, EN_TITLE
from tests.parse.proportion import assert_in_proportion

READER = MarkupReader(ParseLimits())
NAMES = ElementNames.load()
PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in EN_STORY)
FRAME = (
    "<header><a href=/>The Sail</a><nav><ul><li><a>News</a><li><a>Sport</a></ul></nav></header>"
    "<main>{}</main><aside><h3>Most read</h3><ol><li><a>A ferry runs aground in fog</a></ol></aside>"
    "<footer><p>Copyright 2023 The Sail, Lowell. All rights reserved in all towns of the bay.</p></footer>"
)


def story(body: str, title: str = EN_TITLE, selection: Selection = Selection()) -> list[str]:  # noqa: B008
    tree = READER.tree(f"<html><body>{body}</body></html>")
    return [block.text for block in read_body(tree, NAMES, title, selection=selection).story]


def heading(title: str = EN_TITLE) -> str:
    return f"<h1>{title}</h1>"


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{heading()}{PARAGRAPHS}</article>",
        f"<div class=x>{heading()}<div class=y>{PARAGRAPHS}</div></div>",
        f"{heading()}<div itemprop=articleBody>{PARAGRAPHS}</div>",
        f"{heading()}<div class='post_entry-content'>{PARAGRAPHS}</div>",
        heading() + "".join(f"<div class=chunk><p>{paragraph}</p></div>" for paragraph in EN_STORY),
        heading() + "".join(f"<div>{paragraph}</div>" for paragraph in EN_STORY),
        f"{heading()}<div>{'<br>'.join(EN_STORY)}</div>",
        f"{heading()}<div>{'<br><br>'.join(EN_STORY)}</div>",
        f"{heading()}<p>{'<br><br>'.join(EN_STORY)}</p>",
        heading() + "".join(f"<span>{paragraph}</span><br>" for paragraph in EN_STORY),
        f"<table><tr><td><a>News</a><br><a>Sport</a></td><td>{heading()}{'<br>'.join(EN_STORY)}</td></tr></table>",
        f"<form id=aspnetForm>{heading()}{PARAGRAPHS}</form>",
        f"<div class='layout has-sidebar comments-open'>{heading()}{PARAGRAPHS}</div>",
        f"<div class=sidebar-grid>{heading()}<div class=sidebar-grid-item>{PARAGRAPHS}</div></div>",
        f"<div class=recentNews><dl><dt>{EN_TITLE}</dt></dl><div>{'<br>'.join(EN_STORY)}</div></div>",
    ],
)
def test_the_story_is_found_however_the_page_is_built(body: str) -> None:
    assert [line for line in story(FRAME.format(body)) if line != EN_TITLE] == list(EN_STORY)


@pytest.mark.parametrize("cut", ["</p><p>", "</div><div>", "<br>", "<br><br>", "<br />\n<br />"])
def test_an_arabic_page_is_read_as_an_english_one(cut: str) -> None:
    opening = "<p>" if "p>" in cut else "<div>"
    body = f"<div dir=rtl><h1>{AR_TITLE}</h1><div class=details>{opening}{cut.join(AR_STORY)}</div></div>"

    assert story(body, AR_TITLE) == list(AR_STORY)


@pytest.mark.parametrize(
    "box",
    [
        "<figure><img><figcaption>The bridge at dawn, seen from the northern bank.</figcaption></figure>",
        "<div class=wp-caption><p>The bridge at dawn, seen from the northern bank of the river.</p></div>",
        "<ul class=links><li><a>A ferry runs aground in fog</a><li><a>School roof leaks again this winter</a></ul>",
        "<h3>More from Lowell</h3><ul><li><a>A ferry runs aground</a> in fog<li><a>School roof leaks</a></ul>",
        "<p><a href=x>Read more: A ferry runs aground in fog off the northern lighthouse</a></p>",
        "<aside><p>A ferry ran aground in fog off the northern lighthouse early on Sunday.</p></aside>",
        "<div class=newsletter><p>Our letter comes at six.</p><p>It is free.</p><form><input></form></div>",
        "<section id=comments><p>I will miss the old bridge, which was narrow but had a view of the bay.</p></section>",
        "<div style='display: none'><p>This part of the page is not shown to anybody at all.</p></div>",
        "<div hidden><p>This part of the page is not shown to anybody at all.</p></div>",
        "<div role=dialog><p>Accept all of our 814 partners to go on reading this page.</p></div>",
        "<article class=card><h3><a>A ferry runs aground in fog</a></h3><p>It happened off the lighthouse.</p></article>",
        "<time datetime=2023-11-09>9 November 2023</time>",
        "<div>10:30 am</div>",
    ],
)
@pytest.mark.parametrize("place", [1, 3])
def test_what_is_no_story_is_left_out_in_the_middle_and_at_the_end(box: str, place: int) -> None:
    paragraphs = [f"<p>{paragraph}</p>" for paragraph in EN_STORY]
    paragraphs.insert(place, box)

    lines = story(FRAME.format(f"<article>{heading()}{''.join(paragraphs)}</article>"))

    assert [line for line in lines if not line.startswith("Read more")] == list(EN_STORY)


def test_headings_lists_and_quotations_are_kept_as_their_own_paragraphs() -> None:
    first, second, third = EN_STORY
    body = (
        f"<article>{heading()}<p>{first}</p><h2>Two years of work</h2><p>{second}</p>"
        f"<ul><li>a footpath<li>a cycle lane</ul><blockquote>“It is wide.”</blockquote><p>{third}</p><p>It is open.</p>"
    )

    assert story(body) == [
        *(first, "Two years of work", second, "a footpath", "a cycle lane"),
        *("“It is wide.”", third, "It is open."),
    ]


def test_a_heading_with_nothing_under_it_is_left_out() -> None:
    assert story(f"<article>{heading()}{PARAGRAPHS}<h2>More on bridges</h2></article>") == list(EN_STORY)


def test_a_standfirst_is_part_of_the_story_and_names_above_it_are_not() -> None:
    body = (
        f"<header>{heading()}<div>Politics</div><p class=dek>Twenty minutes saved</p><div>Nora Fields</div></header>"
        f"<div class=article-body>{PARAGRAPHS}</div>"
    )

    assert story(body) == ["Twenty minutes saved", *EN_STORY]


def test_of_several_articles_the_one_with_the_pages_heading_is_its_own() -> None:
    other = "".join(f"<p>{paragraph} {paragraph} {paragraph}</p>" for paragraph in reversed(EN_STORY))

    body = f"<article><h2>{EN_TITLE}</h2>{PARAGRAPHS}</article><article><h2>Another bridge</h2>{other}</article>"

    assert story(body) == list(EN_STORY)


def test_a_name_that_stands_on_the_whole_story_says_nothing_on_that_page() -> None:
    paragraphs = "".join(f"<p class=promo>{paragraph} {paragraph}</p>" for paragraph in EN_STORY)

    assert len(story(f"<div class=promo>{heading()}{paragraphs}</div>")) == 3


def test_a_rule_for_a_site_chooses_the_body_and_removes_elements() -> None:
    body = f"{heading()}<div class=share>{PARAGRAPHS}<p class=x>Bridge of the week</p></div><main>{PARAGRAPHS}</main>"
    selection = Selection(XPath("//div[@class='share']"), XPath("//p[@class='x']"))

    assert story(body, selection=selection) == list(EN_STORY)


def test_a_rule_that_finds_nothing_changes_nothing() -> None:
    selection = Selection(XPath("//div[@class='gone']"), XPath("//p[@class='gone']"))

    assert story(f"<article>{heading()}{PARAGRAPHS}</article>", selection=selection) == list(EN_STORY)


WORDS = "The new bridge is open to all traffic since Monday morning. "
LARGE = {
    "nested": "<div>" * 250 + WORDS * 5,
    "nested furniture": "<div class='related share'>" * 250 + f"<p>{WORDS * 5}</p><p>{WORDS}</p>",
    "siblings": f"<p>{WORDS}</p>" * 9_000,
    "names": "".join(f"<div class='n{number} m{number}'>x</div>" for number in range(9_000)),
    "attribute": f"<p class='{'share ' * 600_000}'>{WORDS * 5}</p>",
    "style": f"<div style='{'display ' * 500_000}'>{WORDS * 5}</div>",
    "text": f"<p>{WORDS * 70_000}</p>",
    "breaks": f"<div>{f'{WORDS}<br>' * 15_000}</div>",
    "links": "<li><a>A ferry runs aground in fog off the lighthouse</a></li>" * 5_000,
    "articles": f"<article><h2>{WORDS}</h2><p>{WORDS * 3}</p></article>" * 3_000,
    "boxes": f"<div class=related><h4>{WORDS}</h4><p>{WORDS * 3}</p></div>" * 3_000,
    "labels": f"<p>{WORDS * 3}</p>" + f"<div><h3>Read also</h3></div><p>{WORDS * 3}</p>" * 3_000,
    "headlines": f"<p>{WORDS * 3}</p>" + "<h3>Read also</h3><h4>A ferry runs aground in fog again</h4>" * 5_000,
    "stories": f"<div class=article-body><p>{WORDS * 3}</p></div>" * 5_000,
    "headings": "<h1>The same heading again and again</h1>" * 9_000,
    "rows": "<table>" + "<tr><td>a<td>b</tr>" * 5_000,
    "lists": "<ul><li><a>x</a>" * 110 + "<ul><li><a>x</a></ul>" * 5_000,
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE.keys())
def test_a_page_takes_time_in_proportion_to_its_size(parser: Parser, body: str) -> None:
    def parse(body: str) -> None:
        with contextlib.suppress(Refusal):
            parser.parse(f"<html><body>{heading()}{body}".encode(), content_type="text/html")

    assert_in_proportion(parse, body)


def test_a_page_leaves_nothing_behind(parser: Parser) -> None:
    page = f"<html><body>{FRAME.format(f'<article>{heading()}{PARAGRAPHS}</article>')}".encode()
    parser.parse(page)
    gc.collect()
    before = len(gc.get_objects())

    for _ in range(50):
        parser.parse(page)

    gc.collect()
    assert len(gc.get_objects()) - before < 50
