"""Redrive: the inputs of dead letters back to where they came from, byte for byte, each once."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from streams.dead_letters.letters import Letter, Selection, letters
from streams.dead_letters.marks import Mark
from streams.dead_letters.writer import Message, mark, writing
from streams.delivery.dead_letters import ATTEMPT
from streams.delivery.preflight import connect, max_message_bytes
from streams.delivery.rights import MissingTopics, check_rights
from streams.delivery.stage import Output
from streams.settings import Settings
from streams.stages import ORIGIN

EXAMPLES = 5  # letters of each kind that are named: the rest are counted


class Kept(StrEnum):
    """Why a letter is not sent back. The value tells a person."""

    TRUNCATED = "the input was too large to keep whole: publish it again from where it came"
    NOT_OURS = "it came from no topic that this river reads"
    ATTEMPTS = "tried as often as RAFID_REDRIVE_ATTEMPTS allows: mend what refuses it, then use --force"
    TOO_LARGE = "the input is larger than its topic takes now (max.message.bytes)"


@dataclass
class Redriven:
    """What a redrive did: how many were sent back, and which were kept for what reason."""

    sent: int = 0
    kept: Counter[Kept] = field(default_factory=Counter)
    examples: dict[Kept, list[str]] = field(default_factory=dict)

    def keep(self, letter: Letter, why: Kept) -> None:
        """Note a letter that is not sent back."""
        self.kept[why] += 1
        named = self.examples.setdefault(why, [])
        if len(named) < EXAMPLES:
            named.append(letter.number)


class Copies:
    """Makes the copies that go back. ``limits`` is max.message.bytes of each topic that the river reads."""

    def __init__(self, settings: Settings, limits: Mapping[str, int], *, force: bool = False) -> None:
        self._raw = settings.topics.raw
        self._attempts = settings.redrive_attempts
        self._limits = limits
        self._force = force

    @property
    def topics(self) -> Collection[str]:
        """Where copies may go."""
        return self._limits.keys()

    def of(self, each: Letter) -> Message | Kept:
        """The input as it came, with two headers of ours: which attempt it is, and where a raw article first stood."""
        letter = each.letter
        if letter.truncated:
            return Kept.TRUNCATED
        # A letter is data: what somebody else wrote there must not make us write where we do not read.
        if letter.origin is None or letter.origin.topic not in self._limits:
            return Kept.NOT_OURS
        if letter.attempts >= self._attempts and not self._force:
            return Kept.ATTEMPTS
        headers = [
            (each.kafka_name(), each.value.to_bytes() if each.value else None)
            for each in letter.headers
            if each.name != ATTEMPT
        ]
        origin = letter.origin
        if origin.topic == self._raw and letter.attempts == 1:  # later attempts have it already
            headers.append((ORIGIN, f"{origin.topic}/{origin.partition}/{origin.offset}".encode()))
        headers.append((ATTEMPT, b"%d" % (letter.attempts + 1)))
        key = letter.key.to_bytes() if letter.key else None
        value = letter.content.to_bytes() if letter.content else None
        if value is None and key is None:
            value = b""  # Kafka's client sends no record without both
        if Output(origin.topic, key, value or b"", tuple(headers)).size() > self._limits[origin.topic]:
            return Kept.TOO_LARGE
        return Message(origin.topic, origin.partition, key, value, tuple(headers))


READS = ("Describe", "DescribeConfigs")
WRITES = ("Write", "DescribeConfigs")


async def limits(settings: Settings, topics: Collection[str], rights: Collection[str] = READS) -> dict[str, int]:
    """What each of these topics takes in one message; those that are not there are left out.

    Raises ``NotAllowed`` unless we have these ``rights`` on each.
    """
    admin = await connect(settings.client_options(), patience=min(30.0, settings.broker_patience))
    try:
        there = set(topics)
        try:
            await check_rights(admin, dict.fromkeys(there, rights))
        except MissingTopics as missing:
            there -= missing.topics
        return await max_message_bytes(admin, there)
    finally:
        await admin.close()


async def copies(settings: Settings, *, force: bool = False, rights: Collection[str] = READS) -> Copies:
    """What makes the copies, by what the broker's topics take now."""
    topics = settings.topics
    known = await limits(settings, (topics.raw, topics.parsed, topics.tagged), rights)
    return Copies(settings, known, force=force)


async def redrive(
    settings: Settings, selection: Selection, *, force: bool = False, tell: Callable[[int], Any] = lambda _: None
) -> Redriven:
    """Send the inputs of these letters back, many in a transaction, each with its mark.

    ``tell`` hears how many were sent so far. Raises ``Overtaken`` when another redrive or discard begins meanwhile,
    ``Interrupted`` when the broker fails; whatever ends it, also a kill -9, the next one goes on where it ended.
    """
    done = Redriven()
    copying = await copies(settings, force=force, rights=WRITES)
    async with writing(settings, copying.topics) as writer:
        async for each in letters(settings, selection):
            copy = copying.of(each)
            if isinstance(copy, Kept):
                done.keep(each, copy)
                continue
            await writer.add(copy, mark(settings, each, Mark.REDRIVEN))
            tell(writer.done)
        await writer.flush()
        done.sent = writer.done
    return done
