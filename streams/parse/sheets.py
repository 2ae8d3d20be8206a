"""A page's parts cut into sheets: what belongs to the page's own article, then to each article pasted under it.

«إقرأ أيضاً» and its like announce articles, or only links. Which, their structure tells: an article has a body under its
headline that shares words with it; a headline without a body is a link; a body that shares none is the story going on.
"""

from typing import NamedTuple

from streams.fold import fold
from streams.parse.cohesion import Stemmer
from streams.parse.headlines import can_be_title, is_headline
from streams.parse.labels import is_sentence
from streams.parse.lexicon import Role
from streams.parse.parts import Part, is_body, is_item

# What says of a headline near it that it is an article's.
_OF_AN_ARTICLE = frozenset((Role.PUBLISHED, Role.UPDATED, Role.SOURCE, Role.BYLINE, Role.TITLE))
_AT_THE_END = frozenset((Role.SOURCE, Role.KEYWORDS))
# What an article without a body below it may still be told under a list of links.
_AFTER_LINKS = frozenset((Role.SOURCE, Role.KEYWORDS, Role.BYLINE, Role.DESCRIPTION))
# Of the stems of a headline, the share that the body under it uses when both are one article, and when they are not.
_SHARE_OF_ITS_HEADLINE = 0.34
_SHARE_OF_ANOTHER = 0.12
_BLOCK = 3  # paragraphs that are compared


class Sheets(NamedTuple):
    """The parts of each article, the page's own first, and the parts that belong to none."""

    articles: list[list[Part]]
    links: list[Part]


def cut_sheets(parts: list[Part], stemmer: Stemmer) -> Sheets:
    """Cut a page. Labels that announce articles belong to none of them."""
    cutter = _Cutter(stemmer)
    segment: list[Part] | None = None
    closed = False
    for part in _without_contents(parts, cutter.links):
        story_above = segment is not None or any(map(_is_story, cutter.open))
        closed = (closed or (part.role == Role.CLOSING and story_above)) and part.role != Role.EMBEDDED
        if closed:
            cutter.links.append(part)
            continue
        if part.role != Role.EMBEDDED:
            (cutter.open if segment is None else segment).append(part)
            continue
        story_above = any(map(_is_story, cutter.open)) or (segment is not None and any(map(_is_story, segment)))
        if segment is not None:
            if part.value and not _has_ended(segment) and any(map(_is_story, segment)):
                cutter.links.append(part)
                continue
            cutter.segment(segment)
        elif not story_above or (part.value and not _has_ended(cutter.open)):
            cutter.links.append(part)
            continue
        segment = [part]
    if segment is not None:
        cutter.segment(segment)
    return Sheets(cutter.articles, cutter.links)


def _without_contents(parts: list[Part], dropped: list[Part]) -> list[Part]:
    """The parts without a table of contents: short lines that stand on the page again below."""
    last = {part.value: place for place, part in enumerate(parts) if part.role is None}
    kept: list[Part] = []
    for place, part in enumerate(parts):
        repeated = part.role is None and last[part.value] > place + 1 and not is_body(part.value)
        (dropped if repeated else kept).append(part)
    return kept


def _is_story(part: Part) -> bool:
    return part.is_story


def _has_ended(sheet: list[Part]) -> bool:
    """Whether source or keywords came after the story, as they do at its end."""
    story = False
    for part in sheet:
        story = story or _is_story(part)
        if story and part.role in _AT_THE_END:
            return True
    return False


