"""Messages of topics for a person: a line each, titles last so that right-to-left ones do not tear the columns."""

from collections.abc import Callable, Collection
from contextlib import aclosing
from typing import Any

import orjson

from streams.delivery.stage import Record
from streams.printable import printable, printable_json
from streams.reading import UnknownTopic, follow
from streams.settings import Settings
from streams.topics import partitions

WIDTH = 100  # characters of a title or text that are shown


async def tail(
    settings: Settings,
    names: Collection[str],
    show: Callable[[str], Any],
    *,
    from_beginning: bool,
    count: int | None,
    as_json: bool,
) -> None:
    """Show messages as they arrive, ``count`` of them or for ever; raises ``UnknownTopic`` for an unknown topic."""
    known = await partitions(settings)
    try:
        topics = [_full_name(name, known) for name in names]
    except UnknownTopic as error:
        if settings.security_protocol == "PLAINTEXT":
            raise
        raise UnknownTopic(f"{error}. A topic that this user may not Describe is not among them") from None
    shown = 0
    async with aclosing(follow(settings, topics, from_beginning=from_beginning)) as records:
        async for record in records:
            if record is None:
                continue
            show(as_json_line(record) if as_json else line(record))
            shown += 1
            if shown == count:
                return


def _full_name(name: str, known: Collection[str]) -> str:
    for topic in known:
        if topic == name or topic.endswith(f".{name}"):
            return topic
    raise UnknownTopic(f"no topic {name}; there are {', '.join(sorted(known)) or 'none: `rafid topics create`'}")


def as_json_line(record: Record) -> str:
    """The message with where it stands, as JSON; bytes that are no JSON as text."""
    headers = {
        name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"): None
        if value is None
        else value.decode("utf-8", "replace")
        for name, value in record.headers
    }
    told = orjson.dumps(
        {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": record.key.decode("utf-8", "replace") if record.key is not None else None,
            "headers": headers,
            "value": read_json(record.value),
        }
    )
    return printable_json(told.decode())


def line(record: Record) -> str:
    """One line: where it stands, what it is, its title or first words."""
    return f"{record.topic}/{record.partition}/{record.offset}  {summary(read_json(record.value))}"


def summary(value: Any) -> str:
    """A message in a few words."""
    if not isinstance(value, dict):
        return _short(value)
    try:
        return _item_or_letter(value) or _short(value.get("title") or value.get("content"))
    except (AttributeError, KeyError, TypeError):  # another program's message, of other shape
        return _short(orjson.dumps(value).decode())


def _item_or_letter(value: dict[str, Any]) -> str | None:
    if "headlines" in value or "bodies" in value:
        topics = _short(",".join(s["literal"] for s in value.get("subjects", ()) if s["rel"] == "about")) or "-"
        places = _short(",".join(dict.fromkeys(place["literal"] for place in value.get("places", ())))) or "-"
        texts = [*value.get("headlines", ()), *value.get("bodies", ())]
        title = _short(texts[0]["value"]) if texts else ""
        return f"[{_short(value.get('language')) or '?'}]  {topics}  {places}  {title}"
    if "reason" in value:
        return f"{_short(value['stage'])}  {_short(value['reason'])}  {_short(value['detail'])}"
    return None


def _short(text: Any) -> str:
    return printable(" ".join(str(text or "")[: 10 * WIDTH].split()), WIDTH)


def read_json(value: bytes | None) -> Any:
    """The message as JSON; bytes that are none as text."""
    try:
        return orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        return (value or b"").decode("utf-8", "replace")
