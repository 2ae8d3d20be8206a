"""The copy that goes back: the input byte for byte, two headers of ours, and what is not sent."""

import pytest

from streams.dead_letters.letters import Letter
from streams.dead_letters.redrive import Copies, Kept
from streams.dead_letters.writer import Message
from streams.delivery.stage import Headers
from streams.settings import Settings
from tests.dead_letters.letters import letter

LIMITS = {"articles.raw": 1_000_000, "articles.parsed": 1_000_000}
PLACE = b"articles.raw/2/41"


def copy(each: Letter, **given: int) -> Message | Kept:
    return Copies(Settings(**given), LIMITS).of(each)  # type: ignore[arg-type]


def headers(each: Letter) -> Headers:
    made = copy(each)
    assert isinstance(made, Message)
    return made.headers


def test_the_copy_is_the_input_byte_for_byte_with_its_attempt_and_first_origin() -> None:
    theirs: Headers = (("x", b"\xff"), ("null", None), ("x", b""))
    assert copy(letter(b"\xfe\x00", theirs, key=b"\xff")) == Message(
        "articles.raw", 2, b"\xff", b"\xfe\x00", (*theirs, ("rafid-origin", PLACE), ("rafid-attempt", b"2"))
    )


def test_a_later_attempt_keeps_the_first_origin_and_counts_on() -> None:
    first = ("rafid-origin", b"articles.raw/0/1")
    assert headers(letter(headers=(first, ("rafid-attempt", b"2"), ("x", b"")))) == (
        first,
        ("x", b""),
        ("rafid-attempt", b"3"),
    )


def test_an_origin_that_a_producer_wrote_stands_before_ours_which_counts() -> None:
    claimed = ("rafid-origin", b"articles.raw/0/1")
    assert headers(letter(headers=(claimed,))) == (claimed, ("rafid-origin", PLACE), ("rafid-attempt", b"2"))


def test_between_stages_the_origin_is_the_raw_article_s_and_stays_as_it_is() -> None:
    origin = ("rafid-origin", b"articles.raw/0/1")
    assert headers(letter(headers=(origin,), topic="articles.parsed")) == (origin, ("rafid-attempt", b"2"))
    assert headers(letter(topic="articles.parsed")) == (("rafid-attempt", b"2"),)


def test_null_stays_null_unless_there_is_no_key_either() -> None:
    made = [copy(letter(None, key=key)) for key in (b"k", None)]
    assert [each.value for each in made if isinstance(each, Message)] == [None, b""]


@pytest.mark.parametrize(
    ("each", "why"),
    [
        (letter(b"x" * 200_000, max_bytes=100_000), Kept.TRUNCATED),
        (letter(topic="articles.topic.sport"), Kept.NOT_OURS),
        (letter(topic="__consumer_offsets"), Kept.NOT_OURS),
        (letter(headers=(("rafid-attempt", b"5"),)), Kept.ATTEMPTS),
        (letter(b"x" * 1_000_000), Kept.TOO_LARGE),
    ],
    ids=lambda value: value.name if isinstance(value, Kept) else "",
)
def test_what_cannot_go_back_is_kept(each: Letter, why: Kept) -> None:
    assert copy(each) is why


def test_the_loop_guard_can_be_set_and_forced() -> None:
    twice = letter(headers=(("rafid-attempt", b"2"),))
    assert copy(twice, redrive_attempts=2) is Kept.ATTEMPTS
    assert isinstance(Copies(Settings(redrive_attempts=2), LIMITS, force=True).of(twice), Message)
