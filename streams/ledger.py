"""The conservation law, checked from outside: what went in, and what became of it, message by message.

Every raw article ends as news items on topic streams, or one on ``articles.unrouted``, or a dead letter.
The demo, the tests and the benchmarks close their books with this.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.dead_letter import DeadLetter
from streams.delivery.dead_letters import attempt
from streams.delivery.stage import Record
from streams.settings import Topics
from streams.stages import ORIGIN, REDRIVEN

Message = tuple[str, str]
"""What is followed down the river: origin (topic/partition/offset of the raw record) and article id."""


@dataclass
class Ledger:
    """Counts of every message at every station. Feed it all records of all topics, in any order."""

    topics: Topics
    raw: Counter[str] = field(default_factory=Counter)
    parsed: Counter[Message] = field(default_factory=Counter)
    tagged: Counter[Message] = field(default_factory=Counter)
    routed: Counter[tuple[str, Message]] = field(default_factory=Counter)
    dead: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By stage and by the place of the record that was refused."""
    places: dict[str, Message] = field(default_factory=dict)
    """Where each parsed and tagged message stands, to follow its dead letter back to it."""

    def add(self, records: Iterable[Record]) -> None:
        """Enter records of any of the river's topics."""
        for record in records:
            place = f"{record.topic}/{record.partition}/{record.offset}"
            if record.topic == self.topics.raw:
                self.raw[place] += 1  # a redriven copy too: it goes its own way
            elif record.topic == self.topics.dead_letter:
                self._add_dead_letter(record)
            elif record.topic != self.topics.audit:
                message = (_origin(record), (record.key or b"").decode("utf-8", "backslashreplace"))
                again = attempt(record.headers) > 1  # a redriven copy of a message that was counted before
                if record.topic == self.topics.parsed:
                    self.parsed[message] += not again
                    self.places[place] = message
                elif record.topic == self.topics.tagged:
                    self.tagged[message] += not again
                    self.places[place] = message
                else:
                    self.routed[record.topic, message] += 1

    def _add_dead_letter(self, record: Record) -> None:
        if record.value is None:
            return  # a mark: this letter was redriven or discarded
        letter = DeadLetter.from_json(record.value)
        if letter.origin is not None:
            origin = letter.origin
            self.dead[letter.stage, f"{origin.topic}/{origin.partition}/{origin.offset}"] += 1

    def lost(self) -> list[str]:
        """Messages that went into a stage and came out as nothing."""
        dead = {place for _, place in self.dead}
        dead_messages = {self.places[place] for place in dead if place in self.places}
        parsed_from = {origin for origin, _ in self.parsed}
        routed = {message for _, message in self.routed}
        return [
            *(f"raw {place}" for place in self.raw if place not in parsed_from and place not in dead),
            *(f"parsed {m}" for m in self.parsed if m not in self.tagged and m not in dead_messages),
            *(f"tagged {m}" for m in self.tagged if m not in routed and m not in dead_messages),
        ]

    def duplicated(self) -> list[str]:
        """Messages that came out of a stage twice, or both as a message and as a dead letter."""
        dead_at_parse = {place for stage, place in self.dead if stage == "parse"}
        return [
            *(f"parsed {m} ×{n}" for m, n in self.parsed.items() if n > 1),
            *(f"tagged {m} ×{n}" for m, n in self.tagged.items() if n > 1),
            *(f"{topic} {m} ×{n}" for (topic, m), n in self.routed.items() if n > 1),
            *(f"dead letter {d} ×{n}" for d, n in self.dead.items() if n > 1),
            *(f"parsed and dead {m}" for m in self.parsed if m[0] in dead_at_parse),
        ]

    def balance(self) -> str:
        """One line that says how the books stand."""
        unrouted = sum(n for (topic, _), n in self.routed.items() if topic == self.topics.unrouted)
        routed = sum(self.routed.values()) - unrouted
        return (
            f"{self.raw.total()} raw articles in; {self.parsed.total()} articles parsed, {self.tagged.total()} tagged; "
            f"{routed} messages on topic streams, {unrouted} unrouted, {self.dead.total()} dead letters; "
            f"{len(self.lost())} lost, {len(self.duplicated())} duplicated"
        )


def _origin(record: Record) -> str:
    """Where the raw record stands that this came from: the copy, where it was redriven."""
    headers = dict(record.headers)
    return (headers.get(REDRIVEN) or headers.get(ORIGIN) or b"").decode("utf-8", "backslashreplace")
