"""The lines of a text page, cleaned for reading and folded for matching."""

import re
from html import unescape
from typing import NamedTuple

from streams.fold import fold

# Control characters, and marks that steer the display. A zero-width non-joiner inside a word is one of its letters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad\ufffc]"
)
_EDGE_JOINERS = "\u200c\u200d \t"
# Between words they join nothing. A run is looked at from its start only, or a page of joiners takes minutes.
_LOOSE_JOINERS = re.compile("(?<=\\s)[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]+(?=\\s)")
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|center|div|em|font|h[1-6]|i|img|li|mark|p|s|small|span|strong|sub|sup|u|ul)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_BREAKING_TAG = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\s*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8}\d{0,2});")
_BREAKS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Single blanks, nearly all there are, are left alone: a third of the time.
_SPACES = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
_COLONS = "：﹕︓꞉׃∶"
_BETWEEN = "\x01"


class Line(NamedTuple):
    """A line with something on it. ``number`` counts from 1 on the page; ``gap``: an empty line stood
    before."""

    number: int
    text: str
    folded: str
    gap: bool


def read_lines(page: str) -> list[Line]:
    """Cut a page in lines: trimmed, white space single, display marks and stray inline tags gone,
    letters as written."""
    page = _BREAKS.sub("\n", page)
    if "<" in page:
        page = _TAG.sub("", _BREAKING_TAG.sub("\n", page))
    if "&" in page:
        page = _ENTITY.sub(_character, page)
    if "\u200c" in page or "\u200d" in page:
        page = _LOOSE_JOINERS.sub("", page)
    page = _SPACES.sub(" ", _UNSEEN.sub("", page))
    texts: list[tuple[int, str, bool]] = []
    gap = False
    for number, raw in enumerate(page.split("\n"), start=1):
        text = raw.strip(_EDGE_JOINERS)
        if text:
            texts.append((number, text, gap))
        gap = not text
    folded = fold_all([text for _, text, _ in texts])
    return [Line(number, text, there, gap) for (number, text, gap), there in zip(texts, folded, strict=True)]


def fold_all(texts: list[str]) -> list[str]:
    """Fold many short texts in one go: a call costs 14 µs however short its text is."""
    joined = _BETWEEN.join(texts)
    for colon in _COLONS:
        joined = joined.replace(colon, ":")
    joined = fold(joined)
    folded = [there.strip() for there in joined.split(_BETWEEN)]
    return folded if len(folded) == len(texts) else [fold(text) for text in texts]


def tidy(text: str | None) -> str | None:
    """One value on one line: tags, entities, display marks and double spaces gone; null when nothing is
    left."""
    if not text:
        return None
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = unescape(text)
    text = " ".join(_UNSEEN.sub("", text).replace("\x01", "").split()).strip(_EDGE_JOINERS)
    return text or None


def _character(entity: re.Match[str]) -> str:
    character = unescape(entity[0])
    return " " if character in "\n\r\x85\u2028\u2029\xa0" else character
