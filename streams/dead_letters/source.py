"""Where the input of a dead letter is from, as far as it says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from schemas.dead_letter import DeadLetter


def sources(letter: DeadLetter) -> tuple[str, ...]:
    """Hosts of its addresses, then names of its publisher, in lower case; empty where the input names none.

    Asked are the headers and the JSON of the envelope, parsed article or news item. Nothing that it says is checked.
    """
    headers = {
        each.name.lower(): each.value.to_bytes().decode("utf-8", "replace") for each in letter.headers if each.value
    }
    parts = [headers, *_objects(letter)]
    hosts = (host for part in parts for address in _addresses(part) if (host := _host(address)))
    names = (name.casefold() for part in parts for name in _names(part))
    return tuple(dict.fromkeys((*hosts, *names)))


def is_from(letter: DeadLetter, wanted: str) -> bool:
    """Whether an input is from this host, one under it, or the publisher of this name."""
    wanted = wanted.casefold()
    return any(each == wanted or each.endswith(f".{wanted}") for each in sources(letter))


def _objects(letter: DeadLetter) -> Iterator[dict[str, Any]]:
    if letter.content is None or not (content := letter.content.to_bytes()).lstrip().startswith(b"{"):
        return
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return
    yield value
    if isinstance(value.get("data"), dict):  # a CloudEvent
        yield value["data"]


def _addresses(part: dict[str, Any]) -> Iterator[str]:
    for name in ("url", "ce_subject", "ce_source", "feed", "source"):
        if isinstance(part.get(name), str):
            yield part[name]
    for other in _dicts(part.get("altIds")):  # ninjs
        if other.get("role") == "url" and isinstance(other.get("value"), str):
            yield other["value"]


def _names(part: dict[str, Any]) -> Iterator[str]:
    named = [part.get("source"), *(each.get("name") for each in _dicts(part.get("infoSources")))]
    return (name for name in named if isinstance(name, str) and name and _host(name) is None)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _host(address: str) -> str | None:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None
