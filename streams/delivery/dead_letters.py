"""Dead letters: from a refused record to the message that keeps it, and the limit on how many there may be."""

import hashlib
from collections import deque

from schemas.dead_letter import Blob, DeadLetter, Header, Origin
from streams.delivery.stage import Output, Record
from streams.delivery.stage_process import Refused
from streams.failure import Failure

HEAD_BYTES = 64 * 1024  # of an input that is too large to be kept whole


def dead_letter(record: Record, refused: Refused, *, stage: str, version: str) -> DeadLetter:
    """The dead letter that keeps ``record`` whole."""
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


class TooManyDeadLetters(Failure):
    """Dead letters passed their limit: something is wrong with the inputs or with us, and a person must look."""


class DeadLetterLimit:
    """Stops a worker that would drain its input into the dead-letter topic.

    Judged over the last ``window`` inputs, committed or about to be: more than ``share`` of the window refused is too
    much, also before the window is full, so that a worker that is started again and again does not drain a topic.
    """

    def __init__(self, *, share: float, window: int) -> None:
        self._share = share
        self._last: deque[bool] = deque(maxlen=window)

    @property
    def refused(self) -> int:
        """How many of the last ``seen`` inputs were refused."""
        return sum(self._last)

    @property
    def seen(self) -> int:
        """How many inputs the window holds."""
        return len(self._last)

    def count(self, refused: list[bool]) -> None:
        """Count a slice's inputs, after its commit."""
        self._last.extend(refused)

    def check(self, refused: list[bool]) -> None:
        """Whether a slice may be committed; raises ``TooManyDeadLetters``."""
        last = deque(self._last, maxlen=self._last.maxlen)
        last.extend(refused)
        if sum(last) > self._share * (last.maxlen or 0):
            raise TooManyDeadLetters(
                f"{sum(last)} of the last {len(last)} inputs were refused, more than "
                f"{self._share:.0%} (RAFID_DEAD_LETTER_SHARE, RAFID_DEAD_LETTER_WINDOW): look at "
                "`rafid dead-letters list`; nothing is lost, the input stays in its topic"
            )
