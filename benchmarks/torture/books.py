"""The books: what was published, written down before it is, against what came out at the river's ends.

Every input must be found exactly once: as all of its items, or as one on articles.unrouted, or as one dead letter,
each with the right content. In bounded memory: 25 bytes an input, whatever its size.
"""

from array import array
from dataclasses import dataclass, field

from pydantic import ValidationError

from benchmarks.torture.inputs import Fate, Inputs, number_of
from schemas.dead_letter import DeadLetter
from streams.delivery.stage import Headers, Record
from streams.settings import Topics
from streams.stages import ORIGIN

TOLD = 20  # cases of each kind that are told in full
DEAD = 63  # the bit of a dead letter; outputs have those below


@dataclass
class Balance:
    """How the books stand. ``lost``, ``duplicated`` and ``wrong`` count messages; all must be 0."""

    noted: int = 0
    """Inputs written down before they were published."""
    published: int = 0
    """Those that stand in articles.raw, or stood there."""
    items: int = 0
    dead_letters: int = 0
    expired: int = 0
    """Inputs that retention deleted before they were read, and of which a worker said so."""
    lost: int = 0
    duplicated: int = 0
    wrong: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether each input was found exactly once."""
        return not (self.lost or self.duplicated or self.wrong) and self.noted == self.published


class Books:
    """Feed it every committed record of the river's ends, each once, and of articles.raw, in any order."""

    def __init__(self, inputs: Inputs, topics: Topics) -> None:
        self._inputs = inputs
        self._topics = topics
        self._seen = array("Q")  # by number: a bit for each expected output that was found
        self._origin = array("q")  # by number: where it stands in articles.raw, -1: not known yet
        self._time = array("q")  # by number: its timestamp there, -1: not known yet
        self._raw = bytearray()  # by number: 1 when it was found in articles.raw
        self._expired: list[tuple[int, int, int]] = []
        self.complete = 0
        """Inputs of which everything was found."""
        self._balance = Balance()
        self._told: dict[str, int] = {}

    def note(self, number: int) -> None:
        """Write an input down, before it is published. Numbers come in order."""
        assert number == len(self._seen)
        self._seen.append(0)
        self._origin.append(-1)
        self._time.append(-1)
        self._raw.append(0)

    def enter(self, record: Record) -> None:
        """Enter one committed record."""
        if record.topic == self._topics.raw:
            self._enter_raw(record)
        elif record.topic == self._topics.dead_letter:
            self._enter_dead_letter(record)
        else:
            self._enter_item(record)

    def expire(self, partition: int, begin: int, end: int) -> None:
        """Note that raw articles at these offsets expired unread, as a worker said: they do not count as lost."""
        self._expired.append((partition, begin, end))

    def close(self) -> Balance:
        """How the books stand now. May be called again after more was entered."""
        balance = Balance(**vars(self._balance) | {"examples": list(self._balance.examples)})
        balance.noted, balance.published = len(self._seen), sum(self._raw)
        lost: list[str] = []
        for number, seen in enumerate(self._seen):
            expected = self._expected(self._inputs.fate(number))
            missing = [bit for bit in expected if not seen >> bit & 1]
            if len(missing) == len(expected) and self._is_expired(number):
                balance.expired += 1
                continue
            balance.lost += len(missing)
            if missing and len(lost) < TOLD:
                lost.append(f"lost: {len(missing)} of {len(expected)} of input {number} ({self._place(number)})")
        balance.examples += lost
        return balance

    def _expected(self, fate: Fate) -> list[int]:
        return [DEAD] if fate.refused else list(range(len(fate.outputs)))

    def _enter_raw(self, record: Record) -> None:
        number = self._number(record.headers, record)
        if number is None:
            return
        self._raw[number] = 1
        self._check_origin(number, record.partition, record.offset)
        self._check_time(number, record.timestamp)

    def _enter_item(self, record: Record) -> None:
        self._balance.items += 1
        number = self._number(record.headers, record)
        if number is None:
            return
        origin = next((value for name, value in record.headers if name == ORIGIN and value), b"//")
        self._check_place(number, origin.decode())
        fate = self._inputs.fate(number)
        digest = self._inputs.digest(number, record.topic, record.key, record.value or b"", record.headers)
        bits = [bit for bit, expected in enumerate(fate.outputs) if expected == digest]
        if not bits:
            self._tell("wrong", f"input {number} made of it what it should not: {_where(record)}")
            return
        self._mark(number, bits, record)

    def _enter_dead_letter(self, record: Record) -> None:
        self._balance.dead_letters += 1
        try:
            letter = DeadLetter.from_json(record.value or b"")
        except ValidationError as error:
            self._tell("wrong", f"no dead letter at {_where(record)}: {error}")
            return
        headers: Headers = tuple((h.name, h.value.to_bytes() if h.value else None) for h in letter.headers)
        number = self._number(headers, record)
        if number is None:
            return
        fate, raw, origin = self._inputs.fate(number), self._inputs.of(number), letter.origin
        if letter.reason.value not in fate.refused or letter.stage != fate.stage:
            self._tell("wrong", f"input {number} is a dead letter of {letter.stage}, {letter.reason}: {letter.detail}")
            return
        content = letter.content.to_bytes() if letter.content is not None else b""
        key = letter.key.to_bytes() if letter.key is not None else None
        assert origin is not None
        if (content, key, headers) != (raw.value, raw.key, raw.headers):
            self._tell("wrong", f"the dead letter of input {number} is not the input, byte for byte: {_where(record)}")
            return
        self._check_place(number, f"{origin.topic}/{origin.partition}/{origin.offset}")
        self._check_time(number, origin.timestamp)
        self._mark(number, [DEAD], record)

    def _is_expired(self, number: int) -> bool:
        origin = self._origin[number]
        partition, offset = origin >> 48, origin & (1 << 48) - 1
        return origin >= 0 and any(p == partition and begin <= offset < end for p, begin, end in self._expired)

    def _mark(self, number: int, bits: list[int], record: Record) -> None:
        """Mark the first of ``bits`` that is free: an input may have two outputs that are alike."""
        for bit in bits:
            if not self._seen[number] >> bit & 1:
                self._seen[number] |= 1 << bit
                if self._seen[number].bit_count() == len(self._expected(self._inputs.fate(number))):
                    self.complete += 1
                return
        self._tell("duplicated", f"input {number} once more: {_where(record)}")

    def _number(self, headers: Headers, record: Record) -> int | None:
        number = number_of(headers)
        if number is None or number >= len(self._seen):
            self._tell("wrong", f"a message of no input that was published: {_where(record)}")
            return None
        return number

    def _check_place(self, number: int, place: str) -> None:
        topic, partition, offset = place.rsplit("/", 2)
        if topic != self._topics.raw:
            self._tell("wrong", f"input {number} comes from {place}, it says")
        else:
            self._check_origin(number, int(partition), int(offset))

    def _check_origin(self, number: int, partition: int, offset: int) -> None:
        origin = partition << 48 | offset
        if self._origin[number] not in (-1, origin):
            self._tell("wrong", f"input {number} stands at {self._place(number)}, not at {partition}/{offset}")
        self._origin[number] = origin

    def _check_time(self, number: int, timestamp: int | None) -> None:
        if timestamp is None or self._time[number] not in (-1, timestamp):
            self._tell("wrong", f"input {number} has the timestamp {self._time[number]}, not {timestamp}")
        self._time[number] = -1 if timestamp is None else timestamp

    def _place(self, number: int) -> str:
        origin = self._origin[number]
        return "not published" if origin < 0 else f"{self._topics.raw}/{origin >> 48}/{origin & (1 << 48) - 1}"

    def _tell(self, kind: str, what: str) -> None:
        setattr(self._balance, kind, getattr(self._balance, kind) + 1)
        told = self._told[kind] = self._told.get(kind, 0) + 1
        if told <= TOLD:
            self._balance.examples.append(f"{kind}: {what}")


def _where(record: Record) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"
