"""The ports of the embedded broker: those asked for, or free ones."""

import secrets
import socket
from collections.abc import Collection, Sequence

from streams.broker.jars import BrokerError
from streams.broker.node import Node

HOST = "127.0.0.1"

# Below the range from which Linux (32768–60999) and macOS (49152–65535) serve outgoing connections. Else a
# client that keeps trying the port of a killed node could be given that very port, and be connected to
# itself.
_PORTS = range(20_000, 32_768)


def assign_ports(nodes: list[Node], first: int | None, listeners: Collection[str]) -> None:
    """Give each node its ports: `first` and those after it to clients, or free ones; raises `BrokerError`."""
    wanted = range(first, first + len(nodes)) if first is not None else _free_ports(len(nodes))
    others = iter(_free_ports(len(nodes) * (1 + len(listeners)), besides=wanted))
    for node, port in zip(nodes, wanted, strict=True):
        if first is not None and not _is_free(port):
            raise BrokerError(f"port {port} of {HOST} is in use; name another one")
        node.port, node.controller_port = port, next(others)
        node.listener_ports = {name: next(others) for name in listeners}


def _free_ports(count: int, besides: Sequence[int] = ()) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        port = secrets.choice(_PORTS)
        if port not in found and port not in besides and _is_free(port):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
