"""The stages as filters: what each file or line becomes, and that a refused one costs the others nothing."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.dead_letter import DeadLetter, Reason
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams.filters import CONTENT_TYPES, Input, lines, pages, run
from streams.settings import AgentName, Settings
from tests.hostile import HOSTILE, assert_safe
from tests.parse.builders import AR_TITLE, EN_TITLE, arabic_page, english_page
from tests.route.items import item

PDF = b"%PDF-1.7\n\xff\xfe\x00"


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Standard input, to be filled by the test."""
    content = io.BytesIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
    return content


def filtered(agent: AgentName, *inputs: Input, **given: Any) -> tuple[list[bytes], list[DeadLetter], int]:
    """Lines on standard output, dead letters on standard error, how many were refused; with these settings."""
    out, err = io.BytesIO(), io.BytesIO()
    count = run(agent, Settings(**given), inputs, out=out, err=err, version="1")
    return out.getvalue().splitlines(), [DeadLetter.from_json(line) for line in err.getvalue().splitlines()], count


class TestPages:
    def test_a_file_is_a_page_byte_for_byte(self, tmp_path: Path) -> None:
        path = tmp_path / "page"
        path.write_bytes(b"\xff\x00 \r\n")
        assert list(pages([path])) == [Input(str(path), b"\xff\x00 \r\n")]

    @pytest.mark.parametrize(("ending", "kind"), [*CONTENT_TYPES.items(), (".HTML", "text/html")])
    def test_the_ending_tells_the_content_type(self, tmp_path: Path, ending: str, kind: str) -> None:
        path = tmp_path / f"page{ending}"
        path.write_bytes(b"x")
        assert list(pages([path])) == [Input(str(path), b"x", (("content-type", kind.encode()),))]

    @pytest.mark.parametrize("ending", [".jsonl", ".ndjson"])
    def test_json_lines_are_a_page_a_line(self, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"pages{ending}"
        path.write_bytes(b'{"content": "a"}\n\n{"content": "b"}')
        json = (("content-type", b"application/json"),)
        assert list(pages([path])) == [
            Input(f"{path}, line 1", b'{"content": "a"}\n', json),
            Input(f"{path}, line 3", b'{"content": "b"}', json),
        ]

    @pytest.mark.parametrize("files", [[], [Path("-")]])
    def test_no_file_or_a_dash_is_standard_input(self, stdin: io.BytesIO, files: list[Path]) -> None:
        stdin.write(b"a page\xff")
        stdin.seek(0)
        assert list(pages(files)) == [Input("standard input", b"a page\xff")]

    def test_pages_are_read_when_they_are_asked_for(self, tmp_path: Path) -> None:
        first = tmp_path / "first"
        first.write_bytes(b"x")
        reading = pages([first, tmp_path / "missing"])
        assert next(reading).value == b"x"
        with pytest.raises(FileNotFoundError):
            next(reading)


def test_lines_are_counted_with_those_passed_over() -> None:
    found = lines(io.BytesIO(b"\n  \n{}\n"), "pipe")
    assert [(each.name, each.value) for each in found] == [("pipe, line 3", b"{}\n")]


class TestShown:
    """What a filter writes may be a terminal's to show: hostile letters are escaped there as JSON does."""

    def test_an_article_is_safe_to_show_and_the_same(self) -> None:
        title = HOSTILE.replace("\x00", "")
        article = ParsedArticle(id="7d0e1b9e-6d5c-5b0e-9d1f-3c4f5a6b7c8d", title=title, paragraphs=(HOSTILE,))
        (line,), letters, _ = filtered("tag", Input("x", article.to_json()))
        assert letters == []
        assert_safe(line.decode(), lines=0)
        assert NewsItem.from_json(line).headlines[0].value == title

    def test_a_dead_letter_is_safe_to_show_and_the_same(self) -> None:
        out, err = io.BytesIO(), io.BytesIO()
        run("tag", Settings(), [Input(HOSTILE, HOSTILE.encode())], out=out, err=err, version="1")
        assert_safe(err.getvalue().decode(), lines=1)
        letter = DeadLetter.from_json(err.getvalue())
        assert letter.content is not None
        assert letter.content.to_bytes() == HOSTILE.encode()


class TestParse:
    def test_pages_become_articles_and_a_refused_one_costs_the_others_nothing(self) -> None:
        first, last = Input("first", english_page().encode()), Input("last", arabic_page().encode())
        articles, letters, refused = filtered("parse", first, Input("scan.pdf", PDF), last)
        assert [ParsedArticle.from_json(line).title for line in articles] == [EN_TITLE, AR_TITLE]
        assert refused == 1
        (letter,) = letters
        assert letter.reason is Reason.BINARY
        assert letter.content is not None
        assert letter.content.to_bytes() == PDF

    def test_a_letter_says_which_input_and_claims_no_place_in_kafka(self) -> None:
        _, (letter,), _ = filtered("parse", Input("folder/scan.pdf", PDF, (("content-type", b"text/plain"),)))
        assert letter.detail.startswith("folder/scan.pdf: ")
        assert letter.origin is None
        assert (letter.stage, letter.version) == ("parse", "1")
        assert [header.name for header in letter.headers] == ["content-type"]

    def test_the_limits_of_the_settings_hold(self) -> None:
        page = Input("page", english_page().encode())
        _, (letter,), _ = filtered("parse", page, text_bytes=50)
        assert letter.reason is Reason.TOO_LARGE

    def test_an_article_is_out_before_the_next_input_is_read(self) -> None:
        out = io.BytesIO()

        def inputs() -> Iterator[Input]:
            yield Input("first", english_page().encode())
            assert out.getvalue().count(b"\n") == 1
            yield Input("second", arabic_page().encode())

        assert run("parse", Settings(), inputs(), out=out, err=io.BytesIO(), version="1") == 0
        assert out.getvalue().count(b"\n") == 2

    def test_no_inputs_are_no_outputs(self) -> None:
        assert filtered("parse") == ([], [], 0)


def test_tag_takes_what_parse_gives() -> None:
    articles, _, _ = filtered("parse", Input("page", english_page().encode()))
    items, letters, refused = filtered("tag", *(Input("line", line) for line in articles))
    assert [NewsItem.from_json(line).headlines[0].value for line in items] == [EN_TITLE]
    assert (letters, refused) == ([], 0)


class TestRoute:
    def test_an_item_is_one_line_however_many_streams_it_goes_to(self, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        path.write_text(
            '[[route]]\nname = "one"\nstream = "a"\nall = true\n[[route]]\nname = "two"\nstream = "b"\nall = true\n',
            encoding="utf-8",
        )
        value = item(title=EN_TITLE).to_json()
        (line,), letters, _ = filtered("route", Input("line", value), routes=path, topic_prefix="x.")
        assert orjson.loads(line) == {
            "topics": ["x.articles.topic.a", "x.articles.topic.b"],
            "routes": [{"route": "one", "reasons": ["all"]}, {"route": "two", "reasons": ["all"]}],
            "item": orjson.loads(value),
        }
        assert letters == []

    def test_an_item_that_no_route_takes_is_told_as_unrouted(self) -> None:
        (line,), _, _ = filtered("route", Input("line", item(title=EN_TITLE).to_json()))
        assert orjson.loads(line)["topics"] == ["articles.unrouted"]
        assert orjson.loads(line)["routes"] == []

    def test_what_is_no_item_is_refused_with_its_line(self) -> None:
        found, (letter,), refused = filtered("route", Input("pipe, line 4", b"{}"))
        assert (found, refused) == ([], 1)
        assert letter.reason is Reason.INVALID_MESSAGE
        assert letter.detail.startswith("pipe, line 4: not a NewsItem: uri: ")
