"""Header names that are not UTF-8. Kafka takes any bytes as a name; aiokafka 0.14 reads and writes UTF-8 only.

A name is text in our records: bytes that are no UTF-8 are halves of surrogate pairs in it (PEP 383, "surrogateescape"),
from which the same bytes come back. As transport.py does, this overrides parts of aiokafka that are not
public; tests/kafka/test_faust_contract.py fails when one of these parts moves.
"""

import asyncio
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy, _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

from streams.delivery.stage import Headers

_LENGTH = struct.Struct(">i")  # of a batch, behind its offset of eight bytes; itself not counted


def accept_any_header_name() -> None:
    """Let the aiokafka consumers of this process read records whatever their headers are called.

    As it comes, one such record ends every consumer of its partition, before any stage can refuse it.
    """
    fetcher.MemoryRecords = _Records


async def send(
    producer: Any,
    topic: str,
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    *,
    partition: int | None = None,
) -> asyncio.Future[Any]:
    """As ``AIOKafkaProducer.send``, whatever the headers are called; returns the same future."""
    try:
        for name, _ in headers:
            name.encode()
    except UnicodeEncodeError:
        await producer.partitions_for(topic)
        partition = producer._partition(topic, partition, None, None, key, value)  # noqa: SLF001 - as it does itself
        batch = _AnyNamesBatch(producer)
        names = [(_Name(name), content) for name, content in headers]
        batch.append(timestamp=None, key=key, value=value, headers=names)
        under_way: asyncio.Future[Any] = await producer.send_batch(batch, topic, partition=partition)
    else:
        under_way = await producer.send(topic, value, key=key, headers=list(headers), partition=partition)
    return under_way


class _Records:
    """aiokafka's MemoryRecords, whose batches are of ``_Batch``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._begin = 0
        self._records = MemoryRecords(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> Any:
        begin = self._begin
        batch = self._records.next_batch()
        if batch is None:
            return None
        (length,) = _LENGTH.unpack_from(self._data, begin + 8)
        self._begin = begin + 8 + _LENGTH.size + length
        return _Batch(batch, memoryview(self._data)[begin : self._begin])


class _Batch:
    """A batch as aiokafka's compiled reader reads it; from the first name on that it cannot, by its slower twin."""

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch = batch
        self._data = data
        self._read = 0
        self._slow: Iterator[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> "_Batch":
        iter(self._batch)  # decompresses it
        return self

    def __next__(self) -> Any:
        if self._slow is None:
            try:
                record = next(self._batch)
            except UnicodeDecodeError:
                self._slow = islice(_AnyNames(self._data), self._read, None)
            else:
                self._read += 1
                return record
        return next(self._slow)


class _AnyNames(_DefaultRecordBatchPy):
    """A batch read in Python, where the decoding of names can be reached."""

    def __iter__(self) -> Any:
        super().__iter__()
        self._buffer: bytearray = _Buffer(self._buffer)
        return self


class _Buffer(bytearray):
    """Bytes of a batch. The only parts of it that are decoded are names."""

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return part if isinstance(part, int) else _Buffer(part)

    def decode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> str:
        return bytes(self).decode(encoding, errors)


class _Name(str):
    """A name that aiokafka's writer encodes as it was read."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "surrogateescape") -> bytes:
        return str.encode(self, encoding, errors)


class _AnyNamesBatch(BatchBuilder):
    """A batch written in Python: the compiled writer takes nothing but ``str`` itself for a name."""

    def __init__(self, producer: Any) -> None:
        accumulator = producer._message_accumulator  # noqa: SLF001
        super().__init__(accumulator._batch_size, 0)  # noqa: SLF001
        manager = producer._txn_manager  # noqa: SLF001
        self._builder = _DefaultRecordBatchBuilderPy(
            magic=2,
            compression_type=0,
            is_transactional=manager is not None and manager.transactional_id is not None,
            producer_id=-1,
            producer_epoch=-1,
            base_sequence=0,
            batch_size=accumulator._batch_size,  # noqa: SLF001
        )

    def _set_producer_state(self, producer_id: int, producer_epoch: int, base_sequence: int) -> None:
        self._builder.set_producer_state(producer_id, producer_epoch, base_sequence)
