"""The headline of an HTML page out of the many titles that its head and its body give."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from streams.parse.head import Head, squash, text_of
from streams.parse.lines import tidy

_TITLES = ("ogtitle", "twittertitle", "dctitle", "dctermstitle", "parselytitle", "sailthrutitle", "headline", "title")
_BAR = re.compile(r"\s+[|–—\-·•»:/]+\s+|\s*[|｜]\s*")
_AFTER_KICKER = re.compile(r"(?:[:：]|\s[|\-–—/+]+|[|｜])\s*$")
_COUNTER = re.compile(r"^\(\d{1,3}\+?\)\s+")
_KICKER_CLASS = re.compile(
    r"kicker|overline|topline|eyebrow|dachzeile|roofline|supertitle|surtitle|antetitulo|cintillo|overtitle|"
    r"sr-only|visually-?hidden|screen-reader|visuallyhidden",
    re.IGNORECASE,
)
# What stands between a kicker and the headline.
_MARKS = " :：-–—|/"
# A shorter heading is a section's or a logo's.
_LEAST_LETTERS = 10
_MOST_LETTERS = 500


class SiteNames(NamedTuple):
    """What may follow a headline after a bar: names of the site, and of the page's section. Squashed."""

    sites: frozenset[str]
    sections: frozenset[str]

    def has(self, tail: str) -> bool:
        """Whether ``tail``, squashed, is one of them; a site's also with «News», «.com» and the like, or shortened."""
        if len(tail) < 3:
            return tail in self.sites
        return tail in self.sections or any(
            tail in site or (len(site) >= 4 and site in tail and len(tail) <= len(site) + 12) for site in self.sites
        )


def choose_title(head: Head, stated: str | None, marked: str | None, names: SiteNames) -> str | None:
    """The headline: that of JSON-LD (``stated``), else of Open Graph and its like, else of microdata (``marked``),
    else the page's heading, else ``<title>``; without site, section, counter and kicker.

    On the 200 pages of html_publishers_dev, metadata before heading is right more often than a vote of all.
    """
    headings = read_headings(head)
    heading = headings[0] if len(set(headings)) == 1 else None
    graph = _titles(head.first((name,)) for name in _TITLES)
    said = _titles((stated,)) + graph + _titles((marked,))
    window = _COUNTER.sub("", head.title or "")
    title = next(iter(said), None) or heading or window or None
    if title is None:
        return None
    others = [*headings, *said]
    title = without_site(title, names, others)
    shared = without_site(graph[0], names, others) if graph else title
    if shared in headings and title not in headings and without_site(window, names, others).lower() == title.lower():
        title = shared  # JSON-LD and <title> have another for search engines
    whole = [text_of(h1) for h1 in head.headings]
    return _without_kicker(title, shared, whole) or None


def read_headings(head: Head) -> list[str]:
    """The texts of the ``h1``, without a kicker inside; those too short for a headline left out."""
    texts = (_heading_text(h1) for h1 in head.headings)
    return [text for text in texts if text and len(text) >= _LEAST_LETTERS]


def without_site(title: str, names: SiteNames, others: Iterable[str]) -> str:
    """The headline of «Headline | Section | Site».

    Cut where another title of the page (``others``) ends before a bar, or where the site's name follows one.
    """
    bars = list(_BAR.finditer(title, 0, _MOST_LETTERS))
    shorter = set(others)
    for bar in bars:
        if bar.start() >= _LEAST_LETTERS and title[: bar.start()] in shorter:
            return title[: bar.start()]
    end = len(title)
    for bar in reversed(bars):
        tail = squash(title[bar.end() : end])
        if not names.has(tail):
            break
        end = bar.start()
    return title[:end].strip() or title


def _without_kicker(title: str, shared: str, headings: list[str]) -> str:
    """The headline of «Kicker: Headline»: Open Graph (``shared``) has it alone, or another title has another kicker
    before it."""
    if 15 <= len(shared) < len(title) and title.endswith(shared) and _AFTER_KICKER.search(title[: -len(shared)]):
        return shared
    for other in (shared, *headings):
        size = _common_end(title, other)
        tail = title[len(title) - size :].lstrip(_MARKS)
        kickers = title[: len(title) - len(tail)], other[: len(other) - len(tail)]
        if len(tail) >= 20 and all(map(_AFTER_KICKER.search, kickers)) and len(set(map(squash, kickers))) == 2:
            return tail
    return title


def _common_end(one: str, other: str) -> int:
    size = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        size += 1
    return size


def _heading_text(h1: Any) -> str | None:
    """A heading without the children that stand over the headline or are for screen readers only."""
    kickers = frozenset(child for child in list(h1)[:20] if _KICKER_CLASS.search(child.get("class", "")[:500]))
    whole, text = text_of(h1), text_of(h1, kickers).lstrip(_MARKS)
    # What is longer than the rest is the headline, whatever its class.
    return tidy(text if len(text) * 2 > len(whole) else whole)


def _titles(values: Iterable[str | None]) -> list[str]:
    return [title for value in values if (title := tidy(value)) and len(title) <= _MOST_LETTERS]
