"""Headlines, names and short lines: whether a line can be one, and its clean form."""

import re
from typing import Any

from streams.fold import fold
from streams.parse.labels import ABBREVIATION, is_sentence

_TITLE_LETTERS = 250
_SITE_AFTER_BAR = re.compile(r"\s+[|｜]\s+[^|｜]{2,40}$")
# A word in brackets, or before a bar, colon or dash.
_KICKER = re.compile(
    r"\s*(?:[(\[]([^()\[\]]{2,25})[)\]]\s*(?:[|:/]\s*|[-–—]\s+)?"
    r"|([^|:\-–—/()\[\].]{2,25}?)\s*([|:/]\s*|[-–—]\s+|\.\s+))(?=\S)"
)
_TURKISH = re.compile("[İŞĞ]")
_BETWEEN_NAMES = frozenset(("and", "&", "et", "y", "und", "ve", "for", "in"))


# "BY SIMON O'HARE AT VALE PARK ROAD", "Nora Fields in London", "Tom Hale for AFP"
_WHERE = re.compile(r"(\S+\s+\S[^,،]{0,60}?)\s+(?i:at|in|for)\s+[A-Z\d].*")


def can_be_title(value: str) -> bool:
    """Whether a line is short enough for a headline, and no sentence of some length."""
    return len(value) <= _TITLE_LETTERS and not (len(value) > 100 and value.rstrip("\"”»') ").endswith((".", "۔")))


def is_headline(value: str) -> bool:
    """Whether a line is also long enough: four words or 25 letters."""
    return can_be_title(value) and (len(value.split()) >= 4 or len(value) >= 25) and not value.endswith((":", "،"))


def is_tag(value: str) -> bool:
    """Whether a line is short enough to be one of a run of keywords."""
    return len(value) <= 30 and len(value.split()) <= 3 and not is_sentence(value) and not value.endswith(":")


class Kickers:
    """Words that sites put before a headline: «عاجل |», "[Breaking]", "Live |". Immutable."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        self._before_bar: set[str] = set()
        self._before_colon: set[str] = set()
        for language in entries.values():
            for entry in language.get("kicker", ()):
                words = {fold(word) for word in entry["words"]}
                self._before_bar |= words
                self._before_colon |= words if entry.get("colon", False) else set()

    def clean(self, value: str) -> str:
        """A headline without kicker before and the site's name after a bar."""
        value = value.strip("*_") or value  # bold, as messengers write it
        match = _KICKER.match(value)
        if match is not None:
            word, mark = fold(match[1] or match[2]), (match[3] or "|").strip()
            known = self._before_bar if mark == "|" or (mark == "." and match[2].isupper()) else self._before_colon
            if word in known and (mark != "." or match[2].isupper()):
                value = value[match.end() :].strip() or value
        return _SITE_AFTER_BAR.sub("", value) or value


def clean_byline(value: str) -> str | None:
    """Names without the place after a dash; capitals become title case."""
    head, *place = re.split(r"\s+[ـ\-–—|]\s+", value, maxsplit=1)
    if place and len(place[0].split()) <= 3:
        value = head
    value = value.strip(" ,،.:;|-–—ـ")
    if (where := _WHERE.fullmatch(value)) is not None:
        value = where[1]
    words = value.split()
    names = [word for word in words if word.lower() not in _BETWEEN_NAMES]
    if len(names) > 1 and all(word.isupper() for word in names):
        value = " ".join(_capitalised(word, turkish=bool(_TURKISH.search(value))) for word in words)
    return value or None


def _capitalised(word: str, *, turkish: bool) -> str:
    """A word in capitals as a name is written: "O'BRIEN" as "O'Brien", "IŞIL" as "Işıl", "AND" as "and"."""
    if word.lower() in _BETWEEN_NAMES:
        return word.lower()
    if turkish:
        return word[0] + word[1:].replace("İ", "i").replace("I", "ı").lower()
    return re.sub(r"'S\b", "'s", word.title())


def clean_name(value: str) -> str | None:
    """A source without brackets, dashes and the full stop after it."""
    value = value.strip(" ,،:;|-–—ـ")
    if value.startswith(("(", "[")) and value.endswith((")", "]")):
        value = value[1:-1].strip()
    if ABBREVIATION.search(value):
        return value
    return value.removesuffix(".").strip() or None if len(value.split()) > 1 else value.strip(".") or None
