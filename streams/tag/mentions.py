"""Mentions of people and organisations, and the joining of those that name the same one in an article."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from streams.tag.tokens import fold_words

Kind = Literal["person", "organisation"]


_LEAST_TO_OUTNUMBER = 3
"""Mentions of which two can outnumber one."""


class Mention(NamedTuple):
    """One place where a text names somebody: from character ``start`` to ``end``.

    ``name`` is as written, without what does not belong to it; ``key`` is that of the lists of the well known;
    ``confidence`` runs from 0 to 1, and ``why`` says for a person to read what made it.
    """

    start: int
    end: int
    kind: Kind
    name: str
    key: str | None
    confidence: float
    why: str


class Group(NamedTuple):
    """All mentions of one person or organisation, in order; ``name`` is the longest, but see ``_usual_name``."""

    name: str
    kind: Kind
    key: str | None
    mentions: tuple[Mention, ...]


def joined(mentions: Iterable[Mention]) -> list[Group]:
    """Mentions that name the same one, together, in the order of their first mention.

    The same key is the same one. Else a name joins a longer one that it is a part of («بن سلمان», "Biden"), the one
    named last before it where several fit; a short form of an organisation must be how the long one starts or ends.
    """
    mentions = list(mentions)
    words = {mention.name: tuple(fold_words(mention.name).split()) for mention in mentions}
    heads: list[Mention] = []  # the longest of each group so far
    members: list[list[Mention]] = []
    having: dict[str, set[int]] = {}  # the groups of each key, and of each word of the longest name
    # Longest names first, so that a part finds the whole, wherever that stands.
    for mention in sorted(mentions, key=lambda each: (-len(words[each.name]), each.start)):
        near = having.get(next(iter(words[mention.name]), ""), set())
        if mention.key:
            near = near | having.get(mention.key, set())
        place = _place(mention, sorted(near), heads, members, words) if near else None
        if place is None:
            place = len(heads)
            heads.append(mention)
            members.append([])
            for word in words[mention.name] or ("",):
                having.setdefault(word, set()).add(place)
        members[place].append(mention)
        if mention.key:
            having.setdefault(mention.key, set()).add(place)
    groups = [
        Group(_usual_name(head, found, words), head.kind, _key(found), tuple(sorted(found)))
        for head, found in zip(heads, members, strict=True)
    ]
    return sorted(groups, key=lambda group: group.mentions[0].start)


def _place(
    mention: Mention,
    near: list[int],
    heads: list[Mention],
    members: list[list[Mention]],
    words: dict[str, tuple[str, ...]],
) -> int | None:
    """The group that the mention belongs to, one of ``near``: the others share neither its key nor a word."""
    fitting = [
        place
        for place in near
        if heads[place].kind == mention.kind and _same(mention, heads[place], members[place], words)
    ]
    if mention.key:  # «نادال» is Rafael before it is Toni
        fitting = [place for place in fitting if _key(members[place]) == mention.key] or fitting
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    before = [(other.start, place) for place in fitting for other in members[place] if other.start <= mention.start]
    return max(before)[1] if before else fitting[0]


def _same(mention: Mention, head: Mention, found: list[Mention], words: dict[str, tuple[str, ...]]) -> bool:
    if mention.key and any(mention.key == other.key for other in found):
        return True
    if mention.key and any(other.key for other in found):
        return False
    short, long = words[mention.name], words[head.name]
    if short == long:
        return True
    if mention.kind == "organisation":
        # One word of several is seldom the same: «جامعة» is no short form of «جامعة القاهرة».
        return len(short) > 1 and (long[: len(short)] == short or long[-len(short) :] == short)
    return bool(short) and any(long[at : at + len(short)] == short for at in range(len(long) - len(short) + 1))


def _usual_name(head: Mention, found: list[Mention], words: dict[str, tuple[str, ...]]) -> str:
    """The longest name; of a person, the beginning of it where that stands oftener: what follows is no part of it.

    "Okello Wandera" twice and "Okello Wandera Wins" once are Okello Wandera.
    """
    if head.kind != "person" or len(found) < _LEAST_TO_OUTNUMBER:
        return head.name
    counts = Counter(mention.name for mention in found)
    longest = words[head.name]
    for name, count in counts.most_common():
        short = words[name]
        if count > counts[head.name] and 1 < len(short) < len(longest) and longest[: len(short)] == short:
            return name
    return head.name


def _key(mentions: list[Mention]) -> str | None:
    return next((mention.key for mention in mentions if mention.key), None)
