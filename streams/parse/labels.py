"""Labels on a line: «المصدر: رويترز | تاريخ النشر: …» to its roles and values."""

import re
from typing import NamedTuple

from streams.fold import fold
from streams.parse.lexicon import WRAPPING, Lexicon, Role
from streams.parse.lines import Line

_SEPARATORS = re.compile(r"\s[|｜•·●▪–—]\s|[|｜•●▪]|\s/\s|;\s")
_BARS = re.compile(r"\s*[|｜•●▪]\s*|;\s")
# "Harbour Robotics, Inc." is a name.
ABBREVIATION = re.compile(r"\b(?:Inc|Ltd|Co|Corp|Bros|Plc|LLC|Jr|Sr)\.$")
_BRACKETS_AT_END = re.compile(r"\s[(\[][^()\[\]]{2,40}[)\]]$")
_LIST = re.compile(r"[,،؛|•·]")
# Who published, in one breath with when: "Posted on 18 April 2018 by Tom Hale".
_WHEN = re.compile(r"\s(?:on|le|el|am|في|بتاريخ|يوم)\s+(?=[^,]{0,20}\d)", re.IGNORECASE)
_BY = re.compile(r"\s(?:by|par|por|von|بقلم|بواسطة|كتب|كتبت)\s+(?=[^\d\s])", re.IGNORECASE)
_COLONS = ":：﹕꞉׃∶"
_COLON = re.compile(f"[{_COLONS}]")
# A label's value longer than this is a sentence that happens to begin like a label.
_MOST_LETTERS = {
    Role.PUBLISHED: 120,
    Role.UPDATED: 120,
    Role.SOURCE: 90,
    Role.BYLINE: 120,
    Role.SECTION: 80,
    Role.ASIDE: 200,
    Role.KEYWORDS: 1_500,
    Role.DESCRIPTION: 2_000,
    Role.EMBEDDED: 300,
    Role.TITLE: 300,
    Role.CLOSING: 60,
}
_MOST_BARE_WORDS = {Role.PUBLISHED: 24, Role.UPDATED: 24, Role.SOURCE: 5, Role.BYLINE: 7}
_SENTENCE_END = (".", "؟", "!", "?", "…", "۔", "،", ",")


class Labelled(NamedTuple):
    """A label and what follows it on its line. ``role`` null: a part of the line under no label."""

    role: Role | None
    value: str
    colon: bool


