"""Which blocks of an HTML page are its story: the element that holds it, and of that what is no furniture.

An element is chosen by what it says of itself (``itemprop``, class names), else by where the page's heading and most of
its running text are. Shares and lengths were chosen on the pages that benchmarks/html_quality.py measures.
"""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from streams.parse.blocks import Block, Element, Outline, read_outline
from streams.parse.element_names import ElementNames
from streams.parse.headlines import is_headline
from streams.parse.labels import is_sentence
from streams.parse.parts import is_body

# Letters outside of links from which a block is running text.
_PROSE_LETTERS = 25
# Furniture with more than this share of a page's running text is none on this page; nor are its namesakes.
_VOID_SHARE, _VOID_STORY_SHARE, _VOID_LABEL_LETTERS = 0.4, 0.3, 300
# An element with less running text is not looked at as the story's.
_LEAST_LETTERS = 140
# A page with less is looked through a second time.
_THIN_LETTERS = 250
_STANDFIRST_LETTERS, _STANDFIRST_BLOCKS = 50, 4
# Headlines that lead elsewhere, and letters of story for each, below which a page is a list of them.
_LIST_HEADLINES, _LETTERS_A_LINK = 5, 150
# Author and date stand above the third block of the story: a standfirst and a first paragraph may be above them.
_TOP_BLOCKS = 3
_MOST_NAMES = 4
_MOST_LABELS, _LABEL_LETTERS = 40, 200
_NOT_LETTERS = re.compile(r"\W+")
_CLOCK_LETTERS = 14
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?(?:am|pm|a\.m\.|p\.m\.|ص|م|h|gmt|utc|uhr))?", re.IGNORECASE)
# What stands in one of these is part of it, and no element to choose.
_PARTS = frozenset(("p", "li", "ul", "ol", "dl", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"))


class Selection(NamedTuple):
    """What a rule for one site chooses: functions from a tree to elements, such as a compiled XPath. The first element
    of ``body`` is the story's; those of ``remove`` are left out."""

    body: Callable[[Any], list[Any]] | None = None
    remove: Callable[[Any], list[Any]] | None = None


class Body(NamedTuple):
    """``story`` is the blocks of the article; ``labels`` lines around it that may name author, date, source and
    keywords; ``page`` all that was read."""

    story: list[Block]
    labels: list[str]
    page: "PageBlocks"
    element: Element | None


def read_body(
    tree: Any,
    furniture: ElementNames,
    title: str | None,
    *,
    live: bool = False,
    selection: Selection = Selection(),  # noqa: B008 - a NamedTuple does not change
) -> Body:
    """The story of a page; without blocks where there is none. ``live``: it is a live blog."""
    root = tree.find("body")
    root = tree if root is None else root
    removed = frozenset(selection.remove(tree) if selection.remove else ())
    chosen = selection.body(tree) if selection.body else []
    page = PageBlocks(read_outline(root, furniture, removed=removed, thorough=bool(chosen)), title)
    if page.total < _THIN_LETTERS:
        page = PageBlocks(read_outline(root, furniture, removed=removed, thorough=True), title)
    element = next((e for e in page.elements if chosen and e.node is chosen[0]), None) or page.story_element(live=live)
    if element is None:
        return Body([], [], page, None)
    return Body(*page.story(element), page, element)


def is_list_of_links(body: Body, *, claims_article: bool) -> bool:
    """Whether a page is a list of links: headlines that lead elsewhere, and little text for each. ``claims_article``:
    its head says that it is an article; then only the links among the story count."""
    page, element = body.page, body.element
    if element is None:
        return False
    start, end = (element.start, element.end) if claims_article else (0, len(page.blocks))
    headlines = sum(
        not page.is_furniture[at] and is_headline(block.text) and block.linked >= 0.8 * len(block.text)
        for at, block in enumerate(page.blocks[start:end], start)
    )
    letters = sum(len(block.text) for block in body.story)
    return headlines >= _LIST_HEADLINES and letters < headlines * (_LETTERS_A_LINK if claims_article else 100)


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

    def story_element(self, *, live: bool) -> Element | None:
        """The element that holds the story; null where there is no running text. ``live``: a live blog, whose entries
        may be articles."""
        if not self.total:
            return None
        for says_so, share in ((_is_article_body, 0.25), (_is_named_story, 0.4)):
            found = [e for e in self.elements if says_so(e) and self.letters(e) >= _LEAST_LETTERS]
            if found and self.letters(element := self._together(found)) >= share * self.total:
                return element
        own = _article_of(self.heading) if self.heading and not live else None
        if own is not None and self.letters(own) >= max(_LEAST_LETTERS, 0.15 * self.total):
            return self._narrow(own)
        for tag in ("article", "main"):
            found = [e for e in self.elements if e.tag == tag and self.letters(e) >= _LEAST_LETTERS]
            largest = max(found, key=self.letters, default=None)
            if largest is not None and self.letters(largest) >= 0.5 * self.total:
                return self._narrow(largest)
        for element in _around(self.heading.parent if self.heading else None):
            if self.letters(element) >= 0.35 * self.total:
                return self._narrow(element)
        return self._narrow(self.elements[0])

    def story(self, element: Element) -> tuple[list[Block], list[str]]:
        """The blocks of the story, standfirst first, and the lines around it that may be labels."""
        start, end = element.start, element.end
        if self.heading is not None and start <= self.heading.start < end:
            start = self.heading.end
        links = self._links(element)
        story: list[Block] = []
        for at, block in enumerate(self.blocks[start:end], start):
            if at in links:
                if story and story[-1] is self.blocks[at - 1] and _is_heading(story[-1]):
                    story.pop()
            elif self._is_story(at):
                story.append(block)
        while story and (story[-1].kind == "h" or story[-1].linked > 0.6 * len(story[-1].text)):
            story.pop()
        story = self._standfirst(start) + _below_names(story)
        return story, self._labels(element, story)

    def _links(self, story: Element) -> set[int]:
        """Places of blocks in lists of links and in teasers: articles in the article, with a link for a heading."""
        found: set[int] = set()
        for element in self.elements:
            if element is story or not _holds(story, element) or element.start == element.end:
                continue
            if (element.tag in ("ul", "ol") and self._is_link_list(element)) or (
                element.tag == "article" and self._is_teaser(element)
            ):
                found.update(range(element.start, element.end))
        return found

    def _is_link_list(self, element: Element) -> bool:
        blocks = self.blocks[element.start : element.end]
        letters = sum(len(block.text) for block in blocks)
        return all(block.linked for block in blocks) and sum(block.linked for block in blocks) >= 0.3 * letters

    def _is_teaser(self, element: Element) -> bool:
        blocks = self.blocks[element.start : element.end]
        heading = next((block for block in blocks if block.kind == "h"), blocks[0])
        return heading.linked * 2 > len(heading.text)

    def _is_story(self, at: int) -> bool:
        block = self.blocks[at]
        if self.is_furniture[at] or self.is_label[at]:
            return False
        if block.timed >= 0.8 * len(block.text) or (len(block.text) <= _CLOCK_LETTERS and _CLOCK.fullmatch(block.text)):
            return False
        # A whole paragraph in a link leads elsewhere too, unless it is a sentence.
        return block.linked < 0.8 * len(block.text) or (block.kind == "p" and is_sentence(block.text))

    def _standfirst(self, start: int) -> list[Block]:
        """Running text between the heading and the story."""
        if self.heading is None or self.heading.end >= start:
            return []
        found = [
            block
            for at, block in enumerate(self.blocks[self.heading.end : start], self.heading.end)
            if self._is_story(at)
            and block.linked * 3 < len(block.text)
            and (len(block.text) - block.linked >= _STANDFIRST_LETTERS or block.element.names.standfirst)
        ]
        return found if len(found) <= _STANDFIRST_BLOCKS else []

    def _labels(self, element: Element, story: list[Block]) -> list[str]:
        """Short lines of the article that are no story, above its first paragraphs and below its last."""
        kept = set(map(id, story))
        scope = self._scope(element)
        places = [at for at in range(scope.start, scope.end) if id(self.blocks[at]) in kept]
        if not places:
            return []
        first, last = places[min(_TOP_BLOCKS, len(places)) - 1], places[-1]
        above = self.heading.end if self.heading is not None and self.heading.end <= places[0] else scope.start
        lines = [
            self.blocks[at].text
            for at in (*range(above, first), *range(last + 1, scope.end))
            if id(self.blocks[at]) not in kept
            and not self.is_furniture[at]
            and len(self.blocks[at].text) <= _LABEL_LETTERS
        ]
        return lines[:_MOST_LABELS]

    def _scope(self, element: Element) -> Element:
        """The article around its story: what holds the heading too, else ``<article>``."""
        scope = element
        for around in _around(element):
            if around.tag in ("article", "main") or (self.heading is not None and _holds(around, self.heading)):
                scope = around
                break
        return scope

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
                lasts = element.names.lasting and not (self.heading and _holds(element, self.heading))
                if letters > share * sums[-1] and not lasts:
                    void |= element.furniture
            elif element.badge is element and letters > _VOID_LABEL_LETTERS:
                void |= element.names.label
        return frozenset(void)

    def _held(self, chain: Literal["shelter", "badge"], void: frozenset[str]) -> list[bool]:
        """For each block, whether it stands in an element of the kind whose names are not all void."""
        known: dict[int, bool] = {}

        def holds(element: Element | None) -> bool:
            if element is None:
                return False
            if id(element) not in known:
                names = element.furniture if chain == "shelter" else element.names.label
                outer = getattr(element.parent, chain) if element.parent else None
                known[id(element)] = bool(names - void) or holds(outer)
            return known[id(element)]

        return [holds(getattr(block.element, chain)) for block in self.blocks]

    def _together(self, found: list[Element]) -> Element:
        """One element for those that say that they are the story: what holds all pieces where it is cut in pieces of
        one kind, else the innermost with nearly all of the largest."""
        most = max(map(self.letters, found))
        # Of several articles under each other the first is the page's own.
        largest = next(e for e in found if self.letters(e) >= 0.5 * most)
        article = _article_of(largest)
        found = [e for e in found if _article_of(e) is article]
        largest = max(found, key=self.letters)
        most = self.letters(largest)
        pieces = [e for e in found if e.tag == largest.tag and e.names == largest.names and not _inside(e, largest)]
        if sum(map(self.letters, pieces)) > 1.15 * most:
            end = max(e.end for e in pieces)
            return next(e for e in _around(pieces[0]) if e.end >= end)
        return [e for e in found if self.letters(e) >= 0.9 * most][-1]

    def _narrow(self, element: Element) -> Element:
        """The innermost element that still holds nearly all running text of the one given."""
        least = self.letters(element)
        for inner in self.elements:
            # Elements come in order, so that an inner one follows; the chain goes on only from the last chosen.
            if inner.parent is element and inner.tag not in _PARTS and self.letters(inner) >= 0.75 * least:
                element, least = inner, self.letters(inner)
        return element


def _prose(block: Block) -> int:
    own = len(block.text) - block.linked
    return own if block.kind != "h" and own >= _PROSE_LETTERS and block.linked * 2 <= len(block.text) else 0


def _is_heading(block: Block) -> bool:
    """Whether a block may announce what follows: a heading, or a short line that is no sentence."""
    return block.kind == "h" or (len(block.text) <= 60 and block.text[-1] not in ".!?؟۔…")


def _plain(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _below_names(story: list[Block]) -> list[Block]:
    """The story without the few names, sections and dates above its first paragraph."""
    first = next((at for at, block in enumerate(story[: _MOST_NAMES + 1]) if is_body(block.text)), 0)
    above = [block for block in story[:first] if block.kind in ("h", "li") or _is_standfirst(block)]
    return above + story[first:]


def _names_people(block: Block) -> bool:
    return block.element.badge is not None and block.element.badge.names.people


def _is_standfirst(block: Block) -> bool:
    return len(block.text) >= _STANDFIRST_LETTERS or block.element.names.standfirst or is_sentence(block.text)


def _is_article_body(element: Element) -> bool:
    get = element.node.get
    return "articleBody" in (get("itemprop") or get("property") or "")


def _is_named_story(element: Element) -> bool:
    return element.names.story


def _around(element: Element | None) -> Iterator[Element]:
    """An element and those around it, outwards; not the page."""
    while element is not None and element.parent is not None:
        yield element
        element = element.parent


def _holds(outer: Element, inner: Element) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _inside(inner: Element, outer: Element) -> bool:
    return inner is not outer and any(element is outer for element in _around(inner))


def _article_of(element: Element) -> Element | None:
    return next((around for around in _around(element) if around.tag == "article"), None)
