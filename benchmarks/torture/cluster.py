"""The brokers under torture: which one leads what, killing them, a disk that fills, and the proxies before them."""

import asyncio
import contextlib
import os
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.torture.proxy import HOST, Proxy, Trouble
from streams.broker import EmbeddedKafka

DISK = "2g"  # three nodes with 10,000 articles take three quarters of it
TRANSACTIONS = 1  # Kafka's number of that kind of coordinator


class Cluster:
    """One or three nodes of Apache Kafka, and what can be done to them. A context manager.

    ``proxied``: workers reach them through a proxy each. ``small_disk``: their data lies in a file system of its own
    that can be filled, where this user may mount one. ``config``: settings of Kafka.
    """

    def __init__(
        self, nodes: int, *, proxied: bool = False, small_disk: bool = False, config: Mapping[str, str] = {}
    ) -> None:
        self.nodes = range(1, nodes + 1)
        self._proxied = proxied
        self._small_disk = small_disk
        self._config = config
        self._exit = contextlib.ExitStack()
        self._lock = threading.Lock()
        self._proxies: dict[int, Proxy] = {}
        self.disk: Path | None = None
        """Where that small file system is mounted, if it is."""

    def __enter__(self) -> "Cluster":
        folder = Path(self._exit.enter_context(tempfile.TemporaryDirectory(prefix="rafid-torture-")))
        if self._small_disk and mount(folder):
            self.disk = folder
            self._exit.callback(unmount, folder)
        listeners: list[tuple[int, int]] = []
        if self._proxied:
            for node in self.nodes:
                port = free_port()
                proxy = self._proxies[node] = self._exit.enter_context(Proxy(port))
                listeners.append((port, proxy.port))
        self._kafka = self._exit.enter_context(
            EmbeddedKafka(data=folder / "kafka", nodes=len(self.nodes), proxied=listeners, config=self._config)
        )
        self._exit.callback(shutil.rmtree, folder / "kafka", ignore_errors=True)
        self.direct = self._kafka.bootstrap_servers
        """Addresses without a proxy before them."""
        return self

    def __exit__(self, *_: object) -> None:
        # Ended rather than stopped: the data is thrown away, and one node may be frozen.
        for node in self.nodes:
            self._kafka.kill(node)
        self._exit.close()

    @property
    def for_workers(self) -> str:
        """The addresses that workers are told."""
        return ",".join(f"{HOST}:{proxy.port}" for proxy in self._proxies.values()) or self.direct

    def kill(self, *nodes: int) -> None:
        """``kill -9`` of these nodes."""
        with self._lock:
            for node in nodes:
                self._kafka.kill(node)

    def restart(self, *nodes: int) -> None:
        """Start these nodes again, all at once; returns when each accepts connections."""
        with self._lock:
            self._kafka.restart(*nodes)

    def alive(self) -> list[int]:
        """The nodes whose process is there."""
        return [*self._kafka.pids]

    def network(self, trouble: Trouble, delay: float = 0.0) -> None:
        """Between workers and all brokers, from now on."""
        for proxy in self._proxies.values():
            proxy.set(trouble, delay)

    def roles(self, group: str, topic: str) -> Mapping[str, Callable[[], tuple[int, ...]]]:
        """Who to kill, by role: asked anew each time, since roles move."""
        return {
            "leader": lambda: (asyncio.run(self._leader(topic)),),
            "group coordinator": lambda: (asyncio.run(self._coordinator(group, 0)),),
            "transaction coordinator": lambda: (asyncio.run(self._coordinator(f"{group}-{topic}-0", TRANSACTIONS)),),
            "all at once": lambda: tuple(self.nodes),
        }

    def fill_disk(self) -> Callable[[], None]:
        """Fill the small file system; returns what makes room again."""
        assert self.disk is not None
        filler = self.disk / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            block = bytes(2**20)
            while file.write(block):
                pass
        with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(512)):
                pass
        return filler.unlink

    def forbid_writing(self) -> Callable[[], None]:
        """Let every node fail at each write to a file, as on a disk that went read-only; returns what ends that."""
        for pid in self._kafka.pids.values():
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))

        def allow() -> None:
            for pid in self._kafka.pids.values():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

        return allow

    async def _leader(self, topic: str) -> int:
        admin = await self._admin()
        try:
            (found,) = await admin.describe_topics([topic])
        finally:
            await admin.close()
        return int(found["partitions"][0]["leader"])

    async def _coordinator(self, name: str, kind: int) -> int:
        admin = await self._admin()
        try:
            return int(await admin.find_coordinator(name, kind))
        finally:
            await admin.close()

    async def _admin(self) -> AIOKafkaAdminClient:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.direct)
        await admin.start()
        return admin


def mount(folder: Path) -> bool:
    """Mount a small file system there; False where that is not allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "rafid-torture", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def free_port() -> int:
    """A port that is free now; below those that outgoing connections and EmbeddedKafka get."""
    while True:
        port = secrets.choice(range(10_000, 20_000))
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port
