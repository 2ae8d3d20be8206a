"""Block by block, the text of markup: what stands between tags that begin a new line, and in which elements."""

import re
from itertools import islice
from typing import Any, NamedTuple

from streams.parse.element_names import NO_NAMES, ElementNames, Names

_INLINE = frozenset(
    (  # noqa: SIM905 - words of one vocabulary read better in lines than one a line
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span "
        "strike strong sub sup time tt u var wbr rp rt ruby output"
    ).split()
)
_SILENT = frozenset(
    (  # noqa: SIM905
        "script style noscript template svg iframe button select option title meta link head input textarea canvas "
        "object embed map area audio video picture img source track math datalist graphic"
    ).split()
)
_KINDS = {"p": "p", "blockquote": "p", "li": "li", "dd": "li", "dt": "li"} | {f"h{rank}": "h" for rank in range(1, 7)}
_NEVER_STORY = frozenset(("nav", "footer", "figure", "figcaption", "menu", "dialog"))
# Furniture as a rule; pages exist that stand in a form or an aside as a whole.
_SELDOM_STORY = {"form": frozenset(("<form>",)), "aside": frozenset(("<aside>",))}
_NEVER_STORY_ROLES = frozenset(
    (  # noqa: SIM905
        "navigation contentinfo dialog alertdialog search banner form menu menubar toolbar tablist tooltip listbox"
    ).split()
)
_HIDDEN = frozenset(("(hidden)",))
_DISPLAY_NONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SENTENCE_END = (".", "!", "?", "؟", "۔", "…", ":", "»", "”", '"', "。")
# A table row of at least so many cells, and no more letters than this, is a row of data and one line.
_DATA_CELLS, _DATA_LETTERS = 2, 250


class Element:
    """A block-level element: blocks ``start`` up to ``end`` stand in it. ``furniture``: words that say that it is no
    story; ``shelter``: the innermost element around it, or itself, that has such; ``badge``: the same for labels."""

    __slots__ = ("badge", "end", "furniture", "names", "node", "parent", "shelter", "start", "tag")

    def __init__(self, node: Any, tag: str, parent: "Element | None", start: int, names: Names) -> None:
        self.node, self.tag, self.parent, self.start, self.end, self.names = node, tag, parent, start, start, names
        self.furniture: frozenset[str] = names.furniture
        self.shelter: Element | None = parent.shelter if parent else None
        self.badge: Element | None = parent.badge if parent else None


class Block(NamedTuple):
    """One line of text. ``linked``: letters of it in links; ``timed``: in ``<time>``; ``kind``: h, p, li, or div for
    any other."""

    text: str
    linked: int
    timed: int
    kind: str
    element: Element


class Outline(NamedTuple):
    """The blocks of a page in order, and its block-level elements, each before those in it. ``gaps``: before which
    blocks, by place, something was passed over."""

    blocks: list[Block]
    elements: list[Element]
    gaps: set[int]


def read_blocks(root: Any) -> list[str]:
    """The lines of an lxml element in order, white space single, none empty. Linear in its size."""
    return [block.text for block in read_outline(root).blocks]


def read_outline(
    root: Any,
    furniture: ElementNames | None = None,
    *,
    removed: frozenset[Any] = frozenset(),
    thorough: bool = False,
) -> Outline:
    """The blocks and elements of an lxml element. Linear in its size.

    With ``furniture`` it is marked, and passed over where it needs no second look, which ``thorough`` gives to all
    but what is none of the story by its tag. ``removed``: elements that are left out.
    """
    return _OutlineReader(root, furniture, removed, thorough=thorough).read()


