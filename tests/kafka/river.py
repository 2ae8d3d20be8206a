"""What a test puts into the river's topics, and reads back."""

import asyncio

from aiokafka import AIOKafkaProducer

from streams.delivery.stage import Output, Record
from streams.reading import read_all
from streams.settings import Settings


def records(settings: Settings, topic: str) -> list[Record]:
    """All committed records of a topic."""

    async def read() -> list[Record]:
        return [record async for record in read_all(settings, [topic])]

    return asyncio.run(read())


def send(settings: Settings, *outputs: Output) -> None:
    """Send these, in order."""

    async def produce() -> None:
        options = {**settings.client_options(), "max_request_size": 16 * 2**20}
        async with AIOKafkaProducer(**options) as producer:
            sent = [
                await producer.send(each.topic, each.value, key=each.key, headers=list(each.headers))
                for each in outputs
            ]
            for future in sent:
                await future

    asyncio.run(produce())
