"""Compile ``streams/tag/countries.tsv``, the gazetteer's data: ``python -m training.build_countries``.

Two sources: the territory names of Unicode CLDR (through babel, Unicode licence), and our own words in
``training/country_words.tsv``, which win. The ODbL list of countries (mledoze) is deliberately not used: its
share-alike would reach the compiled file, and CLDR with our own adjectives and cities covers what news needs.
"""

import argparse
import re
from pathlib import Path
from typing import NamedTuple

import babel
from babel import Locale

LANGUAGES = ("ar", "en", "fr", "fa", "ur", "tr", "es", "de", "ru")

# CLDR codes that are no country of ISO 3166-1: reserved, unions, made up. XK is kept, for it is in the news.
_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}

_HEADER = """\
# Compiled by training/build_countries.py. Do not edit; edit training/country_words.tsv and build again.
# Territory names: Unicode CLDR {version}, (c) Unicode, Inc., Unicode licence v3.
# Other words: Rafid, Apache-2.0.
# country, language, kind, forms parted by |. The kind "title" has the name to show first; for the other kinds
# see country_words.tsv.
"""


class Row(NamedTuple):
    """One line of the table."""

    country: str
    language: str
    kind: str
    forms: tuple[str, ...]


def own_rows(path: Path) -> list[Row]:
    """The hand-written rows."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, language, kind, forms = line.split("\t")
            rows.append(Row(country, language, kind, tuple(form.strip() for form in forms.split("|"))))
    return rows


def contradictions(rows: list[Row]) -> list[str]:
    """Forms that a language has as no country and as a word for one: the former always wins."""
    misleading = {(row.language, form) for row in rows if row.kind == "not" for form in row.forms}
    return sorted(
        f"{row.language} {row.country} {form}"
        for row in rows
        if row.kind != "not"
        for form in row.forms
        if (row.language, form) in misleading
    )


def cldr_rows() -> list[Row]:
    """A ``title`` row for each country and language: the name to show, then CLDR's shorter and other ones."""
    rows = []
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for code, name in sorted(territories.items()):
            if re.fullmatch("[A-Z]{2}", code) and code not in _NOT_COUNTRIES:
                forms = [_shown(name)]
                forms += [
                    _shown(territories[key])
                    for key in (f"{code}-alt-short", f"{code}-alt-variant")
                    if key in territories
                ]
                rows.append(Row(code, language, "title", tuple(dict.fromkeys(forms))))
    return rows


def _shown(name: str) -> str:
    """«ميانمار (بورما)» and "Hong Kong SAR China" as a newspaper writes them."""
    name = re.sub(r"\s*\([^)]*\)", "", name)
    name = re.sub(r" SAR China$|, منطقهٔ .*$|، .*$| الصينية$|^منطقة | الإدارية الخاصة$", "", name)
    return name.replace(" & ", " and ").replace("St. ", "Saint ").strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    root = Path(__file__).parent.parent
    parser.add_argument("--words", type=Path, default=root / "training" / "country_words.tsv")
    parser.add_argument("--out", type=Path, default=root / "streams" / "tag" / "countries.tsv")
    arguments = parser.parse_args()
    own = own_rows(arguments.words)
    if found := contradictions(own):
        parser.error(f"{arguments.words} has as no country and as a word for one: {', '.join(found)}")
    rows = [*cldr_rows(), *own]
    lines = ["\t".join((row.country, row.language, row.kind, "|".join(row.forms))) for row in rows]
    text = _HEADER.format(version=_cldr_version()) + "\n".join(lines) + "\n"
    arguments.out.write_text(text, encoding="utf-8")
    forms = sum(len(row.forms) for row in rows)
    print(f"{arguments.out.name}: {len(rows)} rows, {forms} forms, {len(text.encode()):,} bytes")


def _cldr_version() -> str:
    return f"as in babel {babel.__version__}"


if __name__ == "__main__":
    main()
