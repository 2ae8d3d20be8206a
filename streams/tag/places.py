"""Which countries an article is about or in, and which cities of them it names.

A gazetteer, not a parser of addresses. Precision comes first; what may be another word counts only beside a clear
word of the same country. The words are data: ``countries.tsv``, compiled by ``training/build_countries.py``, and
``cities.tsv.gz``, by ``training/build_cities.py``.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import NamedTuple

from streams.tag.article_fold import folded, written_words
from streams.tag.cities import Cities, CityMention
from streams.tag.place_evidence import CUT, Evidence, Features, Mention, features, gather, relevance
from streams.tag.place_index import Index
from streams.tag.place_language import SAMPLE, language_of
from streams.tag.place_words import ARABIC_SCRIPT, Kind, Row, searched

# What stands around a word and is no part of it; Arabic marks at its end are.
_EDGES = re.compile(r"^[^\w]+|[^\w\u064b-\u0652]+$")


class PlaceMention(NamedTuple):
    """A country in an article: ISO 3166-1 alpha-2 (or XK), how often, and the first mention as written.

    ``relevance``, 0 to 100: of the countries given 70, about 70 % are what the article is about or in.
    """

    country: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    first: str
    relevance: int


class Places(NamedTuple):
    """The countries of an article, the main one first, and the cities of them that it names, most named first."""

    countries: list[PlaceMention]
    cities: list[CityMention]


class Reason(NamedTuple):
    """Why a country is given, or why not: its words as written, each with its kind and how often."""

    country: str
    relevance: int
    is_given: bool
    words: list[tuple[str, Kind, int]]


class Gazetteer:
    """Finds countries and cities. Immutable after ``load``; the forms of a language are built when first needed."""

    def __init__(self, rows: Iterable[Row], cities: Cities | None) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)
        self._names: dict[tuple[str, str], str] = {}
        for row in rows:
            self._rows[row.language].append(row)
            if row.kind is Kind.TITLE:
                self._names[row.country, row.language] = row.forms[0]
        self._cities = cities
        self._indexes: dict[str, Index] = {}

    @classmethod
    @functools.cache
    def load(cls) -> "Gazetteer":
        """Read the shipped tables."""
        return cls(_rows(), Cities.load())

    def build(self) -> None:
        """Build the forms of all languages now, in about a second: no article waits for those of its own then."""
        for language in self._rows:
            if language != "-":
                self._index(language, "", "")

    @classmethod
    def without_cities(cls) -> "Gazetteer":
        """With the words for countries only: for building the table of cities."""
        return cls(_rows(), None)

    def name(self, country: str, language: str = "en") -> str:
        """The country's name for readers of ``language`` (BCP 47), else in English, else the code itself."""
        names, primary = self._names, _primary(language)
        return names.get((country, primary)) or names.get((country, "en")) or country

    def places(self, title: str | None, text: str, language: str | None = None) -> Places:
        """Countries and cities. ``language``: the article's BCP 47 tag, else told from script and little words."""
        reading = self._read(title, text, language)
        given = [(found, share) for found, share in reading.ranked if share >= CUT]
        countries = [
            PlaceMention(
                found.country, len(found.mentions), reading.as_written(found.mentions[0][0]), round(100 * share)
            )
            for found, share in given
        ]
        return Places(countries, self._named_cities(reading, given) if self._cities else [])

    def countries(self, title: str | None, text: str, language: str | None = None) -> list[PlaceMention]:
        """The countries that the article is about or in, the main one first."""
        return self.places(title, text, language).countries

    def candidates(self, title: str | None, text: str, language: str | None = None) -> list[tuple[str, Features]]:
        """All countries named, in passing too, with what the model sees of them."""
        reading = self._read(title, text, language)
        return [(found.country, row) for found, row in zip(reading.found, reading.features, strict=True)]

    def explain(self, title: str | None, text: str, language: str | None = None) -> list[Reason]:
        """All countries named, the most relevant first, each with all its words."""
        reading = self._read(title, text, language)
        reasons = []
        for found, share in reading.ranked:
            words: dict[tuple[str, Kind], int] = defaultdict(int)
            for mention, sense in found.mentions:
                words[reading.as_written(mention), sense.kind] += 1
            listed = [(word, kind, count) for (word, kind), count in words.items()]
            reasons.append(Reason(found.country, round(100 * share), share >= CUT, listed))
        return reasons

    def _read(self, title: str | None, text: str, language: str | None) -> "_Reading":
        return _Reading(title or "", text, self._index(language, title or "", text))

    def _index(self, language: str | None, title: str, text: str) -> Index:
        primary = _primary(language) if language else ""
        if primary not in self._rows or primary == "-":
            primary = language_of(f"{title} {text[:SAMPLE]}")
        if primary not in self._indexes:
            self._indexes[primary] = Index(primary, self._rows[primary], self._cities)
        return self._indexes[primary]

    def _named_cities(self, reading: "_Reading", given: Sequence[tuple[Evidence, float]]) -> list[CityMention]:
        """The cities of the countries given."""
        found: dict[int, list[Mention]] = defaultdict(list)
        for evidence, _ in given:
            for mention, sense in evidence.mentions:
                if sense.city >= 0:
                    found[sense.city].append(mention)
        cities = self._cities
        assert cities is not None
        ranked = sorted(found.items(), key=lambda item: -len(item[1]))
        return [CityMention(cities[row], len(each), reading.as_written(each[0])) for row, each in ranked]


def _rows() -> list[Row]:
    text = resources.files("streams.tag").joinpath("countries.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return [Row(line[0], line[1], Kind(line[2]), tuple(line[3].split("|"))) for line in lines]


def _primary(tag: str) -> str:
    """The language of a BCP 47 tag."""
    return tag.partition("-")[0].lower()


class _Reading:
    """An article as it was searched, and the countries named in it, in the order of first mention."""

    def __init__(self, title: str, text: str, index: Index) -> None:
        self._title, self._text = title, text
        self._is_folded = index.language in ARABIC_SCRIPT
        head, body = (folded(each) if self._is_folded else searched(each, index.language) for each in (title, text))
        self._searched = f"{head}\n{body}" if head else body
        self._body = len(self._searched) - len(body)
        mentions = index.mentions(self._searched)
        spelled = (*index.spelled(title), *index.spelled(text))
        self.found = gather(self._searched, mentions, spelled, self._body)
        self.features = features(self.found, self._body, len(self._searched))

    @functools.cached_property
    def ranked(self) -> list[tuple[Evidence, float]]:
        """The countries named with their relevance, 0 to 1, highest first; equals in the order of first mention."""
        return sorted(zip(self.found, map(relevance, self.features), strict=True), key=lambda pair: -pair[1])

    def as_written(self, mention: Mention) -> str:
        """The words of a mention as they stand in the article, marks at their edges left out."""
        in_title = mention.start < self._body
        text, start = (self._title, 0) if in_title else (self._text, self._body)
        if not self._is_folded:
            return text[mention.start - start : mention.end - start]  # only replacements of one letter by one
        written = self._title_words if in_title else self._text_words
        if not written:
            return self._searched[mention.start : mention.end]
        first = self._searched.count(" ", start, mention.start)
        size = self._searched.count(" ", mention.start, mention.end) + 1
        return _EDGES.sub("", " ".join(written[first : first + size]))

    @functools.cached_property
    def _title_words(self) -> Sequence[str]:
        return written_words(self._title, self._searched.count(" ", 0, self._body) + 1)

    @functools.cached_property
    def _text_words(self) -> Sequence[str]:
        return written_words(self._text, self._searched.count(" ", self._body) + 1)
