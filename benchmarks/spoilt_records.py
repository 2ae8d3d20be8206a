"""Whole Kafka records spoilt, keys and headers too, for each topic that a stage reads: what fuzz.py publishes."""

import contextlib
import random
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from benchmarks.spoilt import MUTATIONS, make
from schemas.dead_letter import Refusal
from streams.delivery.stage import Headers
from streams.demo import demo_pages
from streams.parse import Parser
from streams.settings import Topics
from streams.stages import ORIGIN
from streams.tag import Tagger

_MOST_BYTES = 300_000
_NAMES = (
    b"", b"caf\xe9", b"\xff\xfe\x00", b"\xed\xa0\x80", b"content-type", b"Content-Type", b"CONTENT-TYPE\x00", b"url",
    b"title", b"ce_id", b"ce_time", b"traceparent", b"tracestate", b"rafid-origin", b"rafid-routes", b"language",
    b"a\r\nb: c", b"\x1b]0;x\x07", "\u202e\u2066اسم".encode(), b"n" * 3_000, b"\\xff", b"ce_specversion",
)  # fmt: skip
_VALUES = (
    None, b"", b"x", b"\xff\xff", b"\x00" * 9, b"9" * 70_000, b"text/html; charset=utf-7", b"application/json",
    b"https://x.example/\x1b[2J", "\u202e".encode(), b"2023-99-99", b"1.0", b"{}", b"a\nb", b"-1",
)  # fmt: skip
_KEYS = (None, None, None, b"", b"k", b"\xff\xfe", b"a/b\x00c", "مفتاح".encode(), b"key " * 20_000)


class Spoilt(NamedTuple):
    """One record to publish, and how it was made."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    how: str


class Pages(NamedTuple):
    """What records are made of: raw pages, and the messages that our own stages make of good ones."""

    raw: list[bytes]
    parsed: list[bytes]
    tagged: list[bytes]


def read_pages(raw: list[bytes]) -> Pages:
    """The messages of the demo's pages beside ``raw``."""
    parser, tagger = Parser(), Tagger()
    articles = []
    for page in demo_pages():
        with contextlib.suppress(Refusal):  # the demo has pages to refuse too
            articles += parser.parse(
                page.value, headers={name: (value or b"").decode() for name, value in page.headers}
            )
    return Pages(raw, [each.to_json() for each in articles], [tagger.tag(each).to_json() for each in articles])


def spoil(number: int, seed: int, pages: Pages, topics: Topics) -> Spoilt:
    """The record of a number: the same for the same seed and pages. Of ten, eight are raw."""
    chance = random.Random(f"record:{seed}:{number}")
    kind = number % 10
    if kind == 8:
        return _message(number, chance, pages.parsed, topics.parsed)
    if kind == 9:
        return _message(number, chance, pages.tagged, topics.tagged)
    page = make(number, seed, pages.raw)
    said = page.headers | ({"content-type": page.content_type} if page.content_type is not None else {})
    headers = tuple((name, value.encode("utf-8", "surrogateescape")) for name, value in said.items())
    value: bytes | None = page.value if chance.random() > 0.003 else None
    key = chance.choice(_KEYS) if chance.random() < 0.5 else None
    # The client sends no record without key and value.
    return Spoilt(topics.raw, b"" if key is value is None else key, value, (*headers, *_headers(chance)), page.how)


def _message(number: int, chance: random.Random, good: Sequence[bytes], topic: str) -> Spoilt:
    """A message of ours with wrong content: no other program should write here, and one day one will."""
    identifier = str(uuid.UUID(int=chance.getrandbits(128)))
    content = orjson.loads(chance.choice(good))
    content |= {"uri": f"urn:uuid:{identifier}"} if "uri" in content else {"id": identifier}
    value = orjson.dumps(content)
    how = [chance.choice(MUTATIONS) for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))]
    for mutation in how:
        value = mutation(value, chance, list(good))[:_MOST_BYTES]
    key = chance.choice(_KEYS)
    if topic.endswith("parsed"):
        # An article goes on under its own id: the books follow it by its key, which is the id wherever it has one.
        key = _identifier(value) or key
    # The books tell messages by their origin: each has one of its own, and no other.
    forged = ((name, content) for name, content in _headers(chance) if name != ORIGIN)
    headers = ((ORIGIN, f"fuzz/0/{number}".encode()), *forged)
    names = "+".join(mutation.__name__ for mutation in how)
    return Spoilt(topic, b"" if key is None and not value else key, value, headers, f"{topic}: {names}")


def _identifier(value: bytes) -> bytes | None:
    try:
        return str(orjson.loads(value)["id"]).encode()
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return None


def _headers(chance: random.Random) -> Headers:
    """Headers that no well-behaved producer sends: in one record of three."""
    if chance.random() > 0.33:
        return ()
    return tuple(
        (chance.choice(_NAMES).decode("utf-8", "surrogateescape"), chance.choice(_VALUES))
        for _ in range(chance.choice((1, 1, 2, 5, 40)))
    )
