"""Writing about dead letters: all of a batch in one transaction, and one program at a time."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.dead_letters import marks
from streams.dead_letters.letters import Letter
from streams.dead_letters.marks import Mark
from streams.delivery.header_names import send
from streams.delivery.preflight import require
from streams.delivery.stage import Headers
from streams.delivery.transaction import BATCH_BYTES, FENCED, all_sent, failing_by_name
from streams.failure import Unavailable
from streams.ingest import MAX_BYTES
from streams.settings import Settings

BATCH_LETTERS = 500  # of one transaction: a commit costs about as much as sending as many
BATCH_MEMORY = 8 * 2**20  # bytes of inputs in hand


class Overtaken(Unavailable):
    """Another redrive or discard began meanwhile: what this one had not done, it may not do any more."""


class Interrupted(Unavailable):
    """The broker failed on the way. What was done is marked, and is not done again."""


class Message(NamedTuple):
    """One record to write. ``partition`` None, or one that is not there any more: by the key."""

    topic: str
    partition: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers


def mark(settings: Settings, letter: Letter, kind: Mark) -> Message:
    """The record that marks a letter as dealt with."""
    key = letter.key or letter.number.encode()  # Kafka's client sends no record without key and value
    topic = settings.topics.dead_letter
    return Message(topic, letter.partition, key, None, marks.headers(kind, letter.number))


class Writer:
    """Writes batches, each whole or not at all. ``done`` counts the letters in those that were committed."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._messages: list[Message] = []
        self._letters = 0
        self._bytes = 0
        self.done = 0

    async def add(self, *messages: Message) -> None:
        """Write what was done with one letter, soon: with the batch. Raises ``Overtaken`` or ``Interrupted``."""
        self._messages += messages
        self._letters += 1
        self._bytes += sum(len(message.value or b"") for message in messages)
        if self._letters >= BATCH_LETTERS or self._bytes >= BATCH_MEMORY:
            await self.flush()

    async def flush(self) -> None:
        """Commit what was added since the last batch."""
        if not self._messages:
            return
        try:
            with failing_by_name(self._producer):
                async with self._producer.transaction():
                    with failing_by_name(self._producer):  # before the transaction forgets it, aborted
                        await self._send(self._messages)
        except FENCED as error:
            raise Overtaken(
                f"another redrive or discard began meanwhile; {self.done} letters were done before: see "
                "`rafid dead-letters list`"
            ) from error
        except KafkaError as error:
            raise Interrupted(
                f"the broker failed ({error!r}) after {self.done} letters: run it again, what was done is marked and "
                "is not done twice"
            ) from error
        self.done += self._letters
        self._messages, self._letters, self._bytes = [], 0, 0

    async def _send(self, messages: Iterable[Message]) -> None:
        async def put(message: Message) -> asyncio.Future[Any]:
            topic, partition, key, value, headers = message
            there = partition in await self._producer.partitions_for(topic)
            return await send(self._producer, topic, key, value, headers, partition=partition if there else None)

        await all_sent(put(each) for each in messages)


@asynccontextmanager
async def writing(settings: Settings, topics: Collection[str]) -> AsyncIterator[Writer]:
    """The one writer there is: opening it ends the transaction of whoever wrote before, and lets it write no more.

    So marks that are read after this are all there will be but our own, also after a kill -9. Besides marks it writes
    to ``topics``; raises ``MissingTopics`` or ``NotAllowed`` before it writes anything.
    """
    rights = {topic: ["Write"] for topic in (settings.topics.dead_letter, *topics)}
    await require(settings.client_options(), rights, patience=min(30.0, settings.broker_patience))
    producer = AIOKafkaProducer(
        **settings.client_options(),
        transactional_id=f"{settings.group}-redrive",
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        max_batch_size=BATCH_BYTES,
        max_request_size=MAX_BYTES,
    )
    try:
        await producer.start()
        yield Writer(producer)
    finally:
        await producer.stop()
