"""Dead letters: whole where the broker takes them, and counted."""

import hashlib
from datetime import UTC, datetime

import pytest

from schemas.dead_letter import DeadLetter, Reason
from streams.delivery.dead_letters import dead_letter, fitting, to_output
from streams.delivery.stage import Headers, Output, Record
from streams.delivery.stage_process import Outcome, Refused

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


@pytest.mark.parametrize(
    ("headers", "count"),
    [
        ((), 1),
        ((("rafid-attempt", b"3"),), 3),
        ((("rafid-attempt", b"2"), ("rafid-attempt", b"4")), 4),
        ((("rafid-attempt", None),), 1),
        ((("rafid-attempt", b"-1"),), 1),
        ((("rafid-attempt", b"9" * 5000),), 1),
        ((("rafid-attempt", "٣".encode()),), 1),
    ],
)
def test_attempts_are_counted_by_the_header_of_a_redrive_if_it_makes_sense(headers: Headers, count: int) -> None:
    letter = dead_letter(record(b"x")._replace(headers=headers), REFUSED, stage="parse", version="1")
    assert letter.attempts == count


def test_a_dead_letter_tells_when_it_was_refused_and_the_record_s_own_time() -> None:
    at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    letter = DeadLetter.from_json(dead_letter(record(b"x"), REFUSED, stage="parse", version="1", at=at).to_json())
    assert letter.refused_at == at
    assert letter.origin is not None
    assert letter.origin.timestamp == 1_700_000_000_000


def test_an_output_that_its_topic_does_not_take_is_a_refusal() -> None:
    outcome = Outcome([Output("small", None, b"x" * 100), Output("large", None, b"x")], None, 0.5)
    assert fitting(outcome, {"small": 300, "large": 300}) is outcome
    refused = fitting(outcome, {"small": 200, "large": 300})
    assert (refused.outputs, refused.seconds) == ([], 0.5)
    assert refused.refused is not None
    assert refused.refused.reason is Reason.OUTPUT_TOO_LARGE
    assert "small" in refused.refused.detail
