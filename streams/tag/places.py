"""Which countries an article is about, from the names, cities and adjectives in it.

A gazetteer, not a parser of addresses: it knows countries and the cities that stand for them, nothing
smaller. Precision comes first; what may be another word counts only beside a clear word of the same country.
The words are data: ``countries.tsv``, compiled by ``training/build_countries.py``.
"""

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from itertools import product
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick

from streams.fold import fold


class PlaceMention(NamedTuple):
    """A country in an article: ISO 3166-1 alpha-2 (or XK), how often, and the first mention as written."""

    country: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    first: str


class Kind(StrEnum):
    """How much a word says. In the order of the table's header."""

    TITLE = "title"
    NAME = "name"
    CITY = "city"
    ADJECTIVE = "adjective"
    SURNAME = "surname"
    WEAK = "weak"
    AMBIGUOUS = "ambiguous"
    NOT = "not"
    SPELLED = "spelled"


class _Sense(NamedTuple):
    """One reading of a form."""

    country: str
    kind: Kind
    is_default: bool = False


class _Match(NamedTuple):
    """A form found, as [start, end) in the text that was searched."""

    start: int
    end: int
    senses: tuple[_Sense, ...]


@dataclass(frozen=True)
class _Part:
    """Title or body: as written, as searched, and what was found in it."""

    text: str
    searched: str
    matches: list[_Match]
    is_title: bool

    @functools.cached_property
    def words(self) -> list[str]:
        """The words as written; none when they do not stand one to one beside those searched."""
        words = self.text.split()
        # A word of nothing but marks is gone from what is searched.
        return words if len(words) == self.searched.count(" ") + 1 else []


_SURE = frozenset({Kind.NAME, Kind.CITY})
_CLEAR = _SURE | {Kind.ADJECTIVE}
# A mention in the title weighs as much as this many in the body: the title says what an article is about.
_TITLE_WEIGHT = 4
_STRENGTH = {Kind.NAME: 2, Kind.CITY: 2, Kind.ADJECTIVE: 1, Kind.SURNAME: 1, Kind.WEAK: 1, Kind.AMBIGUOUS: 2}

# What may stand before an Arabic word and be written with it. With the article, ل + ال is written لل.
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
_BARE = frozenset(map(fold, _CLITICS))
_DEFINITE = frozenset([clitic + "ال" for clitic in ("", "و", "ف", "ب", "ك", "وب", "وك", "فب")] + ["لل", "ولل", "فلل"])
_ARTICLE = "ال"
# Genders, numbers and cases of an Arabic adjective in ي, folded. ا is the accusative «روسيًا».
_ADJECTIVE_ENDINGS = ("", "ه", "ا", "ين", "ون", "ان", "تان", "تين", "ات")

# Endings of a Russian name in its cases, by the nominative's ending.
_RUSSIAN_CASES = (
    ("ия", ("ия", "ии", "ию", "ией")),
    ("а", ("а", "ы", "и", "е", "у", "ой")),
    ("ь", ("ь", "и", "ью")),
    ("й", ("й", "я", "ю", "ем", "е")),
)

# Endings that a stem marked * in the table may take.
_RUSSIAN_ENDINGS = "|а|у|ом|е|ы|ой|и|я|ю|ем|ий|ая|ое|ого|ому|им|их|ую|ие|ими|ь|ля|лю|ле|лем|ев|ам|ами|ах|цы|цев"

