"""Further articles on an HTML page: a box under «Read also», or an ``<article>`` after the page's own, with a headline
and a body. Headlines without bodies are links and become nothing."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import dropwhile, takewhile
from typing import NamedTuple

from streams.parse.blocks import Block, Element
from streams.parse.body import Body
from streams.parse.headlines import is_headline
from streams.parse.page_blocks import PageBlocks, around
from streams.parse.parts import is_body

# Of an article of one paragraph that no label announces.
_LEAST_LETTERS = 250
# Under a headline that is a link; less is the opening of an article on another page.
_LINKED_BODIES = 2
# As many articles of one paragraph each are cards that lead to articles.
_CARDS, _CARD_LETTERS = 3, 220
# Lines between a headline and its body, such as author and date.
_MOST_ABOVE_BODY = 4
_LABEL_LETTERS, _MOST_LABELS = 60, 50
# So much text under a label without an article is the opening of one on another page.
_TEASER_LETTERS = 300
_CUT_SHORT = ("…", "...", "[…]", "[...]")


class Articles(NamedTuple):
    """``story`` is the blocks of the page's own article; ``embedded`` the lines of the others, headline first."""

    story: list[Block]
    embedded: list[list[str]]


def part_articles(body: Body, announces: Callable[[str], bool], *, live: bool) -> Articles:
    """The page's own article and those embedded, in order; ``announces`` tells whether a line is «Read also» or its
    like. In a live blog articles in the story are its entries."""
    page = body.page
    places = {id(block): at for at, block in enumerate(page.blocks)}
    own = [places[id(block)] for block in body.story]
    found: list[tuple[int, list[str]]] = []
    taken: set[int] = set()
    for element in page.elements:
        boxed = element.shelter is element and element.names.links
        outer = element.parent.shelter if element.parent else None
        if not (boxed or element.tag == "article") or outer is not None or element.start in taken:
            continue
        inside = bisect_left(own, element.end) - bisect_left(own, element.start)
        if inside * 2 > len(own) or (inside and (live or any(outer.names.live for outer in around(element)))):
            continue
        articles = _articles(_without_labels(page, element, announces), announced=boxed)
        if articles:
            taken.update(range(element.start, element.end))
            found += [(places[id(first)], lines) for first, lines in articles]
    rest = [at for at in own if at not in taken]
    if sum(len(page.blocks[at].text) for at in rest) < _LEAST_LETTERS:
        # Its sections are articles, and nothing else is there.
        rest, inner = own, frozenset(own)
        found = [each for each in found if each[0] not in inner]
    kept, announced = _under_labels(page, rest, announces)
    found += [(places[id(first)], lines) for first, lines in announced]
    found.sort(key=lambda each: each[0])
    return Articles([page.blocks[at] for at in kept], [lines for _, lines in found])


def _without_labels(page: PageBlocks, element: Element, announces: Callable[[str], bool]) -> list[Block]:
    blocks = [b for b in page.blocks[element.start : element.end] if b.element.shelter is element.shelter]
    return list(dropwhile(lambda block: announces(block.text), blocks))


def _under_labels(
    page: PageBlocks, story: list[int], announces: Callable[[str], bool]
) -> tuple[list[int], list[tuple[Block, list[str]]]]:
    """The places of the story without what labels in it announce, and the articles among that."""
    kept: list[int] = []
    found: list[tuple[Block, list[str]]] = []
    index = labels = 0
    while index < len(story):
        at = story[index]
        label = page.blocks[at]
        index += 1
        if not kept or labels == _MOST_LABELS or len(label.text) > _LABEL_LETTERS or not announces(label.text):
            kept.append(at)
            continue
        labels += 1
        box = _box(label)
        boxed = box.start == at
        end = bisect_left(story, box.end) if boxed else len(story)
        headed = (
            index < end and story[index] == at + 1 and at + 1 not in page.gaps and _is_headline(page.blocks[at + 1])
        )
        if not headed and not boxed:
            continue
        under = [page.blocks[place] for place in story[index:end]]
        articles = _articles(under, announced=True) if headed else []
        found += articles
        if articles or (boxed and sum(map(_body_letters, under)) <= _TEASER_LETTERS):
            index = end
    return kept, found


def _articles(blocks: list[Block], *, announced: bool) -> list[tuple[Block, list[str]]]:
    """The articles among blocks, each under its headline; of teasers none."""
    groups = _under_headlines(blocks)
    if len(groups) >= _CARDS and all(sum(map(_body_letters, group)) < _CARD_LETTERS for group in groups):
        return []
    kept = [group for group in groups if _is_article(group, announced=announced)]
    return [(group[0], [block.text for block in group]) for group in kept]


def _under_headlines(blocks: list[Block]) -> list[list[Block]]:
    """Cut at headings of the rank of the first; without headings, one group if it begins with a short line."""
    first = next((block for block in blocks if block.kind == "h"), None)
    if first is None:
        return [blocks] if len(blocks) > 1 and not is_body(blocks[0].text) else []
    groups: list[list[Block]] = []
    for block in blocks:
        if block.kind == "h" and block.element.tag == first.element.tag:
            groups.append([block])
        elif groups:
            groups[-1].append(block)
    return groups


def _is_article(group: list[Block], *, announced: bool) -> bool:
    headline, *rest = group
    bodies = [block for block in rest if _body_letters(block)]
    above = list(takewhile(lambda block: not _body_letters(block), rest))
    if not is_headline(headline.text) or len(above) > _MOST_ABOVE_BODY:
        return False
    if any(block.linked * 2 > len(block.text) and is_headline(block.text) for block in above):
        return False
    letters = sum(map(_body_letters, bodies))
    if not bodies or (len(bodies) == 1 and bodies[0].text.endswith(_CUT_SHORT)):
        return False
    if headline.linked * 2 > len(headline.text):
        return len(bodies) >= _LINKED_BODIES
    return announced or len(bodies) > 1 or letters >= _LEAST_LETTERS


def _is_headline(block: Block) -> bool:
    return block.linked * 2 < len(block.text) and is_headline(block.text) and not is_body(block.text)


def _body_letters(block: Block) -> int:
    return len(block.text) if block.kind != "h" and block.linked * 2 < len(block.text) and is_body(block.text) else 0


def _box(label: Block) -> Element:
    """The innermost element with more in it than the label."""
    element = label.element
    while element.end - element.start < 2 and element.parent is not None:
        element = element.parent
    return element
