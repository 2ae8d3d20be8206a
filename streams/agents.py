"""The Faust agents. Each takes slices of its topic and hands them to its delivery; nothing else."""

from typing import Any

from streams.delivery.app import SliceApp
from streams.delivery.delivery import Delivery


def add_agent(app: SliceApp, name: str, delivery: Delivery) -> None:
    """Register the agent ``name``, which feeds ``delivery`` from its input topic."""

    async def agent(slices: Any) -> None:
        # Offsets travel in delivery's transactions, so Faust has nothing to acknowledge.
        async for event in slices.noack().events():
            await delivery.accept(event.value)

    # Raw: bytes are decoded in the stage, where what cannot be decoded becomes a dead letter.
    raw = {"key_serializer": "raw", "value_serializer": "raw", "key_type": bytes, "value_type": bytes}
    app.agent(app.topic(delivery.input_topic, acks=False, **raw), name=name)(agent)
