"""The demo's table."""

import io

import orjson
from rich.console import Console

from streams.delivery.stage import Record
from streams.demo import _table
from streams.settings import Settings
from tests.hostile import HOSTILE, HUGE, assert_safe


def test_the_table_is_safe_to_show_whatever_messages_say() -> None:
    topics = Settings().topics
    subject = {"rel": "about", "literal": HOSTILE, "confidence": 90}
    item = {"headlines": [{"value": HUGE}], "language": HOSTILE, "subjects": [subject], "places": []}
    letter = {"reason": "binary", "detail": HUGE}
    records = [
        Record(topics.stream("sport"), 0, 0, None, None, orjson.dumps(item), ()),
        Record(topics.dead_letter, 0, 0, None, None, orjson.dumps(letter), ()),
    ]
    out = io.StringIO()
    Console(file=out, width=120).print(_table(records, Settings()))
    assert_safe(out.getvalue(), lines=3)


def test_markup_of_a_message_is_shown_and_not_followed() -> None:
    letter = Record(Settings().topics.dead_letter, 0, 0, None, None, b'{"reason": "binary", "detail": "[red]x[/]"}', ())
    out = io.StringIO()
    Console(file=out, width=120).print(_table([letter], Settings()))
    assert "[red]x[/]" in out.getvalue()
