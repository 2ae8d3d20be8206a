"""Further articles on an HTML page, lists of links, and live blogs."""

import pytest

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt, ParsedArticle
from streams.parse import ParseLimits, Parser
from tests.parse.builders import AR_STORY, AR_TITLE, EN_STORY, EN_TITLE

SECOND_TITLE = "Ferry company adds evening sailings to island towns"
SECOND = (
    "The island ferry company will add two evening sailings from Monday, its director said in Port Lowell.",
    "Tickets will cost the same as during the day, and bicycles travel free of charge until the spring.",
)
LINKS = "<ul><li><a href=1>School roof leaks for the third winter</a><li><a href=2>A ferry runs aground in fog</a></ul>"


def markup(paragraphs: tuple[str, ...]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def page(story: str, after: str = "", head: str = "") -> bytes:
    body = f"<main><article><h1>{EN_TITLE}</h1>{story}</article>{after}</main>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>".encode()


def parts(articles: list[ParsedArticle]) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(article.title, article.paragraphs) for article in articles]


@pytest.mark.parametrize(
    ("story", "after"),
    [
        (markup(EN_STORY) + f"<h3>Read also</h3><h4>{SECOND_TITLE}</h4>{markup(SECOND)}", ""),
        (markup(EN_STORY) + f"<div><h3>Read also:</h3><h4>{SECOND_TITLE}</h4>{markup(SECOND)}</div>", ""),
        (markup(EN_STORY), f"<section class=related><h3>Related</h3><h2>{SECOND_TITLE}</h2>{markup(SECOND)}</section>"),
        (markup(EN_STORY), f"<div class=more-stories><h3><a>{SECOND_TITLE}</a></h3>{markup(SECOND)}</div>"),
        (markup(EN_STORY), f"<article><h2>{SECOND_TITLE}</h2>{markup(SECOND)}</article>"),
        (
            markup(EN_STORY[:2]) + f"<article><h3>{SECOND_TITLE}</h3>{markup(SECOND)}</article>" + markup(EN_STORY[2:]),
            "",
        ),
    ],
)
def test_a_headline_with_a_body_is_an_article_of_its_own(parser: Parser, story: str, after: str) -> None:
    own, embedded = parser.parse(page(story, after))

    assert parts([own, embedded]) == [(EN_TITLE, EN_STORY), (SECOND_TITLE, SECOND)]
    assert embedded.parent_id == own.id


def test_an_embedded_article_has_its_own_date_byline_and_source(parser: Parser) -> None:
    box = f"<h2>{SECOND_TITLE}</h2><div>By Tom Hale</div><p>Published: 3 July 2021</p>{markup(SECOND)}<p>Source: Reuters</p>"

    own, embedded = parser.parse(
        page(f"<p>Published: 9 November 2023</p>{markup(EN_STORY)}", f"<article>{box}</article>")
    )

    assert own.published is not None
    assert embedded.published is not None
    assert (own.published.value, embedded.published.value) == ("2023-11-09", "2021-07-03")
    assert (own.source, embedded.source, embedded.byline) == (None, "Reuters", "Tom Hale")
    assert embedded.paragraphs == SECOND


def test_two_articles_in_a_row_are_two(parser: Parser) -> None:
    box = f"<h2>{SECOND_TITLE}</h2>{markup(SECOND)}<h2>School roof leaks for the third winter</h2>{markup(SECOND[:1])}"

    articles = parser.parse(page(markup(EN_STORY), f"<div class=related><h3>Read also</h3>{box}</div>"))

    assert [article.title for article in articles[1:]] == [SECOND_TITLE, "School roof leaks for the third winter"]


def test_an_arabic_box_is_read_as_an_english_one(parser: Parser) -> None:
    box = f"<h3>إقرأ أيضاً:</h3><h4>ميناء الصيادين يحصل على رصيف جديد بطول مئة متر</h4>{markup(AR_STORY)}"
    body = f"<article dir=rtl><h1>{AR_TITLE}</h1>{markup(AR_STORY[:2])}{box}</article>"

    own, embedded = parser.parse(f"<html lang=ar><body>{body}</body></html>".encode())

    assert own.paragraphs == AR_STORY[:2]
    assert (embedded.title, embedded.paragraphs) == ("ميناء الصيادين يحصل على رصيف جديد بطول مئة متر", AR_STORY)


