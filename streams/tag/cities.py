"""Cities of GeoNames: their names in a text, with id, position and country.

The data, ``cities.tsv.gz``, is GeoNames' (https://www.geonames.org) under CC BY 4.0, compiled and changed by
``training/build_cities.py``. Names in Arabic, Latin and Cyrillic script; those of a script are read when first
needed.
"""

import functools
import gzip
from collections.abc import Mapping
from importlib import resources
from typing import NamedTuple

from streams.tag.place_finder import Finder, Readings
from streams.tag.place_words import ARABIC_SCRIPT, ARTICLE, Kind, Sense, spellings

SURE = "+"
"""Marks a form that tells its city alone; others count only beside a sure word of the country and a cue."""

SCRIPTS = ("arabic", "latin", "cyrillic")


class City(NamedTuple):
    """A city: GeoNames id, ISO 3166-1 alpha-2 code of its country, degrees north and east (WGS 84), names."""

    id: int
    country: str
    latitude: float
    longitude: float
    name: str
    arabic: str

    @property
    def uri(self) -> str:
        """GeoNames' own identifier of the place."""
        return f"https://sws.geonames.org/{self.id}/"

    def name_for(self, language: str) -> str:
        """The name for readers of ``language`` (BCP 47): in Arabic where it is known, else GeoNames' own."""
        return self.arabic if self.arabic and language.partition("-")[0].lower() == "ar" else self.name


class CityMention(NamedTuple):
    """A city in an article: how often, and the first mention as written."""

    city: City
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    first: str


def script_of(language: str) -> str:
    """The script that a language of the gazetteer is written in."""
    return "arabic" if language in ARABIC_SCRIPT else "cyrillic" if language == "ru" else "latin"


class Cities:
    """Immutable after ``load``."""

    def __init__(self, rows: list[str], forms: Mapping[str, str]) -> None:
        """``rows`` and ``forms`` by script are lines of the file."""
        self._rows = rows
        self._forms = forms
        self._finders: dict[tuple[str, bool], Finder[str]] = {}  # shared by the languages of a script
        self._senses: dict[str, tuple[Sense, ...]] = {}

    @classmethod
    @functools.cache
    def load(cls) -> "Cities":
        """Read the shipped table."""
        packed = resources.files("streams.tag").joinpath("cities.tsv.gz").read_bytes()
        head, rows, *forms = gzip.decompress(packed).decode().split("\n\n")
        del head
        return cls(rows.split("\n"), dict(zip(SCRIPTS, forms, strict=True)))

    def __getitem__(self, row: int) -> City:
        number, country, latitude, longitude, name, arabic = self._rows[row].split("\t")
        return City(int(number), country, float(latitude), float(longitude), name, arabic)

    def finder(self, language: str) -> Finder[str]:
        """Finds the forms of the language's script; their values are what ``senses`` takes."""
        key = script_of(language), language == "ar"
        if key not in self._finders:
            readings = _readings(self._forms[key[0]], articles=key[1])
            if language == "ru":
                readings = _in_all_cases(readings)
            self._finders[key] = Finder(readings, clitics=key[1])
        return self._finders[key]

    def senses(self, found: str) -> tuple[Sense, ...]:
        """The cities that a form found may be, the greatest first and the default where the form is sure."""
        known = self._senses.get(found)
        if known is None:
            known = self._senses[found] = self._read_senses(found)
        return known

    def _read_senses(self, found: str) -> tuple[Sense, ...]:
        rows = [int(row) for row in found[1:].split(",")]
        countries = [self._rows[row].split("\t", 2)[1] for row in rows]
        is_sure = found[0] == SURE
        kind = Kind.WEAK if not is_sure else Kind.CITY if len(set(countries)) == 1 else Kind.AMBIGUOUS
        return tuple(
            Sense(country, kind, is_sure and row == rows[0], row) for country, row in zip(countries, rows, strict=True)
        )


def _readings(lines: str, *, articles: bool) -> dict[str, Readings[str]]:
    """By line: mark, form, tab, rows. The value of a reading is mark and rows."""
    readings: dict[str, Readings[str]] = {}
    for line in lines.split("\n"):
        form, rows = line.split("\t")
        value, form = form[0] + rows, form[1:]
        if articles and form.startswith(ARTICLE):
            form = form.removeprefix(ARTICLE)
            readings[form] = readings.get(form, (None, None))[0], value
        else:
            readings[form] = value, readings.get(form, (None, None))[1]
    return readings


def _in_all_cases(readings: dict[str, Readings[str]]) -> dict[str, Readings[str]]:
    """«Минск», «Минска», «в Минске»."""
    inflected = {
        spelling: reading
        for form, reading in readings.items()
        for spelling, _ in spellings("ru", form, Kind.CITY)
        if not spelling.isupper()
    }
    return inflected | readings
