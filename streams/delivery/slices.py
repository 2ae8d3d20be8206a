"""A slice: the records of one partition that one poll brought, unbroken, with where they begin and end.

Faust's unit of work is an event; ours is a slice, so that its cost for every event is paid once a slice
(docs/decisions/0001-a-slice-is-a-transaction.md). ``begin`` and ``end`` make a chain of custody: a
slice is processed only if it begins where the one before it ended, whoever dropped what in between.
"""

from collections.abc import Sequence
from typing import NamedTuple

from streams.delivery.stage import Record


class Partition(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]"


class Slice:
    """What one poll brought of one partition.

    ``begin`` is the position before the poll, None for the first slice of an assignment; ``end`` the position
    after it, which lies behind the last record by as many transaction markers as follow it. ``assignment``
    counts the assignments that this worker has had.

    It quacks like one of aiokafka's records (the attributes below ``records``), since that is what Faust
    carries from its consumer to an agent.
    """

    __slots__ = ("assignment", "begin", "end", "offset", "partition", "records", "timestamp", "topic")

    headers = ()
    key = None
    checksum = None
    timestamp_type = None
    serialized_key_size = 0
    serialized_value_size = 0

    def __init__(
        self, partition: Partition, records: Sequence[Record], *, begin: int | None, end: int, assignment: int
    ) -> None:
        self.topic, self.partition = partition
        self.records = records
        self.begin = begin
        self.end = end
        self.assignment = assignment
        self.offset = records[-1].offset
        self.timestamp = records[-1].timestamp

    @property
    def value(self) -> "Slice":
        """What the agent receives: the slice itself."""
        return self

    @property
    def source(self) -> Partition:
        """The partition that it is a slice of."""
        return Partition(self.topic, self.partition)


def cut(records: Sequence[Record], *, max_records: int, max_bytes: int) -> int:
    """How many of the first ``records`` make one transaction: at least one, within both limits otherwise."""
    size = 0
    for count, record in enumerate(records):
        size += record.size()
        if count == max_records or (count and size > max_bytes):
            return count
    return len(records)
