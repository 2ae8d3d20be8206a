"""A text page to its articles: what follows what decides what a line is for."""

import re
from datetime import datetime

from schemas.parsed_article import Doubt
from streams.fold import fold
from streams.parse.dates import DateReader
from streams.parse.draft import Draft
from streams.parse.finding import Finding
from streams.parse.headlines import can_be_title, clean_byline, clean_name, clean_title, is_headline, is_tag
from streams.parse.keywords import split_keywords
from streams.parse.labels import is_sentence
from streams.parse.lexicon import WRAPPING, Lexicon, Role
from streams.parse.lines import read_lines
from streams.parse.parts import Part, PartReader, is_body

# What says that a headline above it is an article's.
_OF_AN_ARTICLE = frozenset(
    (Role.PUBLISHED, Role.UPDATED, Role.SOURCE, Role.BYLINE, Role.KEYWORDS, Role.DESCRIPTION, Role.TITLE)
)
# «سمير نعمة ـ عمّان»
_NAME_AND_PLACE = re.compile(r"([^\d|:.،,؟?!]{4,40}?) [ـ\-–—] ([^\d|:.،,؟?!]{2,30})")
_BRACKETS_AT_END = re.compile(r"[(\[]([^()\[\]]{2,40})[)\]]\s*\.?$")
_DATELINE = re.compile(r"[^(:.،]{2,40}\(([^()]{2,30})\)\s*[-–—ـ:]?|[^(:.،-]{2,30}[-–—ـ/،,] ?([^(:.،-]{2,25}?) ?[-–—ـ:]")


class TextReader:
    """Reads text pages. Immutable; about 150 µs for a page of 3 KB."""

    def __init__(self, lexicon: Lexicon, dates: DateReader) -> None:
        self._parts = PartReader(lexicon, dates)
        self._dates = dates

    def read(
        self,
        page: str,
        *,
        language: str | None = None,
        ground: datetime | None = None,
        title: str | None = None,
        web: bool = False,
        trace: list[Finding] | None = None,
    ) -> list[Draft]:
        """The page's own article first, then those embedded.

        ``title``: known already, as in HTML; empty, known that there is none. ``web``: the lines are an
        extracted
        story, in which «Read also» is a box of links. The first draft may be empty. ``trace`` collects what
        each
        line was taken for.
        """
        lines = read_lines(page)
        parts = self._parts.read(lines, ground)
        own, *pasted = [parts] if web else _segments(parts)
        page_reading = _PageReading(self._parts, self._dates, language, ground, trace)
        main = page_reading.own_article(own, title, web=web)
        drafts = [main]
        for segment in pasted:
            drafts += page_reading.embedded(segment, main)
        if trace is not None:
            trace.sort(key=lambda finding: finding.line_number)
        return drafts


def _segments(parts: list[Part]) -> list[list[Part]]:
    """Cut at «إقرأ أيضاً» and its like. The label stays as the first part of each segment but the first.

    A label with one headline on its line in the middle of a story is a link, and the story goes on after it.
    """
    segments: list[list[Part]] = [[]]
    for part in parts:
        if (
            part.role != Role.EMBEDDED
            or (part.value and not _has_ended(segments[-1]))
            or not any(map(_is_story, segments[-1]))
        ):
            segments[-1].append(part)
        else:
            segments.append([part])
    return segments


def _has_ended(segment: list[Part]) -> bool:
    """Whether source or keywords came after the story, as they do at its end."""
    story = False
    for part in segment:
        story = story or _is_story(part)
        if story and part.role in (Role.SOURCE, Role.KEYWORDS):
            return True
    return False


def _is_story(part: Part) -> bool:
    return part.role is None and is_body(part.value)


