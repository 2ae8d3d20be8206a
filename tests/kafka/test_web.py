"""A worker's pages: health for an orchestrator, metrics for Prometheus."""

import asyncio
import contextlib
import socket
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from schemas.dead_letter import Reason
from streams import topics
from streams.app import VERSION
from streams.filters import Input
from streams.ingest import ingest
from streams.settings import Settings
from tests.kafka.workers import Worker, until
from tests.parse.builders import EN_STORY, EN_TITLE

GOOD, BAD = 20, 3
PDF = b"%PDF-1.7\n\xff\x00"


class Page(NamedTuple):
    """What a request was answered with."""

    status: int
    content_type: str
    content: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.content)


class Site:
    """The pages of a worker that reads ``settings``' river."""

    def __init__(self, settings: Settings, worker: Worker) -> None:
        self.settings = settings
        self.worker = worker

    def get(self, path: str) -> Page:
        """Ask for a page; raises ``OSError`` while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.settings.web_port}{path}", timeout=10) as answer:
                return Page(answer.status, answer.headers["Content-Type"], answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Page(error.code, error.headers["Content-Type"], error.read())

    def answers(self) -> bool:
        """Whether somebody listens."""
        with contextlib.suppress(OSError):
            return self.get("/health/live").status == 200
        assert self.worker.process is not None
        assert self.worker.process.poll() is None, self.worker.log
        return False

    def settled(self) -> bool:
        """Whether the worker is ready, has all partitions and nothing left to do."""
        page = self.get("/health/ready")
        agents = page.json["agents"].values()
        return page.status == 200 and all(
            len(each["assignment"]) == self.settings.partitions and each["lag"] == 0 for each in agents
        )

    def metrics(self) -> dict[str, Metric]:
        """The metrics by name; a counter's without ``_total``."""
        text = self.get("/metrics").content.decode()
        return {family.name: family for family in text_string_to_metric_families(text)}

    def value(self, sample: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels."""
        return sum(
            each.value
            for family in self.metrics().values()
            for each in family.samples
            if each.name == sample and labels.items() <= each.labels.items()
        )


@contextlib.contextmanager
def serving(servers: str, folder: Path, *options: str) -> Iterator[Site]:
    """The pages of a worker on a river of its own, once it has its partitions."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    name = f"t{uuid.uuid4().hex[:10]}"
    settings = Settings(bootstrap_servers=servers, group=name, topic_prefix=f"{name}.", partitions=2, web_port=port)
    asyncio.run(topics.create(settings, settings.topics.all()))
    worker = Worker(settings, folder, "streams.cli", "worker", *options).start()
    try:
        site = Site(settings, worker)
        until(site.answers, what="an answer")
        until(site.settled, what="a worker that is ready with all partitions")
        yield site
    finally:
        worker.end()


@pytest.fixture(scope="module")
def idle(bootstrap_servers: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages of a worker that had nothing to do yet."""
    with serving(bootstrap_servers, tmp_path_factory.mktemp("idle")) as site:
        yield site


@pytest.fixture(scope="module")
def busy(bootstrap_servers: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages of a worker after some articles, some of which were refused."""
    with serving(bootstrap_servers, tmp_path_factory.mktemp("busy")) as site:
        asyncio.run(ingest(site.settings, [*articles(GOOD), *[Input("scan", PDF)] * BAD]))
        until(lambda: site.value("rafid_records_in_total", stage="route") == GOOD, what="all articles routed")
        until(lambda: site.value("rafid_records_in_total", stage="parse") == GOOD + BAD, what="all pages parsed")
        yield site


def articles(count: int) -> Iterator[Input]:
    """Articles that differ."""
    for number in range(count):
        yield Input("test", "\n".join((f"{EN_TITLE} {number}", *EN_STORY)).encode())


class TestHealth:
    def test_live_tells_that_the_loop_turns(self, idle: Site) -> None:
        page = idle.get("/health/live")
        assert page.status == 200
        assert page.content_type.startswith("application/json")
        assert page.json["status"] == "live"
        assert page.json["uptime_seconds"] >= 0
        assert page.json["agents"] == ["parse", "route", "tag"]

    def test_ready_tells_assignment_and_lag_of_a_worker_without_work(self, idle: Site) -> None:
        page = idle.get("/health/ready")
        assert page.status == 200
        assert page.content_type.startswith("application/json")
        report = page.json
        assert (report["status"], report["problems"], report["rebalancing"]) == ("ready", [], False)
        assert report["agents"].keys() == {"parse", "tag", "route"}
        assert report["agents"]["parse"] == {
            "assignment": {f"{idle.settings.topics.raw}[{number}]": {"lag": 0} for number in (0, 1)},
            "lag": 0,
            "last_commit_age_seconds": None,
            "dead_letters": {"refused": 0, "of_last": 0},
        }

    def test_ready_tells_the_last_commit_and_dead_letters_of_one_that_works(self, busy: Site) -> None:
        agents = busy.get("/health/ready").json["agents"]
        assert agents["parse"]["dead_letters"] == {"refused": BAD, "of_last": GOOD + BAD}
        assert agents["tag"]["dead_letters"] == {"refused": 0, "of_last": GOOD}
        for agent in agents.values():
            assert 0 <= agent["last_commit_age_seconds"] < 60
            assert agent["lag"] == 0

    def test_ready_tells_only_the_agents_that_run(self, bootstrap_servers: str, tmp_path: Path) -> None:
        with serving(bootstrap_servers, tmp_path, "--agents", "tag") as site:
            assert list(site.get("/health/ready").json["agents"]) == ["tag"]


class TestMetrics:
    def test_count_every_record_in_and_every_message_out(self, busy: Site) -> None:
        names = busy.settings.topics
        assert busy.value("rafid_records_in_total", stage="parse", topic=names.raw) == GOOD + BAD
        assert busy.value("rafid_records_out_total", stage="parse", topic=names.parsed) == GOOD
        assert busy.value("rafid_records_out_total", stage="parse", topic=names.dead_letter) == BAD
        assert busy.value("rafid_records_in_total", stage="tag", topic=names.parsed) == GOOD
        assert busy.value("rafid_records_out_total", stage="tag", topic=names.tagged) == GOOD
        assert busy.value("rafid_records_out_total", stage="route") >= GOOD

    def test_count_dead_letters_by_reason(self, busy: Site) -> None:
        assert busy.value("rafid_dead_letters_total", stage="parse", reason=Reason.BINARY.value) == BAD
        assert busy.value("rafid_dead_letters_total") == BAD

    def test_measure_records_and_slices(self, busy: Site) -> None:
        slices = busy.value("rafid_slice_records_count", stage="parse")
        assert busy.value("rafid_stage_seconds_count", stage="parse") == GOOD + BAD
        assert busy.value("rafid_slice_records_sum", stage="parse") == GOOD + BAD
        assert 0 < busy.value("rafid_slice_seconds_count", stage="parse") == slices <= GOOD + BAD
        assert abs(busy.value("rafid_last_commit_timestamp_seconds", stage="route") - time.time()) < 60

    def test_tell_lag_by_partition_and_the_version(self, busy: Site) -> None:
        lags = busy.metrics()["rafid_lag_records"].samples
        assert {(each.labels["topic"], each.labels["partition"], each.value) for each in lags} == {
            (topic, number, 0.0)
            for topic in (busy.settings.topics.raw, busy.settings.topics.parsed, busy.settings.topics.tagged)
            for number in ("0", "1")
        }
        assert busy.value("rafid_build_info", version=VERSION) == 1

    def test_are_in_the_text_format_of_prometheus(self, idle: Site) -> None:
        page = idle.get("/metrics")
        assert page.status == 200
        assert page.content_type == "text/plain; version=0.0.4; charset=utf-8"


def test_there_are_no_other_pages(idle: Site) -> None:
    for path in ("/", "/health", "/health/", "/table", "/stats/", "/assignment/", "/router", "/graph", "/production"):
        assert idle.get(path).status == 404, path


def test_small_articles_are_gathered_into_few_slices(bootstrap_servers: str, tmp_path: Path) -> None:
    count = 300

    async def trickle(settings: Settings) -> None:
        """One after the other, each when the broker has the last one."""
        async with AIOKafkaProducer(**settings.client_options()) as producer:
            for each in articles(count):
                await producer.send_and_wait(settings.topics.raw, each.value)

    with serving(bootstrap_servers, tmp_path) as site:
        asyncio.run(trickle(site.settings))
        until(lambda: site.value("rafid_records_in_total", stage="route") == count, what="all articles routed")
        for stage in ("parse", "tag", "route"):
            assert site.value("rafid_slice_records_sum", stage=stage) == count
            assert site.value("rafid_slice_records_count", stage=stage) < count / 3, stage
