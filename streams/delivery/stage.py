"""What a stage is to delivery: a pure function from one record to its outputs, or a refusal.

Delivery knows nothing of articles. A stage knows nothing of Kafka beyond these two shapes.
"""

from collections.abc import Callable
from typing import NamedTuple

Headers = tuple[tuple[str, bytes | None], ...]
"""Names and values. Bytes of a name that are no UTF-8 are surrogates in it (header_names.py)."""

RECORD_OVERHEAD = 128  # bytes of a batch header and a record's own lengths, rounded up


def _size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    named = sum(len(name.encode("utf-8", "surrogateescape")) + len(content or b"") + 8 for name, content in headers)
    return len(key or b"") + len(value or b"") + named + RECORD_OVERHEAD


class Record(NamedTuple):
    """One message as it came in. ``timestamp`` is the broker's, in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers

    def size(self) -> int:
        """Bytes on the wire, uncompressed and rounded up."""
        return _size(self.key, self.value, self.headers)


class Output(NamedTuple):
    """One message to send."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = ()

    def size(self) -> int:
        """Bytes on the wire, uncompressed and rounded up: what a topic's max.message.bytes is held against."""
        return _size(self.key, self.value, self.headers)


Stage = Callable[[Record], list[Output]]
"""Raises ``schemas.dead_letter.Refusal`` for an input that it will never take. Deterministic: it may be
run again for the same record, after a crash or a time-out of another one."""

StageFactory = Callable[[], Stage]
"""Builds a stage (loads models, compiles rules) in the process that will run it. Must be picklable."""
