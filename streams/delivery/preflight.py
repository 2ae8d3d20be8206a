"""What must be true of the broker before a worker starts; what is not is refused, with what to do."""

import asyncio
import logging
import time
from collections.abc import Collection, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.delivery.handshake import refusal
from streams.delivery.rights import NotAllowed, check_rights
from streams.delivery.slices import Partition
from streams.delivery.transaction import BROKER_TROUBLE, REFUSED_BY_BROKER, transactional_id
from streams.failure import Unavailable

log = logging.getLogger(__name__)

# Kafka's numbers of the requests that a transaction takes: InitProducerId, AddPartitionsToTxn,
# AddOffsetsToTxn, EndTxn, TxnOffsetCommit (https://kafka.apache.org/protocol#protocol_api_keys).
TRANSACTION_REQUESTS = {22, 24, 25, 26, 28}

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class BrokerRefused(Unavailable):
    """The broker cannot carry the river as it is. The message says what is missing and what to do."""


async def connect(client: Mapping[str, Any], *, patience: float) -> AIOKafkaAdminClient:
    """Reach the cluster, trying again for ``patience`` seconds while nobody answers.

    Raises ``BrokerRefused``, or at once ``NotLetIn`` when a broker answers and does not let us in.
    """
    deadline = time.monotonic() + patience
    pause = FIRST_PAUSE
    while True:
        admin = AIOKafkaAdminClient(**client)
        try:
            await admin.start()
        except BROKER_TROUBLE as error:
            await admin.close()
            if refused := await refusal(client):
                raise refused from error
            if time.monotonic() + pause > deadline:
                raise BrokerRefused(
                    f"no Kafka broker answers at {client['bootstrap_servers']} ({error}): start one "
                    "(`rafid broker`), or say where yours is with RAFID_BOOTSTRAP_SERVERS"
                ) from error
            log.warning("no broker yet, trying again", extra={"servers": client["bootstrap_servers"]})
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            return admin


async def check(
    client: Mapping[str, Any], *, group: str, inputs: Collection[str], outputs: Collection[str], patience: float
) -> dict[str, int]:
    """Check transactions, topics and rights; returns max.message.bytes of every output topic.

    Raises ``BrokerRefused`` when the broker has no transactions, ``MissingTopics``, ``NotAllowed``.
    """
    topics = {name: ["Write", "DescribeConfigs"] for name in outputs}
    for name in inputs:
        topics.setdefault(name, []).append("Read")
    admin = await connect(client, patience=patience)
    try:
        await _check_transactions(admin, client)
        await check_rights(
            admin,
            topics,
            group=group,
            transactional_ids=[transactional_id(group, Partition(topic, 0)) for topic in inputs],
        )
        return await max_message_bytes(admin, outputs)
    except REFUSED_BY_BROKER as error:
        raise BrokerRefused(f"the broker refuses: {error!r}") from error
    finally:
        await admin.close()


async def _check_transactions(admin: AIOKafkaAdminClient, client: Mapping[str, Any]) -> None:
    node = admin._client.get_random_node()  # noqa: SLF001 - aiokafka tells a broker's requests nowhere else
    connection = await admin._client._get_conn(node)  # noqa: SLF001
    missing = TRANSACTION_REQUESTS - set(connection._versions)  # noqa: SLF001
    if missing:
        raise BrokerRefused(
            f"the broker at {client['bootstrap_servers']} has no transactions (requests {sorted(missing)} are "
            "missing), and without them nothing is delivered exactly once: use Apache Kafka 3.0 or newer"
        )


async def max_message_bytes(admin: AIOKafkaAdminClient, topics: Collection[str]) -> dict[str, int]:
    """What each of these topics, all of which exist, takes in one message. Raises ``NotAllowed``."""
    names = sorted(topics)
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, configs={"max.message.bytes": ""}) for name in names]
    limits = {}
    for response in await admin.describe_configs(resources):
        for resource in response.resources:
            for config in resource[4]:
                limits[resource[3]] = int(config[1])
    if untold := [name for name in names if name not in limits]:
        raise NotAllowed(f"DescribeConfigs on topic {', '.join(untold)}")
    return {name: limits[name] for name in names}


async def require(client: Mapping[str, Any], topics: Mapping[str, Collection[str]], *, patience: float) -> None:
    """Raise ``MissingTopics`` or ``NotAllowed`` unless these topics are there and may be used so."""
    admin = await connect(client, patience=patience)
    try:
        await check_rights(admin, topics)
    finally:
        await admin.close()
