"""Dead letters: whole where the broker takes them, and never too many."""

import hashlib

import pytest

from schemas.dead_letter import DeadLetter, Reason
from streams.delivery.dead_letters import DeadLetterLimit, TooManyDeadLetters, dead_letter, to_output
from streams.delivery.stage import Record
from streams.delivery.stage_process import Refused

REFUSED = Refused(Reason.BINARY, "a PDF")


def record(value: bytes | None) -> Record:
    return Record("raw", 2, 41, 1_700_000_000_000, b"\xffkey", value, (("content-type", b"text/plain"), ("x", None)))


def test_a_dead_letter_keeps_the_input_byte_for_byte() -> None:
    letter = dead_letter(record(b"\xff\x00\xfe"), REFUSED, stage="parse", version="1")
    again = DeadLetter.from_json(letter.to_json())
    assert again == letter
    assert again.content is not None
    assert again.content.to_bytes() == b"\xff\x00\xfe"
    assert again.key is not None
    assert again.key.to_bytes() == b"\xffkey"
    assert [(h.name, h.value and h.value.to_bytes()) for h in again.headers] == [
        ("content-type", b"text/plain"),
        ("x", None),
    ]
    assert again.origin is not None
    assert (again.origin.topic, again.origin.partition, again.origin.offset) == ("raw", 2, 41)


def test_a_null_value_stays_null() -> None:
    letter = dead_letter(record(None), REFUSED, stage="parse", version="1")
    assert letter.content is None
    assert letter.size == 0


def test_what_the_topic_does_not_take_keeps_its_head_hash_and_origin() -> None:
    value = b"\xfe" * 3_000_000
    letter = dead_letter(record(value), REFUSED, stage="parse", version="1")
    output = to_output(letter, topic="dead", max_bytes=1_000_000)
    assert output.size() <= 1_000_000
    kept = DeadLetter.from_json(output.value)
    assert kept.truncated
    assert kept.content is not None
    assert value.startswith(kept.content.to_bytes())
    assert kept.size == len(value)
    assert kept.sha256 == hashlib.sha256(value).hexdigest()
    assert kept.origin == letter.origin


def test_too_many_dead_letters_are_noticed_before_the_window_is_full() -> None:
    limit = DeadLetterLimit(share=0.5, window=10)
    limit.check([True] * 5)
    limit.count([True] * 5)
    with pytest.raises(TooManyDeadLetters, match="6 of the last 6"):
        limit.check([True])


def test_what_was_checked_and_not_committed_is_not_counted() -> None:
    limit = DeadLetterLimit(share=0.5, window=10)
    for _ in range(20):
        limit.check([True] * 5)
    assert limit.seen == 0


def test_a_share_of_dead_letters_within_the_limit_is_normal() -> None:
    limit = DeadLetterLimit(share=0.5, window=10)
    for _ in range(20):
        limit.check([True, False])
        limit.count([True, False])
    assert (limit.refused, limit.seen) == (5, 10)
