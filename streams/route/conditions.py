"""Conditions: what a route may ask of a news item, one class a kind. Each is met when any of its values is.

``met_by`` tells why it is met, for a reader; an empty list means that it is not.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from streams.route.facts import Facts, FoldedNames
from streams.route.phrases import Phrase


class Condition(Protocol):
    """One condition of a route."""

    def met_by(self, facts: Facts) -> list[str]:
        """The reasons why it is met; empty when it is not."""


@dataclass(frozen=True)
class Topics:
    """The item is about one of these topics, with at least this confidence.

    A topic without a confidence passes only where none is asked for.
    """

    slugs: tuple[str, ...]
    min_confidence: int = 0

    def met_by(self, facts: Facts) -> list[str]:  # noqa: D102 - as Condition
        return [
            f"topic {slug}" if confidence is None else f"topic {slug} {confidence}"
            for slug, confidence in facts.topics.items()
            if slug in self.slugs and (confidence or 0) >= self.min_confidence
        ]


@dataclass(frozen=True)
class Countries:
    """The item mentions one of these countries."""

    codes: tuple[str, ...]

    def met_by(self, facts: Facts) -> list[str]:  # noqa: D102 - as Condition
        return [f"country {code}" for code in self.codes if code in facts.countries]


@dataclass(frozen=True)
class Languages:
    """The item is in one of these languages; "ar" takes "ar-EG" too (RFC 4647, basic filtering)."""

    ranges: tuple[str, ...]

    def met_by(self, facts: Facts) -> list[str]:  # noqa: D102 - as Condition
        tag = facts.language
        return [f"language {each}" for each in self.ranges if f"{tag}-".startswith(f"{each.lower()}-")]


@dataclass(frozen=True)
class Names:
    """The item names one of these, whole names compared folded."""

    kind: Literal["source", "person", "organisation"]
    folded: frozenset[str]

    def met_by(self, facts: Facts) -> list[str]:  # noqa: D102 - as Condition
        return [f"{self.kind} {name}" for folded, name in self._of(facts).items() if folded in self.folded]

    def _of(self, facts: Facts) -> FoldedNames:
        match self.kind:
            case "source":
                return facts.sources
            case "person":
                return facts.people
            case "organisation":
                return facts.organisations


@dataclass(frozen=True)
class Phrases:
    """One of these phrases stands in the title or the text, as whole words."""

    phrases: tuple[Phrase, ...]

    def met_by(self, facts: Facts) -> list[str]:  # noqa: D102 - as Condition
        reasons = []
        for phrase in self.phrases:
            if phrase.is_in(facts.title):
                reasons.append(f"phrase «{phrase.written}» in title")
            elif phrase.is_in(facts.text):
                reasons.append(f"phrase «{phrase.written}» in text")
        return reasons
