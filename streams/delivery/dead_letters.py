"""Dead letters: from a refused record to the message that keeps it."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from schemas.dead_letter import Blob, DeadLetter, Header, Origin, Reason
from streams.delivery.stage import Headers, Output, Record
from streams.delivery.stage_process import Outcome, Refused

HEAD_BYTES = 64 * 1024  # of an input that is too large to be kept whole

ATTEMPT = "rafid-attempt"
"""Header of a redriven record: which attempt at its input it is, from 2 on."""

_ATTEMPT = re.compile(rb"[1-9][0-9]{0,5}")


def attempt(headers: Headers) -> int:
    """Which attempt at its input a record is: 1, unless a redrive says otherwise in its header."""
    said = next((value for name, value in reversed(headers) if name == ATTEMPT), None)
    return int(said) if said and _ATTEMPT.fullmatch(said) else 1


def fitting(outcome: Outcome, max_bytes: Mapping[str, int]) -> Outcome:
    """The same outcome, or a refusal where an output is larger than its topic takes (``max_bytes`` by topic)."""
    for output in outcome.outputs:
        size, limit = output.size(), max_bytes[output.topic]
        if size > limit:
            detail = f"an output for {output.topic} has {size} bytes, the topic takes {limit} (max.message.bytes)"
            return Outcome([], Refused(Reason.OUTPUT_TOO_LARGE, detail), outcome.seconds)
    return outcome


def dead_letter(
    record: Record, refused: Refused, *, stage: str, version: str, at: datetime | None = None
) -> DeadLetter:
    """The dead letter that keeps ``record`` whole. ``at`` is when it was refused, in UTC."""
    content = record.value or b""
    return DeadLetter(
        reason=refused.reason,
        detail=refused.detail,
        stage=stage,
        origin=Origin(topic=record.topic, partition=record.partition, offset=record.offset, timestamp=record.timestamp),
        exception=refused.exception,
        key=None if record.key is None else Blob.of(record.key),
        headers=tuple(Header.of(name, value) for name, value in record.headers),
        content=None if record.value is None else Blob.of(record.value),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        version=version,
        attempts=attempt(record.headers),
        refused_at=at,
    )


def to_output(letter: DeadLetter, *, topic: str, max_bytes: int) -> Output:
    """The message for the dead-letter topic: whole if the broker takes it, else with the head of the content.

    ``max_bytes`` is the topic's max.message.bytes. Keyed by the origin, so that a redrive finds it.
    """
    output = _output(letter, topic)
    if output.size() > max_bytes:
        content = letter.content.to_bytes() if letter.content else b""
        # Headers and key can be what is too large; the origin still tells where they stand.
        head = {"content": Blob.of(content[:HEAD_BYTES]), "truncated": True, "headers": (), "key": None}
        output = _output(letter.model_copy(update=head), topic)
    return output


def _output(letter: DeadLetter, topic: str) -> Output:
    origin = letter.origin
    return Output(
        topic,
        f"{origin.topic}/{origin.partition}/{origin.offset}".encode() if origin else None,
        letter.to_json(),
        (
            ("content-type", b"application/json"),
            ("rafid-reason", letter.reason.value.encode()),
            ("rafid-stage", letter.stage.encode()),
        ),
    )
