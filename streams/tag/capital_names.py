"""People and organisations in texts where names are written with capitals: by cues, and a list of first names.

No model: what is not told by a title ("Mr", "President"), a first name, a word for a kind of organisation
("University", "Ltd"), or a verb that people do, is left out. The words are data: ``entity_cues.toml`` and
``given_names.txt``.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, NamedTuple

from streams.tag.capital_cues import Cues, read_cues
from streams.tag.capital_runs import CAPITAL, core_of, runs_of
from streams.tag.mentions import Mention

_COMPANY = re.compile(r",? (?:Inc|Ltd|LLC|LLP|Corp|Co|plc|PLC)\b")
_AGE = re.compile(r", (?:aged )?\d\d,")
_NEXT = re.compile(r"[ \u00a0](\w+)")
_ROLE = re.compile(r"(?:['’]s)? (\w+(?: \w+){0,2})")
_ACRONYM = re.compile(r"[A-Z]{3,6}")
_JOINED = re.compile(rf"\b[Tt]he ((?:{CAPITAL}\w+,? ){{1,3}}and )$")
_JOINED_BY_VE = re.compile(rf"(?<!\S)((?:{CAPITAL}\w+ ){{1,2}}ve )$")
_OF_SEVERAL = frozenset(("Bakanlığı", "Kurumu", "Kurulu", "Müdürlüğü"))
_CAPITAL_BEFORE = re.compile(rf"(?<!\S)({CAPITAL}[\w'’-]*) $")
_REMEMBERED = 8192  # runs of each language
_LONGEST_REMEMBERED = 80
_LOOK = 40  # characters read before a run
_OF = frozenset(("of", "for"))
_OFFICE = re.compile(r"(?<=\w) (?:(?:of|for)(?: the)?|du|des|del|de(?: la| los| las)?)[ \u00a0]$| (?:de l|d)['’]$")
_CUTS = {
    "tr": re.compile(r"['’][a-zçğıöşü]+ ?"),  # the ending of a name: "Okello'nun"
    "de": re.compile(r"(?<! van)(?<! von) (?:der|den|des) "),  # no part of a name: "Kurs der Kambale Bank"
}
_ELIDED = re.compile("^[Ll]['’]")
_SAINTS = frozenset(("San", "Santa", "Saint", "Sainte", "St"))
_ROMANCE = frozenset(("de", "du", "des", "del", "della", "di", "la", "le"))


def read_given_names() -> frozenset[str]:
    """First names, as written."""
    text = resources.files("streams.tag").joinpath("given_names.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


class CapitalNames:
    """Finds names in English, and with fewer cues in other languages with capitals. Immutable after ``load``."""

    def __init__(self, cues: Mapping[str, Cues], given_names: frozenset[str]) -> None:
        self._cues = cues
        # A run means the same in every text, and two in three of an English article stood in one before it.
        self._cores = {
            language: functools.lru_cache(_REMEMBERED)(functools.partial(core_of, cues=each))
            for language, each in cues.items()
        }
        self._given_names = given_names

    @classmethod
    def load(cls) -> "CapitalNames":
        """Read the shipped lists."""
        return cls(read_cues(), read_given_names())

    @property
    def languages(self) -> frozenset[str]:
        """Those that there are cues for."""
        return frozenset(self._cues)

    def find(self, text: str, language: str, taken: list[tuple[int, int]]) -> list[Mention]:
        """Names in ``text`` outside ``taken``, parts that are names already, in order."""
        cues = self._cues[language]
        remembered = self._cores[language]
        pieces = []
        runs = runs_of(text, taken)
        for start, end in _cut(text, runs, _CUTS[language]) if language in _CUTS else runs:
            run = text[start:end]
            core = remembered(run) if len(run) < _LONGEST_REMEMBERED else core_of(run, cues)
            if core:
                before = _title_before(text, start, cues) if core.title is None else core.title
                piece = _Piece(start + core.offset, start + core.offset + len(core.name), core.name, before)
                pieces.append(self._without_office(piece, text, cues))
        if language == "de":
            pieces = self._without_genitives(pieces)
        alone = {piece.name for piece in pieces}
        found = [mention for piece in pieces for mention in self._told(piece, text, cues, alone, taken)]
        found.extend(_named_in_full(pieces, found))
        people = {mention.name.split()[-1] for mention in found if mention.kind == "person" and " " in mention.name}
        told = {mention.start for mention in found}
        again = [
            Mention(piece.start, piece.end, "person", piece.name, None, 0.75, "the last name of a person named here")
            for piece in pieces
            if piece.start not in told and piece.name in people
        ]
        organisations = [piece for piece in pieces if piece.start not in told and piece.name not in people]
        return sorted([*found, *again, *_acronyms(organisations, text, cues), *_named_again(organisations, found)])

    def stands_alone(self, text: str, start: int, language: str) -> bool:
        """Whether no other word with a capital but a title stands before the name at ``start``: "Ivanka Trump"."""
        before = _CAPITAL_BEFORE.search(text, max(0, start - _LOOK), start)
        cues = self._cues[language]
        return not before or before[1] in cues.titles or before[1] in cues.never

    def _without_office(self, piece: "_Piece", text: str, cues: Cues) -> "_Piece":
        """ "Ama Kusi" of "Finance Ama Kusi", where "Minister of" stands before and "Ama" is a first name."""
        words = piece.words
        at = next((at for at in range(1, len(words) - 1) if words[at] in self._given_names), 0)
        if not at or words[0] in self._given_names or words[at - 1] in _SAINTS:
            return piece
        title = _title_of_office(text, piece.start, cues)
        if not title:
            return piece
        name = piece.name.split(None, at)[-1]
        return _Piece(piece.end - len(name), piece.end, name, title)

    def _without_genitives(self, pieces: list["_Piece"]) -> list["_Piece"]:
        """ "Jane Okello" for "Jane Okellos Haus", and for "Jane Okellos" where the text has both."""
        names = {piece.name for piece in pieces}

        def plain(piece: "_Piece") -> "_Piece":
            words = piece.words
            owner = len(words) == 3 and words[0] in self._given_names and not self._given_names.intersection(words[1:])
            name = " ".join(words[:2]) if owner else piece.name
            if not name.endswith("s") or not (owner or name[:-1] in names):
                return piece
            return _Piece(piece.start, piece.start + len(name) - 1, name[:-1], piece.title)

        return [plain(piece) for piece in pieces]

    def _told(
        self, piece: "_Piece", text: str, cues: Cues, alone: set[str], taken: list[tuple[int, int]]
    ) -> Iterator[Mention]:
        """The name that a piece is, if a cue tells. ``alone`` has all pieces of the text."""
        words = piece.words
        last = words[-1]
        if len(words) == 1 and not piece.title and last not in cues.organisation_words:
            return
        if last in cues.organisation_ends and len(words) > 1:
            yield piece.mention("organisation", 0.9, f"ends in «{last}»")
        elif last in cues.organisation_words and (len(words) > 1 or piece.follows(taken)) and not piece.title:
            piece = piece.after(taken, text).widened(text, cues).with_adjectives(text, cues)
            yield piece.mention("organisation", 0.8, f"ends in «{last}»")
        elif (
            len(words) > 1
            and all(word[:1].isupper() for word in words)
            and (role := _role_after(text, piece.end, cues))
        ):
            yield piece.with_adjectives(text, cues).mention("organisation", 0.75, f"has a «{role}»")
        elif words[0] in cues.organisation_words and len(words) > 2 and words[1] in _OF | _ROMANCE:
            yield piece.mention("organisation", 0.8, f"starts with «{words[0]} {words[1]}»")
        elif words[0] in cues.organisation_heads and len(words) > 1 and words[1][:1].isupper():
            yield piece.mention("organisation", 0.8, f"starts with «{words[0]}»")
        elif len(words) <= 4 and not _OF.intersection(words) and not cues.organisation_words.intersection(words):
            yield from self._person(piece, text, cues, alone)

    def _person(self, piece: "_Piece", text: str, cues: Cues, alone: set[str]) -> Iterator[Mention]:
        words = piece.words
        if len(words[-1]) < 2 or any(len(word) > 2 and word.isupper() for word in words):
            return
        if "&" in words or words[-1] in cues.not_people or _COMPANY.match(text, piece.end):
            return
        if piece.title:
            yield piece.mention("person", 0.9 if len(words) > 1 else 0.8, f"after «{piece.title}»")
        elif len(words) > 1 and words[0] in self._given_names:
            yield piece.mention("person", 0.85, f"«{words[0]}» is a first name")
        elif 2 <= len(words) <= 3 and not cues.never.intersection(words):
            after = _NEXT.match(text, piece.end)
            if after and after[1] in cues.person_verbs and words[-1] in alone:
                yield piece.mention("person", 0.7, f"before «{after[1]}», and «{words[-1]}» alone elsewhere")
            elif _AGE.match(text, piece.end):
                yield piece.mention("person", 0.75, "before an age")


class _Piece(NamedTuple):
    """Words with capitals that may be one name, and the title before them."""

    start: int
    end: int
    name: str
    title: str

    @property
    def words(self) -> list[str]:
        return self.name.split()

    def widened(self, text: str, cues: Cues) -> "_Piece":
        """With "Competition and" before "Markets Authority", where "the" stands before both; with "Tarım ve" before
        "Orman Bakanlığı"."""
        joined = _JOINED_BY_VE if self.words[-1] in _OF_SEVERAL else _JOINED
        before = joined.search(text, max(0, self.start - _LOOK), self.start)
        if not before or cues.organisation_words.intersection(before[1].split()):
            return self
        return self._replace(start=before.start(1), name=before[1] + self.name)

    def with_adjectives(self, text: str, cues: Cues) -> "_Piece":
        """With "British" before "Medical Association", with "South African" before "Police"."""
        piece = self
        for _ in range(2):
            before = _CAPITAL_BEFORE.search(text, max(0, piece.start - _LOOK), piece.start)
            if before and before[1] in cues.nationalities:
                piece = piece._replace(start=before.start(1), name=f"{before[1]} {piece.name}")
        return piece

    def follows(self, taken: list[tuple[int, int]]) -> bool:
        """Whether a known name stands right before: "Manchester City" before "Council"."""
        return any(last + 1 == self.start for _, last in taken)

    def after(self, taken: list[tuple[int, int]], text: str) -> "_Piece":
        """With the name right before it: "Queen Elizabeth" before "University Hospital"."""
        start = next((first for first, last in taken if last + 1 == self.start), self.start)
        return self._replace(start=start, name=text[start : self.end])

    def mention(self, kind: Any, confidence: float, why: str) -> Mention:
        return Mention(self.start, self.end, kind, self.name, None, confidence, why)


def _role_after(text: str, end: int, cues: Cues) -> str:
    """The office that an organisation has, where one stands after it: "'s chief executive", "CEO"."""
    role = _ROLE.match(text, end)
    if not role:
        return ""
    words = role[1].split()
    if words[0] not in cues.role_starts:
        return ""
    return next((told for size in (3, 2, 1) if (told := " ".join(words[:size])) in cues.organisation_roles), "")


def _title_before(text: str, start: int, cues: Cues) -> str:
    """The title right before ``start``, with or without a capital: "actor Okello"."""
    if text[max(0, start - 1) : start] not in (" ", "\u00a0"):
        return ""
    before = text[max(0, start - _LOOK) : start].rsplit(None, 1)
    title = _ELIDED.sub("", before[-1].rstrip(".")) if before else ""
    return title if title in cues.titles or title.capitalize() in cues.titles else ""


def _cut(text: str, runs: Iterator[tuple[int, int]], pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The runs without what matches, in parts."""
    for first, end in runs:
        start = first
        for cut in pattern.finditer(text, first, end):
            yield start, cut.start()
            start = cut.end()
        if start < end:
            yield start, end