@pytest.mark.parametrize(
    "box",
    [
        f"<h3>Read also</h3>{LINKS}",
        f"<div class=related><h3>Related</h3>{LINKS}</div>",
        f"<div><h3>Read also</h3><p><a>{SECOND_TITLE}</a></p></div>",
        f"<h3>Read also</h3><p><a>{SECOND_TITLE}</a></p>",
        f"<p><strong>Read also: <a>{SECOND_TITLE}</a></strong></p>",
        f"<article><h3><a>{SECOND_TITLE}</a></h3><p>{SECOND[0]}</p></article>",
        f"<div class=related><h3>{SECOND_TITLE}</h3><p>The island ferry company will add two evening sailings …</p></div>",
    ],
)
def test_headlines_without_a_body_are_links_and_the_story_goes_on(parser: Parser, box: str) -> None:
    first, *rest = EN_STORY

    articles = parser.parse(page(f"<p>{first}</p>{box}{markup(tuple(rest))}"))

    assert parts(articles) == [(EN_TITLE, EN_STORY)]


LONG_ENTRIES = "".join(
    f"<article><h3>{SECOND_TITLE}</h3><time>1{number}:00</time>{markup(SECOND)}</article>" for number in range(4)
)


def test_long_entries_of_a_live_blog_are_no_articles(parser: Parser) -> None:
    (article,) = parser.parse(page(f"<p>{EN_STORY[0]}</p><div class=live-blog>{LONG_ENTRIES}</div>"))

    assert article.paragraphs == (EN_STORY[0], *(SECOND_TITLE, *SECOND) * 4)


ENTRIES = (
    "<article><time>12:40</time><h3>Bridge closed to all traffic</h3>"
    "<p>The bridge has been closed to all traffic until the wind drops, the police said.</p></article>"
    "<article><span class=date>11:05</span><p>Two trees have fallen on the coast road; nobody was hurt.</p></article>"
    "<article><div>10:30 am</div><p>All schools between the two towns have sent their children home.</p></article>"
)


@pytest.mark.parametrize(
    ("head", "entries"),
    [
        ('<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Storm"}</script>', ENTRIES),
        ("", f"<div class=live-blog>{ENTRIES}</div>"),
    ],
)
def test_the_entries_of_a_live_blog_are_paragraphs_of_one_article(parser: Parser, head: str, entries: str) -> None:
    (article,) = parser.parse(page(f"<p>{EN_STORY[0]}</p>{entries}", head=head))

    assert article.paragraphs == (
        EN_STORY[0],
        "Bridge closed to all traffic",
        "The bridge has been closed to all traffic until the wind drops, the police said.",
        "Two trees have fallen on the coast road; nobody was hurt.",
        "All schools between the two towns have sent their children home.",
    )
    assert article.published is None


@pytest.mark.parametrize(
    "items",
    [
        "".join(f"<article><h3><a>{SECOND_TITLE} {n}</a></h3><p>{SECOND[0]}</p></article>" for n in range(6)),
        "".join(f"<li><a>{SECOND_TITLE} {n}</a></li>" for n in range(8)),
        "".join(f"<div class=item><a>{SECOND_TITLE} {n}</a><p>{SECOND[0][:80]} …</p></div>" for n in range(6)),
        "".join(f"<tr><td><a>{SECOND_TITLE} {n}</a><br>{SECOND[0][:60]}</td></tr>" for n in range(6)),
    ],
)
@pytest.mark.parametrize("kind", ["website", "article"])
def test_a_page_of_links_is_refused(parser: Parser, items: str, kind: str) -> None:
    head = f'<meta property="og:type" content="{kind}"><title>The Sail: news from the coast</title>'
    with pytest.raises(Refusal) as refused:
        parser.parse(f"<html><head>{head}</head><body><h1>The Sail</h1><div>{items}</div></body></html>".encode())

    assert refused.value.reason == Reason.NO_ARTICLE


def test_sections_that_are_articles_are_the_story(parser: Parser) -> None:
    sections = "".join(
        f"<article><h2>Part {number} of the bridge</h2><p>{one}</p><p>{one} {one}</p></article>"
        for number, one in enumerate(EN_STORY)
    )

    (article,) = parser.parse(f"<html><body><main><h1>{EN_TITLE}</h1>{sections}</main></body></html>".encode())

    assert len(article.paragraphs) == 9


def test_embedded_articles_beyond_the_limit_are_left_out_with_a_warning() -> None:
    second = f"<article><h2>{SECOND_TITLE}</h2>{markup(SECOND)}</article>"
    third = f"<article><h2>{AR_TITLE}</h2>{markup(AR_STORY)}</article>"
    for limit, left_out in ((2, False), (1, True)):
        own, *embedded = Parser(ParseLimits(embedded=limit)).parse(page(markup(EN_STORY), second + third))
        assert len(embedded) == limit
        assert (Doubt.EMBEDDED_LEFT_OUT in own.warnings) is left_out
