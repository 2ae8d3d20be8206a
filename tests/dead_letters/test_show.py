"""A letter for a person: whole, readable, and unable to do anything to the terminal."""

import orjson
import pytest

from schemas.dead_letter import Reason
from streams.dead_letters.redrive import Kept
from streams.dead_letters.show import as_json, line, verdict, whole
from streams.delivery.stage import Output
from streams.delivery.stage_process import Outcome, Refused
from streams.printable import printable
from tests.dead_letters.letters import letter

PASSED = Outcome([Output("articles.parsed", None, b"{}")], None, 0.1)
HOSTILE = "\x1b[2J\u202eevil\r\n\x9b\u2028" + "x" * 1_000_000


def test_a_line_tells_number_time_stage_reason_origin_source_and_detail() -> None:
    each = letter(headers=(("url", b"https://gulf.example/1"), ("rafid-attempt", b"2")))
    assert line(each) == (
        "1/17  2026-11-25T03:00:00Z  parse  binary  articles.raw/2/41  gulf.example  attempt 2: a PDF"
    )


def test_json_has_all_but_the_input() -> None:
    told = as_json(letter(b"secret page", (("url", b"https://gulf.example/1"),)))
    assert (told["number"], told["source"], told["reason"], told["attempts"]) == ("1/17", "gulf.example", "binary", 1)
    assert told["refused_at"] == "2026-11-25T03:00:00Z"
    assert b"secret" not in orjson.dumps(told)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (PASSED, "would pass: 1 to articles.parsed"),
        (
            Outcome([], Refused(Reason.EMPTY, "nothing\nthere"), 0.1),
            "would be refused again: empty: nothing\\nthere",
        ),
        (Kept.TRUNCATED, "would not be sent: the input was too large to keep whole"),
    ],
)
def test_a_verdict_says_what_would_become_of_it(now: Outcome | Kept, told: str) -> None:
    assert verdict(now).startswith(told)


def test_the_whole_has_the_input_as_text_in_its_charset_and_as_bytes() -> None:
    page = "خبر عاجل من القاهرة"
    shown = list(whole(letter(page.encode("cp1256"), (("content-type", b"text/plain; charset=windows-1256"),)), PASSED))
    assert f"  {page}" in shown
    assert shown[-2].startswith(f"  00000000  {page.encode('cp1256')[:16].hex(' ')}")
    assert "now        would pass: 1 to articles.parsed" in shown


def test_the_whole_has_the_exception_of_then_and_of_now() -> None:
    now = Outcome([], Refused(Reason.STAGE_ERROR, "ValueError", "Traceback now\nValueError"), 0.1)
    shown = "\n".join(whole(letter(exception="Traceback then\nKeyError"), now))
    assert shown.endswith("exception\n  Traceback then\n  KeyError\n\nexception now\n  Traceback now\n  ValueError")


def test_what_was_cut_is_told_to_be() -> None:
    shown = list(whole(letter(b"x" * 200_000, max_bytes=100_000), Kept.TRUNCATED))
    assert "size       200,000 bytes, of which the first 65,536 are kept" in shown


def test_nothing_of_a_hostile_letter_reaches_the_terminal_unescaped_or_fills_it() -> None:
    bytes_ = HOSTILE.encode()
    each = letter(
        bytes_, ((HOSTILE, bytes_), ("url", b"https://" + bytes_)), key=bytes_, detail=HOSTILE, exception=HOSTILE
    )
    each = each._replace(
        letter=each.letter.model_copy(update={"stage": HOSTILE, "version": HOSTILE, "sha256": HOSTILE})
    )
    refused = Outcome([], Refused(Reason.STAGE_ERROR, HOSTILE, HOSTILE), 0.1)
    for shown in (line(each), *whole(each, refused)):
        unsafe = shown.lstrip("\n").replace("\n", "")
        assert printable(unsafe, len(unsafe)) == unsafe
        assert len(shown) < 1500