def _title_of_office(text: str, start: int, cues: Cues) -> str:
    """The title in "Minister for ", "le ministre de l'" right before ``start``."""
    office = _OFFICE.search(text, max(0, start - _LOOK), start)
    return _title_before(text, office.start() + 1, cues) if office else ""


def _named_in_full(pieces: list[_Piece], found: list[Mention]) -> Iterator[Mention]:
    """ "Wandera Okello" without a cue, where "Ms Okello" is another name of the text."""
    told = {mention.start for mention in found}
    alone = {mention.name for mention in found if mention.kind == "person" and " " not in mention.name}
    if not alone:
        return
    for piece in pieces:
        last = piece.words[-1]
        if last in alone and 2 <= len(piece.words) <= 3 and piece.start not in told:
            yield piece.mention("person", 0.8, f"«{last}» has a title elsewhere")


def _named_again(pieces: list[_Piece], found: list[Mention]) -> Iterator[Mention]:
    """Names of organisations that a cue tells elsewhere in the text."""
    told = {mention.name: mention for mention in found if mention.kind == "organisation"}
    if not told:
        return
    for piece in pieces:
        if piece.name in told:
            yield piece.mention("organisation", told[piece.name].confidence, f"elsewhere {told[piece.name].why}")


def _acronyms(pieces: list[_Piece], text: str, cues: Cues) -> Iterator[Mention]:
    """Capitals that a text treats as an organisation: before a verb of one, or in brackets after its name."""
    counts = Counter(piece.name for piece in pieces)
    why: dict[str, str] = {}
    for piece in pieces:
        if counts[piece.name] < 2 or not _ACRONYM.fullmatch(piece.name) or piece.name in cues.never:
            continue
        after = _NEXT.match(text, piece.end)
        if after and after[1] in cues.organisation_verbs:
            why[piece.name] = f"capitals before «{after[1]}»"
    for piece in pieces:
        if piece.name in why:
            yield piece.mention("organisation", 0.7, why[piece.name])
