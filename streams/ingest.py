"""Publishing files to ``articles.raw``, as a feed producer would."""

from collections.abc import Iterable

from aiokafka import AIOKafkaProducer

from streams.delivery.preflight import require
from streams.filters import Input
from streams.settings import Settings

MAX_BYTES = 16 * 2**20  # let the broker, who knows the topic's limit, refuse what is too large


async def ingest(settings: Settings, inputs: Iterable[Input], topic: str | None = None) -> int:
    """Publish each input to ``articles.raw`` (or ``topic``), in order; returns how many.

    Raises ``BrokerRefused`` when there is no broker, ``MissingTopics`` (aiokafka would wait for it, 40 s long),
    ``NotAllowed``, and aiokafka's errors when the broker does not take one.
    """
    topic = topic or settings.topics.raw
    await require(settings.client_options(), {topic: ["Write"]}, patience=min(30.0, settings.broker_patience))
    producer = AIOKafkaProducer(
        **settings.client_options(),
        acks="all",
        enable_idempotence=True,
        linger_ms=20,
        max_batch_size=256 * 1024,
        max_request_size=MAX_BYTES,
    )
    await producer.start()
    try:
        sent = [await producer.send(topic, each.value, headers=list(each.headers)) for each in inputs]
        for future in sent:
            await future
    finally:
        await producer.stop()
    return len(sent)
