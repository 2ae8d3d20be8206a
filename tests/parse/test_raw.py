"""Every form of input, and every refusal."""

import gzip
import json
from typing import Any

import pytest

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt, ParsedArticle
from streams.parse import ParseLimits, Parser
from tests.parse.builders import AR_STORY, AR_TITLE, EN_STORY, EN_TITLE, arabic_page, english_page


def envelope(**fields: Any) -> bytes:
    return json.dumps({"content": arabic_page(), **fields}).encode()


def parse_one(parser: Parser, value: bytes, **options: Any) -> ParsedArticle:
    (article,) = parser.parse(value, **options)
    return article


def refusal(parser: Parser, value: bytes | None, **options: Any) -> Refusal:
    with pytest.raises(Refusal) as raised:
        parser.parse(value, **options)
    assert "\n" not in raised.value.detail
    return raised.value


def test_an_envelope_fills_what_the_page_leaves_open(parser: Parser) -> None:
    value = envelope(
        url="https://sail.example/a",
        source="الشراع",
        published_at="2021-07-03",
        byline="ليلى",
        keywords=["جسور"],
        language="ar-JO",
    )

    article = parse_one(parser, value)

    assert article.published is not None
    assert (article.url, article.source, article.published.value) == (
        "https://sail.example/a",
        "الشراع",
        "2021-07-03",
    )
    assert (article.byline, article.keywords, article.language) == ("ليلى", ("جسور",), "ar-JO")


def test_the_page_wins_over_its_envelope(parser: Parser) -> None:
    value = envelope(content=arabic_page("المصدر: رويترز", "3 تموز 2021"), source="الشراع", published_at="2020-01-01")

    article = parse_one(parser, value)

    assert article.published is not None
    assert (article.source, article.published.value) == ("رويترز", "2021-07-03")


def test_a_structured_cloud_event_carries_an_envelope_or_a_page(parser: Parser) -> None:
    event = {
        "specversion": "1.0",
        "type": "page",
        "source": "https://sail.example/feed",
        "id": "1",
        "time": "2023-11-09T12:00:00Z",
    }
    for data in ({"content": arabic_page("قبل ساعتين")}, arabic_page("قبل ساعتين")):
        article = parse_one(
            parser, json.dumps({**event, "data": data}).encode(), content_type="application/cloudevents+json"
        )

        assert article.published is not None
        assert (article.title, article.published.value) == (AR_TITLE, "2023-11-09T10:00+00:00")


@pytest.mark.parametrize(
    "data", [{"data": None}, {"data": None, "data_base64": "?"}, {"data": 7}, {"data_base64": "YQ="}]
)
def test_a_cloud_event_without_a_page_is_refused(parser: Parser, data: dict[str, Any]) -> None:
    event = {"specversion": "1.0", "type": "page", "source": "x", "id": "1", **data}

    assert refusal(parser, json.dumps(event).encode()).reason is Reason.INVALID_ENVELOPE


def test_headers_may_hold_bytes_that_are_no_text(parser: Parser) -> None:
    headers = {
        "title": "x\udcff",
        "source": "\udcff",
        "url": "https://sail.example/\udcff",
        "content-type": "text/plain; charset=\udcff",
    }

    parse_one(parser, arabic_page().encode(), headers=headers).to_json()


def test_binary_mode_headers_say_where_and_when(parser: Parser) -> None:
    headers = {
        "content-type": "text/plain",
        "ce_source": "https://sail.example/a",
        "ce_time": "2023-11-09T12:00:00Z",
    }

    article = parse_one(parser, arabic_page("قبل ساعتين").encode(), headers=headers)

    assert article.published is not None
    assert (article.url, article.published.value) == ("https://sail.example/a", "2023-11-09T10:00+00:00")


def test_a_producers_ce_source_does_not_make_all_its_pages_one_article(parser: Parser) -> None:
    headers = {"ce_source": "https://sail.example/producer"}

    first = parse_one(parser, arabic_page().encode(), headers=headers)
    second = parse_one(parser, english_page().encode(), headers=headers)

    assert first.id != second.id


def test_the_same_article_has_the_same_id_whatever_tracker_its_address_carries(parser: Parser) -> None:
    ids = {
        parse_one(parser, envelope(url=url)).id
        for url in (
            "https://sail.example/a?utm_source=x",
            "HTTPS://www.Sail.example/a#top",
            "http://sail.example/a/",
        )
    }

    assert len(ids) == 1
    assert parse_one(parser, arabic_page().encode()).id == parse_one(parser, arabic_page().encode("utf-16")).id


