"""Which dead letters there are: those of a selection that were not dealt with yet."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import ValidationError

from schemas.dead_letter import DeadLetter, Reason
from streams.dead_letters.marks import Marks, place
from streams.dead_letters.source import is_from
from streams.delivery.stage import Record
from streams.printable import printable
from streams.reading import high_watermarks, read_one, read_to
from streams.settings import Settings

log = logging.getLogger(__name__)


class Letter(NamedTuple):
    """A dead letter, and where it stands in ``articles.dead-letter``. ``at`` is when it was refused."""

    partition: int
    offset: int
    key: bytes | None
    at: datetime
    letter: DeadLetter

    @property
    def number(self) -> str:
        """What a person calls it by."""
        return f"{self.partition}/{self.offset}"


@dataclass(frozen=True)
class Selection:
    """Which letters are meant: those that fit all of these. An empty one takes any."""

    numbers: frozenset[str] = frozenset()
    reasons: frozenset[Reason] = frozenset()
    stages: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, each: Letter) -> bool:
        """Whether a letter is meant."""
        return (
            (not self.numbers or each.number in self.numbers)
            and (not self.reasons or each.letter.reason in self.reasons)
            and (not self.stages or each.letter.stage in self.stages)
            and (self.since is None or each.at >= self.since)
            and (self.until is None or each.at < self.until)
            and (not self.sources or any(is_from(each.letter, source) for source in self.sources))
        )


async def letters(settings: Settings, selection: Selection) -> AsyncIterator[Letter]:
    """The letters of a selection that were not dealt with when this began, by partition in order.

    The topic is read twice, first for the marks and then for the letters, so that no more than a few are in memory
    however many there are. What arrives meanwhile is left for the next time: a redriven letter may be refused again.
    """
    topic = settings.topics.dead_letter
    ends = await high_watermarks(settings, topic)
    marks = Marks()
    async for record in read_to(settings, topic, ends):
        marks.add(record)
    async for record in read_to(settings, topic, ends):
        if record.value is None or record in marks:
            continue
        each = _letter(record)
        if each is not None and selection.takes(each):
            yield each


async def find(settings: Settings, number: str) -> Letter | None:
    """The letter of this number, dealt with or not; None where there is none."""
    where = place(number)
    record = None if where is None else await read_one(settings, settings.topics.dead_letter, *where)
    return None if record is None or record.value is None else _letter(record)


def _letter(record: Record) -> Letter | None:
    number = f"{record.partition}/{record.offset}"
    try:
        letter = DeadLetter.from_json(record.value or b"")
    except ValidationError as error:  # another program's, or of a newer version: the others are still to be seen
        told = printable(error.errors()[0]["msg"])
        log.warning("%s is not a dead letter that this version can read: %s", number, told)
        return None
    at = letter.refused_at or datetime.fromtimestamp((record.timestamp or 0) / 1000, UTC)
    return Letter(record.partition, record.offset, record.key, at, letter)
