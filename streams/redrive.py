"""Dead letters, once a person looks: list them, and send those that are fixed back to where they came from.

A redriven letter is marked in its own topic (same key, no value), in the same transaction that sends its input
back: so it is sent once, whoever redrives at the same time, and lists show it no more.
"""

import logging
from collections.abc import AsyncIterator, Collection
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from pydantic import ValidationError

from schemas.dead_letter import DeadLetter, Reason
from streams.delivery.header_names import send
from streams.delivery.preflight import connect
from streams.delivery.transaction import FENCED
from streams.failure import Unavailable
from streams.ingest import MAX_BYTES
from streams.reading import read_all
from streams.settings import Settings

log = logging.getLogger(__name__)


class Overtaken(Unavailable):
    """Another redrive began meanwhile: what this one had not sent, it may not send any more."""


class Letter(NamedTuple):
    """A dead letter and its number: ``partition/offset`` in ``articles.dead-letter``."""

    number: str
    key: bytes | None
    letter: DeadLetter


class Redriven(NamedTuple):
    """What a redrive did. Truncated letters cannot go back: their input was too large to keep."""

    sent: list[str]
    truncated: list[str]


async def letters(
    settings: Settings, *, reasons: Collection[Reason] = (), stages: Collection[str] = (), numbers: Collection[str] = ()
) -> AsyncIterator[Letter]:
    """Dead letters that were not redriven yet, of any of these reasons, stages and numbers (none: all)."""
    found: dict[bytes | str, Letter] = {}
    async for record in read_all(settings, [settings.topics.dead_letter]):
        number = f"{record.partition}/{record.offset}"
        if record.value is None:
            found.pop(record.key or number, None)
            continue
        try:
            letter = DeadLetter.from_json(record.value)
        except ValidationError as error:  # another program's, or of a newer version: the others are still to be seen
            log.warning("%s is not a dead letter that this version can read: %s", number, error.errors()[0]["msg"])
        else:
            found[record.key or number] = Letter(number, record.key, letter)
    for each in found.values():
        if (
            (not reasons or each.letter.reason in reasons)
            and (not stages or each.letter.stage in stages)
            and (not numbers or each.number in numbers)
        ):
            yield each


async def redrive(
    settings: Settings, *, reasons: Collection[Reason] = (), stages: Collection[str] = (), numbers: Collection[str] = ()
) -> Redriven:
    """Send the inputs of these dead letters back, byte for byte, each in a transaction with its mark.

    Raises ``Overtaken`` when another redrive begins meanwhile.
    """
    done = Redriven([], [])
    await (await connect(settings.client_options(), patience=min(30.0, settings.broker_patience))).close()
    producer = AIOKafkaProducer(
        **settings.client_options(),
        transactional_id=f"{settings.group}-redrive",  # a second redrive fences the first
        max_request_size=MAX_BYTES,
    )
    try:
        await producer.start()
        async for number, key, letter in letters(settings, reasons=reasons, stages=stages, numbers=numbers):
            if letter.truncated or letter.origin is None or key is None:
                done.truncated.append(number)
                continue
            async with producer.transaction():
                value = letter.content.to_bytes() if letter.content else None
                sent = await send(
                    producer,
                    letter.origin.topic,
                    letter.key.to_bytes() if letter.key else None,
                    b"" if value is None and letter.key is None else value,  # the client sends no empty record
                    tuple((h.kafka_name(), h.value.to_bytes() if h.value else None) for h in letter.headers),
                )
                await sent
                await producer.send_and_wait(settings.topics.dead_letter, None, key=key)
            done.sent.append(number)
    except FENCED as error:
        raise Overtaken(
            f"another redrive began meanwhile; {len(done.sent)} were sent back before: see `rafid dead-letters list`"
        ) from error
    finally:
        await producer.stop()
    return done