_ARABIC_SCRIPT = ("ar", "fa", "ur")
# A few common letters of each script: counting them tells scripts apart in a microsecond or two.
_LETTERS_OF_SCRIPT = {"ar": "اليی", "ru": "оеаи", "en": "eainr"}
# Letters and little words that the other two lack. Persian typed with Arabic ك and ي is Persian still.
_SIGNS_IN_ARABIC_SCRIPT = {
    "ar": ("ة", "أ", "إ", " ال", " في ", " من ", " على "),
    "fa": ("پ", "چ", "ژ", "گ", " که ", " كه ", " است", " این ", " اين ", " را ", " از "),
    "ur": ("ٹ", "ڈ", "ڑ", "ں", "ے", "ھ", "ہ"),
}
# The commonest little words: enough to tell these languages apart when nobody said which it is.
_LITTLE_WORDS = {
    "en": frozenset(("the", "of", "and", "to", "in", "is", "for", "on", "that", "with", "was")),
    "fr": frozenset(("le", "la", "les", "des", "et", "du", "une", "dans", "est", "que", "pour")),
    "es": frozenset(("el", "los", "las", "del", "y", "una", "en", "que", "por", "con", "para")),
    "de": frozenset(("der", "die", "und", "das", "ist", "den", "von", "mit", "im", "nicht", "auf")),
    "tr": frozenset(("ve", "bir", "bu", "için", "ile", "da", "de", "olarak", "olan", "daha")),
}
# What stands around a word and is no part of it; Arabic marks at its end are.
_EDGES = re.compile(r"^[^\w]+|[^\w\u064b-\u0652]+$")
_SAMPLE = 500  # characters read to tell script and language


class Gazetteer:
    """Finds countries. Immutable after ``load``; the automaton of a language is built when first needed."""

    def __init__(self, rows: Iterable[tuple[str, str, Kind, tuple[str, ...]]]) -> None:
        self._rows: dict[str, list[tuple[str, Kind, tuple[str, ...]]]] = defaultdict(list)
        self._names: dict[tuple[str, str], str] = {}
        for country, language, kind, forms in rows:
            self._rows[language].append((country, kind, forms))
            if kind is Kind.TITLE:
                self._names[country, language] = forms[0]
        self._indexes: dict[str, _Index] = {}

    @classmethod
    @functools.cache
    def load(cls) -> "Gazetteer":
        """Read the shipped table."""
        text = resources.files("streams.tag").joinpath("countries.tsv").read_text(encoding="utf-8")
        lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
        return cls((line[0], line[1], Kind(line[2]), tuple(line[3].split("|"))) for line in lines)

    def name(self, country: str, language: str = "en") -> str:
        """The country's name for readers of ``language`` (BCP 47), else in English, else the code itself."""
        names, primary = self._names, _primary(language)
        return names.get((country, primary)) or names.get((country, "en")) or country

    def countries(self, title: str | None, text: str, language: str | None = None) -> list[PlaceMention]:
        """The countries mentioned, strongest first; a title counts more than the body.

        ``language`` is the article's BCP 47 tag; without one it is told from script and little words.
        """
        index = self._index(language, title or "", text)
        parts = [index.part(title, is_title=True)] if title else []
        return _weigh([*parts, index.part(text, is_title=False)], index)

    def _index(self, language: str | None, title: str, text: str) -> "_Index":
        primary = _primary(language) if language else ""
        if primary not in self._rows or primary == "-":
            primary = language_of(f"{title} {text[:_SAMPLE]}")
        if primary not in self._indexes:
            self._indexes[primary] = _Index(primary, self._rows[primary])
        return self._indexes[primary]


def _primary(tag: str) -> str:
    """The language of a BCP 47 tag."""
    return tag.partition("-")[0].lower()


def language_of(text: str) -> str:
    """The language whose names to look for: a rough guess, one of those in the table."""
    sample = f" {text[:_SAMPLE]} "
    script = _commonest(sample, _LETTERS_OF_SCRIPT)
    if script == "ar":
        return _commonest(sample, _SIGNS_IN_ARABIC_SCRIPT)
    if script == "en":
        words = Counter(sample.lower().split())
        return max(_LITTLE_WORDS, key=lambda name: sum(words[word] for word in _LITTLE_WORDS[name]))
    return script


def _commonest(sample: str, signs: Mapping[str, Iterable[str]]) -> str:
    """Whose signs are most in ``sample``; the first of equals."""
    return max(signs, key=lambda name: sum(map(sample.count, signs[name])))


