"""The lines of a text page, each with what it is by itself: a label and value, boilerplate, a date, or
story text."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from streams.fold import fold
from streams.parse.dates import DateReader
from streams.parse.furniture import Certainty, FurnitureReader
from streams.parse.headlines import can_be_title
from streams.parse.keywords import is_hashtag_row
from streams.parse.labels import Labelled, LabelReader, is_sentence
from streams.parse.lexicon import WRAPPING, Lexicon, Role
from streams.parse.lines import Line
from streams.parse.people import Credit, CreditReader, PeopleReader

_BARS = re.compile(r"\s[|｜•·●–—-]\s|[|｜•●]")
# What ends as a sentence, and may end a headline too; a comma or semicolon ends neither.
_ASKS = re.compile(r"[؟!?،,][\"”»')\] ]*$")
_NAMED_FIRST = re.compile(r"[|/]|\s[,،]\s")  # what parts a name from a date, and not a place
_CREDIT_BARS = re.compile(r"\s[|｜•·●–—-]\s|[|｜•●]|:\s|\s[,،/]\s|(?<=\d{4})\s(?=[^\W\d])(?=[^-]* - )")
_DIGIT = re.compile(r"\d")
LABEL = "a label"
_PICTURE = "a picture and whose it is"
_TIME_OF_DAY = "a time of day"
# «ع.ح/م.س (د ب أ، رويترز)»: who edited, and the agencies.
_INITIALS_AND_AGENCY = re.compile(r"[^()]{0,16}[(\[]([^()\[\]]{2,60})[)\]]\.?")
# To know a relative date for one where it cannot be told.
_ANY_TIME = datetime(2000, 6, 15, 12, tzinfo=UTC)
# «مباريات | بطولات | انتقالات»
_MENU = re.compile(r"[^|]{1,25}(?:\|[^|]{1,25}){2,}")
# «مدرجات مزروعة بالبن في ريمة (الشرق الأوسط)»: no sentence ends before the brackets.
_CAPTION = re.compile(r"[^.۔!?؟»\"”)\s]\s*[(\[]([^()\[\]]{2,40})[)\]]$")
_BREADCRUMB = re.compile(r"\s(?:[>»›→]|->)\s")
# Letters of a paragraph: longer lines, or shorter ones that end as a sentence, are story and no headline.
_BODY_LETTERS = 120
_SENTENCE_LETTERS = 50
_NAME_WORDS = 3
# A bullet, a dash or a number before the text; or a question of an interview.
_ITEM = re.compile(r"(?:[•●▪◦‣*·✔✅➤➢►▶]|[-–—]\s|\d{1,2}\s?[.)\-–:]\s?|[A-Za-z\u0621-\u064a][.)\-]\s)\s*\S")
# «15:40», "06.10 BST", "5:05 PM": the time of a live entry, or of another story.
_CLOCK = re.compile(
    r"\d{1,2}[:.h٫]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?|\s?[صم]|\s?مساء|\s?صباحا)?(?:\s?[a-z]{2,4}(?:[+-]\d{1,2})?)?"
)

_TAKES_NEXT_LINE = frozenset((Role.SOURCE, Role.BYLINE, Role.TITLE, Role.DESCRIPTION, Role.SECTION))
_TAKES_LINES = frozenset((Role.KEYWORDS, Role.DESCRIPTION))
# What a line may look like by itself and still be the value of the label above it.
_MAY_BE_A_VALUE = frozenset((None, Role.PUBLISHED, Role.SECTION, Role.KEYWORDS))


class Part(NamedTuple):
    """A line, or a part of one, and its role; ``role`` null is text of the story, ``value`` then the line.

    ``frame``: text that sounds like a site's frame, which only its place may show to be something else.
    """

    line: Line
    role: Role | None
    value: str
    why: str
    frame: bool = False

    @property
    def is_story(self) -> bool:
        """Whether it reads as a paragraph of a story."""
        return self.role is None and not self.frame and is_body(self.value)


class PartReader:
    """Tells the lines of a page apart. Immutable."""

    def __init__(self, lexicon: Lexicon, furniture: FurnitureReader, people: PeopleReader, dates: DateReader) -> None:
        self._lexicon, self._furniture = lexicon, furniture
        self.credits = CreditReader(people, self.is_agency)
        self._labels = LabelReader(lexicon)
        self._dates = dates

    def read(self, lines: list[Line], ground: datetime | None) -> list[Part]:
        """Each line as one or more parts, in order."""
        parts: list[Part] = []
        waiting: Part | None = None
        above_headline = True
        for line in lines:
            found = self._read_line(line, ground, above_headline=above_headline)
            if parts and found[0].why == _TIME_OF_DAY and (joined := _with_time(parts[-1], found[0])) is not None:
                parts[-1] = joined
                continue
            above_headline = above_headline and found[0].role is not None
            if waiting is not None and all(map(_may_be_a_value, found)):
                taken = self._value_below(waiting, line, ground)
                if taken is not None:
                    parts.append(taken)
                    waiting = waiting if waiting.role in _TAKES_LINES and _may_go_on(line.text) else None
                    continue
            waiting = None
            parts += found
            last = found[-1]
            if last.value == "" and last.role in (
                *_TAKES_NEXT_LINE,
                Role.KEYWORDS,
                Role.PUBLISHED,
                Role.UPDATED,
            ):
                waiting = last
        return parts

    def is_agency(self, folded: str, *, alone: bool = False) -> bool:
        """Whether a folded name, or each of several, is a news agency's or outlet's.

        ``alone``: on a line of its own, where «الأخبار» is a section.
        """
        if len(folded) > 60:
            return False
        names = re.split(r"[،,/+&]| - ", folded.strip(WRAPPING))
        known = self._lexicon.agencies if alone else self._lexicon.outlets
        return all(name.strip(WRAPPING) in known for name in names)

    def may_be_furniture(self, part: Part) -> bool:
        """Whether the words of a line sound like a site's frame: not enough to say so by themselves."""
        return self._furniture.may_be_furniture(part.line.folded)

    def speaks_to_the_reader(self, part: Part) -> bool:
        """Whether a sentence has the words of a call to the reader."""
        return self._furniture.speaks_to_the_reader(part.line.folded)

    def is_notice(self, part: Part) -> bool:
        """Whether a sentence at the end of a story has strong words of a frame: "… contributed to this report."."""
        return len(part.value) <= 400 and self._furniture.has_strong_cue(part.line.folded)

    def agency_in(self, text: str) -> str | None:
        """The agency that the last words of ``text`` name: «Avec AFP»."""
        words = text.split()
        for size in range(min(3, len(words)), 0, -1):
            if self.is_agency(fold(" ".join(words[-size:]))):
                return " ".join(words[-size:])
        return None

    def _read_line(self, line: Line, ground: datetime | None, *, above_headline: bool) -> list[Part]:
        labelled = self._labels.read(line)
        if labelled and (parts := self._labelled(line, labelled, ground, above_headline)):
            return parts
        if (about := self._lexicon.boilerplate(line.folded)) is not None:
            return [Part(line, Role.BOILERPLATE, line.text, about)]
        cues = self._furniture.cues(line.text, line.folded)
        if cues == Certainty.SURE:
            return [Part(line, Role.BOILERPLATE, line.text, "words of a site's frame")]
        if len(line.text) <= _BODY_LETTERS and (parts := self._short(line, ground)):
            return parts
        frame = cues == Certainty.LIKELY or self._furniture.sounds_like_furniture(line.text, line.folded)
        return [Part(line, None, line.text, "it sounds like a site's frame" if frame else "", frame=frame)]

    def _labelled(
        self, line: Line, labelled: list[Labelled], ground: datetime | None, above_headline: bool
    ) -> list[Part]:
        parts: list[Part] = []
        for label in labelled:
            if label.role is None:
                if parts and parts[-1].role in (Role.PUBLISHED, Role.UPDATED) and _CLOCK.fullmatch(fold(label.value)):
                    parts[-1] = parts[-1]._replace(value=f"{parts[-1].value} {label.value}")
                else:
                    parts += self._unlabelled_part(line, label.value, ground)
                continue
            if label.value and not self._fits(label.role, label, ground, above_headline=above_headline):
                return []
            parts.append(Part(line, label.role, label.value, LABEL))
        return parts

    def _fits(self, role: Role, label: Labelled, ground: datetime | None, *, above_headline: bool) -> bool:
        """Whether a value is of the label's kind; else the line is a sentence that begins like a label."""
        value, words = label.value, label.value.count(" ") + 1
        if role in (Role.PUBLISHED, Role.UPDATED):
            # «نشر الموقع صورا», "Update: the minister has resigned."
            return self._is_date(value, ground, colon=label.colon) or (label.colon and words <= 6)
        if role == Role.BYLINE and above_headline and words > (_NAME_WORDS * 2 if label.colon else _NAME_WORDS):
            return False  # «كتب نادرة تعرض في المكتبة», «تقرير: ألمانيا تعتزم …»: headlines
        if label.colon:
            return True
        return role not in (Role.BYLINE, Role.SOURCE) or _is_name(value)

    def _is_date(self, value: str, ground: datetime | None, *, colon: bool) -> bool:
        reading = self._dates.read(fold(value), None, ground)
        return reading is not None and (colon or reading.whole)

    def _unlabelled_part(self, line: Line, value: str, ground: datetime | None) -> list[Part]:
        folded = fold(value)
        if self.is_agency(folded):
            return [Part(line, Role.SOURCE, value.strip(WRAPPING), "a news agency beside a label")]
        reading = self._dates.read(folded, None, ground)
        if reading is not None and reading.whole:
            return [Part(line, Role.PUBLISHED, value, "a date beside a label")]
        if (
            credit := self.credits.read(
                value, likely=_NAMED_FIRST.search(line.text) is not None and not _DIGIT.search(value)
            )
        ) is not None:
            return _of_credit(line, credit)
        return [Part(line, Role.SECTION, value, "beside a label")]

    def _short(self, line: Line, ground: datetime | None) -> list[Part]:  # noqa: PLR0911 - one return a case
        """A short line without a label that is no story text: a date, an agency, hashtags, breadcrumbs."""
        text, folded = line.text, line.folded
        if text[0] == "#" and is_hashtag_row(text):
            return [Part(line, Role.KEYWORDS, text, "hashtags in a row")]
        if 2 < len(text) <= 40 and self.is_agency(folded, alone=True):  # "AA" is a size of letters, too
            return [Part(line, Role.SOURCE, text.strip(WRAPPING), "a news agency on its own line")]
        if len(folded) <= 20 and _CLOCK.fullmatch(folded):
            return [Part(line, Role.ASIDE, text, _TIME_OF_DAY)]
        if (agency := _INITIALS_AND_AGENCY.fullmatch(text)) is not None and self.is_agency(fold(agency[1])):
            return [Part(line, Role.SOURCE, agency[1], "a news agency in brackets")]
        if (_DIGIT.search(folded) or (ground is not None and len(folded) <= 30)) and (
            parts := self._dated(line, ground)
        ):
            return parts
        if len(folded) <= 30 and ground is None and self._is_date(folded, _ANY_TIME, colon=False):
            return [Part(line, Role.ASIDE, text, "told from when the page was fetched, which is not known")]
        if _MENU.fullmatch(text):
            return [Part(line, Role.SECTION, text, "a menu")]
        if (caption := _CAPTION.search(text)) is not None and self.is_agency(fold(caption[1])):
            return [Part(line, Role.BOILERPLATE, text, _PICTURE)]
        if "«" not in text and _BREADCRUMB.search(text) is not None and not is_sentence(text) and len(text) <= 90:
            return [Part(line, Role.SECTION, text, "breadcrumbs")]
        return []

    def _dated(self, line: Line, ground: datetime | None) -> list[Part]:
        """The parts of a line that is a date, alone or among short parts; none of any other."""
        text = line.text
        reading = self._dates.read(line.folded, None, ground)
        if reading is None:
            return []
        parts = self._dated_line(line, ground) if not is_item(text) else []
        if reading.whole and all(part.role == Role.PUBLISHED for part in parts):
            return [Part(line, Role.PUBLISHED, text, "a line that is a date")]
        if not parts and (agency := self.agency_in(text)) is not None:
            when = text[: text.rindex(agency)].strip()
            return [Part(line, Role.PUBLISHED, when, "a date"), Part(line, Role.SOURCE, agency, "after a date")]
        return parts

    def _dated_line(self, line: Line, ground: datetime | None) -> list[Part]:
        """«رويترز - 5 آب 2020», "Punta Mora - 17 sept 2019 - 12:45 CEST": short parts with a date among them."""
        for bars in (_CREDIT_BARS, _BARS):
            values = list(filter(None, (value.strip() for value in bars.split(line.text))))
            if len(values) < 2 or any(len(value.split()) > 9 for value in values):
                continue
            parts: list[Part] = []
            for value in values:
                if parts and _CLOCK.fullmatch(fold(value)) and parts[-1].role == Role.PUBLISHED:
                    parts[-1] = parts[-1]._replace(value=f"{parts[-1].value} {value}")
                else:
                    parts += self._unlabelled_part(line, value, ground)
            roles = {part.role for part in parts}
            if Role.PUBLISHED not in roles:
                continue
            if roles & {Role.BYLINE, Role.SOURCE}:
                return parts
            if bars is _BARS and line.text[0] not in "-–—•":
                return [Part(line, Role.PUBLISHED, line.text, "a line with a date and little else")]
        return []

    def _value_below(self, label: Part, line: Line, ground: datetime | None) -> Part | None:
        """The line under a label that stands alone, as its value; null when it cannot be."""
        text, why = line.text, f"below the label on line {label.line.number}"
        if label.role in (Role.PUBLISHED, Role.UPDATED):
            fits = len(text) <= 100 and self._is_date(text, ground, colon=True)
        elif label.role == Role.KEYWORDS:
            listed = re.search(r"[,،؛|•·#]|\s[/–-]\s", text) is not None
            first = line.number == label.line.number + 1
            fits = not is_sentence(text) and len(text) <= (400 if listed else 45) and (listed or len(text.split()) <= 4)
            fits = fits and (first or listed or not line.gap or len(text.split()) <= 4)
        elif label.role == Role.DESCRIPTION:
            fits = line.number == label.line.number + 1 or _may_go_on(text)
        elif label.role == Role.TITLE:
            fits = can_be_title(text)
        elif label.role == Role.SECTION:
            fits = len(text.split()) <= 3
        else:
            fits = len(text) <= 90 and len(text.split()) <= 9 and not is_sentence(text)
            fits = fits and not self._is_date(text, ground, colon=True)
        return Part(line, label.role, text, why) if fits else None


