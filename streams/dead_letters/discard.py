"""Discard: dead letters that will not go back, marked as such; who and why stays in an audit topic."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from schemas.discarded_letter import DiscardedLetter
from streams.dead_letters.letters import Letter, Selection, letters
from streams.dead_letters.marks import Mark
from streams.dead_letters.writer import Message, mark, writing
from streams.settings import Settings


async def discard(
    settings: Settings,
    selection: Selection,
    *,
    because: str,
    by: str,
    version: str,
    tell: Callable[[int], Any] = lambda _: None,
) -> int:
    """Mark these letters as discarded, each in one transaction with its line in the audit; returns how many.

    Raises as ``redrive`` does, and ``MissingTopics`` when there is no audit topic.
    """
    async with writing(settings, [settings.topics.audit]) as writer:
        async for each in letters(settings, selection):
            line = _line(each, because=because, by=by, version=version)
            audit = Message(settings.topics.audit, None, each.key or each.number.encode(), line.to_json(), _JSON)
            await writer.add(audit, mark(settings, each, Mark.DISCARDED))
            tell(writer.done)
        await writer.flush()
        return writer.done


_JSON = (("content-type", b"application/json"),)


def _line(each: Letter, *, because: str, by: str, version: str) -> DiscardedLetter:
    letter = each.letter
    return DiscardedLetter(
        number=each.number,
        because=because,
        discarded_by=by,
        discarded_at=datetime.now(UTC),
        reason=letter.reason,
        stage=letter.stage,
        origin=letter.origin,
        size=letter.size,
        sha256=letter.sha256,
        version=version,
    )
