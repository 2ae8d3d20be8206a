"""The people and organisations of an article: the most relevant first, each once, under its longest name.

Arabic by a small sequence model, languages with capitals by cues, all by lists of the well known. What is given is
meant to be right rather than complete.
"""

from typing import NamedTuple

from streams.tag.aliases import Alias, Aliases, Known, marks_of, settled
from streams.tag.arabic_names import ArabicNames
from streams.tag.capital_names import CapitalNames
from streams.tag.credits import Credits
from streams.tag.mentions import Group, Kind, Mention, joined
from streams.tag.tokens import Tokens, tokens_of

OPENING = 3000
"""Characters of the body that are read."""

MOST = 15
"""People of an article at most, and organisations."""

_TITLE_LONGEST = 300
_TITLE_WEIGHT = 4
"""A mention in the title weighs as much as this many in the body; the same as for places."""

_SURE, _DOUBTFUL = 0.97, 0.85
_LEAST = 0.6
"""Least confidence of a name that is longer than a well-known one in it."""


_LEAST_SHOWN = 0.7
"""Least confidence of the surest mention: what is less sure counts only as a short form of what is."""


class Entity(NamedTuple):
    """A person or an organisation of an article: the name as written, the key if it is in the lists, how often."""

    name: str
    kind: Kind
    key: str | None
    confidence: int
    mentions: tuple[Mention, ...]


class Entities(NamedTuple):
    """Both, the most relevant first."""

    people: list[Entity]
    organisations: list[Entity]

    @property
    def names(self) -> list[str]:
        """Of both, as written."""
        return [entity.name for entity in (*self.people, *self.organisations)]


class EntityFinder:
    """Holds the lists and the model; finds names in one article at a time, the same way every time."""

    def __init__(self, aliases: Aliases, arabic: ArabicNames, capitals: CapitalNames, credited: Credits) -> None:
        self._aliases = aliases
        self._credits = credited
        self._arabic = arabic
        self._capitals = capitals

    @classmethod
    def load(cls) -> "EntityFinder":
        """Read everything shipped."""
        return cls(Aliases.load(), ArabicNames.load(), CapitalNames.load(), Credits.load())

    @property
    def version(self) -> str:
        """Of the name model; the lists and cues are of the same version."""
        return self._arabic.model.version

    def find(self, title: str | None, text: str, language: str | None = None) -> Entities:
        """The people and organisations of an article. ``language`` is its BCP 47 tag where it is known."""
        head = (title or "")[:_TITLE_LONGEST]
        read = f"{head}\n{text[:OPENING]}"
        cut = len(read) if len(text) > OPENING else len(read) + 1  # a name at the cut may be half of one
        groups = joined(
            mention
            for mention in self._mentions(read, language)
            if mention.end < cut and not self._credits.is_byline(mention, read, len(head) + 1)
        )
        ranked = sorted(groups, key=lambda group: -_relevance(group, len(head)))
        found = [_entity(group) for group in ranked if self._is_shown(group, len(head))]
        people = [entity for entity in found if entity.kind == "person"]
        organisations = [entity for entity in found if entity.kind == "organisation"]
        return Entities(people[:MOST], organisations[:MOST])

    def _is_shown(self, group: Group, title_ends: int) -> bool:
        """Whether an editor would note it: no source of the story, no single unknown word that is said once."""
        if max(mention.confidence for mention in group.mentions) < _LEAST_SHOWN:
            return False
        if group.kind == "organisation":
            return not self._credits.is_source(group, title_ends)
        return group.key is not None or " " in group.name or len(group.mentions) > 1

    def _mentions(self, text: str, language: str | None) -> list[Mention]:
        tokens = tokens_of(text)
        named = settled(self._aliases.find(text, tokens))
        known = [_known(alias, whose, tokens) for alias, whose in named]
        spoken = _primary(language) or _guessed(text)
        if spoken == "ar":
            known = [each._replace(name=self._arabic.without_title(each.name)) for each in known]
            return _merged(known, self._arabic.find(text, tokens, marks_of(named, tokens)))
        if spoken in self._capitals.languages:
            whole = [(each.start, each.end) for each in known if " " in each.name]
            known = [each for each in known if " " in each.name or self._is_alone(each, text, spoken)]
            found = self._capitals.find(text, spoken, whole)
            longer = {each.start: each.end for each in found if each.kind == "organisation"}
            return _merged([each for each in known if longer.get(each.start, 0) <= each.end], found)
        return known

    def _is_alone(self, mention: Mention, text: str, language: str) -> bool:
        return mention.kind == "organisation" or self._capitals.stands_alone(text, mention.start, language)


def _primary(language: str | None) -> str:
    return (language or "").partition("-")[0].lower()


def _guessed(text: str) -> str:
    """Arabic or English, by the letters; others must be said."""
    sample = text[:500]
    return "ar" if sum("\u0620" <= char <= "\u064a" for char in sample) > len(sample) // 4 else "en"


def _known(alias: Alias, whose: Known, tokens: Tokens) -> Mention:
    start, end = int(tokens.text_starts[alias.first]), int(tokens.text_ends[alias.last - 1])
    confidence = _DOUBTFUL if whose.is_doubtful else _SURE
    why = f"list of the well known, {whose.key}"
    return Mention(start, end, whose.kind, alias.name, whose.key, confidence, why)


def _merged(known: list[Mention], found: list[Mention]) -> list[Mention]:
    """Well-known names and others, none overlapping.

    A well-known name yields to a longer one around it, «إيفانكا ترامب» is not Donald Trump; but one of several words
    only to an organisation named after it.
    """
    kept: list[Mention] = []
    rest = list(found)
    for each in known:
        around = [other for other in rest if other.start < each.end and each.start < other.end]
        longer = [other for other in around if " " in other.name and _covers(other, each)]
        if longer and longer[0].confidence >= _LEAST and (" " not in each.name or longer[0].kind != each.kind):
            continue
        rest = [other for other in rest if other not in around]
        kept.append(each)
    return sorted([*kept, *rest])


def _covers(long: Mention, short: Mention) -> bool:
    """Whether one has the other in it, and more."""
    return long.start <= short.start and short.end <= long.end and long.end - long.start > short.end - short.start


def _relevance(group: Group, title_ends: int) -> float:
    """How much an article is about it: mentions by confidence; the title counts more."""
    return sum(mention.confidence * (_TITLE_WEIGHT if mention.end <= title_ends else 1) for mention in group.mentions)


def _entity(group: Group) -> Entity:
    best = max(mention.confidence for mention in group.mentions)
    return Entity(group.name, group.kind, group.key, round(100 * best), group.mentions)
