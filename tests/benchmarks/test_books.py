"""The torture's books notice what they are for: a lost, a doubled and a wrong message are each planted here."""

from collections.abc import Callable, Iterable

import pytest

from benchmarks.torture.books import Books
from benchmarks.torture.inputs import Inputs
from schemas.dead_letter import Blob, DeadLetter, Header, Reason
from streams.delivery.dead_letters import dead_letter
from streams.delivery.stage import Record
from streams.delivery.stage_process import run_stage
from streams.settings import AGENT_NAMES, Settings
from streams.stages import StageBuilder

COUNT = 8
BAD = 3  # the number of the input that a stage refuses
SETTINGS = Settings()
TEXTS = (
    "Ferry line to add a night crossing\n\nThe ferry line said on Monday that it will add a crossing at night from May.",
    "وزير المياه يعلن خطة جديدة\n\nأعلن وزير المياه اليوم خطة جديدة لتوزيع المياه على المزارعين في موسم الجفاف.",
)


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return Inputs(TEXTS, SETTINGS, bad_every=BAD + 1)


@pytest.fixture(scope="module")
def river(inputs: Inputs) -> list[Record]:
    """Every record of the river's ends after COUNT inputs went down it, and those of articles.raw."""
    found: list[Record] = []
    stages = [StageBuilder(name, SETTINGS)() for name in AGENT_NAMES]
    for number in range(COUNT):
        raw = inputs.of(number)
        records = [Record(SETTINGS.topics.raw, 0, number, 1_700_000_000_000 + number, raw.key, raw.value, raw.headers)]
        found += records
        for name, stage in zip(AGENT_NAMES, stages, strict=True):
            made: list[Record] = []
            for record in records:
                outcome = run_stage(stage, record)
                if outcome.refused is not None:
                    letter = dead_letter(record, outcome.refused, stage=name, version="1")
                    found.append(letter_record(letter, len(found)))
                made += [Record(o.topic, 0, len(found), 1, o.key, o.value, o.headers) for o in outcome.outputs]
            records = made
        found += records
    return found


def letter_record(letter: DeadLetter, offset: int) -> Record:
    return Record(SETTINGS.topics.dead_letter, 0, offset, 1, None, letter.to_json(), ())


def is_item(record: Record) -> bool:
    return record.topic not in (SETTINGS.topics.raw, SETTINGS.topics.dead_letter)


def is_letter(record: Record) -> bool:
    return record.topic == SETTINGS.topics.dead_letter


def books_of(inputs: Inputs, records: Iterable[Record]) -> Books:
    books = Books(inputs, SETTINGS.topics)
    for number in range(COUNT):
        books.note(number)
    for record in records:
        books.enter(record)
    return books


def test_books_balance_when_nothing_happened(inputs: Inputs, river: list[Record]) -> None:
    balance = books_of(inputs, river).close()
    assert balance.holds, balance.examples
    assert (balance.noted, balance.published, balance.dead_letters) == (COUNT, COUNT, 2)


@pytest.mark.parametrize("kind", [is_item, is_letter])
def test_what_is_missing_is_lost(inputs: Inputs, river: list[Record], kind: type) -> None:
    missing = next(record for record in river if kind(record))
    balance = books_of(inputs, [record for record in river if record is not missing]).close()
    assert (balance.lost, balance.duplicated, balance.wrong) == (1, 0, 0)
    assert not balance.holds


@pytest.mark.parametrize("kind", [is_item, is_letter])
def test_what_comes_twice_is_duplicated(inputs: Inputs, river: list[Record], kind: type) -> None:
    twice = next(record for record in river if kind(record))
    balance = books_of(inputs, [*river, twice._replace(offset=999)]).close()
    assert (balance.lost, balance.duplicated, balance.wrong) == (0, 1, 0)


def test_one_letter_that_differs_is_wrong(inputs: Inputs, river: list[Record]) -> None:
    item = next(record for record in river if is_item(record))
    assert item.value is not None
    changed = item._replace(value=item.value.replace(b"Monday", b"Sunday"))
    assert changed != item
    balance = books_of(inputs, [changed if record is item else record for record in river]).close()
    assert (balance.lost, balance.duplicated, balance.wrong) == (1, 0, 1)


def test_an_item_with_the_url_of_another_input_is_wrong(inputs: Inputs, river: list[Record]) -> None:
    item = next(record for record in river if is_item(record))
    assert item.value is not None
    changed = item._replace(value=item.value.replace(b"torture/000000000", b"torture/000000002"))
    assert changed != item
    balance = books_of(inputs, [changed if record is item else record for record in river]).close()
    assert balance.wrong == 1


def test_an_item_on_the_wrong_stream_is_wrong(inputs: Inputs, river: list[Record]) -> None:
    item = next(record for record in river if is_item(record))
    astray = item._replace(topic=SETTINGS.topics.stream("weather"))
    balance = books_of(inputs, [astray if record is item else record for record in river]).close()
    assert balance.wrong == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda letter: {"content": Blob.of(b"another")},
        lambda letter: {"key": Blob.of(b"another")},
        lambda letter: {"headers": (*letter.headers, Header(name="one", value=Blob.of(b"more")))},
        lambda letter: {"origin": letter.origin.model_copy(update={"timestamp": 1})},
        lambda letter: {"origin": letter.origin.model_copy(update={"offset": 77})},
        lambda letter: {"reason": Reason.TIMEOUT},
        lambda letter: {"stage": "tag"},
    ],
)
def test_a_dead_letter_that_is_not_the_input_byte_for_byte_is_wrong(
    inputs: Inputs, river: list[Record], change: Callable[[DeadLetter], dict[str, object]]
) -> None:
    record = next(record for record in river if is_letter(record))
    letter = DeadLetter.from_json(record.value or b"")
    changed = letter_record(letter.model_copy(update=change(letter)), record.offset)
    assert books_of(inputs, [changed if each is record else each for each in river]).close().wrong == 1


def test_an_item_that_names_another_origin_is_wrong(inputs: Inputs, river: list[Record]) -> None:
    item = next(record for record in river if is_item(record))
    moved = tuple((name, b"articles.raw/0/77" if name == "rafid-origin" else value) for name, value in item.headers)
    changed = item._replace(headers=moved)
    balance = books_of(inputs, [changed if record is item else record for record in river]).close()
    assert balance.wrong == 1


def test_what_was_not_published_is_told(inputs: Inputs, river: list[Record]) -> None:
    books = books_of(inputs, river)
    books.note(COUNT)
    balance = books.close()
    assert not balance.holds
    assert (balance.noted, balance.published) == (COUNT + 1, COUNT)


def test_what_a_worker_said_had_expired_is_not_lost(inputs: Inputs, river: list[Record]) -> None:
    origin = next(value for name, value in river[1].headers if name == "rafid-origin" and value)
    offset = int(origin.rsplit(b"/", 1)[1])
    books = books_of(inputs, [r for r in river if not is_item(r) or dict(r.headers)["rafid-origin"] != origin])
    assert books.close().lost > 0
    books.expire(0, offset, offset + 1)
    balance = books.close()
    assert (balance.lost, balance.expired) == (0, 1)
