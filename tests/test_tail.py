"""Messages in a line for a person, or as JSON for a program."""

import orjson
import pytest

from schemas.dead_letter import Reason
from streams.delivery.dead_letters import dead_letter
from streams.delivery.stage import Record
from streams.delivery.stage_process import Refused
from streams.reading import UnknownTopic
from streams.tail import WIDTH, _full_name, as_json_line, line, read_json, summary
from tests.hostile import HOSTILE, HUGE, assert_safe
from tests.parse.builders import AR_TITLE
from tests.route.items import item


def record(value: bytes | None, key: bytes | None = None, *headers: tuple[str, bytes | None]) -> Record:
    return Record("articles.topic.sport", 3, 41, 1, key, value, headers)


class TestLine:
    def test_of_an_item_tells_language_topics_countries_and_the_title_last(self) -> None:
        news = item(
            topics={"sport": 91, "health": 55}, countries=("JO", "EG"), language="ar", title=AR_TITLE, keywords=("x",)
        )
        assert line(record(news.to_json())) == f"articles.topic.sport/3/41  [ar]  sport,health  JO,EG  {AR_TITLE}"

    def test_of_an_item_without_a_title_gives_its_first_words(self) -> None:
        assert line(record(item(text="First words.\n\nSecond.").to_json())).endswith(
            "  [?]  -  -  First words. Second."
        )

    def test_of_a_dead_letter_tells_stage_reason_and_detail(self) -> None:
        letter = dead_letter(record(b"x"), Refused(Reason.BINARY, "a PDF"), stage="parse", version="1")
        assert line(record(letter.to_json())).endswith("/41  parse  binary  a PDF")

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (b'{"id": "a", "title": "A title", "paragraphs": []}', "A title"),
            (b'{"content": "A page\\n of  words"}', "A page of words"),
            (b"A page\n of words\n", "A page of words"),
            ("خبر".encode("cp1256"), "\ufffd\ufffd\ufffd"),
            (b"", ""),
            (None, ""),
            (b"[1, 2]", "[1, 2]"),
            (b"{}", ""),
        ],
    )
    def test_of_anything_else_gives_title_or_first_words(self, value: bytes | None, shown: str) -> None:
        assert line(record(value)) == f"articles.topic.sport/3/41  {shown}"

    @pytest.mark.parametrize(
        "value",
        [
            {"reason": "of another program"},
            {"headlines": "no list"},
            {"headlines": [{"no": "value"}]},
            {"headlines": 4, "bodies": None},
            {"bodies": [], "subjects": [{"name": "no rel"}]},
            {"bodies": [], "places": ["no object"]},
        ],
    )
    def test_of_an_object_of_another_shape_gives_its_json(self, value: dict[str, object]) -> None:
        assert summary(value) == orjson.dumps(value).decode()

    def test_is_one_line_that_cannot_move_the_cursor_and_keeps_joiners(self) -> None:
        hostile = "a\x1b[2Jb\r\nc\u2028d\u202ee می\u200cرود"
        assert summary({"headlines": [{"value": hostile}]}).endswith("  a\\x1b[2Jb c d\\u202ee می\u200cرود")
        assert summary(hostile) == summary({"title": hostile}) == "a\\x1b[2Jb c d\\u202ee می\u200cرود"

    @pytest.mark.parametrize("text", [HOSTILE, HUGE])
    def test_is_safe_to_show_whatever_a_message_says(self, text: str) -> None:
        subject = {"rel": "about", "literal": text}
        for value in (
            {"headlines": [{"value": text}], "language": text, "subjects": [subject], "places": [{"literal": text}]},
            {"reason": text, "stage": text, "detail": text},
            {"title": text},
            {"content": text, "headlines": 4},
            [text],
            text,
        ):
            assert_safe(line(record(orjson.dumps(value))), lines=0, most=500)
        assert_safe(line(record(text.encode())), lines=0, most=500)

    def test_is_cut(self) -> None:
        assert len(summary("x" * 1000)) == WIDTH


class TestJsonLine:
    def test_has_the_message_and_its_place(self) -> None:
        told = orjson.loads(as_json_line(record(b'{"a": "b"}', b"k", ("h", b"1"), ("n", None))))
        assert told == {
            "topic": "articles.topic.sport",
            "partition": 3,
            "offset": 41,
            "key": "k",
            "headers": {"h": "1", "n": None},
            "value": {"a": "b"},
        }

    def test_has_bytes_that_are_no_json_as_text(self) -> None:
        told = orjson.loads(as_json_line(record(b"caf\xe9", b"\xff", ("h", b"\xff"))))
        assert (told["value"], told["key"], told["headers"]) == ("caf\ufffd", "\ufffd", {"h": "\ufffd"})

    def test_has_null_for_no_value(self) -> None:
        assert orjson.loads(as_json_line(record(None)))["value"] is None

    def test_is_safe_to_show_and_the_same_json(self) -> None:
        name = b"caf\xe9".decode("utf-8", "surrogateescape")
        shown = as_json_line(record(orjson.dumps({HOSTILE: HOSTILE}), HOSTILE.encode(), (name, HOSTILE.encode())))
        assert_safe(shown, lines=0)
        told = orjson.loads(shown)
        assert (told["value"], told["key"], told["headers"]) == ({HOSTILE: HOSTILE}, HOSTILE, {"caf\\xe9": HOSTILE})

    def test_is_one_line(self) -> None:
        assert "\n" not in as_json_line(record(b"two\nlines"))


def test_no_bytes_are_read_as_null() -> None:
    assert read_json(None) is read_json(b"") is None


class TestNames:
    KNOWN = ("x.articles.raw", "x.articles.unrouted", "x.articles.topic.sport")

    @pytest.mark.parametrize("name", ["sport", "topic.sport", "articles.topic.sport", "x.articles.topic.sport"])
    def test_the_end_of_a_name_is_enough(self, name: str) -> None:
        assert _full_name(name, self.KNOWN) == "x.articles.topic.sport"

    def test_a_part_of_a_word_is_not(self) -> None:
        with pytest.raises(
            UnknownTopic, match=r"no topic port; there are x\.articles\.raw, x\.articles\.topic\.sport, x"
        ):
            _full_name("port", self.KNOWN)

    def test_without_topics_the_way_to_make_them_is_told(self) -> None:
        with pytest.raises(UnknownTopic, match="rafid topics create"):
            _full_name("raw", ())
