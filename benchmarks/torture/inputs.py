"""What the torture publishes: input number n is a pure function of n, so that nothing of it need be kept.

And what must become of it: stages are pure, so the right outputs are computed here, in process, once a text.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from streams.delivery.stage import Headers, Record
from streams.delivery.stage_process import run_stage
from streams.parse.article_id import Identity
from streams.settings import AGENT_NAMES, Settings
from streams.stages import ORIGIN, StageBuilder

BAD = (b"", b"   \n", b"%PDF-1.7 \x00\x01\x02", b'{"content": 5}', b'{"content": "x", "published_at": "soon"}')
"""What the real stages refuse."""

POISON: Mapping[str, frozenset[str]] = {
    "raise": frozenset({"stage-error"}),
    "hang": frozenset({"timeout"}),
    "eat": frozenset({"stage-error", "stage-crash", "out-of-memory", "timeout"}),  # by whatever ends it first
    "die": frozenset({"stage-crash"}),
    "huge": frozenset({"output-too-large"}),
}
"""What poison does to the stage (poisoned.py), and what its dead letter may say."""

POISON_HEADER = "torture-poison"
TRACE = "traceparent"
_NUMBER = re.compile(rb"00-([0-9a-f]{32})-[0-9a-f]{16}-01")


class RawInput(NamedTuple):
    """One raw article as it is published."""

    key: bytes
    value: bytes
    headers: Headers


class Fate(NamedTuple):
    """What must become of an input: ``outputs`` (digests, one for each message at a river's end), or a refusal."""

    outputs: tuple[int, ...]
    refused: frozenset[str] = frozenset()
    stage: str = ""


def number_of(headers: Headers) -> int | None:
    """The number of the input that a message comes from: its trace travels with it."""
    for name, value in headers:
        if name == TRACE and value and (found := _NUMBER.fullmatch(value)):
            return int(found.group(1), 16)
    return None


class Inputs:
    """Inputs by number. Stages refuse one in ``bad_every``, and break at one in ``poison_every``; 0: none."""

    def __init__(
        self, texts: Sequence[str], settings: Settings, *, bad_every: int = 200, poison_every: int = 0
    ) -> None:
        self._contents = [json.dumps(text, ensure_ascii=False).encode() for text in texts]
        self._settings = settings
        self._bad_every = bad_every
        self._poison_every = poison_every
        self._identity = Identity()
        self._stages = [(name, StageBuilder(name, settings)()) for name in AGENT_NAMES]
        self._fates: dict[tuple[str, int], Fate] = {}

    def of(self, number: int) -> RawInput:
        """Input ``number``."""
        kind, index = self._kind(number)
        headers: Headers = ((TRACE, b"00-%032x-%016x-01" % (number, number + 1)),)
        if kind == "bad":
            value = BAD[index]
        else:
            value = b'{"content": %s, "url": "%s", "content_type": "text/plain"}' % (
                self._contents[index],
                url(number).encode(),
            )
        if kind in POISON:
            headers = (*headers, (POISON_HEADER, kind.encode()))
        return RawInput(b"%d" % number, value, headers)

    def fate(self, number: int) -> Fate:
        """What must become of input ``number``."""
        kind, index = self._kind(number)
        if kind in POISON:
            return Fate((), POISON[kind], "parse")
        fate = self._fates.get((kind, index))
        if fate is None:
            fate = self._fates[kind, index] = self._compute(number)
        return fate

    def digest(self, number: int, topic: str, key: bytes | None, value: bytes, headers: Headers) -> int:
        """All of a message, save for what differs from one input with the same text to the next."""
        own = self._own(number)
        others = tuple(
            (name, content if content is None else _replaced(content, own))
            for name, content in headers
            if name not in (ORIGIN, TRACE)
        )
        return hash((topic, _replaced(key or b"", own), _replaced(value, own), others))

    def _kind(self, number: int) -> tuple[str, int]:
        if self._poison_every and number % self._poison_every == self._poison_every // 2:
            turn = number // self._poison_every
            return [*POISON][turn % len(POISON)], number % len(self._contents)
        if self._bad_every and number % self._bad_every == self._bad_every - 1:
            return "bad", (number // self._bad_every) % len(BAD)
        return "article", number % len(self._contents)

    def _compute(self, number: int) -> Fate:
        raw = self.of(number)
        topics = self._settings.topics
        records = [Record(topics.raw, 0, 0, 1, raw.key, raw.value, raw.headers)]
        for name, stage in self._stages:
            made = []
            for record in records:
                outcome = run_stage(stage, record)
                if outcome.refused is not None:
                    assert len(records) == 1, f"text {number} is refused in part: leave it out"
                    return Fate((), frozenset({outcome.refused.reason.value}), name)
                made += [Record(o.topic, 0, 0, None, o.key, o.value, o.headers) for o in outcome.outputs]
            records = made
        return Fate(tuple(self.digest(number, r.topic, r.key, r.value or b"", r.headers) for r in records))

    def _own(self, number: int) -> tuple[tuple[bytes, bytes], ...]:
        return ((self._id(number), b"{id}"), (url(number).encode(), b"{url}"))

    def _id(self, number: int) -> bytes:
        return self._identity.of(url(number), None, ()).encode()


def url(number: int) -> str:
    """The address of input ``number``: of one length, whatever the number."""
    return f"https://example.org/torture/{number:09d}"


def _replaced(content: bytes, own: tuple[tuple[bytes, bytes], ...]) -> bytes:
    for mine, placeholder in own:
        content = content.replace(mine, placeholder)
    return content
