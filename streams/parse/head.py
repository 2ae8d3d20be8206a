"""What the markup of an HTML page says outside its text, gathered in one walk over the elements that matter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from streams.parse.lines import tidy

_TAGS = ("meta", "script", "link", "title", "h1", "time")
_NOT_A_LETTER = re.compile(r"[\W_]+")
# A page has one of each; hostile ones have thousands.
_MOST_HEADINGS = 10
_MOST_TIMES = 50
# A heading is text, and no container with half the page in it.
_MOST_LETTERS = 1_000
_MOST_PIECES = 100


@dataclass
class Head:
    """``meta`` by squashed name («article:published_time» is «articlepublishedtime»), each in order. ``headings`` and
    ``times`` are lxml elements, ``h1`` and ``time``; of the times, those after the last heading come first."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    json_ld: list[str] = field(default_factory=list)
    canonical: str | None = None
    title: str | None = None
    headings: list[Any] = field(default_factory=list)
    times: list[Any] = field(default_factory=list)

    def all(self, names: Iterable[str]) -> list[str]:
        """The values of the first of the squashed ``names`` that the page has."""
        return next((self.meta[name] for name in names if name in self.meta), [])

    def first(self, names: Iterable[str]) -> str | None:
        """The first value that is more than white space, tidied."""
        return next((text for name in names for value in self.meta.get(name, ()) if (text := tidy(value))), None)


def read_head(tree: Any) -> Head:
    """One walk, linear in the size of the page."""
    head = Head()
    early: list[Any] = []
    for element in tree.iter(*_TAGS):
        tag = element.tag
        if tag == "meta":
            name, content = element.get("property") or element.get("name"), element.get("content")
            if name and content and content.strip():
                head.meta.setdefault(squash(name), []).append(content.strip())
        elif tag == "script":
            if "ld+json" in element.get("type", "").lower() and element.text:
                head.json_ld.append(element.text)
        elif tag == "link":
            if head.canonical is None and "canonical" in element.get("rel", "").lower().split():
                head.canonical = element.get("href", "").strip() or None
        elif tag == "title":
            head.title = head.title or tidy(text_of(element))
        elif tag == "h1":
            if len(head.headings) < _MOST_HEADINGS:
                head.headings.append(element)
                early += head.times
                head.times = []
        elif tag == "time" and len(head.times) < _MOST_TIMES:
            head.times.append(element)
    head.times += early[:_MOST_TIMES]
    return head


def page_address(head: Head) -> str | None:
    """The page's own address: the canonical link, unless that is the site's front page and og:url is not."""
    addresses = [address for address in (head.canonical, head.first(("ogurl",))) if address and is_web(address)]
    deep = [address for address in addresses if _path(address)]
    return next(iter(deep or addresses), None)


def is_web(address: str) -> bool:
    """Whether an address is a whole one."""
    return address.startswith(("http://", "https://"))


def host_of(address: str | None) -> str:
    """The host of an address without ``www``; empty when it has none or is none."""
    try:
        return (urlsplit(address or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.strip("/")
    except ValueError:
        return ""


def squash(name: str) -> str:
    """Letters and digits alone, in lower case: how names are compared that everybody punctuates differently."""
    return _NOT_A_LETTER.sub("", name).lower()


def text_of(element: Any, without: frozenset[Any] = frozenset()) -> str:
    """The text of an element on one line, as far as a headline or a name could go.

    ``without``: children that are left out.
    """
    pieces: list[str] = [element.text or ""]
    size = 0
    for child in islice(element, _MOST_PIECES):
        if isinstance(child.tag, str) and child not in without and child.tag not in ("script", "style", "template"):
            for piece in islice(child.itertext(), _MOST_PIECES):
                pieces.append(piece)
                size += len(piece)
                if size > _MOST_LETTERS:
                    break
        pieces.append(child.tail or "")
        size += len(pieces[-1])
        if size > _MOST_LETTERS:
            break
    return " ".join("".join(pieces)[:_MOST_LETTERS].split())
