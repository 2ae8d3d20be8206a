"""Rights on the broker (ACLs): those that lack are named before work begins, and when one is taken away later.

docs/security.md lists what each command needs. Without an authorizer a broker allows everything.
"""

import contextlib
import os
from collections.abc import Collection, Iterator, Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnknownTopicOrPartitionError,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

from streams.failure import Unavailable

# Kafka's numbers (org.apache.kafka.common.acl.AclOperation): the bits of what it answers.
OPERATIONS = {"Read": 3, "Write": 4, "Describe": 8, "DescribeConfigs": 10}
ALL, UNKNOWN = -1, -(2**31)  # every bit; the answer of a broker that does not tell

UNAUTHORIZED = (GroupAuthorizationFailedError, TopicAuthorizationFailedError, TransactionalIdAuthorizationFailed)
COORDINATOR = "Unable to get coordinator id for "  # what aiokafka puts before the name it was not allowed to look up
SHOWN = 5  # names of one right in a message
GROUP, TRANSACTION = 0, 1  # kinds of coordinator


class NotAllowed(Unavailable):
    """The broker does not give this user a right that we need. The message names each."""

    exit_code = os.EX_NOPERM

    def __init__(self, *rights: str) -> None:
        super().__init__(
            f"the broker does not allow this user: {'; '.join(rights)}. docs/security.md lists the rights (ACLs) that "
            "each command needs"
        )


class MissingTopics(Unavailable):
    """Topics that are not there."""

    def __init__(self, topics: Collection[str]) -> None:
        super().__init__(f"missing topics: {', '.join(sorted(topics))}; make them with `rafid topics create`")
        self.topics = frozenset(topics)


def lacking(error: KafkaError, *, topic: str = "Read or Write") -> NotAllowed:
    """The right that one of ``UNAUTHORIZED`` is about. ``topic`` is what we did to topics when it was raised."""
    subject = error.args[0] if error.args else "?"
    names = subject.removeprefix(COORDINATOR) if isinstance(subject, str) else ", ".join(sorted(subject))
    if isinstance(error, TopicAuthorizationFailedError):
        return NotAllowed(f"{topic} on topic {names}")
    if isinstance(error, GroupAuthorizationFailedError):
        return NotAllowed(f"Read on group {names}")
    return NotAllowed(f"Write on transactional id {names}")


@contextlib.contextmanager
def named(topic: str) -> Iterator[None]:
    """Raise ``NotAllowed`` in place of the client's errors; ``topic`` is what we do to topics here."""
    try:
        yield
    except UNAUTHORIZED as error:
        raise lacking(error, topic=topic) from error


async def check_rights(
    admin: AIOKafkaAdminClient,
    topics: Mapping[str, Collection[str]],
    *,
    group: str | None = None,
    transactional_ids: Collection[str] = (),
) -> None:
    """Raise ``MissingTopics``, or ``NotAllowed`` with all that this user lacks.

    ``topics`` says which ``OPERATIONS`` are needed on each; the group is read, the transactional ids are written.
    """
    lacks: dict[str, list[str]] = {}
    missing = []
    for name, code, allowed in await _allowed(admin, topics):
        if code == UnknownTopicOrPartitionError.errno:
            missing.append(name)
        for operation in topics[name]:
            if code == TopicAuthorizationFailedError.errno or not allowed & 1 << OPERATIONS[operation]:
                lacks.setdefault(operation, []).append(name)
    if missing:
        raise MissingTopics(missing)
    rights = [f"{operation} on topic {_some(names)}" for operation, names in sorted(lacks.items())]
    if group is not None and not await _may_look_up(admin, group, GROUP):
        rights.append(f"Read on group {group}")
    rights += [
        f"Write on transactional id {each}"
        for each in sorted(transactional_ids)
        if not await _may_look_up(admin, each, TRANSACTION)
    ]
    if rights:
        raise NotAllowed(*rights)


def _some(names: Collection[str]) -> str:
    """The first names; who lacks twenty of one kind lacks a prefix."""
    first, rest = sorted(names)[:SHOWN], len(names) - SHOWN
    return ", ".join(first) + (f" and {rest} more" if rest > 0 else "")


async def _may_look_up(admin: AIOKafkaAdminClient, name: str, kind: int) -> bool:
    """Whether this user may ask for the coordinator, which the right that we need brings with it."""
    try:
        await admin.find_coordinator(name, kind)
    except UNAUTHORIZED:
        return False
    except KafkaError:
        pass  # it may not be elected yet: then the first use tells
    return True


async def _allowed(admin: AIOKafkaAdminClient, topics: Collection[str]) -> list[tuple[str, int, int]]:
    """Of each topic its name, error code and allowed operations as bits."""
    names = sorted(topics)
    try:
        response = await admin._send_request(_TopicRightsRequest(names))  # noqa: SLF001 - aiokafka does not ask for rights
    except (
        NotImplementedError
    ):  # aiokafka's word for a broker that does not speak this version: then the first use tells
        response = await admin._send_request(MetadataRequest(names, allow_auto_topic_creation=False))  # noqa: SLF001
        return [(name, code, ALL) for code, name, *_ in response.topics]
    return [(name, code, ALL if allowed == UNKNOWN else allowed) for code, name, _, _, allowed in response.topics]


class _TopicRightsResponse(Response):
    """Metadata, version 8 (https://kafka.apache.org/protocol#The_Messages_Metadata)."""

    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            Array(("node_id", Int32), ("host", String("utf-8")), ("port", Int32), ("rack", String("utf-8"))),
        ),
        ("cluster_id", String("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class _TopicRightsStruct(RequestStruct):
    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = _TopicRightsResponse
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class _TopicRightsRequest(Request[_TopicRightsStruct]):
    """Asks for these topics and what this user may do with them; makes none."""

    API_KEY = 3

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_TopicRightsStruct]) -> _TopicRightsStruct:
        return request_struct_class(self._topics, False, False, True)
