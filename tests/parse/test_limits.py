"""Guards: what would take a parser long is refused before one sees it, and in time."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from schemas.dead_letter import Reason, Refusal
from streams.parse import ParseLimits, Parser
from streams.parse.limits import check_bytes, check_markup, check_text, check_xml
from tests.parse.builders import EN_STORY, EN_TITLE

LIMITS = ParseLimits()
# Of ten that a stage may take by default (RAFID_STAGE_TIMEOUT); the machine may have other things to do.
_MOST_SECONDS = 8.0


@contextmanager
def in_time() -> Iterator[None]:
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < _MOST_SECONDS


def refused(markup: str, limits: ParseLimits = LIMITS) -> Refusal:
    with pytest.raises(Refusal) as raised:
        check_markup(markup, limits)
    return raised.value


def test_depth_counts_what_nests_and_not_what_follows() -> None:
    small = ParseLimits(depth=5)

    for flat in (
        "<p>a" * 50,
        "<li>a" * 50,
        "<br>" * 50,
        "<div>a</div>" * 50,
        "<div/>" * 50,
        "<script>'<div>'</script>" * 50,
    ):
        check_markup(flat, small)
    for deep in ("<div>" * 6, "<b><i>" * 3, "<x-y>" * 6, "<DIV>" * 6):
        assert refused(deep, small).reason is Reason.TOO_COMPLEX


def test_tags_are_counted_whether_or_not_they_are_closed() -> None:
    assert "tags" in refused("<br>" * 11, ParseLimits(nodes=10)).detail
    check_markup("<br>" * 10, ParseLimits(nodes=10))


@pytest.mark.parametrize(
    "tag",
    [
        "<p " + " ".join(f"a{number}" for number in range(9_000)) + ">",
        "<p " + " ".join(f"a{number}='>'" for number in range(9_000)) + ">",
        "<p " + "".join(f'a{number}="<p>"' for number in range(9_000)) + ">",
        "<p " + "/".join(f"a{number}=1" for number in range(9_000)) + ">",
        "<p " + " ".join(f"a{number}" for number in range(9_000)),
    ],
)
def test_an_element_with_thousands_of_attributes_is_refused(tag: str) -> None:
    assert "attributes" in refused("x" * 60_000 + tag).detail


def test_long_attributes_and_long_texts_are_no_reason() -> None:
    check_markup(f'<p title="{"a b " * 30_000}">{"it is 3 > 2 and = too " * 5_000}</p>' * 2, LIMITS)


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><item><title>&b;</title></item>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><item><title>&a;</title></item>',
    ],
)
def test_entity_bombs_are_refused(parser: Parser, xml: str) -> None:
    with pytest.raises(Refusal) as raised:
        check_xml(xml, LIMITS)
    assert raised.value.reason is Reason.TOO_COMPLEX
    with pytest.raises(Refusal):
        parser.parse(xml.encode())


def test_a_page_is_measured_in_bytes_and_lines() -> None:
    small = ParseLimits(text_bytes=10, lines=3)

    check_text("أبجدي", small)
    for page in ("أبجدية", "\n" * 4):
        with pytest.raises(Refusal):
            check_text(page, small)
    with pytest.raises(Refusal):
        check_bytes(5_000_001, LIMITS, envelope=False)
    check_bytes(5_000_001, LIMITS, envelope=True)


def test_the_limits_of_a_page_hold_for_all_entries_of_a_feed_together() -> None:
    small = Parser(ParseLimits(nodes=100, lines=100))
    items = [{"title": EN_TITLE, "content_html": "<p>a</p>" * 10}] * 10
    lines = [{"title": EN_TITLE, "content_text": "a\n" * 11}] * 10
    escaped = f"<item><title>{EN_TITLE}</title><description>{'&lt;p&gt;a' * 150}</description></item>"

    for value in (
        json.dumps({"version": "jsonfeed.org", "items": items}),
        json.dumps({"version": "jsonfeed.org", "items": lines}),
        escaped,
    ):
        with pytest.raises(Refusal) as raised:
            small.parse(value.encode())
        assert raised.value.reason is Reason.TOO_COMPLEX


@pytest.mark.parametrize(
    "unit", ["a", "ا ", "\u200c", " ", "<", "&", "|", "1 ", "(", "#a ", "a, ", "المصدر: ", "http://x.y/"]
)
def test_a_page_of_one_giant_line_is_read_in_time(parser: Parser, unit: str) -> None:
    page = (unit * 1_000_000).encode()[:999_990].decode("utf-8", "ignore")

    with in_time(), suppress(Refusal):
        parser.parse(page.encode(), content_type="text/plain")


@pytest.mark.parametrize(
    "unit",
    [
        "<p>a",
        "<br>",
        "<a href=x>",
        "<b>",
        "<li>a",
        "<td>a",
        "<div class='share'>a</div>",
        "<img alt='",
        "<!--",
        "<script>",
    ],
)
def test_a_page_of_one_tag_is_read_in_time(parser: Parser, unit: str) -> None:
    page = f"<html><body><p>{' '.join(EN_STORY)}</p>{unit * (50_000 // unit.count('<'))}"

    with in_time(), suppress(Refusal):
        parser.parse(page.encode(), content_type="text/html")


@pytest.mark.parametrize(
    "inside",
    [
        "<category>a</category>" * 29_000,
        "<dc:creator>Ann Bee</dc:creator>" * 29_000,
        f"<description>{'<category>a</category>' * 29_000}",
        "<description><![CDATA[" * 50_000,
        "<link>/a</link>" * 29_000,
        "&nbsp;&" * 500_000,
        "]]>" * 900_000,
    ],
)
def test_an_entry_of_one_thing_is_read_in_time(parser: Parser, inside: str) -> None:
    with in_time(), suppress(Refusal):
        parser.parse(f"<rss><channel><item><title>{EN_TITLE}</title>{inside}</item></channel></rss>".encode())


def test_json_of_one_thing_is_read_in_time(parser: Parser) -> None:
    item = {
        "title": EN_TITLE,
        "content_text": EN_STORY[0],
        "authors": [{"name": "Ann Bee"}] * 300_000,
        "tags": ["a"] * 500_000,
    }

    with in_time():
        (article,) = parser.parse(json.dumps(item).encode())

    assert article.byline == "Ann Bee"
