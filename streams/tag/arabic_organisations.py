"""Arabic organisations told by their first word: «وزارة الصحة», «هيئة الطرق والمواصلات», «الهيئة العامة للطيران».

What follows a kind of organisation belongs to its name as long as it has the article. The words are data:
``entity_cues.toml``.
"""

import re
from typing import NamedTuple

from streams.tag.mentions import Mention
from streams.tag.tokens import Tokens, WordSet, word_hashes

_CONFIDENCE = 0.8
_MOST = 6  # words after the first
_ARTICLE, _FOR = "ال", "لل"
_FOLLOWS = re.compile(r"و?(?:ال|لل)\w{2,}")
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
_ARTICLES = tuple(f"{clitic}{_ARTICLE}" for clitic in _CLITICS if not clitic.endswith("ل"))


class Heads(NamedTuple):
    """First words of organisations, folded: those that one word names («وزارة»), those that need two, and the words
    with an article that end a name («الماضي»)."""

    sure: frozenset[str]
    other: frozenset[str]
    ends: frozenset[str]


class _Head(NamedTuple):
    """A first word of a name as it stands in a text: how many letters before it are no part of the name."""

    word: str
    before: int
    is_definite: bool


class ArabicOrganisations:
    """Finds organisations by their first words. Immutable."""

    def __init__(self, heads: Heads) -> None:
        self._words = heads
        self._heads: dict[int, _Head] = {}
        words = sorted(heads.sure | heads.other)
        for before in (*_CLITICS, *_ARTICLES):
            article = _ARTICLE if before in _ARTICLES else ""
            for word, written in zip(words, word_hashes(words, before).tolist(), strict=True):
                # «للجنة» may be «لجنة» or «اللجنة».
                if not (before.endswith("ل") and not article and word.startswith("ل")):
                    self._heads[written] = _Head(article + word, len(before) - len(article), bool(article))
        self._may_be = WordSet(self._heads)

    def find(self, text: str, tokens: Tokens) -> list[Mention]:
        """Organisations in ``text``, in order."""
        letters = ""
        found: list[Mention] = []
        end = 0
        for at in self._may_be.may_hold(tokens.words):
            head = self._heads.get(int(tokens.words[at])) if at >= end else None
            if head:
                letters = letters or tokens.units.tobytes().decode("utf-16-le", "surrogatepass")
                following = self._following(at, letters, tokens, is_definite=head.is_definite)
                if self._is_whole(head, following):
                    end = at + 1 + len(following)
                    start, stop = int(tokens.text_starts[at]) + head.before, int(tokens.text_ends[end - 1])
                    why = f"starts with «{text[start : int(tokens.text_ends[at])]}»"
                    found.append(Mention(start, stop, "organisation", text[start:stop], None, _CONFIDENCE, why))
        return found

    def _following(self, at: int, letters: str, tokens: Tokens, *, is_definite: bool) -> list[str]:
        """The words after the one at ``at`` that belong to its name, folded."""
        words: list[str] = []
        for place in range(at + 1, min(at + 1 + _MOST, tokens.words.size)):
            word = letters[tokens.starts[place] : tokens.ends[place]]
            bare = word.removeprefix("و")
            if (
                tokens.starts[place] != tokens.ends[place - 1] + 1  # one blank between
                or not _FOLLOWS.fullmatch(word)
                or bare in self._words.ends
                # «كلية اللغات للبنات»: with an indefinite head, «لل» seldom goes on with the name.
                or (bare.startswith(_FOR) and not is_definite)
                or (bare != word and self._is_head(bare.removeprefix(_ARTICLE)))
            ):
                break
            words.append(word)
        return words

    def _is_head(self, word: str) -> bool:
        return word in self._words.sure or word in self._words.other

    def _is_whole(self, head: _Head, following: list[str]) -> bool:
        """Whether enough follows: «شركة» alone is no name, nor is «الشركة الجديدة»."""
        if not following or not following[0].startswith(_ARTICLE):
            return False
        if head.is_definite:
            return len(following) > 1 and any(word.startswith(_FOR) for word in following)
        return len(following) > 1 or head.word in self._words.sure
