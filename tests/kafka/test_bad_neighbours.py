"""What other programs may put on our topics, on a real broker: it is worked or kept, and ends nothing."""

from pathlib import Path

from aiokafka import AIOKafkaProducer

from benchmarks.fuzz import fuzz
from schemas.dead_letter import DeadLetter, Reason
from streams.dead_letters.letters import Selection
from streams.dead_letters.redrive import redrive
from streams.delivery.header_names import send
from streams.reading import read_all
from streams.settings import Settings
from tests.kafka.conftest import Hop, WorkerFactory

CAFE = b"caf\xe9".decode("utf-8", "surrogateescape")  # a name as Latin-1 writes it
HEADERS = (("plain", b"1"), (CAFE, b"\xff"), ("", None))


async def test_header_names_that_are_not_utf_8_are_passed_kept_and_sent_back(
    hop: Hop, new_worker: WorkerFactory
) -> None:
    async with AIOKafkaProducer(**hop.settings.client_options()) as producer:
        for value in (b"pass", b"refuse"):
            await (await send(producer, hop.reach.input, b"k", value, HEADERS))
    worker = new_worker()
    await hop.publish(b"after")
    passed = await hop.settled(3)
    assert set(passed) == {b"pass", b"after"}, worker.log
    outputs = [record async for record in read_all(hop.settings, hop.reach.outputs[:2])]
    assert {record.value: record.headers for record in outputs}[b"pass"] == HEADERS
    (letter,) = [DeadLetter.from_json(value) for value in await hop.dead()]
    assert tuple((each.kafka_name(), each.value and each.value.to_bytes()) for each in letter.headers) == HEADERS

    await redrive(hop.settings, Selection(reasons=frozenset({Reason.NO_ARTICLE})))
    refused = [record async for record in read_all(hop.settings, [hop.reach.input]) if record.value == b"refuse"]
    assert [record.headers[: len(HEADERS)] for record in refused] == [HEADERS] * 2
    assert [record.key for record in refused] == [b"k"] * 2


async def test_an_input_that_eats_memory_becomes_a_dead_letter_and_the_rest_passes(
    hop: Hop, new_worker: WorkerFactory
) -> None:
    await hop.publish(b"a", b"eat 1", b"b", b"ask-for-all 2", b"segfault 3", b"recurse 4", b"c")
    worker = new_worker(settings=hop.settings, RAFID_STAGE_MEMORY="300000000", RAFID_DEAD_LETTER_SHARE="1")
    passed = await hop.settled(7)
    assert set(passed) == {b"a", b"b", b"c"}, worker.log
    letters = [DeadLetter.from_json(value) for value in await hop.dead()]
    assert {letter.content.to_bytes(): letter.reason for letter in letters if letter.content} == {
        b"eat 1": Reason.OUT_OF_MEMORY,
        b"ask-for-all 2": Reason.OUT_OF_MEMORY,
        b"segfault 3": Reason.STAGE_CRASH,
        b"recurse 4": Reason.STAGE_ERROR,
    }


async def test_spoilt_records_through_the_river_are_all_accounted_for(settings: Settings, tmp_path: Path) -> None:
    """The short form of ``python -m benchmarks.fuzz``."""
    log = tmp_path / "worker.log"
    books, wrong = await fuzz(settings, 500, 6, None, log)
    assert wrong == [], log.read_text(errors="replace")[-3_000:]
    assert books.ledger.raw.total() == 400
    assert books.ledger.dead.total() > 100
    assert books.ledger.routed.total() > 100
