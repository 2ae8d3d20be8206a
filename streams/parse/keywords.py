"""Keywords of a page: a list in any of its separators, or hashtags in a row."""

import re

_SEPARATORS = re.compile(r"\s*[,،、؛;|｜•·●▪\n\t]\s*|\s+[/\-–—]\s+|\s+(?=#)")
_MOST = 60
_LONGEST = 100


def split_keywords(text: str) -> tuple[str, ...]:
    """The keywords in ``text``, in order, each once, as written but for the ``#``; at most 60."""
    if text.count("/") and not re.search(r"[,،؛;|•·#]|\s/\s", text):
        text = text.replace("/", ",")
    found: dict[str, None] = {}
    for part in _SEPARATORS.split(text):
        word = part.strip(' \t#.:«»"[]()“”')
        if word and len(word) <= _LONGEST:
            found.setdefault(word)
    return tuple(found)[:_MOST]


def is_hashtag_row(text: str) -> bool:
    """Whether a line is nothing but hashtags, of which some sites write several words: «#القطب الشمالي»."""
    first, *tags = text.split("#")
    return first == "" and bool(tags) and all(0 < len(tag.split()) <= 3 for tag in tags) and text[-1] not in ".:؟?!"
