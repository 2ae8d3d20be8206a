"""The settings of Apache Kafka for one node of the embedded broker."""

from collections.abc import Mapping, Sequence

from streams.broker.node import Node
from streams.broker.ports import HOST

_LARGEST_MESSAGE = 16 * 1024 * 1024


def properties(
    node: Node,
    nodes: Sequence[Node],
    *,
    listeners: Mapping[str, str],
    proxied: Sequence[tuple[int, int]],
    config: Mapping[str, str],
) -> str:
    """The file of settings of one of ``nodes``; the rest is as for `EmbeddedKafka`."""
    copies = str(len(nodes))
    in_sync = str(max(1, len(nodes) - 1))
    doors = {"CLIENT": node.port, **node.listener_ports}
    advertised = [f"{name}://{HOST}:{port}" for name, port in doors.items()]
    protocols = {"CLIENT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", **listeners}
    voters = ",".join(f"{other.id}@{HOST}:{other.controller_port}" for other in nodes)
    settings = {
        "process.roles": "broker,controller",
        "node.id": str(node.id),
        "controller.quorum.voters": voters,
        "listeners": ",".join([*advertised, f"CONTROLLER://{HOST}:{node.controller_port}"]),
        "advertised.listeners": ",".join(advertised),
        "listener.security.protocol.map": ",".join(f"{name}:{protocol}" for name, protocol in protocols.items()),
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "CONTROLLER",
        # Relative to the folder the node runs in: Kafka splits this at commas, and a path may have one.
        "log.dirs": "data",
        "auto.create.topics.enable": "false",
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        # Kafka's 50 of each would be created, and elected leaders for, at the first use.
        "offsets.topic.num.partitions": "5",
        "transaction.state.log.num.partitions": "5",
        "share.coordinator.state.topic.num.partitions": "5",
        "group.initial.rebalance.delay.ms": "0",
        # A topic may raise its own max.message.bytes up to this without its replicas falling behind.
        "replica.fetch.max.bytes": str(_LARGEST_MESSAGE + 1024 * 1024),
        "replica.fetch.response.max.bytes": str(2 * _LARGEST_MESSAGE),
        "socket.request.max.bytes": str(100 * 1024 * 1024),
        # Kafka's 128 MiB is taken from the heap at once, and its 10 MiB an index from
        # the disk wherever files are not sparse.
        "log.cleaner.dedupe.buffer.size": str(8 * 1024 * 1024),
        "log.index.size.max.bytes": str(1024 * 1024),
        **config,
    }
    if proxied:
        port, proxy = proxied[node.id - 1]
        settings["listeners"] += f",PROXIED://{HOST}:{port}"
        settings["advertised.listeners"] += f",PROXIED://{HOST}:{proxy}"
        settings["listener.security.protocol.map"] += ",PROXIED:PLAINTEXT"
    return "".join(f"{key}={value}\n" for key, value in settings.items()).replace("\\", "\\\\")