class _Index:
    """The forms of one language as an automaton, and the rules for the edges of a word."""

    def __init__(self, language: str, rows: list[tuple[str, Kind, tuple[str, ...]]]) -> None:
        self._is_arabic_script = language in _ARABIC_SCRIPT
        self._allows_clitics = language == "ar"
        senses: dict[tuple[str, bool], list[_Sense]] = defaultdict(list)
        self._spelled = [(form, country) for country, kind, forms in rows if kind is Kind.SPELLED for form in forms]
        rows = [row for row in rows if row[1] is not Kind.SPELLED]
        own = {form for _, kind, forms in rows if kind is not Kind.TITLE for form in map(self.searched, forms)}
        for country, kind, forms in rows:
            code = country.removesuffix("*")
            for form in forms:
                if kind is Kind.TITLE and self.searched(form) in own:
                    continue  # our own word on this form wins over CLDR
                sense = _Sense(code, Kind.NAME if kind is Kind.TITLE else kind, country.endswith("*"))
                for key in set(_spellings(language, self.searched(form), kind)):
                    if sense not in senses[key]:
                        senses[key].append(sense)
        by_form: dict[str, dict[bool, tuple[_Sense, ...]]] = defaultdict(dict)
        for (form, is_definite), readings in senses.items():
            by_form[form][is_definite] = tuple(readings)
        self._senses = list(by_form.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(by_form))

    def searched(self, text: str) -> str:
        """``text`` as it is searched: Arabic script folded; others as written, for case matters there."""
        return fold(text) if self._is_arabic_script else text.replace("’", "'").replace("\u00a0", " ")

    def part(self, text: str, *, is_title: bool) -> _Part:
        """Whole words found in ``text``, the longest where they overlap, in order."""
        searched = self.searched(text)
        kept: list[_Match] = []
        for match in sorted(self._whole_words(searched), key=lambda match: (match.start, -match.end)):
            if not kept or match.start >= kept[-1].end:
                kept.append(match)
            elif match.end - match.start > kept[-1].end - kept[-1].start:
                kept[-1] = match
        return _Part(text, searched, kept, is_title)

    def spelled(self, text: str) -> list[str]:
        """Countries whose marked spelling stands in ``text``, once each."""
        return [country for form, country in self._spelled if form in text]

    def _whole_words(self, haystack: str) -> Iterator[_Match]:
        size = len(haystack)
        for start, end, number in self._automaton.find_overlapping(haystack):
            if end < size and haystack[end].isalnum():
                continue
            word = start
            while word and haystack[word - 1].isalpha():
                word -= 1
            senses = self._senses[number].get(False) if word == start else None
            if self._allows_clitics and not senses:
                clitics = haystack[word:start]
                senses = self._senses[number].get(True) if clitics in _DEFINITE else None
                senses = senses or (self._senses[number].get(False) if clitics in _BARE else None)
            if senses and not (word and haystack[word - 1].isdigit() and word == start):
                yield _Match(word, end, senses)

    def as_written(self, part: _Part, match: _Match) -> str:
        """The words of the match as they stand in the article, marks at their edges left out."""
        searched = part.searched[match.start : match.end]
        if not self._is_arabic_script:
            return part.text[match.start : match.end]  # only replacements of one letter by one
        if not part.words:
            return searched
        first = part.searched.count(" ", 0, match.start)
        return _EDGES.sub("", " ".join(part.words[first : first + searched.count(" ") + 1]))


def _spellings(language: str, form: str, kind: Kind) -> Iterator[tuple[str, bool]]:
    """All forms under which ``form`` is looked up, each with whether the Arabic article must precede it."""
    if language == "ar":
        yield from _arabic_spellings(form, kind)
    elif language == "ru":
        yield from ((spelling, False) for spelling in _russian_spellings(form))
    elif language == "de" and kind in (Kind.TITLE, Kind.NAME, Kind.CITY):
        yield from ((form, False), (form + "s", False))
    elif language == "fr" and kind is Kind.ADJECTIVE:
        yield from ((spelling, False) for spelling in _french_spellings(form))
    else:
        yield form, False


