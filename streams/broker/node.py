"""One node of the embedded broker: its folder, its ports, its process."""

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from streams.broker.jars import BrokerError


@dataclass
class Node:
    """One node: from `start` to `stop` of the broker, while its process may come and go."""

    id: int
    folder: Path
    port: int = 0
    controller_port: int = 0
    listener_ports: dict[str, int] = field(default_factory=dict)
    """Of the further listeners."""
    pid: int = 0
    log_offset: int = 0
    """Where the log of the present process begins."""

    @property
    def log(self) -> Path:
        """What its processes write, one after the other."""
        return self.folder / "kafka.log"

    @property
    def meta(self) -> Path:
        """Kafka's own mark of a data folder that is set up."""
        return self.folder / "data" / "meta.properties"

    @property
    def alive(self) -> bool:
        """Whether its process is there, paused or not."""
        if not self.pid:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def written(self) -> bytes:
        """What the present process has written to the log."""
        try:
            with self.log.open("rb") as file:
                file.seek(self.log_offset)
                return file.read()
        except FileNotFoundError:
            return b""


def lay_out(folder: Path, count: int) -> list[Node]:
    """The nodes of a broker in its folder, which is new or holds as many; else raises `BrokerError`."""
    there = len(list(folder.glob("node-*")))
    if there not in (0, count):
        raise BrokerError(f"{folder} holds a broker of {there} node(s), not {count}; name another folder")
    nodes = [Node(id=number, folder=folder / f"node-{number}") for number in range(1, count + 1)]
    for node in nodes:
        node.folder.mkdir(exist_ok=True)
    return nodes


def cluster_id(nodes: list[Node]) -> str:
    """What the nodes' data say of which cluster they are; a new one if they have none."""
    for node in nodes:
        meta = node.meta.read_text() if node.meta.exists() else ""
        if found := re.search(r"^cluster\.id=(\S+)$", meta, re.MULTILINE):
            return found.group(1)
    # Kafka wants 16 bytes in base64; its command line would take a leading "-" for an option.
    return secrets.token_urlsafe(16).replace("-", "A").replace("_", "A")