class LabelReader:
    """Finds labels. Immutable; most lines cost one set lookup."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def read(self, line: Line) -> list[Labelled]:
        """The labels of a line in order, with parts under none between them; empty when it has no label."""
        text, folded = line.text, line.folded
        if len(text) > 2_000:
            return []
        if len(folded) <= 60 and (label := self._lexicon.label(folded)) is not None:
            return [Labelled(label.role, "", ":" in folded)]
        if (first := self._one(text, folded)) is None:
            bars = _BARS.split(text, maxsplit=1)
            first = self._one(bars[0], fold(bars[0])) if len(bars) > 1 and bars[0] and len(text) <= 300 else None
            if first is None or not first.value:
                return self._later_part(text)
            first = first._replace(value=text[len(bars[0]) - len(first.value) :]) if text.startswith(bars[0]) else first
        found: list[Labelled] = []
        if first.role in (Role.KEYWORDS, Role.DESCRIPTION, Role.EMBEDDED, Role.TITLE):
            # Bars separate keywords, and headlines may contain them: only a colon ends these.
            self._split(first, found)
        else:
            head, *parts = _SEPARATORS.split(first.value)
            self._split(first._replace(value=head), found)
            for part in parts:
                self._part(part, found)
        return [_clean(part) for part in found if part.value or part.role]

    def _later_part(self, text: str) -> list[Labelled]:
        """A line whose first part has no label, but a later one has: «رويترز | تاريخ النشر: …»."""
        if len(text) > 300 or not (":" in text or _SEPARATORS.search(text)):
            return []
        head, *parts = _SEPARATORS.split(text)
        found: list[Labelled] = []
        self._split(Labelled(None, head.strip(), False), found)
        for part in parts:
            self._part(part, found)
        return [_clean(part) for part in found] if any(part.role for part in found) else []

    def _part(self, part: str, found: list[Labelled]) -> None:
        part = part.strip()
        if part:
            self._split(self._one(part, fold(part)) or Labelled(None, part, False), found)

    def _one(self, text: str, folded: str) -> Labelled | None:
        """The label at the start of ``text``, with all the rest as its value."""
        head, colon, _ = folded.partition(":")
        if colon and len(head) <= 60 and (label := self._lexicon.label(head)) is not None:
            cut = _COLON.search(text)
            value = text[cut.end() :].strip() if cut else ""
            return Labelled(label.role, value, True) if len(value) <= _MOST_LETTERS[label.role] else None
        first = folded.partition(" ")[0].strip(WRAPPING)
        if first not in self._lexicon.first_words or len(folded) > 160:
            return None
        return self._bare(text, folded)

    def _bare(self, text: str, folded: str) -> Labelled | None:  # noqa: PLR0911 - one return a case
        """A label without a colon, longest first; a dash may stand for it («المصدر - رويترز»)."""
        words = folded.split(" ")
        for size in range(min(self._lexicon.longest_label, len(words) - 1), 0, -1):
            label = self._lexicon.labels.get(" ".join(words[:size]).strip(WRAPPING))
            if label is None:
                continue
            pieces = text.split(None, size)
            if len(pieces) <= size:
                return None
            value = pieces[size]
            dashed = value[:1] in "-–—ـ=|/»›" and value[1:2] == " "
            if dashed and label.role == Role.ASIDE and value[0] in "|/»›":
                return None  # «ویڈیو | …»: a kicker
            if dashed and (label.role != Role.EMBEDDED or (size > 1 and value[0] in "|/»›")):
                return Labelled(label.role, value[1:].strip(), True)
            if pieces[size - 1][-1] in "/-–—|=" and (size > 1 or label.role != Role.EMBEDDED):
                return Labelled(label.role, value.strip(), True)
            if label.role == Role.KEYWORDS and len(_LIST.findall(value)) >= 2 and not is_sentence(value):
                return Labelled(label.role, value.strip(), False)
            if label.bare and _words_of_name(value) <= _MOST_BARE_WORDS.get(label.role, 0):
                return Labelled(label.role, value.strip(), False)
        return None

    def _other_date(self, value: str, role: Role) -> tuple[str, Labelled] | None:
        """The date before and the label after it: «le 12 mars 2023 à 06h45, mis à jour le 12 mars 2023 à 11h20»."""
        words = value.split()
        folded = [fold(word).strip(WRAPPING) for word in words]
        for start in range(1, len(words)):
            for size in range(min(self._lexicon.longest_label, len(words) - start - 1), 0, -1):
                label = self._lexicon.labels.get(" ".join(folded[start : start + size]))
                if label is not None and label.bare and label.role in _DATES and label.role != role:
                    after = Labelled(label.role, " ".join(words[start + size :]), False)
                    return " ".join(words[:start]), after
        return None

    def _split(self, labelled: Labelled, found: list[Labelled]) -> None:
        """Cut a value where another label with a colon begins in it: «رويترز تاريخ النشر: 3 تموز»."""
        value = labelled.value
        if labelled.role == Role.PUBLISHED and (by := _BY.search(value)) is not None:
            found.append(labelled._replace(value=value[: by.start()]))
            self._split(Labelled(Role.BYLINE, value[by.end() :].strip(), labelled.colon), found)
            return
        if labelled.role == Role.BYLINE and (when := _WHEN.search(value)) is not None:
            found.append(labelled._replace(value=value[: when.start()]))
            self._split(Labelled(Role.PUBLISHED, value[when.end() :].strip(), False), found)
            return
        if labelled.role in _DATES and (cut := self._other_date(value, labelled.role)) is not None:
            found.append(labelled._replace(value=cut[0]))
            self._split(cut[1], found)
            return
        for colon in list(_COLON.finditer(value))[:6]:
            words = value[: colon.start()].split()
            for size in range(min(self._lexicon.longest_label, len(words)), 0, -1):
                label = self._lexicon.labels.get(fold(" ".join(words[-size:])).strip(WRAPPING))
                if label is None or (size == 1 and label.role in (Role.EMBEDDED, Role.ASIDE, labelled.role)):
                    continue
                if labelled.role is None and label.role not in (Role.UPDATED, Role.PUBLISHED):
                    continue  # «وقال المصدر: …» is a sentence
                found.append(labelled._replace(value=" ".join(words[:-size])))
                self._split(Labelled(label.role, value[colon.end() :].strip(), True), found)
                return
        found.append(labelled)


_DATES = frozenset((Role.PUBLISHED, Role.UPDATED))


def _words_of_name(value: str) -> int:
    return len(_WHEN.split(_SEPARATORS.split(value, maxsplit=1)[0], maxsplit=1)[0].split())


def is_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, be it before a quotation mark or an agency in brackets."""
    if text.endswith((")", "]")):
        text = _BRACKETS_AT_END.sub("", text)
    if text.endswith(".") and ABBREVIATION.search(text):
        return False
    return text.rstrip("\"”»'’‘)] ").endswith(_SENTENCE_END)


def _clean(labelled: Labelled) -> Labelled:
    value = labelled.value.strip(" \t|•·")
    if labelled.role in (Role.SOURCE, Role.BYLINE, Role.PUBLISHED, Role.UPDATED, Role.SECTION):
        value = value.strip(" -–—ـ،,;؛")
    return labelled._replace(value=value)