def test_a_home_page_as_address_does_not_make_all_its_articles_one(parser: Parser) -> None:
    first = parse_one(parser, envelope(url="https://sail.example/"))
    second = parse_one(parser, envelope(url="https://sail.example/", content=english_page()))

    assert first.id != second.id


@pytest.mark.parametrize(
    ("charset", "content_type"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-16-le", None),
        ("utf-16-be", "text/plain; charset=utf-16be"),
        ("cp1256", None),
        ("cp1256", "text/plain; charset=windows-1256"),
        ("cp1256", "text/plain; charset=utf-8"),
        ("cp1256", "text/plain; charset=iso-8859-1"),
        ("iso8859-6", "text/plain; charset=ISO-8859-6"),
        ("utf-8", "text/plain; charset=windows-1256"),
    ],
)
def test_arabic_bytes_in_any_charset_are_the_same_page(parser: Parser, charset: str, content_type: str | None) -> None:
    article = parse_one(parser, arabic_page().encode(charset), content_type=content_type)

    assert (article.title, article.paragraphs, article.language) == (AR_TITLE, AR_STORY, "ar")


def test_a_guessed_and_a_wrong_charset_are_told(parser: Parser) -> None:
    guessed = parse_one(parser, arabic_page().encode("cp1256"))
    wrong = parse_one(parser, arabic_page().encode("cp1256"), content_type="text/plain; charset=iso-8859-1")

    assert Doubt.CHARSET_GUESSED in guessed.warnings
    assert Doubt.CHARSET_MISDECLARED in wrong.warnings


def test_mojibake_is_repaired_and_told(parser: Parser) -> None:
    spoilt = arabic_page().encode().decode("latin-1")

    article = parse_one(parser, spoilt.encode())

    assert (article.title, article.paragraphs) == (AR_TITLE, AR_STORY)
    assert Doubt.MOJIBAKE in article.warnings


def test_one_sentence_is_a_brief_without_a_headline(parser: Parser) -> None:
    article = parse_one(parser, AR_STORY[0].encode())

    assert (article.title, article.paragraphs) == (None, (AR_STORY[0],))
    assert Doubt.NO_TITLE in article.warnings


@pytest.mark.parametrize(
    ("value", "options", "reason", "said"),
    [
        (None, {}, Reason.EMPTY, "no value"),
        (b"", {}, Reason.EMPTY, "0 bytes"),
        (b" \r\n\t", {}, Reason.EMPTY, "white space"),
        (envelope(content="  "), {}, Reason.EMPTY, "white space"),
        (b"%PDF-1.7 x", {}, Reason.BINARY, "PDF"),
        (b"\x89PNG\r\n\x1a\n", {}, Reason.BINARY, "PNG"),
        (gzip.compress(b"x", mtime=0), {}, Reason.BINARY, "gzip"),
        (b"PK\x03\x04abc", {"content_type": "text/html"}, Reason.BINARY, "ZIP"),
        (b"text\0with\0zeros in it", {}, Reason.BINARY, "zero bytes"),
        (bytes(range(1, 32)) * 9, {}, Reason.BINARY, "control"),
        (b"x", {"content_type": "image/png"}, Reason.UNSUPPORTED_CONTENT_TYPE, "text/html"),
        (b"x", {"content_type": "application/msword"}, Reason.UNSUPPORTED_CONTENT_TYPE, "application/msword"),
        (envelope(url=7), {}, Reason.INVALID_ENVELOPE, "url: input should be a valid string"),
        (envelope(published_at="soon"), {}, Reason.INVALID_ENVELOPE, "published_at: not a date: 'soon'"),
        (
            b'{"title": "x"}',
            {"content_type": "application/json"},
            Reason.INVALID_ENVELOPE,
            "content: field required",
        ),
        (b'{"content": ', {"content_type": "application/json"}, Reason.INVALID_ENVELOPE, "not JSON"),
        (b"[1]", {"content_type": "application/json"}, Reason.INVALID_ENVELOPE, "list"),
        (b"x" * 1_000_001, {}, Reason.TOO_LARGE, "1,000,001 bytes; the limit is 1,000,000"),
        (b"<p>" + b"x" * 5_000_001, {}, Reason.TOO_LARGE, "5,000,000"),
        (b"<html>" + b"<div>" * 20_000, {}, Reason.TOO_COMPLEX, "256 deep"),
        (b"<html>" + b"<br>" * 500_000, {}, Reason.TOO_COMPLEX, "tags"),
        (b'<rss><!DOCTYPE x [<!ENTITY a "b">]><item>&a;</item></rss>', {}, Reason.TOO_COMPLEX, "entities"),
        (b"<html><body><nav><a href=/>Home</a></nav></body></html>", {}, Reason.NO_ARTICLE, "no story"),
        (b"<urlset><url>x</url></urlset>", {"content_type": "application/xml"}, Reason.NO_ARTICLE, ""),
        (b"<?xml version='1.0'?><urlset><url>x</url></urlset>", {}, Reason.NO_ARTICLE, "<urlset>"),
        (b"hello", {}, Reason.NO_ARTICLE, "'hello'"),
    ],
)
def test_what_is_no_page_is_refused_with_its_own_reason(
    parser: Parser, value: bytes | None, options: dict[str, Any], reason: Reason, said: str
) -> None:
    refused = refusal(parser, value, **options)

    assert (refused.reason, said in refused.detail) == (reason, True), refused


