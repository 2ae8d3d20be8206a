"""The river's topics on a cluster: made once by ``rafid topics create``, and listed."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, TopicAuthorizationFailedError, for_code

from streams.delivery.preflight import BrokerRefused, connect
from streams.delivery.rights import MissingTopics, NotAllowed, check_rights
from streams.settings import Settings

DAY = 24 * 3600 * 1000  # Kafka wants milliseconds

# What a topic must hold at most: raw the largest page, dead letters that page in base64 with its circumstances.
RAW_BYTES = 6 * 2**20
DEAD_LETTER_BYTES = 10 * 2**20
ITEM_BYTES = 4 * 2**20

LEADER_TRIES, LEADER_PAUSE = 50, 0.1  # seconds


def configs(settings: Settings, topic: str, replication: int = 1) -> Mapping[str, str]:
    """Retention and size of one topic: what is between stages is short-lived, dead letters wait for a person.

    With three replicas, two must have a record before it counts as written: one broker may be lost for good then.
    """
    topics = settings.topics
    replicas = {"min.insync.replicas": "2"} if replication > 2 else {}
    if topic == topics.raw:
        return _config(7, RAW_BYTES) | replicas
    if topic == topics.dead_letter:
        return _config(30, DEAD_LETTER_BYTES) | replicas
    if topic == topics.audit:
        # Small, and what was thrown away should be told for as long as anyone asks.
        return {"retention.ms": "-1"} | replicas
    return _config(7, ITEM_BYTES) | replicas


def _config(days: int, message_bytes: int) -> dict[str, str]:
    return {
        "retention.ms": str(days * DAY),
        "max.message.bytes": str(message_bytes),
        # Retention counts from a record's arrival: by the writer's clock, one that is days behind would have its
        # records deleted at once, and one an hour ahead would be refused.
        "message.timestamp.type": "LogAppendTime",
    }


class Made(NamedTuple):
    """What ``create`` did."""

    created: list[str]
    existing: list[str]


async def create(settings: Settings, names: Collection[str]) -> Made:
    """Create the topics that are missing; leaves those that exist as they are.

    Raises ``BrokerRefused`` when there is no broker, or it refuses to, and ``NotAllowed``.
    """
    admin = await connect(settings.client_options(), patience=min(30.0, settings.broker_patience))
    try:
        brokers = len((await admin.describe_cluster())["brokers"])
        replication = settings.replication or min(3, brokers)
        wanted = [
            NewTopic(name, settings.partitions, replication, topic_configs=dict(configs(settings, name, replication)))
            for name in names
        ]
        made = _made(await admin.create_topics(wanted))
        await _await_leaders(admin, names)
    finally:
        await admin.close()
    return made


def _made(response: Any) -> Made:
    made = Made([], [])
    refused = []
    for name, code, message in _errors(response):
        if code == 0:
            made.created.append(name)
        elif for_code(code) is TopicAlreadyExistsError:
            made.existing.append(name)
        elif for_code(code) is TopicAuthorizationFailedError:
            refused.append(name)
        else:
            raise BrokerRefused(f"topic {name} was not created: {message or for_code(code).__name__}")
    if refused:
        raise NotAllowed(f"Create on topic {', '.join(sorted(refused))}")
    return made


async def _await_leaders(admin: AIOKafkaAdminClient, names: Collection[str]) -> None:
    """Wait until every partition can be written to: a broker answers "created" a moment before."""
    for _ in range(LEADER_TRIES):
        found = {each["topic"]: each for each in await admin.describe_topics()}
        partitions = [each for name in names if name in found for each in found[name]["partitions"]]
        if partitions and all(each["leader"] >= 0 for each in partitions):
            return
        await asyncio.sleep(LEADER_PAUSE)
    with suppress(MissingTopics):  # a slow cluster: they are made
        await check_rights(admin, {name: ["Describe"] for name in names})


def _errors(response: Any) -> list[tuple[str, int, str | None]]:
    return [(error[0], error[1], error[2] if len(error) > 2 else None) for error in response.topic_errors]


async def partitions(settings: Settings) -> dict[str, int]:
    """The topics of this river that exist, and how many partitions each has."""
    admin = await connect(settings.client_options(), patience=min(30.0, settings.broker_patience))
    try:
        found = await admin.describe_topics()
    finally:
        await admin.close()
    start = f"{settings.topic_prefix}articles."
    return {each["topic"]: len(each["partitions"]) for each in found if each["topic"].startswith(start)}
