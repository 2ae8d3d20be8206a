"""Records whose header names are not UTF-8: read like all others, kept in dead letters, written as they were."""

import pytest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from schemas.dead_letter import DeadLetter, Header, Reason
from streams.delivery.dead_letters import dead_letter
from streams.delivery.header_names import _Name, _Records
from streams.delivery.stage import Output, Record
from streams.delivery.stage_process import Refused

CAFE = b"caf\xe9".decode("utf-8", "surrogateescape")
NAMES = ("plain", "اسم", CAFE, "plain", "\\xe9", CAFE)


def batch(*names: str, compression: int = 0) -> bytes:
    """A batch of one record for each name."""
    builder = _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, 0, 100_000)
    for number, name in enumerate(names):
        builder.append(number, 1, b"k", b"value %d" % number, [("first", b"1"), (_Name(name), None)])
    return bytes(builder.build())


def read(data: bytes) -> list[tuple[bytes, str]]:
    """Value and second header's name of each record."""
    records, found = _Records(data), []
    while records.has_next():
        each = records.next_batch()
        assert each.validate_crc()
        found += [(record.value, record.headers[1][0]) for record in each]
    return found


@pytest.mark.parametrize("compression", [0, 1])
def test_every_record_of_a_batch_is_read_in_order(compression: int) -> None:
    data = batch(*NAMES, compression=compression) + batch("plain") + batch(*NAMES, compression=compression)
    values = [b"value %d" % number for number in range(len(NAMES))]
    assert read(data) == [
        *zip(values, NAMES, strict=True),
        (b"value 0", "plain"),
        *zip(values, NAMES, strict=True),
    ]


def test_without_us_such_a_record_cannot_be_read() -> None:
    with pytest.raises(UnicodeDecodeError):
        list(MemoryRecords(batch(CAFE)).next_batch())


@pytest.mark.parametrize("name", NAMES)
def test_a_dead_letter_keeps_a_name_whatever_it_is(name: str) -> None:
    record = Record("in", 0, 1, None, None, b"x", ((name, b"1"),))
    letter = dead_letter(record, Refused(Reason.EMPTY, "d"), stage="parse", version="1")
    (header,) = DeadLetter.from_json(letter.to_json()).headers
    assert header.kafka_name() == name
    assert header.name.isprintable()


def test_a_name_that_is_utf_8_is_told_once() -> None:
    assert Header.of("اسم", None) == Header(name="اسم")
    assert Header.of(CAFE, None).name == "caf\\xe9"


def test_a_names_size_is_counted_in_bytes() -> None:
    sizes = [Output("t", None, b"", ((name, None),)).size() for name in ("a", "ا", CAFE)]
    assert [size - sizes[0] for size in sizes] == [0, 1, 3]
