"""Arabic organisations told by their first word: «وزارة الصحة», «هيئة الطرق والمواصلات», «جمعية المحامين العرب».

What follows a kind of organisation belongs to its name as long as it has the article. The words are data:
``entity_cues.toml``.
"""

import re
from typing import NamedTuple

from streams.fold import fold
from streams.tag.mentions import Mention

_ARTICLE = "ال"
_CONFIDENCE = 0.8
_MOST = 6  # words after the first
_WORDS = re.compile(r"[\u0620-\u0652\u0670-\u06d3]+")
_FOLLOWS = re.compile(r"(?:و?ال|و?لل)\w{2,}")
_CLITICS = re.compile(r"[وف]?[بلك]?")


class Heads(NamedTuple):
    """First words of organisations, folded: those that one word names («وزارة»), those that need two, and the words
    with an article that end a name («الماضي»)."""

    sure: frozenset[str]
    other: frozenset[str]
    ends: frozenset[str]


def find_organisations(text: str, heads: Heads) -> list[Mention]:
    """Organisations in ``text``, in order."""
    found: list[Mention] = []
    words = list(_WORDS.finditer(text))
    at = 0
    while at < len(words):
        head = _head(words[at][0], heads)
        if not head:
            at += 1
            continue
        last = at
        while last + 1 < len(words) and last - at < _MOST and _belongs(words[last], words[last + 1], text, heads):
            last += 1
        if _is_whole([word[0] for word in words[at : last + 1]], head, heads):
            start, end = words[at].end() - len(head), words[last].end()
            why = f"starts with «{head}»"
            found.append(Mention(start, end, "organisation", text[start:end], None, _CONFIDENCE, why))
        at = last + 1
    return found


def _is_whole(words: list[str], head: str, heads: Heads) -> bool:
    """Whether enough follows the head: «شركة» alone is none, nor is «مدرسة للبنات»."""
    following = [fold(word) for word in words[1:]]
    if not following or not following[0].startswith(_ARTICLE):
        return False
    if head.startswith(_ARTICLE):  # «الهيئة العامة للاستثمار», but not «الشركة الجديدة»
        return len(following) > 1 and following[-1].startswith("لل")
    return len(following) > 1 or fold(head) in heads.sure


def _head(word: str, heads: Heads) -> str:
    """The word without what is written before it, if it names a kind of organisation."""
    for cut in range(3):
        if not _CLITICS.fullmatch(word[:cut]):
            return ""
        folded = fold(word[cut:]).removeprefix(_ARTICLE)
        # «للجنة» may be «لجنة» or «اللجنة».
        if (folded in heads.sure or folded in heads.other) and not fold(word).startswith("لل"):
            return word[cut:]
    return ""


def _belongs(before: "re.Match[str]", word: "re.Match[str]", text: str, heads: Heads) -> bool:
    folded = fold(word[0])
    bare = folded.removeprefix("و")
    return (
        text[before.end() : word.start()] == " "
        and _FOLLOWS.fullmatch(folded) is not None
        and bare not in heads.ends
        and not (bare != folded and bare.removeprefix("ال") in heads.sure | heads.other)
    )
