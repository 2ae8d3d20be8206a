"""What of an article speaks for a country, and how relevant that makes it.

Doubtful words are settled by clear ones; then each country's words are counted by kind and by where they stand,
and a logistic model of a dozen weights tells a country that the article is about or in from one named in passing.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from operator import mul
from typing import NamedTuple

from streams.tag.place_words import Kind, Sense

OPENING = 1_100
"""Characters of the body that say what an article is about; the labels were made from as many."""

SURE = frozenset({Kind.NAME, Kind.CITY, Kind.INSTITUTION})
_CLEAR = SURE | {Kind.ADJECTIVE}
_SURELY_MEANT = SURE | {Kind.AMBIGUOUS}
# A word in the title says as much of what doubtful words mean as this many in the body.
_TITLE_COUNTS = 4
_LEAD = 150  # characters
_SHORT = 200  # characters added to a text's size: in a line of text one mention is no dense mention


class Mention(NamedTuple):
    """A word of the article, as [start, end) in what was searched, with its readings.

    ``core`` is where it begins without Arabic clitics: «القطاع» and «للقطاع» are one word.
    """

    start: int
    end: int
    core: int
    senses: tuple[Sense, ...]


class Evidence:
    """What speaks for one country, while an article is read."""

    __slots__ = (
        "_adjectives",
        "_hints",
        "adjectives_in_opening",
        "adjectives_in_title",
        "country",
        "in_opening",
        "in_rest",
        "in_title",
        "is_sure",
        "mentions",
    )

    def __init__(self, country: str) -> None:
        self.country = country
        self.mentions: list[tuple[Mention, Sense]] = []
        self.in_title = self.adjectives_in_title = 0
        self.in_opening = self.adjectives_in_opening = 0
        self.in_rest = 0
        self.is_sure = False
        self._adjectives = 0
        self._hints: set[str] = set()

    def add(self, mention: Mention, sense: Sense, word: str, place: int) -> None:
        """``word`` as searched, without clitics; ``place``: characters from the body's start, negative in the title."""
        self.mentions.append((mention, sense))
        is_sure = sense.kind in _SURELY_MEANT
        self.is_sure |= is_sure
        self._adjectives += sense.kind is Kind.ADJECTIVE
        if sense.kind is Kind.WEAK:
            self._hints.add(word)
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
        """How much is said of the country, the title counting most."""
        return (
            3 * self.in_title
            + 2 * self.adjectives_in_title
            + self.in_opening
            + 0.7 * self.adjectives_in_opening
            + 0.3 * self.in_rest
        )

    @property
    def is_hinted_only(self) -> bool:
        """Whether no clear word names the country."""
        return not self.is_sure and not self._adjectives

    @property
    def is_enough(self) -> bool:
        """Not so a family name, «السوداني», nor one doubtful word."""
        return not self.is_hinted_only or _bear_each_other_out(self._hints)


class Features(NamedTuple):
    """What the model sees of a country in an article."""

    in_title: float  # 1 if a name, city or institution of the country stands there
    adjective_in_title: float
    in_opening: float  # log of 1 + the words other than adjectives
    in_rest: float  # log of 1 + the words after the opening
    early: float  # 1 for a first mention at the start, 0 for one after the opening
    in_lead: float  # 1 for a first mention in the first line or two
    share: float  # of all that is said of countries
    mentions: float  # log
    density: float  # log of 1 + mentions in 1,000 characters
    others: float  # the square of the log of the number of countries named
    is_adjective_only: float
    is_hinted_only: float
    one: float = 1.0


def gather(text: str, mentions: Sequence[Mention], spelled: Iterable[str], body: int) -> list[Evidence]:
    """The evidence for each country, in the order of first mention.

    ``text``: what was searched; ``spelled``: countries that marked spellings tell; ``body``: where the body begins.
    """
    clear: dict[str, int] = defaultdict(int)
    hints: dict[str, set[str]] = {}
    for country in spelled:
        clear[country] += 1
    for start, end, core, senses in mentions:
        if len(senses) > 1:
            continue
        country, kind, _, _ = senses[0]
        if kind in _CLEAR:
            for each in country.split("+"):
                clear[each] += _TITLE_COUNTS if start < body else 1
        elif kind is Kind.WEAK:
            hints.setdefault(country, set()).add(text[core:end])
    for country, words in hints.items():
        clear[country] += _bear_each_other_out(words)
    found: dict[str, Evidence] = {}
    for mention in mentions:
        sense = _settled(mention.senses, clear)
        if sense is not None:
            word = text[mention.core : mention.end]
            for country in sense.country.split("+"):
                evidence = found.get(country)
                if evidence is None:
                    evidence = found[country] = Evidence(country)
                evidence.add(mention, sense, word, mention.start - body)
    return [evidence for evidence in found.values() if evidence.is_enough]


def _bear_each_other_out(words: Collection[str]) -> bool:
    """Whether two doubtful words of one country are different ones: «سوسة» and «المنستير».

    Not so "Mark Carney" and "Carney".
    """
    return any(one not in other and other not in one for one, other in combinations(words, 2))


def _settled(senses: tuple[Sense, ...], clear: Mapping[str, int]) -> Sense | None:
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
    best = max(senses, key=lambda sense: (clear.get(sense.country, 0), sense.is_default))
    return best if clear.get(best.country) or best.is_default else None


def features(found: Sequence[Evidence], body: int, size: int) -> list[Features]:
    """One for each. ``size``: characters searched in all."""
    strengths = [evidence.strength for evidence in found]
    total = sum(strengths) or 1.0
    others = math.log(len(found) or 1) ** 2
    rows = []
    for evidence, strength in zip(found, strengths, strict=True):
        first = evidence.mentions[0][0].start - body
        count = len(evidence.mentions)
        rows.append(
            Features(
                in_title=float(evidence.in_title > 0),
                adjective_in_title=float(evidence.adjectives_in_title > 0),
                in_opening=math.log1p(evidence.in_opening),
                in_rest=math.log1p(evidence.in_rest),
                early=max(0.0, 1 - max(0, first) / OPENING),
                in_lead=float(0 <= first < _LEAD),
                share=strength / total,
                mentions=math.log(count),
                density=math.log1p(1000 * count / (size + _SHORT)),
                others=others,
                is_adjective_only=float(not evidence.is_sure),
                is_hinted_only=float(evidence.is_hinted_only),
            )
        )
    return rows


# Fitted by training/fit_places.py.
WEIGHTS = Features(
    in_title=0.95,
    adjective_in_title=0.57,
    in_opening=0.83,
    in_rest=-1.12,
    early=2.48,
    in_lead=0.88,
    share=2.42,
    mentions=1.3,
    density=2.32,
    others=0.02,
    is_adjective_only=0.45,
    is_hinted_only=-1.17,
    one=-5.51,
)
CUT = 0.4
"""Least relevance of a country that an article is said to be about or in, 0 to 1.

The middle of the cuts that cross-validation finds as good as the best, by ``training/fit_places.py``.
"""


def relevance(row: Features) -> float:
    """How likely a reader is to say that the article is about or in the country. 0 to 1."""
    return 1 / (1 + math.exp(-sum(map(mul, row, WEIGHTS))))
