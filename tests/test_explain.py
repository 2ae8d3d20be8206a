"""The path of a page, told to a person."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.demo import demo_pages
from streams.explain import WIDTH, explain
from streams.filters import Input
from streams.settings import Settings
from tests.hostile import HOSTILE, assert_safe
from tests.parse.builders import AR_TITLE, EN_STORY, EN_TITLE, arabic_page, english_page


def told(page: Input, **given: Any) -> tuple[bool, str]:
    """Whether it was taken, and all that was shown, with these settings."""
    shown: list[str] = []
    taken = explain(Settings(**given), page, shown.append)
    return taken, "\n".join(shown)


def test_every_part_of_the_path_is_told() -> None:
    page = Input("bridge.txt", arabic_page("تاريخ النشر: 9 تشرين الثاني 2023", "المصدر: رويترز").encode())
    taken, text = told(page)
    assert taken
    assert f"page      bridge.txt, {len(page.value):,} bytes" in text
    assert text.index("parse     line by line") < text.index(f"article   {AR_TITLE}") < text.index("tags\n")
    assert text.index("tags\n") < text.index("goes to\n")
    assert "published  2023-11-09 (day, from «9 تشرين الثاني 2023»)" in text
    assert "source     رويترز" in text
    assert "language   ar" in text
    assert f"{len(EN_STORY)} paragraphs" in text


def test_every_line_of_a_text_page_has_its_number_and_role() -> None:
    _, text = told(Input("page", english_page("Published: 9 November 2023").encode()))
    rows = text.partition("line by line\n")[2].partition("\n\n")[0].splitlines()
    numbers = [int(row.split()[0]) for row in rows if row.split()[0].isdigit()]
    assert numbers == sorted(numbers)
    assert len(numbers) == 1 + 1 + len(EN_STORY)
    assert all(len(row) < WIDTH + 30 for row in rows)


def test_a_topic_comes_with_the_words_that_spoke_for_it_and_its_stream() -> None:
    page = next(page for page in demo_pages() if page.name.startswith("02-amman-stock-market"))
    _, text = told(page, topic_prefix="x.")
    (topic, *_) = [row.split(maxsplit=5) for row in text.splitlines() if row.startswith("  topic ")]
    assert topic[1:3] == ["economy:", "confidence"]
    assert 0 < int(topic[3].rstrip(";")) <= 100
    assert topic[4] == "for:"
    assert "[rafid-topics/" in topic[5]
    assert "x.articles.topic.economy  by route economy: topic economy" in text
    assert re.search(r"^  country +JO: relevance \d+, .+; for: ", text, re.MULTILINE)


def test_a_topic_that_was_close_tells_what_it_lacked() -> None:
    _, text = told(next(page for page in demo_pages() if page.name.startswith("02-amman-stock-market")))
    assert re.search(r"^  no topic +[\w-]+: confidence \d+, needs \d+; for: ", text, re.MULTILINE)


def test_a_page_that_no_route_takes_goes_to_unrouted(tmp_path: Path) -> None:
    path = tmp_path / "routes.toml"
    path.write_text('[[route]]\nname = "far"\ncountries = ["TV"]\n', encoding="utf-8")
    _, text = told(Input("page", english_page().encode()), routes=path)
    assert "  articles.unrouted  no route fitted" in text


def test_a_language_that_the_model_does_not_know_is_told() -> None:
    page = Input("page", b"Uusi silta avattiin joen yli maanantaina.\n" * 3, (("language", b"fi"),))
    taken, text = told(page)
    assert taken
    assert "none: the model does not know the language fi" in text
    assert re.search(r"^  topic +none$", text, re.MULTILINE)


def test_every_article_of_a_page_is_told() -> None:
    entries = "".join(
        f"<item><title>{EN_TITLE} {number}</title><link>https://news.example/{number}</link>"
        f"<description>{EN_STORY[number]}</description></item>"
        for number in range(2)
    )
    feed = f'<rss version="2.0"><channel><title>f</title>{entries}</channel></rss>'
    _, text = told(Input("feed.xml", feed.encode()))
    assert text.count("\narticle   ") == text.count("goes to\n") == 2


@pytest.mark.parametrize(("value", "reason"), [(b"%PDF-1.7\n\x00", "binary"), (b" ", "empty")])
def test_a_refused_page_tells_why_and_where_it_would_go(value: bytes, reason: str) -> None:
    taken, text = told(Input("scan.pdf", value), topic_prefix="x.")
    assert not taken
    assert f"refused   {reason}: " in text
    assert text.endswith("it would go to x.articles.dead-letter")


def test_the_limits_of_the_settings_hold() -> None:
    taken, text = told(Input("page", english_page().encode()), text_bytes=50)
    assert not taken
    assert "refused   too-large: " in text


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "application/json"])
def test_a_page_is_safe_to_show_whatever_it_says(kind: str) -> None:
    hostile = HOSTILE.replace("\x00", "").replace("\r\n", " ")
    page = {
        "text/plain": english_page(f"Source: {hostile}").replace(EN_TITLE, f"{EN_TITLE} {hostile}"),
        "text/html": f"<html><head><title>{hostile}</title></head><body><h1>{hostile}</h1>"
        + "".join(f"<p>{hostile} {each}</p>" for each in EN_STORY)
        + "</body></html>",
        "application/json": orjson.dumps(
            {"content": english_page(), "title": hostile, "keywords": [hostile], "language": hostile, "url": hostile}
        ).decode(),
    }[kind]
    for headers in ((("content-type", kind.encode()),), (("content-type", hostile.encode()),)):
        _, text = told(Input("page", page.encode(), headers))
        assert_safe(text, most=100_000)
