"""Headlines, names and short lines: whether a line can be one, and its clean form."""

import re

from streams.parse.labels import is_sentence

_TITLE_LETTERS = 250
_SITE_AFTER_BAR = re.compile(r"\s+[|｜]\s+[^|｜]{2,40}$")
_BETWEEN_NAMES = frozenset(("and", "&", "et", "y", "und", "ve", "for", "in"))
_KICKER = re.compile(r"^[(\[]?(?:عاجل|breaking)[)\]]?\s*[|:\-–—/]\s*|^[(\[](?:عاجل|breaking)[)\]]\s*", re.IGNORECASE)


def can_be_title(value: str) -> bool:
    """Whether a line is short enough for a headline, and no sentence of some length."""
    return len(value) <= _TITLE_LETTERS and not (len(value) > 100 and value.rstrip("\"”»') ").endswith((".", "۔")))


def is_headline(value: str) -> bool:
    """Whether a line is also long enough: four words or 25 letters."""
    return can_be_title(value) and (len(value.split()) >= 4 or len(value) >= 25) and not value.endswith((":", "،"))


def is_tag(value: str) -> bool:
    """Whether a line is short enough to be one of a run of keywords."""
    return len(value) <= 30 and len(value.split()) <= 3 and not is_sentence(value) and not value.endswith(":")


def clean_title(value: str) -> str:
    """A headline without «عاجل |» before and the site's name after a bar."""
    title = _KICKER.sub("", value).strip() or value
    return _SITE_AFTER_BAR.sub("", title) or title


def clean_byline(value: str) -> str | None:
    """Names without the place after a dash; capitals become title case."""
    head, *place = re.split(r"\s+[ـ\-–—|]\s+", value, maxsplit=1)
    if place and len(place[0].split()) <= 3:
        value = head
    value = value.strip(" ,،.:;|-–—ـ")
    words = value.split()
    names = [word for word in words if word.lower() not in _BETWEEN_NAMES]
    if len(names) > 1 and all(word.isupper() for word in names):
        value = " ".join(word.title() if word.isupper() else word for word in words)
    return value or None


def clean_name(value: str) -> str | None:
    """A source without brackets, dashes and the full stop after it."""
    value = value.strip(" ,،:;|-–—ـ")
    if value.startswith(("(", "[")) and value.endswith((")", "]")):
        value = value[1:-1].strip()
    return value.removesuffix(".").strip() or None if len(value.split()) > 1 else value.strip(".") or None