class _PageReading:
    """One page while it is read."""

    def __init__(
        self,
        parts: PartReader,
        dates: DateReader,
        language: str | None,
        ground: datetime | None,
        trace: list[Finding] | None,
    ) -> None:
        self._parts, self._dates = parts, dates
        self._language, self._ground, self._trace = language, ground, trace

    def own_article(self, parts: list[Part], known_title: str | None, *, web: bool) -> Draft:
        """The article of the page itself."""
        draft = Draft(title=known_title)
        parts = self._without_links_at_top(parts)
        text = [part for part in parts if part.role is None]
        if draft.title is None and not any(part.role == Role.TITLE and part.value for part in parts):
            text = self._take_title(draft, text)
        for part in parts:
            if part.role is not None:
                self._apply(draft, part)
        text = _without_title(text, draft.title, spelling=web)
        text = self._take_byline(draft, text)
        if not web:
            text = self._take_trailing_keywords(draft, text)
        for part in text:
            self._tell(part, Role.PARAGRAPH, "text of the story")
            draft.paragraphs.append(part.value)
        self._finish(draft)
        return draft

    def embedded(self, segment: list[Part], main: Draft) -> list[Draft]:
        """The articles pasted under a label; headlines without a body are links and become nothing."""
        label, *rest = segment
        self._tell(label, Role.EMBEDDED, "what follows is not the page's own article")
        drafts: list[Draft] = []
        headlines = [label._replace(role=None)] if label.value else []
        about: list[Part] = []
        aside: list[Part] = []
        open_draft: Draft | None = None
        ended = False
        for part in rest:
            if part.role is not None:
                if open_draft is None or headlines:
                    (about if part.role in _OF_AN_ARTICLE else aside).append(part)
                else:
                    self._apply(open_draft, part)
                    ended = ended or part.role in (Role.SOURCE, Role.KEYWORDS)
                continue
            if not is_body(part.value):
                headlines.append(part)
                continue
            if headlines and (open_draft is None or ended or about or _begins_article(headlines[-1], open_draft)):
                open_draft, ended = self._new_embedded(headlines, about), False
                drafts.append(open_draft)
            elif open_draft is None:
                main.paragraphs.append(part.value)
                self._tell(part, Role.PARAGRAPH, "the story goes on after links")
                continue
            else:
                self._continue(open_draft, headlines)
            headlines, about = [], []
            open_draft.paragraphs.append(part.value)
            self._tell(part, Role.PARAGRAPH, f"text of embedded article {len(drafts)}")
        self._close(open_draft, main, headlines, about, ended=ended)
        for part in aside:
            self._tell(part, part.role or Role.ASIDE, part.why)
        for draft in drafts:
            self._finish(draft)
        return drafts

    def _new_embedded(self, headlines: list[Part], about: list[Part]) -> Draft:
        """An article under its headline: the last line above the body that is long enough to be one."""
        draft = Draft()
        at = len(headlines) - 1
        while at > 0 and len(headlines[at].value.split()) < 4:
            at -= 1
        if len(headlines[at].value.split()) < 4:
            at = len(headlines) - 1
        draft.title = clean_title(headlines[at].value)
        self._tell(headlines[at], Role.TITLE, "a headline with a body under it")
        for part in headlines[:at]:
            self._tell(part, Role.LINK, "a headline without a body")
        for part in about:
            self._apply(draft, part)
        for part in self._take_byline(draft, headlines[at + 1 :]):
            self._tell(part, Role.PARAGRAPH, "text of an embedded article")
            draft.paragraphs.append(part.value)
        return draft

    def _continue(self, draft: Draft, headlines: list[Part]) -> None:
        for part in headlines:
            self._tell(part, Role.PARAGRAPH, "a subheading")
            draft.paragraphs.append(part.value)

    def _close(
        self, draft: Draft | None, main: Draft, headlines: list[Part], about: list[Part], *, ended: bool
    ) -> None:
        """What is left at the end of a segment: links, a last short paragraph, or labels of an article
        above."""
        if draft is not None and not ended:
            kept = [part for part in headlines if is_sentence(part.value) and len(part.value) >= 15]
            if kept == headlines:
                self._continue(draft, kept)
                headlines = []
        for part in headlines:
            self._tell(part, Role.LINK, "a headline without a body")
        for part in about:
            self._apply(draft or main, part)

    def _without_links_at_top(self, parts: list[Part]) -> list[Part]:
        """Links above or inside the story: the label with its headline on its line, or those under it at
        the top."""
        kept: list[Part] = []
        in_links = False
        for part in parts:
            if part.role == Role.EMBEDDED:
                self._tell(part, Role.LINK, "a link to another article")
                in_links = not part.value
            elif in_links and part.role is None and not is_body(part.value) and any(p.role is None for p in kept):
                self._tell(part, Role.LINK, "a headline without a body")
            else:
                in_links = False
                kept.append(part)
        return kept

    def _take_title(self, draft: Draft, text: list[Part]) -> list[Part]:
        """The first line that can be a headline; what stands above it is the site's."""
        leading: list[Part] = []
        for part in text:
            if is_body(part.value) and not (not leading and can_be_title(part.value)):
                break
            leading.append(part)
            if is_body(part.value):
                break
        if not leading:
            return text
        chosen = next((part for part in leading if is_headline(part.value)), None)
        chosen = chosen or leading[0]
        if len(text) == 1 and is_sentence(chosen.value):
            return text  # a brief: one sentence is a story without a headline
        draft.title = clean_title(chosen.value)
        self._tell(chosen, Role.TITLE, "the first line that can be a headline")
        at = text.index(chosen)
        for part in text[:at]:
            self._tell(part, Role.SECTION, "too short for a headline, above it")
        return text[at + 1 :]

    def _take_byline(self, draft: Draft, text: list[Part]) -> list[Part]:
        """«سمير نعمة ـ عمّان» or «القاهرة - رويترز» directly under the headline."""
        if not text or len(text[0].value) > 75 or is_body(text[0].value):
            return text
        match = _NAME_AND_PLACE.fullmatch(text[0].value)
        if match is None or len(text[0].value.split()) > 8:
            return text
        agencies = [name for name in match.groups() if self._parts.is_agency(fold(name))]
        if agencies:
            draft.source = draft.source or agencies[0].strip(WRAPPING)
            self._tell(text[0], Role.SOURCE, "a news agency and a place under the headline")
            return text[1:]
        if draft.byline is None and 2 <= len(match[1].split()) <= 4 and len(match[2].split()) <= 2:
            draft.byline = match[1].strip()
            self._tell(text[0], Role.BYLINE, "a name and a place under the headline")
            return text[1:]
        return text

    def _take_trailing_keywords(self, draft: Draft, text: list[Part]) -> list[Part]:
        """An unlabelled run of at least two very short lines after the last paragraph."""
        size = 0
        while size < len(text) and is_tag(text[len(text) - 1 - size].value):
            size += 1
        if size < 2 or draft.keywords or size >= len(text):
            return text
        run = text[-size:]
        for part in run:
            self._tell(part, Role.KEYWORDS, "a run of short lines after the last paragraph")
        draft.keywords = split_keywords("\n".join(part.value for part in run))
        return text[:-size]

    def _apply(self, draft: Draft, part: Part) -> None:
        """Give a labelled value to the article; the first of its kind wins, keywords add up."""
        role, value = part.role, part.value
        assert role is not None
        self._tell(part, role, part.why)
        if not value:
            return
        if role in (Role.PUBLISHED, Role.UPDATED):
            self._apply_date(draft, part)
        elif role == Role.SOURCE:
            draft.source = draft.source or clean_name(value)
        elif role == Role.BYLINE:
            draft.byline = draft.byline or clean_byline(value)
        elif role == Role.KEYWORDS:
            draft.keywords = tuple(dict.fromkeys((*draft.keywords, *split_keywords(value))))
        elif role == Role.DESCRIPTION:
            draft.description = draft.description or value
        elif role == Role.TITLE:
            draft.title = draft.title or clean_title(value)

    def _apply_date(self, draft: Draft, part: Part) -> None:
        value = part.value
        if (part.role == Role.PUBLISHED and draft.published) or (part.role == Role.UPDATED and draft.updated):
            return
        date = self._dates.article_date(value, self._language, self._ground)
        if date is None:
            draft.warn(Doubt.DATE_UNREADABLE)
        elif part.role == Role.PUBLISHED:
            draft.published = date
        else:
            draft.updated = date

    def _finish(self, draft: Draft) -> None:
        """The agency in brackets at the end of the story, or in its dateline, where no label names a
        source."""
        if draft.source is not None or not draft.paragraphs:
            return
        last, first = draft.paragraphs[-1], draft.paragraphs[0]
        match = _BRACKETS_AT_END.search(last[-60:])
        if match is not None and self._parts.is_agency(fold(match[1])):
            draft.source = match[1].strip()
            return
        match = _DATELINE.match(first)
        if match is not None:
            name = match[1] or match[2]
            if self._parts.is_agency(fold(name)):
                draft.source = name.strip()

    def _tell(self, part: Part, role: Role, why: str) -> None:
        if self._trace is not None:
            self._trace.append(Finding(part.line.number, part.line.text, role, why))


def _without_title(text: list[Part], title: str | None, *, spelling: bool) -> list[Part]:
    """The story without its headline repeated; with ``spelling``, also where head and body spell it differently."""
    if not title:
        return text
    if not spelling:
        return [part for part in text if part.value != title]
    folded = fold(title)
    return [part for part in text if part.line.folded != folded]


def _begins_article(headline: Part, above: Draft) -> bool:
    """Whether a short line inside an embedded article is the next headline and no subheading of it."""
    words = len(headline.value.split())
    return (
        words >= 7 and bool(above.paragraphs) and is_sentence(above.paragraphs[-1]) and not is_sentence(headline.value)
    )