def test_noise_is_undecodable(parser: Parser) -> None:
    noise = b"caf\x81\x8d\x8f\x90\x9d " * 40

    assert refusal(parser, noise, content_type="text/plain; charset=utf-8").reason in (
        Reason.UNDECODABLE,
        Reason.BINARY,
    )


def test_limits_are_the_callers() -> None:
    small = Parser(ParseLimits(text_bytes=100))

    assert refusal(small, english_page().encode()).reason == Reason.TOO_LARGE


def test_json_that_is_no_envelope_may_be_text(parser: Parser) -> None:
    article = parse_one(parser, ("{" + english_page()).encode())

    assert article.paragraphs == EN_STORY
    assert article.title == "{" + EN_TITLE


@pytest.mark.parametrize(
    "value",
    [
        b'{"body": "hello, this is no envelope of ours", "url": "https://x.example/"}',
        b'{"content": "Minister resigns \\ud83d in Oslo, and the sentence goes on for a while"}',
        b'{"content": "one"}\n{"content": "two"}',
        b'[{"content": "a list of envelopes is not one envelope"}]',
        b'{"content": "cut in the mid',
        b"{}",
    ],
)
def test_what_looks_like_json_is_never_published_as_a_page(parser: Parser, value: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        parser.parse(value)
    assert refused.value.reason is Reason.INVALID_ENVELOPE


def test_empty_strings_of_an_envelope_are_absent(parser: Parser) -> None:
    envelope = {"content": "\n".join((EN_TITLE, *EN_STORY)), "language": "", "published_at": "", "url": " "}
    (article,) = parser.parse(json.dumps(envelope).encode())
    assert (article.url, article.published, article.language) == (None, None, "en")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_an_envelope_in_two_bytes_a_letter_is_an_envelope(parser: Parser, charset: str) -> None:
    value = json.dumps({"content": arabic_page(), "source": "الشراع"}, ensure_ascii=False)

    assert parse_one(parser, value.encode(charset)).source == "الشراع"


def test_mojibake_in_an_envelopes_own_fields_is_repaired(parser: Parser) -> None:
    spoilt = {name: text.encode().decode("latin-1") for name, text in (("source", "الشراع"), ("byline", "ليلى"))}

    article = parse_one(parser, envelope(**spoilt))

    assert (article.source, article.byline) == ("الشراع", "ليلى")


def test_a_json_feed_in_an_envelope_needs_no_content_type(parser: Parser) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"title": EN_TITLE, "content_text": EN_STORY[0]}]}

    article = parse_one(parser, json.dumps({"content": json.dumps(feed)}).encode())

    assert article.title == EN_TITLE


@pytest.mark.parametrize(
    "brackets", [b"[" * 100_000, b'{"content":' * 50_000, b'{"content": "x", "keywords": ' + b"[" * 9_000]
)
def test_deep_json_is_refused(parser: Parser, brackets: bytes) -> None:
    assert refusal(parser, brackets, content_type="application/json").reason is Reason.INVALID_ENVELOPE
