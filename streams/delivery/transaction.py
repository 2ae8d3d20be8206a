"""One Kafka transaction a slice: outputs, dead letters and the input's position commit together, or not at all."""

import asyncio
import contextlib
from collections.abc import Awaitable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    CoordinatorNotAvailableError,
    IllegalOperation,
    InvalidProducerEpoch,
    InvalidTxnState,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    UnsupportedVersionError,
)
from aiokafka.structs import TopicPartition

from streams.delivery.header_names import send
from streams.delivery.rights import UNAUTHORIZED
from streams.delivery.slices import Partition
from streams.delivery.stage import Output

LINGER_MS = 5
BATCH_BYTES = 256 * 1024
TRANSACTION_TIMEOUT_MS = 60_000  # the broker ends what a dead worker left open after this
REQUEST_SECONDS = 15.0  # without an answer, until a connection counts as dead and is made anew
REQUEST_SLACK = 64 * 1024  # a request is a little more than the batches in it
CLOSE_SECONDS = 5.0

BROKER_TROUBLE = (KafkaError, OSError, TimeoutError)
"""What may pass by trying again: away, moving, slow, or another worker took over (fenced)."""

FENCED = (ProducerFenced, InvalidProducerEpoch, InvalidTxnState)
"""Another worker has opened the partition since."""

REFUSED_BY_BROKER = (MessageSizeTooLargeError, UnsupportedVersionError, *UNAUTHORIZED)
"""What trying again does not change."""


def transactional_id(group: str, partition: Partition) -> str:
    """The transactional id under which an input partition is delivered."""
    return f"{group}-{partition.topic}-{partition.partition}"


class TransactionalProducer:
    """The producer of one input partition. Opening it fences whoever held the partition before.

    Opened when a lane begins and after every trouble; never reused after a failed commit.
    """

    def __init__(
        self, partition: Partition, *, group: str, client: Mapping[str, Any], max_bytes: Collection[int]
    ) -> None:
        self._partition = partition
        self._group = group
        self._client = client
        self._max_bytes = max_bytes
        self._producer: AIOKafkaProducer | None = None

    async def open(self) -> int | None:
        """Take the partition over and read its committed position: final, since no one else can commit now.

        None where the group has none yet. Raises one of ``BROKER_TROUBLE``.
        """
        self._producer = AIOKafkaProducer(
            **self._client,
            transactional_id=transactional_id(self._group, self._partition),
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            # The broker holds a topic's limit against a batch, and ours must fit each topic that we write to.
            max_batch_size=min(BATCH_BYTES, *self._max_bytes),
            max_request_size=max(self._max_bytes) + REQUEST_SLACK,
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            request_timeout_ms=int(REQUEST_SECONDS * 1000),
        )
        await self._producer.start()
        admin = AIOKafkaAdminClient(**self._client, request_timeout_ms=int(REQUEST_SECONDS * 1000))
        try:
            await admin.start()
            key = TopicPartition(*self._partition)
            offsets = await admin.list_consumer_group_offsets(self._group, partitions=[key])
        finally:
            await admin.close()
        if key not in offsets:
            # Kafka answers -1 where there is none; aiokafka leaves out what the coordinator refused to say.
            raise CoordinatorNotAvailableError(f"no committed position of {self._partition} from the coordinator")
        committed: int = offsets[key].offset
        return committed if committed >= 0 else None

    async def commit(self, outputs: Sequence[Output], position: int) -> None:
        """Commit a slice: all ``outputs``, and ``position`` as where to go on. Raises one of ``BROKER_TROUBLE``."""
        producer = self._producer
        assert producer is not None
        with failing_by_name(producer):
            await producer.begin_transaction()
            # Offsets sent while outputs are in flight made the broker answer "not ready" and halved the speed.
            await all_sent(send(producer, each.topic, each.key, each.value, each.headers) for each in outputs)
            await producer.send_offsets_to_transaction({TopicPartition(*self._partition): position}, self._group)
            await producer.commit_transaction()

    async def close(self) -> None:
        """Let go. What was not committed is undone by whoever opens next, or by the broker in a minute."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        with contextlib.suppress(*BROKER_TROUBLE):
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await producer.stop()
            except TimeoutError:
                # It flushes for ever while the broker is away. What it holds is worth nothing: end it by force.
                sender = producer._sender.sender_task  # noqa: SLF001
                if sender is not None:
                    sender.cancel()
                async with asyncio.timeout(CLOSE_SECONDS):
                    await producer.client.close()


async def all_sent(sends: Iterable[Awaitable[asyncio.Future[Any]]]) -> None:
    """Do these sends, one after another, and wait until the broker has what each of them sent; raises what the first
    of them fails of. ``sends`` begins each when it is its turn, as a generator does."""
    under_way = []
    for each in sends:
        future = await each
        future.add_done_callback(_look_at)
        under_way.append(future)
    if under_way:
        await asyncio.wait(under_way)
    for future in under_way:
        future.result()


@contextlib.contextmanager
def failing_by_name(producer: AIOKafkaProducer) -> Iterator[None]:
    """Raise what a transaction has failed of, where aiokafka only says that one cannot go on with it.

    It says so of one that failed in the background, such as by a fence between two sends.
    """
    try:
        yield
    except (*BROKER_TROUBLE, IllegalOperation, AssertionError) as error:
        # Looked at whatever the error is: of one that failed unseen, asyncio would log.
        ending: asyncio.Future[None] | None = producer._txn_manager.wait_for_transaction_end()  # noqa: SLF001
        failed = ending.exception() if ending is not None and ending.done() and not ending.cancelled() else None
        if isinstance(error, IllegalOperation | AssertionError):
            raise failed or KafkaError(repr(error)) from error
        raise


def _look_at(future: asyncio.Future[Any]) -> None:
    """Take note of how a send ended: of one that failed unseen, asyncio would log all that was under way."""
    if not future.cancelled():
        future.exception()
