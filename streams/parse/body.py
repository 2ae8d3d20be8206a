"""Which blocks of an HTML page are its story: the element that holds it, and of that what is no furniture.

An element is chosen by what it says of itself (``itemprop``, class names), else by where the page's heading and most of
its running text are. Shares and lengths were chosen on the pages that benchmarks/html_quality.py measures.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from streams.parse.blocks import Block, Element, read_outline
from streams.parse.element_names import ElementNames
from streams.parse.headlines import is_headline
from streams.parse.labels import is_sentence
from streams.parse.page_blocks import PageBlocks, around, holds
from streams.parse.parts import is_body

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
    page: PageBlocks
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
    reader = _BodyReader(page)
    element = next((e for e in page.elements if chosen and e.node is chosen[0]), None) or reader.story_element(
        live=live
    )
    if element is None:
        return Body([], [], page, None)
    return Body(*reader.story(element), page, element)


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


class _BodyReader:
    """One page while its story is looked for."""

    def __init__(self, page: PageBlocks) -> None:
        self._page = page
        self._blocks, self._elements, self._heading = page.blocks, page.elements, page.heading

    def story_element(self, *, live: bool) -> Element | None:
        """The element that holds the story; null where there is no running text. ``live``: a live blog, whose entries
        may be articles."""
        if not self._page.total:
            return None
        for says_so, share in ((_is_article_body, 0.25), (_is_named_story, 0.4)):
            found = [e for e in self._elements if says_so(e) and self._page.letters(e) >= _LEAST_LETTERS]
            if found and self._page.letters(element := self._together(found)) >= share * self._page.total:
                return element
        own = _article_of(self._heading) if self._heading and not live else None
        if own is not None and self._page.letters(own) >= max(_LEAST_LETTERS, 0.15 * self._page.total):
            return self._narrow(own)
        for tag in ("article", "main"):
            found = [e for e in self._elements if e.tag == tag and self._page.letters(e) >= _LEAST_LETTERS]
            largest = max(found, key=self._page.letters, default=None)
            if largest is not None and self._page.letters(largest) >= 0.5 * self._page.total:
                return self._narrow(largest)
        for element in around(self._heading.parent if self._heading else None):
            if self._page.letters(element) >= 0.35 * self._page.total:
                return self._narrow(element)
        return self._narrow(self._elements[0])

    def story(self, element: Element) -> tuple[list[Block], list[str]]:
        """The blocks of the story, standfirst first, and the lines around it that may be labels."""
        start, end = element.start, element.end
        if self._heading is not None and start <= self._heading.start < end:
            start = self._heading.end
        links = self._links(element)
        story: list[Block] = []
        for at, block in enumerate(self._blocks[start:end], start):
            if at in links:
                if story and story[-1] is self._blocks[at - 1] and _is_heading(story[-1]):
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
        for element in self._elements:
            if element is story or not holds(story, element) or element.start == element.end:
                continue
            if (element.tag in ("ul", "ol") and self._is_link_list(element)) or (
                element.tag == "article" and self._is_teaser(element)
            ):
                found.update(range(element.start, element.end))
        return found

    def _is_link_list(self, element: Element) -> bool:
        blocks = self._blocks[element.start : element.end]
        letters = sum(len(block.text) for block in blocks)
        return all(block.linked for block in blocks) and sum(block.linked for block in blocks) >= 0.3 * letters

    def _is_teaser(self, element: Element) -> bool:
        blocks = self._blocks[element.start : element.end]
        heading = next((block for block in blocks if block.kind == "h"), blocks[0])
        return heading.linked * 2 > len(heading.text)

    def _is_story(self, at: int) -> bool:
        block = self._blocks[at]
        if self._page.is_furniture[at] or self._page.is_label[at]:
            return False
        if block.timed >= 0.8 * len(block.text) or (len(block.text) <= _CLOCK_LETTERS and _CLOCK.fullmatch(block.text)):
            return False
        # A whole paragraph in a link leads elsewhere too, unless it is a sentence.
        return block.linked < 0.8 * len(block.text) or (block.kind == "p" and is_sentence(block.text))

    def _standfirst(self, start: int) -> list[Block]:
        """Running text between the heading and the story."""
        if self._heading is None or self._heading.end >= start:
            return []
        found = [
            block
            for at, block in enumerate(self._blocks[self._heading.end : start], self._heading.end)
            if self._is_story(at)
            and block.linked * 3 < len(block.text)
            and (len(block.text) - block.linked >= _STANDFIRST_LETTERS or block.element.names.standfirst)
        ]
        return found if len(found) <= _STANDFIRST_BLOCKS else []

    def _labels(self, element: Element, story: list[Block]) -> list[str]:
        """Short lines of the article that are no story, above its first paragraphs and below its last."""
        kept = set(map(id, story))
        scope = self._scope(element)
        places = [at for at in range(scope.start, scope.end) if id(self._blocks[at]) in kept]
        if not places:
            return []
        first, last = places[min(_TOP_BLOCKS, len(places)) - 1], places[-1]
        above = self._heading.end if self._heading is not None and self._heading.end <= places[0] else scope.start
        lines = [
            self._blocks[at].text
            for at in (*range(above, first), *range(last + 1, scope.end))
            if id(self._blocks[at]) not in kept and self._may_be_label(at)
        ]
        return lines[:_MOST_LABELS]

    def _may_be_label(self, at: int) -> bool:
        block = self._blocks[at]
        if self._page.is_furniture[at] or len(block.text) > _LABEL_LETTERS:
            return False
        return self._page.is_label[at] or block.linked < 0.8 * len(block.text)

    def _scope(self, element: Element) -> Element:
        """The article around its story: what holds the heading too, else ``<article>``."""
        scope = element
        for outer in around(element):
            if outer.tag in ("article", "main") or (self._heading is not None and holds(outer, self._heading)):
                scope = outer
                break
        return scope

    def _together(self, found: list[Element]) -> Element:
        """One element for those that say that they are the story: what holds all pieces where it is cut in pieces of
        one kind, else the innermost with nearly all of the largest."""
        most = max(map(self._page.letters, found))
        # Of several articles under each other the first is the page's own.
        largest = next(e for e in found if self._page.letters(e) >= 0.5 * most)
        article = _article_of(largest)
        found = [e for e in found if _article_of(e) is article]
        largest = max(found, key=self._page.letters)
        most = self._page.letters(largest)
        pieces = [e for e in found if e.tag == largest.tag and e.names == largest.names and not _inside(e, largest)]
        if sum(map(self._page.letters, pieces)) > 1.15 * most:
            end = max(e.end for e in pieces)
            return next(e for e in around(pieces[0]) if e.end >= end)
        return [e for e in found if self._page.letters(e) >= 0.9 * most][-1]

    def _narrow(self, element: Element) -> Element:
        """The innermost element that still holds nearly all running text of the one given."""
        least = self._page.letters(element)
        for inner in self._elements:
            # Elements come in order, so that an inner one follows; the chain goes on only from the last chosen.
            if inner.parent is element and inner.tag not in _PARTS and self._page.letters(inner) >= 0.75 * least:
                element, least = inner, self._page.letters(inner)
        return element


def _is_heading(block: Block) -> bool:
    """Whether a block may announce what follows: a heading, or a short line that is no sentence."""
    return block.kind == "h" or (len(block.text) <= 60 and block.text[-1] not in ".!?؟۔…")


def _below_names(story: list[Block]) -> list[Block]:
    """The story without the few names, sections and dates above its first paragraph."""
    first = next((at for at, block in enumerate(story[: _MOST_NAMES + 1]) if is_body(block.text)), 0)
    above = [block for block in story[:first] if block.kind in ("h", "li") or _is_standfirst(block)]
    return above + story[first:]


def _is_standfirst(block: Block) -> bool:
    return len(block.text) >= _STANDFIRST_LETTERS or block.element.names.standfirst or is_sentence(block.text)


def _is_article_body(element: Element) -> bool:
    get = element.node.get
    return "articleBody" in (get("itemprop") or get("property") or "")


def _is_named_story(element: Element) -> bool:
    return element.names.story


def _inside(inner: Element, outer: Element) -> bool:
    return inner is not outer and any(element is outer for element in around(inner))


def _article_of(element: Element) -> Element | None:
    return next((outer for outer in around(element) if outer.tag == "article"), None)
