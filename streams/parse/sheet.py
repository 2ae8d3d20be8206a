"""One article's parts to its draft, by where they stand: above the story, between its paragraphs, or below it.

The frame of a site has the same short lines everywhere; the place tells what they are. Above the first paragraph stand
headline, names and sections; between paragraphs a short line is a subheading; below the last one it is a tag or a link.
"""

import re
from collections import Counter
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from schemas.parsed_article import Doubt
from streams.fold import fold
from streams.parse.cohesion import Stemmer
from streams.parse.dates import DateReader
from streams.parse.draft import Draft
from streams.parse.finding import Finding
from streams.parse.headlines import Kickers, can_be_title, clean_byline, clean_name, is_headline, is_tag
from streams.parse.keywords import split_keywords
from streams.parse.labels import is_sentence
from streams.parse.lexicon import Role
from streams.parse.parts import LABEL, Part, PartReader, is_item
from streams.parse.people import PeopleReader
from streams.parse.sources import find_source

_NAME_IN_DATELINE = re.compile(r"[^\s:–—-][^:–—-]{1,25}\s*[-–—]\s*([^:–—-]{5,40}):\s")
_LINES_OF_A_LIST = 3
_MOST_NAME_WORDS = 3
_MOST_CALL_LETTERS = 180
_MOST_TITLE_SENTENCE = 90
_MOST_END_LINES = 5
_TAGS = 3  # lines that make an unlabelled run of keywords
_STANDFIRST_LETTERS = 40
_STORY_PARAGRAPHS = 4  # that a headline is compared with
# A headline shares at least this much with the story, measured by the line that shares most: the first such is it.
_LEAST_SHARE = 0.5
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]\d]{2,40})[)\]]\.?")
# "… 410.000 personas. EFE"
_AGENCY_AT_END = re.compile(r"[.۔!?؟»\"”]\s+[(\[]?([^\s.()]{2,12}(?: [^\s.()]{1,8}){0,2})[)\]]?\.?$")
_DATE_AFTER_NAME = re.compile(r"\s*[,،]\s+[^,،]{0,20}\d.*")  # "Published in Dawn, December 5th, 2022"
_NAMES_NEAR = frozenset((Role.PUBLISHED, Role.UPDATED))


class Reading(NamedTuple):
    """What a sheet is read with. ``ground``: when the page was fetched; ``trace`` collects what each line is."""

    parts: PartReader
    people: PeopleReader
    kickers: Kickers
    stemmer: Stemmer
    dates: DateReader
    language: str | None
    ground: datetime | None
    trace: list[Finding] | None

    def tell(self, part: Part, role: Role, why: str) -> None:
        """Add to the trace what a part was taken for."""
        if self.trace is not None:
            self.trace.append(Finding(part.line.number, part.line.text, role, why))


