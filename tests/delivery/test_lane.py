"""One lane with a broker and a stage of straw: order, custody, patience."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka.errors import KafkaConnectionError, ProducerFenced

from schemas.dead_letter import Reason
from streams.delivery import lane as lane_module
from streams.delivery.dead_letter_limit import DeadLetterLimit, TooManyDeadLetters
from streams.delivery.lane import BrokenChain, BrokerAway, Lane, Limits, Target
from streams.delivery.metrics import Metrics
from streams.delivery.slices import Partition, Slice
from streams.delivery.stage import Output, Record
from streams.delivery.stage_process import Outcome, Refused

IN = Partition("in", 0)


class StrawProcess:
    """Passes values on; refuses b"bad"."""

    name = "pass"

    async def run(self, records: Sequence[Record]) -> list[Outcome]:
        await asyncio.sleep(0)
        return [
            Outcome([], Refused(Reason.BINARY, "bad"), 0.0)
            if record.value == b"bad"
            else Outcome([Output("out", None, record.value or b"")], None, 0.0)
            for record in records
        ]


class StrawProducer:
    """A broker's memory of one partition; fails as ``troubles`` say, one a commit."""

    def __init__(self, committed: int | None = None) -> None:
        self.committed = committed
        self.sent: list[bytes] = []
        self.troubles: list[BaseException | None] = []
        self.opened = 0
        self.away = False

    async def open(self) -> int | None:
        self.opened += 1
        if self.away:
            raise KafkaConnectionError("away")
        return self.committed

    async def commit(self, outputs: Sequence[Output], position: int) -> None:
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, ProducerFenced):
            raise trouble
        self.sent += [output.value for output in outputs]
        self.committed = position
        if trouble is not None:
            raise trouble  # committed, and the answer lost

    async def close(self) -> None:
        """Nothing to close."""


def a_lane(producer: StrawProducer, *, patience: float = 5.0, records: int = 10) -> Lane:
    return Lane(
        IN,
        process=StrawProcess(),  # type: ignore[arg-type]
        producer=producer,  # type: ignore[arg-type]
        limits=Limits(records=records, bytes=10_000, linger=0.0, broker_patience=patience),
        target=Target("dead", {"out": 1000, "dead": 100_000}),
        dead_letter_limit=DeadLetterLimit(share=0.9, window=100, least=1, per_minute=1000),
        metrics=Metrics(version="1"),
        version="1",
    )


def piece(first: int, last: int, *, begin: int | None = None, value: bytes | None = None) -> Slice:
    records = [Record("in", 0, n, None, None, value or b"%d" % n, ()) for n in range(first, last + 1)]
    return Slice(IN, records, begin=begin, end=last + 2, assignment=1)  # a marker follows the records


async def until(lane: Lane, producer: StrawProducer, count: int) -> None:
    async with asyncio.timeout(5):
        while len(producer.sent) < count:
            await asyncio.sleep(0.005)


async def test_records_come_out_in_order_and_the_end_of_the_slice_is_committed() -> None:
    producer = StrawProducer()
    lane = a_lane(producer)
    lane.start()
    await lane.accept(piece(0, 24))
    await until(lane, producer, 25)
    await lane.close()
    assert producer.sent == [b"%d" % n for n in range(25)]
    assert producer.committed == 26


async def test_what_was_committed_before_is_skipped() -> None:
    producer = StrawProducer(committed=10)
    lane = a_lane(producer)
    lane.start()
    await lane.accept(piece(5, 14))
    await until(lane, producer, 5)
    await lane.close()
    assert producer.sent == [b"%d" % n for n in range(10, 15)]


async def test_a_commit_whose_answer_was_lost_is_not_repeated() -> None:
    producer = StrawProducer()
    producer.troubles = [KafkaConnectionError("gone")]
    lane = a_lane(producer, records=3)
    lane.start()
    await lane.accept(piece(0, 5))
    await until(lane, producer, 6)
    await lane.close()
    assert producer.sent == [b"%d" % n for n in range(6)]
    assert producer.opened == 2


async def test_a_fenced_commit_is_done_again_from_where_the_other_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_module, "FENCED_PAUSE", 0.01)
    producer = StrawProducer()
    producer.troubles = [ProducerFenced()]
    lane = a_lane(producer)
    lane.start()
    await lane.accept(piece(0, 5))
    await until(lane, producer, 6)
    await lane.close()
    assert producer.sent == [b"%d" % n for n in range(6)]


async def test_a_slice_that_does_not_begin_where_the_last_one_ended_is_not_taken() -> None:
    lane = a_lane(StrawProducer())
    await lane.accept(piece(0, 5))
    with pytest.raises(BrokenChain):
        await lane.accept(piece(20, 25, begin=20))


async def test_a_first_slice_behind_a_hole_ends_the_lane() -> None:
    lane = a_lane(StrawProducer(committed=5))
    task = lane.start()
    await lane.accept(piece(20, 25, begin=20))
    with pytest.raises(BrokenChain):
        await task


async def test_records_that_come_again_are_in_hand_once() -> None:
    producer = StrawProducer()
    lane = a_lane(producer)
    await lane.accept(piece(0, 5))  # ends at 7, behind its marker
    await lane.accept(piece(3, 8, begin=3))
    lane.start()
    await until(lane, producer, 8)
    await lane.close()
    assert producer.sent == [b"%d" % n for n in (0, 1, 2, 3, 4, 5, 7, 8)]


async def test_patience_ends_although_opening_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_module, "FIRST_PAUSE", 0.01)

    class NeverCommits(StrawProducer):
        async def commit(self, outputs: Sequence[Output], position: int) -> None:
            raise KafkaConnectionError("never")

    lane = a_lane(NeverCommits(), patience=0.2)
    task = lane.start()
    await lane.accept(piece(0, 5))
    with pytest.raises(BrokerAway, match="never"):
        async with asyncio.timeout(5):
            await task


async def test_a_broker_away_at_the_start_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    producer = StrawProducer()
    producer.away = True
    lane = a_lane(producer)
    lane.start()
    await lane.accept(piece(0, 1))
    while producer.opened < 2:
        await asyncio.sleep(0.01)
    producer.away = False
    await until(lane, producer, 2)
    await lane.close()
    assert producer.sent == [b"0", b"1"]


async def test_a_full_lane_lets_its_agent_wait() -> None:
    lane = a_lane(StrawProducer(), records=3)
    waiting = asyncio.create_task(lane.accept(piece(0, 9)))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    lane.start()
    await asyncio.wait_for(waiting, 5)
    await lane.close()


async def test_too_many_dead_letters_end_the_lane_before_they_are_committed() -> None:
    producer = StrawProducer()
    lane = a_lane(producer)
    task = lane.start()
    await lane.accept(piece(0, 0))
    await until(lane, producer, 1)
    await lane.accept(piece(2, 11, begin=2, value=b"bad"))
    with pytest.raises(TooManyDeadLetters):
        async with asyncio.timeout(5):
            await task
    assert producer.committed == 2
    await lane.close()
