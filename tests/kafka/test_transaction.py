"""A slice's transaction on a real broker: how it fails is told by an error that the lane knows what to do with."""

import asyncio
from typing import Any

import pytest

from streams.delivery import transaction
from streams.delivery.header_names import send
from streams.delivery.slices import Partition
from streams.delivery.stage import Output
from streams.delivery.transaction import BROKER_TROUBLE, FENCED, TransactionalProducer
from tests.kafka.conftest import Hop


async def opened(hop: Hop) -> TransactionalProducer:
    """A producer of the hop's first partition, opened as a lane does it: a fresh broker has no coordinator yet."""
    producer = TransactionalProducer(
        Partition(hop.reach.input, 0),
        group=hop.settings.group,
        client=hop.settings.client_options(),
        max_bytes=[1_000_000],
    )
    async with asyncio.timeout(30):
        while True:
            try:
                await producer.open()
            except BROKER_TROUBLE:
                await producer.close()
            else:
                return producer


async def test_one_that_is_fenced_between_two_sends_says_fenced(hop: Hop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def send_and_wait_for_the_answer(*record: Any) -> Any:
        future = await send(*record)
        await asyncio.wait([future])
        return future

    monkeypatch.setattr(transaction, "send", send_and_wait_for_the_answer)
    output = Output(hop.reach.outputs[0], None, b"late")
    zombie = await opened(hop)
    owner = await opened(hop)
    try:
        with pytest.raises(FENCED):
            await zombie.commit([output, output], 1)
    finally:
        await zombie.close()
        await owner.close()
