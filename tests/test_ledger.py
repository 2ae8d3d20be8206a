"""The books of the conservation law: what they must notice."""

import pytest

from schemas.dead_letter import DeadLetter, Origin, Reason
from streams.delivery.stage import Record
from streams.ledger import Ledger
from streams.settings import Topics

TOPICS = Topics("")
ORIGIN = (("rafid-origin", b"articles.raw/0/0"),)


def raw(offset: int = 0) -> Record:
    return Record(TOPICS.raw, 0, offset, None, None, b"page", ())


def message(topic: str, offset: int = 0, key: bytes = b"a") -> Record:
    return Record(topic, 0, offset, None, key, b"{}", ORIGIN)


def dead(stage: str, topic: str, offset: int, at: int = 0) -> Record:
    letter = DeadLetter(
        reason=Reason.BINARY,
        detail="",
        stage=stage,
        origin=Origin(topic=topic, partition=0, offset=offset),
        size=0,
        sha256="",
        version="1",
    )
    return Record(TOPICS.dead_letter, 0, at, None, b"k", letter.to_json(), ())


WHOLE = [raw(), message(TOPICS.parsed), message(TOPICS.tagged), message(TOPICS.stream("politics"))]


def books(*records: Record) -> Ledger:
    ledger = Ledger(TOPICS)
    ledger.add(records)
    return ledger


def test_a_whole_path_balances() -> None:
    ledger = books(*WHOLE)
    assert (ledger.lost(), ledger.duplicated()) == ([], [])
    assert "1 raw articles in" in ledger.balance()


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_path_that_ends_early_is_lost(length: int) -> None:
    assert len(books(*WHOLE[:length]).lost()) == 1


@pytest.mark.parametrize("record", WHOLE[1:])
def test_a_message_twice_is_a_duplicate(record: Record) -> None:
    assert len(books(*WHOLE, record._replace(offset=9)).duplicated()) == 1


@pytest.mark.parametrize(
    ("length", "letter"),
    [(1, dead("parse", TOPICS.raw, 0)), (2, dead("tag", TOPICS.parsed, 0)), (3, dead("route", TOPICS.tagged, 0))],
)
def test_a_dead_letter_ends_a_path(length: int, letter: Record) -> None:
    ledger = books(*WHOLE[:length], letter)
    assert (ledger.lost(), ledger.duplicated()) == ([], [])


def test_parsed_and_dead_is_one_too_many() -> None:
    assert len(books(*WHOLE, dead("parse", TOPICS.raw, 0)).duplicated()) == 1


def test_two_dead_letters_of_one_input_are_one_too_many() -> None:
    letter = dead("parse", TOPICS.raw, 0)
    assert len(books(raw(), letter, letter._replace(offset=1)).duplicated()) == 1


def test_one_item_on_two_streams_is_no_duplicate() -> None:
    assert books(*WHOLE, message(TOPICS.stream("economy"))).duplicated() == []


def test_keys_and_origins_that_are_not_utf_8_are_followed_like_others() -> None:
    origin = (("rafid-origin", b"\xff"),)
    odd = [Record(each.topic, 0, 0, None, b"\xfe", b"{}", origin) for each in WHOLE[1:]]
    assert books(*odd).lost() == []
    assert len(books(*odd[:-1]).lost()) == 1


def test_a_redriven_article_goes_a_way_of_its_own() -> None:
    copy = (("rafid-origin", b"articles.raw/0/0"), ("rafid-redriven", b"articles.raw/0/5"))
    way = [each._replace(headers=copy) for each in WHOLE[1:]]
    ledger = books(raw(), dead("parse", TOPICS.raw, 0), raw(5), *way)
    assert (ledger.lost(), ledger.duplicated()) == ([], [])


def test_a_redriven_message_between_stages_is_counted_once() -> None:
    again = WHOLE[1]._replace(offset=5, headers=(*ORIGIN, ("rafid-attempt", b"2")))
    ledger = books(*WHOLE[:2], dead("tag", TOPICS.parsed, 0), again, *WHOLE[2:])
    assert (ledger.lost(), ledger.duplicated()) == ([], [])
