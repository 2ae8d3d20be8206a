"""Every entry of the language files does what its example says."""

from typing import Any

import pytest

from streams.fold import fold
from streams.parse import Parser
from streams.parse.furniture import Certainty, FurnitureReader, read_frame_words
from streams.parse.headlines import Kickers
from streams.parse.labels import LabelReader
from streams.parse.lexicon import LANGUAGES, Lexicon, read_languages
from streams.parse.lines import read_lines
from streams.parse.people import PeopleReader

ENTRIES = read_languages()
LEXICON = Lexicon(ENTRIES)
LABELS = LabelReader(LEXICON)
FURNITURE = FurnitureReader(ENTRIES, read_frame_words())
PEOPLE = PeopleReader(ENTRIES)
KICKERS = Kickers(ENTRIES)


def entries(kind: str) -> list[Any]:
    return [
        pytest.param(entry, id=f"{language}-{entry['example'] or entry['kind']}")
        for language in LANGUAGES
        for entry in ENTRIES[language].get(kind, ())
    ]


@pytest.mark.parametrize("entry", entries("label"))
def test_a_label_gives_its_value(entry: dict[str, Any]) -> None:
    (line,) = read_lines(entry["example"])

    assert [(found.role, found.value) for found in LABELS.read(line)] == [(entry["role"], entry["value"])]


@pytest.mark.parametrize("entry", entries("label"))
def test_every_form_of_a_label_is_known(entry: dict[str, Any]) -> None:
    assert {form for form in entry["forms"] if LEXICON.label(fold(form)) is None} == set()


@pytest.mark.parametrize("entry", entries("boilerplate"))
def test_boilerplate_is_known_and_what_looks_like_it_is_kept(entry: dict[str, Any]) -> None:
    assert LEXICON.boilerplate(fold(entry["example"])) is not None
    if "keeps" in entry:
        assert LEXICON.boilerplate(fold(entry["keeps"])) is None


@pytest.mark.parametrize("entry", entries("boilerplate"))
def test_every_whole_line_of_boilerplate_is_known(entry: dict[str, Any]) -> None:
    assert {form for form in entry.get("whole", ()) if LEXICON.boilerplate(fold(form)) is None} == set()


@pytest.mark.parametrize("entry", entries("agency"))
def test_an_agency_is_found_where_news_names_it(parser: Parser, entry: dict[str, Any]) -> None:
    story = "The bridge opened on Monday after two years of work by four hundred people."
    (article,) = parser.parse(f"A headline of a page\n{entry['example']}\n{story}".encode())

    assert article.source == entry["value"]


@pytest.mark.parametrize("entry", entries("cue"))
def test_a_line_of_cues_is_furniture_and_a_story_with_the_same_words_is_not(entry: dict[str, Any]) -> None:
    assert FURNITURE.cues(entry["example"], fold(entry["example"])) > Certainty.NO
    if "keeps" in entry:
        assert FURNITURE.cues(entry["keeps"], fold(entry["keeps"])) == Certainty.NO


@pytest.mark.parametrize("entry", [entry for entry in entries("people") if entry.values[0]["kind"] != "outlet"])
def test_a_line_of_people_gives_their_names(entry: dict[str, Any]) -> None:
    assert PEOPLE.read(entry["example"]) == entry["value"]


@pytest.mark.parametrize("entry", entries("kicker"))
def test_a_kicker_is_no_part_of_the_headline(entry: dict[str, Any]) -> None:
    assert KICKERS.clean(entry["example"]) == entry["value"]