def read_sheet(sheet: list[Part], reading: Reading, *, title: str | None = None, web: bool = False) -> Draft:
    """The article of a sheet. ``title``: known already; empty: known that there is none. ``web``: lines of an
    extracted story, whose head and tail the extraction has cut away."""
    return _Sheet(sheet, reading, title, web).read()


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, sheet: list[Part], reading: Reading, title: str | None, web: bool) -> None:
        self._sheet, self._reading, self._web = sheet, reading, web
        self._stems = reading.stemmer.stems
        self._draft = Draft(title=title)
        self._named: str | None = None
        self._guessed: str | None = None
        self._published_by_label = False
        self._outlet: str | None = None
        self._all: set[str] | None = None
        self._often: set[str] | None = None

    def read(self) -> Draft:
        """The draft, with all that the sheet says."""
        draft = self._draft
        text = [part for part in self._sheet if part.role is None]
        if draft.title is None and not any(part.role == Role.TITLE and part.value for part in self._sheet):
            text = self._take_title(text)
        for part in self._sheet:
            if part.role is not None:
                self._apply(part)
        text = self._without_title(text)
        first, last = self._story_bounds(text)
        middle = text[first : last + 1] if self._web else self._between(text[first : last + 1])
        for part in self._head(text[:first]) + middle + self._tail(text[last + 1 :], last >= 0):
            self._reading.tell(part, Role.PARAGRAPH, "text of the story")
            draft.paragraphs.append(part.value)
        if not draft.paragraphs and len(text) >= _LINES_OF_A_LIST and not self._web:
            draft.title = None  # a menu or a list of links, whose first line is no headline
        draft.byline = draft.byline or self._named or self._guessed
        if draft.byline is None and draft.paragraphs:
            draft.byline = self._name_in_dateline(draft.paragraphs[0])
        draft.source = draft.source or self._outlet
        if draft.source is None and draft.paragraphs:
            draft.source = find_source(draft.paragraphs[0], draft.paragraphs[-1], self._reading.parts.is_agency)
        return draft

    def _story_bounds(self, text: list[Part]) -> tuple[int, int]:
        """Places of the first and the last paragraph. Without one, all text is below the story (-1)."""
        story = [place for place, part in enumerate(text) if part.is_story]
        if not story:
            story = [place for place, part in enumerate(text) if is_sentence(part.value) and not part.frame]
        if self._web and text:
            return 0, len(text) - 1
        if not story and len(text) == 1 and len(text[0].value.split()) >= 4:
            return 0, 0
        return (story[0], story[-1]) if story else (0, -1)

    def _take_title(self, text: list[Part]) -> list[Part]:
        """The line above the story that shares most with it; what stands above that is the site's."""
        leading: list[Part] = []
        for part in text:
            if part.is_story:
                # A headline may end as a sentence does: where no other can be it, the first line is.
                first = not any(is_headline(above.value) for above in leading)
                most = _MOST_TITLE_SENTENCE if leading else len(part.value)
                if first and len(part.value) <= most and can_be_title(part.value):
                    leading.append(part)
                break
            leading.append(part)
        if not leading or (len(text) == 1 and is_sentence(text[0].value)):
            return text  # a brief: one sentence is a story without a headline
        chosen = self._headline(leading, text)
        self._draft.title = self._reading.kickers.clean(chosen.value)
        self._reading.tell(chosen, Role.TITLE, "a line above the story that can be its headline")
        at = text.index(chosen)
        for part in text[:at]:
            self._take_name(part, below_title=False)
        return text[at + 1 :]

    def _headline(self, leading: list[Part], text: list[Part]) -> Part:
        candidates = [part for part in leading if is_headline(part.value) and not is_item(part.value)]
        if len(leading) == 1:
            return leading[0]
        story = [part.line.folded for part in text if part.is_story and part not in leading]
        about = self._stems(" ".join(story[:_STORY_PARAGRAPHS]))
        if any(self._stems(fold(part.value)) & about for part in candidates):
            leading = candidates
        shared = [self._likeness(part, about) for part in leading]
        most = max(shared)
        if most:
            return next(part for part, share in zip(leading, shared, strict=True) if share >= most * _LEAST_SHARE)
        return (candidates or leading)[0]

    def _without_title(self, text: list[Part]) -> list[Part]:
        """The story without its headline repeated, in whatever spelling."""
        if not self._draft.title:
            return text
        folded = fold(self._draft.title)
        return [part for part in text if part.line.folded != folded]

    def _head(self, text: list[Part]) -> list[Part]:
        """What belongs to the story of the lines between headline and first paragraph: a standfirst."""
        kept: list[Part] = []
        about: set[str] | None = None
        for part in text:
            if self._take_name(part):
                continue
            if self._is_frame(part):
                self._reading.tell(part, Role.BOILERPLATE, part.why)
                continue
            value = part.value
            standfirst = (is_sentence(value) and len(value.split()) >= 3) or is_item(value)
            if not standfirst and len(value) >= _STANDFIRST_LETTERS and len(value.split()) >= 6:
                standfirst = True
            if not standfirst and len(value.split()) >= 3:
                about = about if about is not None else self._about()
                standfirst = len(self._stems(fold(value)) & about) >= 2
            if standfirst:
                kept.append(part)
            else:
                self._reading.tell(part, Role.SECTION, "a short line above the story")
        return kept

    def _between(self, text: list[Part]) -> list[Part]:
        """What belongs to the story of the lines between its paragraphs: subheadings share words with it."""
        kept: list[Part] = []
        paragraphs = 0
        text = self._without_end_matter(text)
        for place, part in enumerate(text):
            body = part.is_story and not self._speaks_to_the_reader(part)
            paragraphs += body
            if not body and paragraphs == 1 and self._take_name(part):
                continue
            listed = is_item(part.value) and bool(kept) and (is_item(kept[-1].value) or kept[-1].value.endswith(":"))
            of_story = body or listed or self._is_of_story(part, text[place + 1 : place + 2])
            if of_story and (body or not self._follows_a_date(part)):
                kept.append(part)
            else:
                self._reading.tell(part, Role.BOILERPLATE, "a short line that shares nothing with the story")
        return kept

    def _without_end_matter(self, text: list[Part]) -> list[Part]:
        """The lines without what stands under a story as if it were of it: who contributed, corrections, the author's
        life, notices of the site."""
        people, parts = self._reading.people, self._reading.parts
        for place in range(2, len(text) - 1):
            name = None if text[place].is_story else people.read(text[place].value)
            if name is not None and fold(name).split()[-1] in text[place + 1].line.folded.split():
                for part in text[place:]:
                    self._reading.tell(part, Role.CLOSING, "the author's life")
                text = text[:place]
                break
        end = len(text)
        while end > 2 and len(text) - end < _MOST_END_LINES and parts.is_notice(text[end - 1]):
            end -= 1
            self._reading.tell(text[end], Role.BOILERPLATE, "a notice under the story")
        return text[:end]

    def _follows_a_date(self, part: Part) -> bool:
        """Whether a date stands above a line between paragraphs: then it is the headline of another story."""
        place = self._sheet.index(part)
        return place > 0 and self._sheet[place - 1].role == Role.PUBLISHED and not is_sentence(part.value)

    def _is_of_story(self, part: Part, below: list[Part]) -> bool:
        value = part.value
        if self._is_frame(part) or (
            self._reading.people.is_role(part.line.folded) and len(value.split()) <= 5 and not is_sentence(value)
        ):
            return False
        if part.is_story:
            return False  # told apart already
        if is_item(value) or value.endswith((":", "»", '"', "”", "'", "’", "‘")) or value[0] in "«\"“'’‘":
            return True
        if below and is_item(below[0].value):
            return True
        return self._shared_words(part) > 0 or not self._reading.parts.may_be_furniture(part)

    def _speaks_to_the_reader(self, part: Part) -> bool:
        """Whether a sentence or two, as long as a paragraph, has words of a frame and none of the story's: «Keep up to
        date with our coverage.»"""
        if len(part.value) > _MOST_CALL_LETTERS or any(mark in part.value for mark in '"“«'):
            return False
        if not self._reading.parts.speaks_to_the_reader(part) or self._names_its_agency(part.value):
            return False
        if self._often is None:
            story = [there for there in self._sheet if there.is_story]
            if len(story) < _STORY_PARAGRAPHS:
                return False  # too little to say what the story's words are
            told = (self._stems(there.line.folded) for there in story)
            times = Counter(chain.from_iterable(told))
            self._often = {stem for stem, count in times.items() if count > 1}
            self._often |= self._stems(fold(self._draft.title or ""))
        return not self._stems(part.line.folded) & self._often

    def _names_its_agency(self, value: str) -> bool:
        ending = _AGENCY_AT_END.search(value)
        return ending is not None and self._reading.parts.is_agency(fold(ending[1]))

    def _is_frame(self, part: Part) -> bool:
        """Whether a line sounds like a site's frame and shares less than two words with the paragraphs."""
        return part.frame and self._shared_words(part) < 2

    def _shared_words(self, part: Part) -> int:
        """How many words a line, itself no paragraph, shares with the paragraphs."""
        if self._all is None:
            self._all = self._stems_of_lines(self._sheet)
        return len(self._stems(fold(part.value)) & self._all)

    def _about(self) -> set[str]:
        return self._stems_of_lines(self._sheet[: 3 * _STORY_PARAGRAPHS])

    def _tail(self, text: list[Part], after_story: bool) -> list[Part]:
        """What belongs to the story of the lines below its last long paragraph; keywords among them are taken."""
        kept: list[Part] = []
        open_end = after_story
        for place, part in enumerate(text):
            if open_end and self._closes(part, text, place):
                kept.append(part)
                continue
            if open_end and (brackets := _IN_BRACKETS.fullmatch(part.value)) is not None:
                self._reading.tell(part, Role.SOURCE, "a name in brackets under the story")
                self._draft.source = self._draft.source or self._reading.parts.agency_in(brackets[1]) or brackets[1]
                continue
            if open_end:
                open_end = False
                if self._take_keywords(text[place:]):
                    break
            # Below the story a name is a byline; four words that begin with one are a headline.
            few = len(part.value.split()) <= _MOST_NAME_WORDS or self._reading.parts.is_agency(part.line.folded)
            if not few or not self._take_name(part):
                self._reading.tell(part, Role.LINK, "a short line below the story")
        return kept

    def _closes(self, part: Part, text: list[Part], place: int) -> bool:
        """Whether a line below the last long paragraph is a short one: a sentence, a list item, or a line by itself."""
        value = part.value
        if self._names_its_agency(value):
            return True
        if self._is_frame(part) or (self._reading.people.is_role(part.line.folded) and len(value.split()) <= 5):
            return False
        if is_item(value):
            above = self._sheet[max(0, self._sheet.index(part) - 1)]
            return above.role is None and not above.frame
        if is_sentence(value) and len(value.split()) >= 2:
            return self._shared_words(part) > 0 or not self._reading.parts.may_be_furniture(part)
        if value.endswith(":") and len(value.split()) >= 4 and place + 1 < len(text):
            return True
        below = text[place + 1] if place + 1 < len(text) else None
        alone = below is None or below.line.number > part.line.number + 2
        return alone and len(value.split()) >= 7 and not any(mark in value for mark in "|>»©")

    def _take_keywords(self, text: list[Part]) -> bool:
        """An unlabelled run of very short lines directly after the story."""
        size = 0
        while size < len(text) and is_tag(text[size].value):
            size += 1
        if size < _TAGS or self._draft.keywords or 2 * sum(part.frame for part in text[:size]) > size:
            return False
        for part in text[:size]:
            self._reading.tell(part, Role.KEYWORDS, "a run of short lines after the last paragraph")
        self._draft.keywords = split_keywords("\n".join(part.value for part in text[:size]))
        for part in text[size:]:
            self._reading.tell(part, Role.LINK, "a short line below the story")
        return True

    def _take_name(self, part: Part, *, below_title: bool = True) -> bool:
        """«سمير نعمة ـ عمّان», "Nora Fields, Economics Editor", «القاهرة - رويترز», or a line that tells a role."""
        if part.is_story:
            return False
        place = self._sheet.index(part)
        near = self._sheet[max(0, place - 1) : place] + self._sheet[place + 1 : place + 2]
        likely = below_title and any(self._tells_a_name(there) for there in near)
        credit = self._reading.parts.credits.read(part.value)
        guess = self._reading.parts.credits.read(part.value, likely=True) if credit is None and likely else None
        if credit is None and guess is not None:
            self._guessed = self._guessed or (guess.people and clean_byline(guess.people))
            self._reading.tell(part, Role.BYLINE, "where a name stands, though none that is known")
            return True
        if credit is None:
            if self._reading.people.is_role(part.line.folded):
                self._reading.tell(part, Role.ASIDE, "a role of who wrote it")
                return True
            return False
        self._reading.tell(part, Role.BYLINE if credit.people else Role.SOURCE, "a credit beside the headline")
        self._named = self._named or (credit.people and clean_byline(credit.people))
        self._outlet = self._outlet or (credit.source if below_title else None)
        return True

    def _tells_a_name(self, near: Part) -> bool:
        """Whether the line beside one makes a name of it: a date, or a role."""
        return near.role in _NAMES_NEAR or (near.role is None and self._reading.people.is_role(near.line.folded))

    def _name_in_dateline(self, first: str) -> str | None:
        """«القاهرة – خالد عبد الودود: اشتكى …»"""
        match = _NAME_IN_DATELINE.match(first[:100])
        return match and self._reading.people.read(match[1])

    def _apply(self, part: Part) -> None:
        """Give a labelled value to the article; the first of its kind wins, keywords add up."""
        draft, role, value = self._draft, part.role, part.value
        assert role is not None
        self._reading.tell(part, role, part.why)
        if not value:
            return
        if role in (Role.PUBLISHED, Role.UPDATED):
            self._apply_date(part)
        elif role == Role.SOURCE:
            draft.source = draft.source or clean_name(_DATE_AFTER_NAME.sub("", value))
        elif role == Role.BYLINE:
            credit = self._reading.parts.credits.read(value)
            source = credit and credit.source
            people = self._reading.people
            named = credit.people if credit and credit.people and source else people.read(value, likely=True)
            draft.byline = draft.byline or clean_byline(named or people.without_role(value))
            self._outlet = self._outlet or source
        elif role == Role.KEYWORDS:
            draft.keywords = tuple(dict.fromkeys((*draft.keywords, *split_keywords(value))))
        elif role == Role.DESCRIPTION:
            draft.description = f"{draft.description} {value}" if draft.description else value
        elif role == Role.TITLE:
            draft.title = draft.title or self._reading.kickers.clean(value)

    def _apply_date(self, part: Part) -> None:
        draft = self._draft
        # A labelled date comes before one that only stands there: that may be the day of the paper.
        settled = draft.published if self._published_by_label or part.why != LABEL else None
        if (part.role == Role.PUBLISHED and settled) or (part.role == Role.UPDATED and draft.updated):
            return
        date = self._reading.dates.article_date(part.value, self._reading.language, self._reading.ground)
        if date is None:
            draft.warn(Doubt.DATE_UNREADABLE)
        elif part.role == Role.PUBLISHED:
            draft.published = date
            self._published_by_label = part.why == LABEL
        else:
            draft.updated = date

    def _likeness(self, part: Part, about: set[str]) -> float:
        """How much of a line above the story stands in it again, long lines in proportion; one word says nothing."""
        own = self._stems(fold(part.value))
        return len(own & about) / max(1, len(own)) ** 0.5 if len(part.value.split()) > 1 else 0.0

    def _stems_of_lines(self, parts: list[Part]) -> set[str]:
        """The stems of all paragraphs."""
        return self._stems(" ".join(part.line.folded for part in parts if part.is_story))
