"""Fixtures for all tests: the real broker, and settings on a river of one's own."""

import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.broker import EmbeddedKafka
from streams.settings import Settings

TESTS = Path(__file__).parent

SLOW = {"benchmarks", "docs", "kafka", "compose", "test_broker.py"}
"""Folders and files under tests/ whose tests wait for brokers and workers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: else, with two files at a time, the last would run alone."""
    items.sort(key=lambda item: SLOW.isdisjoint(item.path.relative_to(TESTS).parts))


@pytest.fixture(scope="session", autouse=True)
def _heed_interrupts() -> None:
    """A shell lets what it runs in the background ignore SIGINT, and what that starts, too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def bootstrap_servers() -> Iterator[str]:
    """A real Apache Kafka: RAFID_TEST_BOOTSTRAP_SERVERS, or one that the tests start. Never a skip."""
    given = os.environ.get("RAFID_TEST_BOOTSTRAP_SERVERS")
    if given:
        yield given
        return
    with EmbeddedKafka() as kafka:
        yield kafka.bootstrap_servers


@pytest.fixture
def settings(bootstrap_servers: str) -> Settings:
    """Settings of a river that no other test uses: its own topics and group."""
    name = f"t{uuid.uuid4().hex[:10]}"
    return Settings(
        bootstrap_servers=bootstrap_servers,
        group=name,
        topic_prefix=f"{name}.",
        web_port=0,
        partitions=2,
        broker_patience=30,
    )