class _Cutter:
    """A page while it is cut. ``open`` is the sheet that takes what comes next."""

    def __init__(self, stemmer: Stemmer) -> None:
        self._stems = stemmer.stems
        self.articles: list[list[Part]] = [[]]
        self.links: list[Part] = []

    @property
    def open(self) -> list[Part]:
        return self.articles[-1]

    def segment(self, segment: list[Part]) -> None:
        """What stands under one label: articles, links, or the story going on after links."""
        label, *rest = segment
        self.links.append(label)
        if label.value:
            rest.insert(0, label._replace(role=None))
        first = next((place for place, part in enumerate(rest) if _is_story(part)), None)
        if first is None:
            for part in rest:
                (self.open if part.role in _AFTER_LINKS and part.value else self.links).append(part)
            return
        gap, rest = rest[:first], rest[first:]
        headlines = [part for part in gap if _can_be_headline(part)]
        if not headlines or (not _has_ended(self.open) and self._goes_on(headlines, rest)):
            self.links += [part for part in gap if part.role is None]
            self.open.extend(part for part in gap if part.role in _AFTER_LINKS)
            self.open.extend(rest)
            return
        self._begin(gap, self._headline_of(headlines, rest))
        self._walk(rest)

    def _begin(self, gap: list[Part], headline: Part) -> None:
        """A new sheet under its headline; what stands above that is links, but for labels."""
        at = gap.index(headline)
        self.links += [part for part in gap[:at] if part.role is None]
        self.articles.append([*(part for part in gap[:at] if part.role is not None), *gap[at:]])

    def _walk(self, parts: list[Part]) -> None:
        """The rest of a segment: paragraphs, and between them subheadings or the next headline."""
        gap: list[Part] = []
        for place, part in enumerate(parts):
            if not _is_story(part):
                gap.append(part)
                continue
            headline = self._next_headline(gap, parts[place:]) if gap else None
            if headline is not None:
                at = gap.index(headline)
                self.open.extend(gap[:at])
                self.articles.append(gap[at:])
            else:
                self.open.extend(gap)
            self.open.append(part)
            gap = []
        self.open.extend(gap)

    def _next_headline(self, gap: list[Part], rest: list[Part]) -> Part | None:
        """The line between two paragraphs that begins another article; null when there are only subheadings."""
        headlines = [part for part in gap if _can_be_headline(part)]
        if not headlines:
            return None
        chosen = self._headline_of(headlines, rest)
        at = gap.index(chosen)
        words = len(chosen.value.split())
        labelled_below = any(part.role in _OF_AN_ARTICLE for part in gap[at + 1 :])
        ended_above = any(part.role in _AT_THE_END for part in gap[:at])
        if (labelled_below or ended_above) and words >= 3:
            return chosen
        if words < 6 or not any(map(_is_story, self.open)) or not is_sentence(self.open[-1].value):
            return None
        own, body = self._stems(fold(chosen.value)), self._stems_of(rest)
        above = self._stems_of(self.open)
        return chosen if len(own & body) > len(own & above) else None

    def _goes_on(self, headlines: list[Part], rest: list[Part]) -> bool:
        """Whether the story of the open sheet goes on after links, rather than an article begin under one."""
        long_enough = [part for part in headlines if is_headline(part.value)]
        if all(is_item(part.value) for part in headlines) or len(long_enough) > 2:
            return True
        body = self._stems_of(rest)
        headline = self._stems(fold(self._headline_of(headlines, rest).value))
        share = len(headline & body) / max(1, len(headline))
        if share >= _SHARE_OF_ITS_HEADLINE and len(headline & body) >= 2 and len(long_enough) <= 1:
            return False
        return share <= _SHARE_OF_ANOTHER or len(long_enough) > 1

    def _headline_of(self, headlines: list[Part], rest: list[Part]) -> Part:
        """Of several short lines above a body, the one that shares most with it; of equals the last long enough."""
        body = self._stems_of(rest)
        best = max(len(self._stems(fold(part.value)) & body) for part in headlines)
        fitting = [
            part
            for part in headlines
            if len(self._stems(fold(part.value)) & body) * 2 >= best and not is_item(part.value)
        ]
        long_enough = [part for part in fitting if len(part.value.split()) >= 4]
        if best:
            return (long_enough or fitting or headlines)[0]
        return ([part for part in headlines if len(part.value.split()) >= 4] or headlines)[-1]

    def _stems_of(self, parts: list[Part], most: int = _BLOCK) -> set[str]:
        """The stems of the first paragraphs."""
        story = [part.line.folded for part in parts if part.is_story]
        return self._stems(" ".join(story[:most]))


def _can_be_headline(part: Part) -> bool:
    value = part.value
    if (
        part.role is not None
        or (part.frame and not is_headline(value))
        or not can_be_title(value)
        or value.endswith((":", "،", ","))
    ):
        return False
    return not is_sentence(value) or value.endswith(("؟", "?", "!"))
