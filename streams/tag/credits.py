"""Names of who wrote or carried a story, apart from those that it is about.

A byline is no person of the story, and the agency, paper or network that a story quotes is no organisation of it
unless it is in the title or named again and again. The words are data: ``credit_words.toml``.
"""

import re
import tomllib
from importlib import resources

from streams.tag.mentions import Group, Mention
from streams.tag.tokens import fold_words

_OFTEN = 3
"""Mentions from which on a source is one that the story is about."""

_OPENING = 120  # characters of the body in which a dateline with a name may stand
_LINE = 60  # characters of a line that are read before a name
_DATELINE = re.compile(r"[^.،؛:!?\n]{1,40}[-–—:(|] ?")


class Credits:
    """Tells bylines and sources. Immutable."""

    def __init__(self, keys: frozenset[str], words: frozenset[str], bylines: tuple[str, ...]) -> None:
        self._keys = keys
        self._words = words
        told = "|".join(map(re.escape, sorted(bylines)))
        self._byline = re.compile(rf"\W{{0,3}}(?:{told})(?: ?: ?|(?<=[Bb]y) )")

    @classmethod
    def load(cls) -> "Credits":
        """Read the shipped words."""
        table = tomllib.loads(resources.files("streams.tag").joinpath("credit_words.toml").read_text(encoding="utf-8"))
        words = frozenset(map(fold_words, table["source_words"]["all"]))
        return cls(frozenset(table["sources"]["keys"]), words, tuple(table["bylines"]["all"]))

    def is_byline(self, mention: Mention, text: str, body: int) -> bool:
        """Whether a person's name is that of who wrote: "By NAME", «حوار: NAME», «الشارقة - NAME:».

        ``body`` is where the body starts in ``text``, after the title.
        """
        if mention.kind != "person" or mention.start < body:
            return False
        line = text.rfind("\n", max(body - 1, mention.start - _LINE), mention.start) + 1
        if line and self._byline.fullmatch(text, line, mention.start):
            return True
        is_opening = mention.start < body + _OPENING and text[mention.end :].lstrip(" ")[:1] == ":"
        return is_opening and bool(_DATELINE.fullmatch(text, body, mention.start))

    def is_source(self, group: Group, title_ends: int) -> bool:
        """Whether an organisation is only where the story comes from, or was spread."""
        words = fold_words(group.name).lower().split()
        if group.key not in self._keys and not self._words.intersection((words[0], words[-1])):
            return False
        return len(group.mentions) < _OFTEN and group.mentions[0].start >= title_ends
