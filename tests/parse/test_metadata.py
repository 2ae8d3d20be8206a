"""What an HTML page says of its article outside the story."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from lxml.etree import HTMLParser, fromstring

from streams.parse import Parser
from streams.parse.blocks import read_blocks
from streams.parse.metadata import Metadata
from tests.parse.builders import AR_TITLE, EN_STORY, EN_TITLE

Read = Callable[..., Metadata]
STORY = "".join(f"<p>{paragraph} {paragraph}</p>" for paragraph in EN_STORY)


@pytest.fixture(scope="module")
def read(parser: Parser) -> Read:
    reader = parser._html._metadata

    def of_page(
        head: str = "", top: str = f"<h1>{EN_TITLE}</h1>", *, root: str = "lang=en", bottom: str = ""
    ) -> Metadata:
        body = f"<nav><a href=/>Home</a></nav><article>{top}{STORY}</article>{bottom}"
        tree = fromstring(f"<html {root}><head>{head}</head><body>{body}</body></html>", HTMLParser())
        found = reader.read(tree, None)
        reader.add_visible(found, read_blocks(tree), None)
        return found

    return of_page


def ld(*nodes: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def news(**more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": EN_TITLE, **more}


def test_json_ld_is_read(read: Read) -> None:
    found = read(
        ld(
            news(
                datePublished="2023-11-09T17:05:00+03:00",
                dateModified="2023-11-10T08:00:00+03:00",
                author=[{"@type": "Person", "name": "Nora Fields"}, {"@type": "Person", "name": "Tom Hale"}],
                publisher={"@type": "Organization", "name": "The Sail and Oar"},
                keywords=["ferries", "harbour"],
                description="Two towns agree.",
            )
        )
    )

    assert found.published is not None
    assert found.updated is not None
    assert (found.title, found.authors, found.source) == (EN_TITLE, ["Nora Fields", "Tom Hale"], "The Sail and Oar")
    assert found.published.value == "2023-11-09T17:05:00+03:00"
    assert found.updated.value == "2023-11-10T08:00:00+03:00"
    assert (found.keywords, found.description, found.article) == (("ferries", "harbour"), "Two towns agree.", True)


def test_references_in_a_graph_are_followed(read: Read) -> None:
    graph = [
        {"@type": "WebPage", "@id": "/p", "name": "The Sail"},
        {
            "@type": ["Article", "NewsArticle"],
            "headline": EN_TITLE,
            "author": {"@id": "#nora"},
            "publisher": {"@id": "#sail"},
        },
        {"@type": "Person", "@id": "#nora", "name": "Nora Fields"},
        {"@type": "Organization", "@id": "#sail", "name": "The Sail"},
    ]

    found = read(ld({"@context": "https://schema.org", "@graph": graph}))

    assert (found.title, found.authors, found.source) == (EN_TITLE, ["Nora Fields"], "The Sail")


def test_an_entry_of_a_live_blog_is_not_the_article(read: Read) -> None:
    entry = {
        "@type": "BlogPosting",
        "headline": "Loud bang heard near the harbour",
        "datePublished": "2023-11-09T21:00:00Z",
        "author": "Tom Hale",
        "articleBody": "It was heard at nine.",
    }
    live = {
        "@type": "LiveBlogPosting",
        "headline": "Storm in the harbour, as it happened",
        "datePublished": "2023-11-09T13:00:00Z",
        "liveBlogUpdate": [entry],
    }

    found = read(ld(live))

    assert found.published is not None
    assert (found.title, found.published.value) == (live["headline"], "2023-11-09T13:00:00+00:00")


def test_the_article_at_the_pages_address_comes_before_others(read: Read) -> None:
    other = news(headline="Another story of the day that says more", datePublished="2023-01-01", author="Tom Hale")
    own = news(mainEntityOfPage={"@id": "https://www.sail.example/a/"})

    found = read('<link rel=canonical href="https://sail.example/a">' + ld(other, own))

    assert found.title == EN_TITLE


def test_microdata_is_read(read: Read) -> None:
    top = (
        '<div itemscope itemtype="https://schema.org/NewsArticle">'
        f'<h1 itemprop=headline>{EN_TITLE}</h1><meta itemprop=datePublished content="2023-11-09T17:05:00Z">'
        "<span itemprop=author itemscope itemtype=https://schema.org/Person><b itemprop=name>Nora Fields</b></span>"
        "<span itemprop=publisher itemscope><meta itemprop=name content='The Sail'></span></div>"
    )

    found = read(top=top)

    assert found.published is not None
    assert (found.title, found.authors, found.source, found.article) == (EN_TITLE, ["Nora Fields"], "The Sail", True)
    assert found.published.value == "2023-11-09T17:05:00+00:00"


def test_names_of_meta_elements_are_read_however_they_are_punctuated(read: Read) -> None:
    head = (
        '<meta name="article:published:time" content="2023-11-09T17:05:00Z">'
        '<meta property="article-modified-time" content="2023-11-10"><meta name="DCSext.author" content="Nora Fields">'
    )

    found = read(head)

    assert found.published is not None
    assert found.updated is not None
    assert (found.published.value, found.updated.value) == ("2023-11-09T17:05:00+00:00", "2023-11-10")
    assert found.authors == ["Nora Fields"]


def test_a_date_in_words_is_read(read: Read) -> None:
    found = read('<meta name="pubdate" content="9 November 2023 17:05">')

    assert found.published is not None
    assert found.published.value == "2023-11-09T17:05"


@pytest.mark.parametrize("nothing", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "soon", "", "[]"])
def test_what_programs_write_for_no_date_is_none(read: Read, nothing: str) -> None:
    assert read(ld(news(datePublished=nothing))).published is None


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("By Nora Fields", ["Nora Fields"]),
        ("بقلم: هناء الخطيب", ["هناء الخطيب"]),
        ("Nora Fields and Tom Hale", ["Nora Fields", "Tom Hale"]),
        ("Nora Fields; Tom Hale", ["Nora Fields", "Tom Hale"]),
        ("Nora Fields (nof)", ["Nora Fields"]),
        ("https://sail.example/authors/nora", []),
        ("nora@sail.example", []),
    ],
)
def test_authors_are_told_apart(read: Read, said: str, names: list[str]) -> None:
    assert read(f'<meta name="author" content="{said}">').authors == names


def test_a_visible_byline_comes_before_the_site_as_its_own_author(read: Read) -> None:
    organisation = {"@type": "Organization", "name": "The Sail"}
    top = f"<h1>{EN_TITLE}</h1><div class=article__author>By <a href=/staff/nora>Nora Fields</a></div>"

    assert read(ld(news(author=organisation, publisher=organisation)), top).authors == ["Nora Fields"]


def test_the_site_is_the_author_where_nobody_else_is_named(read: Read) -> None:
    organisation = {"@type": "Organization", "name": "The Sail"}

    assert read(ld(news(author=organisation, publisher=organisation))).authors == ["The Sail"]


@pytest.mark.parametrize(
    "byline",
    [
        "<p class=byline>By <span>Nora Fields</span> and <span>Tom Hale</span></p>",
        "<ul class=authors><li class=authors__item>Nora Fields</li><li class=authors__item>Tom Hale</li></ul>",
        "<a rel=author href=/n>Nora Fields</a>, <a rel=author href=/t>Tom Hale</a>",
        "<p class=meta>By <a href=/authors/nora>Nora Fields</a> and <a href=/authors/tom>Tom Hale</a></p>",
        "<p>By Nora Fields and Tom Hale</p>",
    ],
)
def test_a_byline_is_read_where_the_head_names_nobody(read: Read, byline: str) -> None:
    assert read(top=f"<h1>{EN_TITLE}</h1>{byline}").authors == ["Nora Fields", "Tom Hale"]


def test_names_of_other_stories_and_comments_are_no_byline(read: Read) -> None:
    bottom = "<div class=related-stories><a rel=author>Tom Hale</a></div><div class=comments><b class=author>Ann Reed</b></div>"

    assert read(bottom=bottom).authors == []


@pytest.mark.parametrize(
    "line",
    [
        "<time datetime='2023-11-09'>Thursday</time>",
        "<p>9 November 2023</p>",
        "<p>Published: 9 November 2023</p>",
        "<p>9 November 2023, 5 min</p>",
    ],
)
def test_a_date_by_the_headline_is_read_where_the_head_has_none(read: Read, line: str) -> None:
    found = read(top=f"<h1>{EN_TITLE}</h1>{line}")

    assert found.published is not None
    assert found.published.value == "2023-11-09"


def test_the_time_of_an_update_or_of_another_story_is_not_the_publication(read: Read) -> None:
    top = (
        f"<aside><time datetime='2020-01-01'></time></aside><h1>{EN_TITLE}</h1>"
        "<p>Updated: <time datetime='2023-11-10'>Friday</time></p><time datetime='2023-11-09'>Thursday</time>"
    )

    found = read(top=top)

    assert found.published is not None
    assert found.updated is not None
    assert (found.published.value, found.updated.value) == ("2023-11-09", "2023-11-10")


def test_a_caption_under_the_headline_is_no_date(read: Read) -> None:
    assert read(top=f"<h1>{EN_TITLE}</h1><p>The old bridge as it was before, 9 November 2023</p>").published is None


def test_the_canonical_link_is_the_address_unless_it_is_the_front_page(read: Read) -> None:
    graph = '<meta property="og:url" content="https://sail.example/a">'

    assert read('<link rel="canonical" href="https://sail.example/b">' + graph).url == "https://sail.example/b"
    assert read('<link rel="canonical" href="https://sail.example/">' + graph).url == "https://sail.example/a"
    assert read('<link rel="canonical" href="javascript:void(0)">').url is None


def test_keywords_are_in_the_pages_order_and_links_to_tags_count(read: Read) -> None:
    tags = '<meta property="article:tag" content="harbour"><meta property="article:tag" content="ferries">'

    assert read(tags).keywords == ("harbour", "ferries")
    assert read('<meta name="keywords" content="جسور، نقل">').keywords == ("جسور", "نقل")
    assert read(bottom="<a rel=tag href=/t/1>#harbour</a><a rel='tag nofollow' href=/t/2>ferries</a>").keywords == (
        "harbour",
        "ferries",
    )


@pytest.mark.parametrize(
    ("root", "top", "language"),
    [
        ("lang=ar dir=rtl", f"<h1>{AR_TITLE}</h1>", "ar"),
        ("lang=en", f"<div lang=ar dir=rtl><h1>{AR_TITLE}</h1></div>", "ar"),
        ("lang=en dir=rtl", f"<h1>{AR_TITLE}</h1>", None),
        ("lang=ar dir=ltr", f"<h1>{EN_TITLE}</h1>", None),
        ("lang='{{ locale }}'", f"<h1>{EN_TITLE}</h1>", None),
    ],
)
def test_the_language_is_the_articles(read: Read, root: str, top: str, language: str | None) -> None:
    assert read(root=root, top=top).language == language


def test_a_page_that_says_nothing_has_no_metadata(read: Read) -> None:
    assert read(top="", root="") == Metadata()


@pytest.mark.parametrize("urgent", [f"عاجل | {AR_TITLE}", f"[عاجل] {AR_TITLE}", f"عاجل: {AR_TITLE}"])
def test_urgent_is_no_part_of_a_headline(read: Read, urgent: str) -> None:
    assert read(f'<meta property="og:title" content="{urgent}">', f"<h1>{urgent}</h1>").title == AR_TITLE
