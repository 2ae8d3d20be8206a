"""Letters to look at."""

from datetime import UTC, datetime

from schemas.dead_letter import Reason
from streams.dead_letters.letters import Letter
from streams.delivery.dead_letters import dead_letter, to_output
from streams.delivery.stage import Headers, Record
from streams.delivery.stage_process import Refused

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def letter(
    value: bytes | None = b"a page",
    headers: Headers = (),
    *,
    key: bytes | None = b"key",
    topic: str = "articles.raw",
    detail: str = "a PDF",
    exception: str | None = None,
    max_bytes: int = 10_000_000,
) -> Letter:
    """The letter of a record of ``topic``, at 1/17."""
    record = Record(topic, 2, 41, 1_700_000_000_000, key, value, headers)
    made = dead_letter(record, Refused(Reason.BINARY, detail, exception), stage="parse", version="1", at=AT)
    kept = type(made).from_json(to_output(made, topic="dead", max_bytes=max_bytes).value)
    return Letter(1, 17, b"articles.raw/2/41", AT, kept)