class _OutlineReader:
    """Walks one tree, with a stack of its own: pages nest deeper than Python calls may."""

    def __init__(self, root: Any, furniture: ElementNames | None, removed: frozenset[Any], *, thorough: bool) -> None:
        self._root, self._furniture, self._removed, self._thorough = root, furniture, removed, thorough
        self._blocks: list[Block] = []
        self._elements: list[Element] = []
        self._gaps: set[int] = set()
        # Nodes to open; and, to close: (node, element around it, kind around it, links around it).
        self._todo: list[Any] = []
        self._words: list[str] = []
        self._linked = self._timed = 0
        self._in_link = False
        self._kind = "div"
        self._element = Element(root, "", None, 0, NO_NAMES)

    def read(self) -> Outline:
        todo = self._todo
        self._open_block(self._root, self._root.tag)
        while todo:
            node = todo.pop()
            if type(node) is tuple:
                self._close(*node)
                continue
            tag = node.tag
            if tag in _INLINE:
                self._open_inline(node, tag)
            elif tag == "br":
                self._break(node)
            elif tag in _SILENT or not isinstance(tag, str) or node in self._removed:
                self._add(node.tail)
            else:
                self._open_block(node, tag)
        self._end_line()
        return Outline(self._blocks, self._elements, self._gaps)

    def _add(self, text: str | None) -> None:
        if text and (self._words or not text.isspace()):
            self._words.append(text)
            if self._in_link:
                self._linked += len(text)

    def _end_line(self) -> None:
        if not self._words:
            return
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text:
            linked, timed = min(self._linked, len(text)), min(self._timed, len(text))
            self._blocks.append(Block(text, linked, timed, self._kind, self._element))
        self._linked = self._timed = 0

    def _open_inline(self, node: Any, tag: str) -> None:
        around = self._in_link
        self._in_link = around or tag == "a"
        if tag == "time":
            self._end_line_at_time()
            self._timed += len("".join(node.itertext()).strip())
        self._add(node.text)
        if len(node):
            self._todo.append((node, None, "", around))
            self._todo.extend(reversed(node))
        else:
            self._close(node, None, "", around)

    def _close(self, node: Any, around: Element | None, kind: str, in_link: bool) -> None:
        self._in_link = in_link
        if around is not None:
            self._end_line()
            self._element.end = len(self._blocks)
            self._element, self._kind = around, kind
        if node is self._root:
            return
        tail = node.tail
        if node.tag == "time":
            self._end_line_at_time()
        elif self._kind == "div" and not tail and _is_label_next(node):
            self._end_line()
        elif self._words and (not tail or tail.isspace()) and (mark := _mark_between(node)):
            tail = mark
        self._add(tail)

    def _end_line_at_time(self) -> None:
        """A date is a line of its own, but in a sentence."""
        if self._kind == "div" or self._element.badge is not None:
            self._end_line()

    def _break(self, node: Any) -> None:
        """``<br>``: cuts where two stand together or a sentence ends, and always outside of paragraphs."""
        tail = node.tail
        if self._kind == "div" or self._ends_sentence() or self._is_doubled(node, tail):
            self._end_line()
        else:
            self._words.append(" ")
        self._add(tail)

    def _ends_sentence(self) -> bool:
        return self._kind != "h" and bool(self._words) and self._words[-1].rstrip().endswith(_SENTENCE_END)

    @staticmethod
    def _is_doubled(node: Any, tail: str | None) -> bool:
        if tail and not tail.isspace():
            return False
        following = node.getnext()
        return following is not None and following.tag == "br"

    def _open_block(self, node: Any, tag: str) -> None:
        if tag == "tr" and (row := _data_row(node)) is not None:
            self._end_line()
            self._add(row)
            self._end_line()
            self._add(node.tail)
            return
        self._end_line()
        element = self._mark(node, tag)
        if element is None:
            self._gaps.add(len(self._blocks))
            self._add(node.tail)
            return
        self._elements.append(element)
        self._todo.append((node, self._element, self._kind, self._in_link))
        self._element = element
        self._kind = _KINDS.get(tag) or (self._kind if self._kind != "p" else "div")
        self._add(node.text)
        self._todo.extend(reversed(node))

    def _mark(self, node: Any, tag: str) -> Element | None:
        """The element with its furniture, or null where it is passed over."""
        start, parent = len(self._blocks), self._element
        if self._furniture is None:
            return Element(node, tag, parent, start, NO_NAMES)
        if tag in _NEVER_STORY and next(node.iter("h1"), None) is None:
            return None
        attributes = dict(node.items())
        names, role = NO_NAMES, None
        if attributes and tag not in ("body", "html"):
            role = attributes.get("role")
            names = self._furniture.of(f"{attributes.get('class', '')} {attributes.get('id', '')}")
        furniture, certain = names.furniture, names.lasting
        if tag in _NEVER_STORY or (role is not None and role in _NEVER_STORY_ROLES):
            furniture, certain = furniture | _HIDDEN, True
        elif tag in _SELDOM_STORY:
            furniture |= _SELDOM_STORY[tag]
        if attributes and tag != "p" and _is_hidden(attributes):
            furniture |= _HIDDEN
        if furniture and (certain or not self._thorough) and _is_slight(node, names, certain=certain):
            return None
        element = Element(node, tag, parent, start, names)
        if furniture:
            element.furniture, element.shelter = furniture, element
        elif names.label:
            element.badge = element
        return element


def _mark_between(node: Any) -> str | None:
    """What is between a link and the next beside it, and between a label and the links under it."""
    following = node.getnext()
    if following is None or following.tag != "a":
        return None
    if node.tag == "a":
        return ", "
    parent = node.getparent()
    alone = node.getprevious() is None and not (parent.text and parent.text.strip())
    return ": " if alone and all(child.tag == "a" for child in parent[1:]) else None


def _is_label_next(node: Any) -> bool:
    """Two spans stuck together, the second with a label: ``<span>By: Tom Hale</span><span>Posted: 3 July</span>``."""
    following = node.getnext()
    return (
        node.tag == "span" and following is not None and following.tag == "span" and ":" in (following.text or "")[:30]
    )


def _is_hidden(attributes: dict[str, str]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and _DISPLAY_NONE.search(attributes["style"][:500]) is not None)
    )


def _is_slight(node: Any, names: Names, *, certain: bool) -> bool:
    """Whether furniture needs no second look: it has neither the page's heading nor paragraphs."""
    if next(node.iter("h1"), None) is not None:
        return False
    paragraphs = 1 if names.links else 2
    return certain or sum(1 for _ in islice(node.iter("p"), paragraphs)) < paragraphs


def _data_row(node: Any) -> str | None:
    """A table row of short cells as one line."""
    if len(node) < _DATA_CELLS or node.find(".//table") is not None:
        return None
    text = " ".join(" ".join(node.itertext()).split())
    return text if len(text) <= _DATA_LETTERS else None
