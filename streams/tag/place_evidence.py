"""What of an article speaks for a country, and how relevant that makes it.

Doubtful words are settled by clear ones; then each country's words are counted by kind and by where they stand,
and a logistic model of a dozen weights tells a country that the article is about or in from one named in passing.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from streams.tag.place_words import Kind, Sense

OPENING = 1_100
"""Characters of the body that say what an article is about; the labels were made from as many."""

SURE = frozenset({Kind.NAME, Kind.CITY, Kind.INSTITUTION})
_CLEAR = SURE | {Kind.ADJECTIVE}
_SURELY_MEANT = SURE | {Kind.AMBIGUOUS}
# A word in the title says as much of what doubtful words mean as this many in the body.
_TITLE_COUNTS = 4
# How far from the next country's word a word stands in a list, in characters: «, », « and ».
_LIST_GAP = 5


class Mention(NamedTuple):
    """A word of the article, as [start, end) in what was searched, with its readings."""

    start: int
    end: int
    senses: tuple[Sense, ...]


class Evidence:
    """What speaks for one country, while an article is read."""

    def __init__(self, country: str) -> None:
        self.country = country
        self.mentions: list[tuple[Mention, Sense]] = []
        self.in_title = self.adjectives_in_title = 0
        self.in_opening = self.adjectives_in_opening = 0
        self.in_rest = 0
        self.listed = 0
        self.adjectives = 0
        self.hints: set[str] = set()
        self.is_sure = False

    def add(self, mention: Mention, sense: Sense, place: int, word: str, *, listed: bool) -> None:
        """``place``: characters from the start of the body, negative in the title."""
        self.mentions.append((mention, sense))
        is_sure = sense.kind in _SURELY_MEANT
        self.is_sure |= is_sure
        self.adjectives += sense.kind is Kind.ADJECTIVE
        if sense.kind is Kind.WEAK:
            self.hints.add(word)
        self.listed += listed
        if place < 0:
            self.in_title += is_sure
            self.adjectives_in_title += not is_sure
        elif place < OPENING:
            self.in_opening += is_sure
            self.adjectives_in_opening += not is_sure
        else:
            self.in_rest += 1

    @property
    def strength(self) -> float:
        return (
            3 * self.in_title
            + 2 * self.adjectives_in_title
            + self.in_opening
            + 0.7 * self.adjectives_in_opening
            + 0.3 * self.in_rest
        )

    @property
    def is_enough(self) -> bool:
        """Not so a family name, «السوداني», nor one doubtful word."""
        return self.is_sure or self.adjectives > 0 or len(self.hints) > 1


class Features(NamedTuple):
    """What the model sees of a country in an article."""

    in_title: float
    adjective_in_title: float
    in_opening: float
    adjectives_in_opening: float
    in_rest: float
    early: float
    share: float
    to_strongest: float
    listed: float
    countries: float
    density: float
    is_adjective_only: float
    is_lone_adjective: float
    one: float = 1.0


def gather(text: str, mentions: Sequence[Mention], spelled: Iterable[str], body: int) -> list[Evidence]:
    """The evidence for each country, in the order of first mention.

    ``text``: what was searched; ``spelled``: countries that marked spellings tell; ``body``: where the body begins.
    """
    clear = Counter(spelled)
    hints: dict[str, set[str]] = {}
    for mention in mentions:
        first = mention.senses[0]
        if len(mention.senses) > 1:
            continue
        if first.kind in _CLEAR:
            for country in first.country.split("+"):
                clear[country] += _TITLE_COUNTS if mention.start < body else 1
        elif first.kind is Kind.WEAK:
            hints.setdefault(first.country, set()).add(text[mention.start : mention.end])
    # Two different doubtful words of one country bear each other out: «سوسة» and «المنستير».
    clear.update(country for country, words in hints.items() if len(words) > 1)
    found: dict[str, Evidence] = {}
    settled = [(mention, sense) for mention in mentions if (sense := _settled(mention.senses, clear)) is not None]
    for number, (mention, sense) in enumerate(settled):
        listed = _is_listed(settled, number)
        for country in sense.country.split("+"):
            evidence = found.get(country)
            if evidence is None:
                evidence = found[country] = Evidence(country)
            evidence.add(mention, sense, mention.start - body, text[mention.start : mention.end], listed=listed)
    return [evidence for evidence in found.values() if evidence.is_enough]


def _settled(senses: tuple[Sense, ...], clear: Counter[str]) -> Sense | None:
    """The one reading that the rest of the article supports, or none."""
    first = senses[0]
    if len(senses) == 1 and first.kind in _CLEAR:
        return first
    for sense in senses:
        if sense.kind is Kind.NOT:
            return None
    for sense in senses:
        if sense.kind in _CLEAR:
            return sense
    best = max(senses, key=lambda sense: (clear[sense.country], sense.is_default))
    return best if clear[best.country] or best.is_default else None


def _is_listed(settled: Sequence[tuple[Mention, Sense]], number: int) -> bool:
    """Whether the word stands in a row with another country's: «فرنسا وألمانيا», "Italy, Spain and Greece"."""
    mention, sense = settled[number]
    for other in (number - 1, number + 1):
        if 0 <= other < len(settled):
            beside, its_sense = settled[other]
            gap = max(mention.start, beside.start) - min(mention.end, beside.end)
            if gap <= _LIST_GAP and its_sense.country != sense.country:
                return True
    return False


def features(found: Sequence[Evidence], body: int, size: int) -> list[Features]:
    """One for each. ``size``: characters searched in all."""
    strengths = [evidence.strength for evidence in found]
    total, strongest = sum(strengths) or 1.0, max(strengths, default=1.0) or 1.0
    countries = math.log(len(found) or 1)
    log1p = math.log1p
    return [
        Features(
            in_title=float(evidence.in_title > 0),
            adjective_in_title=float(evidence.adjectives_in_title > 0),
            in_opening=log1p(evidence.in_opening),
            adjectives_in_opening=log1p(evidence.adjectives_in_opening),
            in_rest=log1p(evidence.in_rest),
            early=max(0.0, 1 - max(0, evidence.mentions[0][0].start - body) / OPENING),
            share=strength / total,
            to_strongest=strength / strongest,
            listed=evidence.listed / len(evidence.mentions),
            countries=countries,
            density=log1p(1000 * len(evidence.mentions) / (size + 200)),
            is_adjective_only=float(not evidence.is_sure),
            is_lone_adjective=float(not evidence.is_sure and len(evidence.mentions) == 1),
        )
        for evidence, strength in zip(found, strengths, strict=True)
    ]


# Fitted by training/fit_places.py.
WEIGHTS = Features(2.0, 1.0, 1.5, 0.7, 0.2, 2.0, 2.0, 2.0, -1.0, -0.3, 0.5, -0.5, -0.5, -4.5)


def relevance(row: Features) -> float:
    """How likely a reader is to say that the article is about or in the country. 0 to 1."""
    return 1 / (1 + math.exp(-sum(map(float.__mul__, row, WEIGHTS))))