def _arabic_spellings(form: str, kind: Kind) -> Iterator[tuple[str, bool]]:
    is_adjective = kind in (Kind.ADJECTIVE, Kind.SURNAME, Kind.AMBIGUOUS, Kind.NOT)
    words = form.split(" ")
    if is_adjective and all(word.endswith("ي") and not word.startswith(_ARTICLE) for word in words):
        for endings in product(_ADJECTIVE_ENDINGS, repeat=len(words)):
            inflected = [word + ending for word, ending in zip(words, endings, strict=True)]
            yield " ".join(inflected), False
            yield f" {_ARTICLE}".join(inflected), True
        return
    if words[0].startswith(_ARTICLE):
        yield form.removeprefix(_ARTICLE), True
        return
    # A broken plural is sure with its article only: «الروس» are Russians, «بروس» is Bruce.
    yield form, kind is Kind.ADJECTIVE


def _russian_spellings(form: str) -> Iterator[str]:
    if form.endswith("*"):
        stem = form.removesuffix("*")
        endings = _RUSSIAN_ENDINGS.split("|")
        yield from (stem + ending for ending in endings)
        yield from (stem.capitalize() + ending for ending in endings)
        return
    for ending, cases in _RUSSIAN_CASES:
        if form.endswith(ending):
            yield from (form.removesuffix(ending) + case for case in cases)
            return
    yield form
    if form[-1:].isalpha() and form[-1] not in "аеёиоуыэюяАЕИОУЮЯ" and not form.isupper():
        yield from (form + case for case in ("а", "у", "ом", "е"))


def _french_spellings(form: str) -> Iterator[str]:
    feminine = form[:-1] + "que" if form.endswith("c") else form + "ne" if form.endswith("en") else form + "e"
    yield form
    yield feminine if not form.endswith("e") else form
    yield form if form.endswith("s") else form + "s"
    yield feminine + "s" if not form.endswith("e") else form + "s"


class _Tally:
    """What speaks for one country, while an article is read."""

    def __init__(self, part: _Part, match: _Match) -> None:
        self.part, self.match = part, match
        self.strength = self.count = self.adjectives = 0
        self.is_sure = False

    def add(self, kind: Kind, part: _Part) -> None:
        self.strength += _STRENGTH[kind] * (_TITLE_WEIGHT if part.is_title else 1)
        self.count += 1
        self.is_sure |= kind in _SURE or kind is Kind.AMBIGUOUS
        if kind is Kind.ADJECTIVE:
            self.adjectives += 2 if part.is_title else 1

    @property
    def is_enough(self) -> bool:
        """One adjective in the body, «لاعب برازيلي», does not make an article one about Brazil; two do."""
        return self.is_sure or self.adjectives >= 2


def _weigh(parts: list[_Part], index: _Index) -> list[PlaceMention]:
    """Settle what is doubtful by what is clear, then count and order."""
    clear = Counter(country for part in parts for country in index.spelled(part.text))
    for part in parts:
        for match in part.matches:
            if len(match.senses) == 1 and match.senses[0].kind in _CLEAR:
                clear.update(match.senses[0].country.split("+") * (_TITLE_WEIGHT if part.is_title else 1))
    tallies: dict[str, _Tally] = {}
    for part in parts:
        for match in part.matches:
            sense = _settled(match, clear)
            if sense is None:
                continue
            for country in sense.country.split("+"):
                tallies.setdefault(country, _Tally(part, match)).add(sense.kind, part)
    # Sorting keeps the order of first mention among equals.
    strongest = sorted(tallies.items(), key=lambda item: -item[1].strength)
    return [
        PlaceMention(country, tally.count, index.as_written(tally.part, tally.match))
        for country, tally in strongest
        if tally.is_enough
    ]


def _settled(match: _Match, clear: Counter[str]) -> _Sense | None:
    """The one reading that the rest of the article supports, or none."""
    if any(sense.kind is Kind.NOT for sense in match.senses):
        return None
    for sense in match.senses:
        if sense.kind in _CLEAR:
            return sense
    best = max(match.senses, key=lambda sense: (clear[sense.country], sense.is_default))
    return best if clear[best.country] or best.is_default else None
