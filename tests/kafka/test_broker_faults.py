"""A broker that is away, dies or cannot do what we need."""

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from streams.broker import EmbeddedKafka
from streams.delivery.preflight import BrokerRefused, check
from streams.settings import Settings
from tests.kafka.conftest import Hop, WorkerFactory
from tests.kafka.workers import until


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[EmbeddedKafka]:
    """A broker of the test's own, to be killed."""
    with EmbeddedKafka(data=tmp_path / "kafka") as kafka:
        yield kafka


@pytest.fixture
def settings(kafka: EmbeddedKafka) -> Settings:
    """Settings of a river on that broker."""
    return Settings(
        bootstrap_servers=kafka.bootstrap_servers,
        group="faults",
        topic_prefix="faults.",
        web_port=0,
        partitions=2,
        broker_patience=60,
    )


async def test_a_broker_that_dies_and_comes_back_costs_nothing(
    hop: Hop, kafka: EmbeddedKafka, new_worker: WorkerFactory
) -> None:
    worker = new_worker()
    values = [b"%d" % number for number in range(3000)]
    await hop.publish(*values)
    await hop.settled(500)
    kafka.kill(1)
    await asyncio.sleep(3)
    kafka.restart(1)
    passed = await hop.settled(3000, seconds=90)
    assert worker.process is not None
    assert worker.process.poll() is None, worker.log
    assert set(passed) == set(values)
    assert passed.total() == 3000


async def test_a_worker_stops_when_its_patience_ends(hop: Hop, kafka: EmbeddedKafka, new_worker: WorkerFactory) -> None:
    worker = new_worker(RAFID_BROKER_PATIENCE="3")
    await hop.publish(*[b"slow %d" % number for number in range(20)])
    await hop.settled(2)
    kafka.kill(1)
    assert worker.wait(60) == 69, worker.log
    assert "RAFID_BROKER_PATIENCE" in worker.log
    kafka.restart(1)
    worker.start()
    passed = await hop.settled(20, seconds=60)
    assert passed.total() == 20
    until(lambda: worker.process is not None and worker.process.poll() is None, seconds=1, what="a running worker")


async def test_an_idle_worker_notices_too(hop: Hop, kafka: EmbeddedKafka, new_worker: WorkerFactory) -> None:
    worker = new_worker(RAFID_BROKER_PATIENCE="8")
    await hop.publish(b"one")
    await hop.settled(1)
    kafka.kill(1)
    assert worker.wait(60) == 69, worker.log
    assert "no broker has answered" in worker.log


# A broker as Kafka's protocol goes, of two requests: ApiVersions and Metadata, and no transactions.
API_VERSIONS, METADATA = 18, 3


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host, port = writer.get_extra_info("sockname")
    while True:
        try:
            (size,) = struct.unpack(">i", await reader.readexactly(4))
        except asyncio.IncompleteReadError:
            writer.close()
            return
        key, _version, correlation = struct.unpack(">hhi", (await reader.readexactly(size))[:8])
        if key == API_VERSIONS:
            known = ((API_VERSIONS, 0, 0), (METADATA, 0, 1))
            body = struct.pack(">hi", 0, len(known)) + b"".join(struct.pack(">hhh", *each) for each in known)
        else:
            name = host.encode()
            broker = struct.pack(">ih", 1, len(name)) + name + struct.pack(">ih", port, -1)
            body = struct.pack(">i", 1) + broker + struct.pack(">ii", 1, 0)
        writer.write(struct.pack(">ii", 4 + len(body), correlation) + body)
        await writer.drain()


@pytest.fixture
async def old_broker() -> AsyncIterator[str]:
    """A broker without transactions."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_a_broker_without_transactions_is_refused(old_broker: str) -> None:
    client = Settings(bootstrap_servers=old_broker).client_options()
    with pytest.raises(BrokerRefused, match="has no transactions"):
        await check(client, group="g", inputs=["in"], outputs=["out"], patience=5)
