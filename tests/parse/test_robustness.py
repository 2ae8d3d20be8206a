"""Nothing but a Refusal escapes, and importing costs nothing."""

import json
import random
import subprocess
import sys
import time
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dead_letter import Refusal
from streams.parse import Parser
from tests.parse.builders import EN_STORY

PAGES = [path.read_bytes() for path in sorted((Path(__file__).parent / "pages").iterdir())]
PARSER = Parser()
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in EN_STORY)
SPLINTERS = (
    *(
        b"<div>",
        b"</p>",
        b"<!--",
        b"<script>",
        b"\0",
        b"\xff\xfe",
        b"<![CDATA[",
        b"&#xd800;",
        b"|",
        b":",
        b"\n\n",
        b"<item>",
    ),
    *(
        b"2021-99-99",
        b"99999999999999999999",
        b"1445/13/40",
        b'"',
        b"\\ud800",
        "²③٩٩".encode(),
        "إقرأ أيضاً:\n".encode(),
    ),
)
TYPES = (
    None,
    "text/html",
    "text/plain",
    "application/json",
    "application/rss+xml",
    "text/plain;charset=utf-16",
)


def survives(value: bytes, content_type: str | None) -> None:
    try:
        articles = PARSER.parse(value, content_type=content_type)
    except Refusal:
        return
    for article in articles:
        assert all(paragraph and "\n" not in paragraph for paragraph in article.paragraphs)
        article.to_json()


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_break_the_parser(value: bytes) -> None:
    survives(value, None)


def test_no_mutation_of_a_page_breaks_the_parser() -> None:
    chance = random.Random(20231109)
    for _ in range(300):
        page = bytearray(chance.choice(PAGES))
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(page) + 1)
            if chance.random() < 0.5:
                page[at:at] = chance.choice(SPLINTERS) * chance.choice((1, 1, 200))
            elif at < len(page):
                page[at] ^= 1 << chance.randrange(8)
        survives(bytes(page), chance.choice(TYPES))


# What JSON-LD may hold instead of what it should.
WRONG = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
        *(st.sampled_from(("NewsArticle", "2021-07-03", "#me", "/", "http://[", "https://sail.example/a", ",;|")),),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(("@type", "@id", "@graph", "@value", "name", "headline", "author", "publisher", "url")),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
PROPERTIES = (
    *("headline", "name", "datePublished", "dateModified", "author", "creator", "publisher", "keywords", "description"),
    *("articleBody", "inLanguage", "mainEntityOfPage", "url", "@id", "liveBlogUpdate"),
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(PROPERTIES), WRONG, max_size=8), st.one_of(WRONG, st.just("NewsArticle")))
def test_no_json_ld_breaks_the_parser(node: dict[str, object], kind: object) -> None:
    script = json.dumps({"@type": kind, **node}).replace("</", "<\\/")
    survives(f'<html><script type="application/ld+json">{script}</script><h1>A title</h1>{STORY}'.encode(), "text/html")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("meta", "time", "h1", "a", "link", "span", "div", "title", "html", "script")),
            st.dictionaries(
                st.sampled_from(
                    (
                        *("property", "name", "content", "itemprop", "itemscope", "itemtype", "class", "rel", "href"),
                        *("datetime", "lang", "dir", "type"),
                    )
                ),
                st.one_of(
                    st.text(max_size=20),
                    st.sampled_from(
                        (
                            *("author", "article:published_time", "og:title", "og:url", "headline", "byline", "rtl"),
                            *("canonical", "http://[", "datePublished", "https://schema.org/Article", "ld+json", "tag"),
                        )
                    ),
                ),
                max_size=4,
            ),
            st.text(max_size=30),
        ),
        max_size=12,
    )
)
def test_no_markup_of_metadata_breaks_the_parser(elements: list[tuple[str, dict[str, str], str]]) -> None:
    markup = ""
    for tag, attributes, text in elements:
        written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
        markup += f"<{tag} {written}>{escape(text)}</{tag}>"
    survives(f"<html>{markup}{STORY}</html>".encode("utf-8", "replace"), "text/html")


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">' + '{"a":' * 50_000 + "</script>",
        '<script type="application/ld+json">[' + '{"@type":"NewsArticle","headline":"x"},' * 40_000 + "0]</script>",
        '<script type="application/ld+json">{"@type":"Article","author":["'
        + '","'.join("a" * 300_000)
        + '"]}</script>',
        '<meta name="author" content="' + ", " * 500_000 + '">',
        "<title>" + " | " * 300_000 + "</title>",
        '<meta property="og:title" content="' + "a: " * 300_000 + '">',
        f'<div class="{"author " * 100_000}">' + "<time datetime='2021-07-03'>x</time>" * 5_000 + "</div>",
        "<b class=author>x</b>" * 20_000,
        "<i itemscope itemprop=author>" * 200 + "<i itemprop=author>x</i>" * 15_000,
        "<h1>" + "<i>x</i>" * 20_000 + "</h1>",
    ],
)
def test_no_head_takes_more_than_two_seconds(head: str) -> None:
    start = time.process_time()

    survives(f"<html><head></head><body>{head}{STORY}</body></html>".encode(), "text/html")

    assert time.process_time() - start < 2


def test_importing_the_stage_loads_no_heavy_library() -> None:
    heavy = "'trafilatura', 'lxml', 'fasttext', 'turbohtml', 'babel'"
    code = f"import sys, streams.parse; print([name for name in ({heavy}) if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
