"""The blocks of a page and what of them is furniture: the frame of a site, and boxes between and below the story.

Names alone do not decide: on some page each of them stands on what holds the story, and says nothing there.
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Literal

from streams.parse.blocks import Block, Element, Outline
from streams.parse.parts import is_body

# Letters outside of links from which a block is running text.
_PROSE_LETTERS = 25
# Furniture with more than this share of a page's running text is none on this page; nor are its namesakes.
_VOID_SHARE, _VOID_STORY_SHARE, _VOID_LABEL_LETTERS = 0.4, 0.3, 300
_NOT_LETTERS = re.compile(r"\W+")


class PageBlocks:
    """The blocks of a page with what is furniture among them. ``total``: letters of running text apart from that."""

    def __init__(self, outline: Outline, title: str | None) -> None:
        self.blocks, self.elements, self.gaps = outline
        self.heading = self._heading(title)
        prose = [_prose(block) for block in self.blocks]
        void = self._void([0, *accumulate(prose)])
        self.is_furniture = self._held("shelter", void)
        self.is_label = [
            label and (_names_people(block) or not is_body(block.text))
            for label, block in zip(self._held("badge", void), self.blocks, strict=True)
        ]
        apart = zip(prose, self.is_furniture, self.is_label, strict=True)
        self._sums = [0, *accumulate(0 if furniture or label else letters for letters, furniture, label in apart)]
        self.total = self._sums[-1]

    def letters(self, element: Element) -> int:
        """Running text in an element, furniture apart."""
        return self._sums[element.end] - self._sums[element.start]

    def text(self, element: Element) -> str:
        """All text of an element."""
        return " ".join(block.text for block in self.blocks[element.start : element.end])

    def _heading(self, title: str | None) -> Element | None:
        """The page's heading: the one that is the title, else the longest of the first rank outside of furniture."""
        headings = [element for element in self.elements if element.tag in ("h1", "h2") and element.end > element.start]
        plain_title = _plain(title or "")
        similar = None
        for element in headings if plain_title else ():
            text = _plain(self.text(element))
            if text == plain_title:
                return element
            if similar is None and len(text) > 12 and (text in plain_title or plain_title in text):
                similar = element
        first = [element for element in headings if element.tag == "h1"]
        outside = [element for element in first if element.shelter is None]
        if similar is None and not first:
            return self._second_rank(headings)
        return similar or max(outside or first, key=lambda element: len(self.text(element)))

    def _second_rank(self, headings: list[Element]) -> Element | None:
        """On a page without a heading of the first rank, the last of the second above running text."""
        first = next((at for at, block in enumerate(self.blocks) if _prose(block) and is_body(block.text)), 0)
        above = [element for element in headings if element.shelter is None and element.end <= first]
        return above[-1] if above else None

    def _void(self, sums: list[int]) -> frozenset[str]:
        """Names of furniture that on this page say nothing, since they stand on what holds the story."""
        void: set[str] = set()
        for element in self.elements:
            letters = sums[element.end] - sums[element.start]
            if element.shelter is element:
                share = _VOID_STORY_SHARE if element.names.story else _VOID_SHARE
                lasts = element.names.lasting and not (self.heading and holds(element, self.heading))
                if letters > share * sums[-1] and not lasts:
                    void |= element.furniture
            elif element.badge is element and letters > _VOID_LABEL_LETTERS:
                void |= element.names.label
        return frozenset(void)

    def _held(self, chain: Literal["shelter", "badge"], void: frozenset[str]) -> list[bool]:
        """For each block, whether it stands in an element of the kind whose names are not all void."""
        known: dict[int, bool] = {}

        def is_held(element: Element | None) -> bool:
            if element is None:
                return False
            if id(element) not in known:
                names = element.furniture if chain == "shelter" else element.names.label
                outer = getattr(element.parent, chain) if element.parent else None
                known[id(element)] = bool(names - void) or is_held(outer)
            return known[id(element)]

        return [is_held(getattr(block.element, chain)) for block in self.blocks]


def around(element: Element | None) -> Iterator[Element]:
    """An element and those around it, outwards; not the page."""
    while element is not None and element.parent is not None:
        yield element
        element = element.parent


def holds(outer: Element, inner: Element) -> bool:
    """Whether one element stands in another, or takes up the same blocks."""
    return outer.start <= inner.start and inner.end <= outer.end


def _prose(block: Block) -> int:
    own = len(block.text) - block.linked
    return own if block.kind != "h" and own >= _PROSE_LETTERS and block.linked * 2 <= len(block.text) else 0


def _plain(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _names_people(block: Block) -> bool:
    return block.element.badge is not None and block.element.badge.names.people