def _may_go_on(text: str) -> bool:
    """Whether a list below a label may have another line after this one."""
    return is_item(text) or not is_body(text)


def _may_be_a_value(part: Part) -> bool:
    return part.why == _PICTURE or (part.role in _MAY_BE_A_VALUE and part.why != LABEL)


def _of_credit(line: Line, credit: Credit) -> list[Part]:
    """The parts of a credit."""
    found = ((Role.BYLINE, credit.people), (Role.SOURCE, credit.source))
    return [Part(line, role, value, "a credit") for role, value in found if value]


def _with_time(above: Part, clock: Part) -> Part | None:
    """A date with the time on the line below it; null when the line above is no day."""
    if above.role not in (Role.PUBLISHED, Role.UPDATED) or ":" in above.value or not above.value:
        return None
    if clock.line.number - above.line.number > 2:
        return None
    return above._replace(value=f"{above.value} {clock.value}")


def is_body(text: str) -> bool:
    """Whether a line reads as a paragraph and not as a headline."""
    size = len(text)
    if size >= _BODY_LETTERS:
        return True
    return size >= _SENTENCE_LETTERS and is_sentence(text) and (size >= 90 or not _ASKS.search(text))


def is_item(text: str) -> bool:
    """Whether a line is an item of a list: a bullet, a dash or a number stands before it."""
    return _ITEM.match(text) is not None


def _is_name(value: str) -> bool:
    """Whether a value without a colon before it can be names: short, capitals where the script has them."""
    if is_sentence(value) or _DIGIT.search(value.partition(",")[0]):
        return False
    first = value.lstrip("\"'«")[:1]
    return not first.islower()
