"""The river itself on a real broker: raw articles in, news items on topic streams, dead letters, nothing else."""

import asyncio
import signal

import orjson

from schemas.dead_letter import DeadLetter, Reason
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams import topics
from streams.demo import demo_pages
from streams.filters import Input
from streams.ingest import ingest
from streams.ledger import Ledger
from streams.reading import read_all
from streams.route import Router
from streams.settings import Settings
from tests.kafka.conftest import WorkerFactory
from tests.ninjs import violations

WORKER = ("streams.cli", "worker")


async def create(settings: Settings) -> tuple[str, ...]:
    names = settings.topics.all(Router.load().streams)
    await topics.create(settings, names)
    return names


async def settled(settings: Settings, names: tuple[str, ...], count: int) -> tuple[Ledger, list]:  # type: ignore[type-arg]
    for _ in range(200):
        records = [record async for record in read_all(settings, names)]
        ledger = Ledger(settings.topics)
        ledger.add(records)
        if ledger.raw.total() == count and not ledger.lost():
            break
        await asyncio.sleep(0.3)
    return ledger, records


async def test_the_demo_pages_go_down_the_river(settings: Settings, new_worker: WorkerFactory) -> None:
    names = await create(settings)
    pages = demo_pages()
    worker = new_worker(*WORKER)
    await ingest(settings, pages)
    ledger, records = await settled(settings, names, len(pages))
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0, worker.log
    assert ledger.lost() == []
    assert ledger.duplicated() == []
    ends = {settings.topics.raw, settings.topics.parsed, settings.topics.dead_letter}
    for record in records:
        if record.topic == settings.topics.parsed:
            assert ParsedArticle.from_json(record.value).id.encode() == record.key
        if record.topic not in ends:
            item = NewsItem.from_json(record.value)
            assert violations(record.value) == []
            assert f"urn:uuid:{record.key.decode()}" == item.uri
            headers = dict(record.headers)
            assert headers["rafid-origin"].startswith(settings.topics.raw.encode())
            if record.topic.startswith(settings.topics.stream("")):
                assert orjson.loads(headers["rafid-routes"])
    letters = [DeadLetter.from_json(r.value) for r in records if r.topic == settings.topics.dead_letter]
    assert {letter.reason for letter in letters} == {Reason.BINARY, Reason.INVALID_ENVELOPE}


async def test_a_page_without_headers_or_envelope_is_parsed(settings: Settings, new_worker: WorkerFactory) -> None:
    names = await create(settings)
    page = next(page for page in demo_pages() if page.name.endswith(".txt"))
    new_worker(*WORKER)
    await ingest(settings, [Input("bare", page.value)])
    ledger, _ = await settled(settings, names, 1)
    assert ledger.dead.total() == 0
    assert ledger.parsed.total() >= 1
    assert ledger.lost() == []


async def test_workers_share_the_stages(settings: Settings, new_worker: WorkerFactory) -> None:
    names = await create(settings)
    pages = demo_pages()
    new_worker(*WORKER, "--agents", "parse")
    new_worker(*WORKER, "--agents", "tag,route")
    await ingest(settings, pages)
    ledger, _ = await settled(settings, names, len(pages))
    assert ledger.lost() == []
    assert ledger.duplicated() == []
