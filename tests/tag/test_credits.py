"""Who wrote or carried a story is none of its people and organisations."""

import tomllib
from importlib import resources

import pytest

from streams.tag.aliases import read_rows
from streams.tag.entities import EntityFinder


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder.load()


def people(finder: EntityFinder, text: str, language: str) -> list[str]:
    return [entity.name for entity in finder.find("A title", text, language).people]


def organisations(finder: EntityFinder, title: str, text: str, language: str) -> list[str]:
    return [entity.name for entity in finder.find(title, text, language).organisations]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "By Jane Okello\nThe harbour reopened."),
        ("en", "The harbour reopened.\nReporting by Jane Okello"),
        ("ar", "حوار: سليم الخطيب\nافتتح الميناء أمس"),
        ("ar", "الخرطوم - سليم الخطيب: افتتح الميناء أمس"),
    ],
)
def test_a_byline_is_no_person_of_the_story(finder: EntityFinder, language: str, text: str) -> None:
    assert people(finder, text, language) == []


def test_one_who_is_quoted_is(finder: EntityFinder) -> None:
    assert people(finder, "The harbour reopened.\nJane Okello: it was time.", "en") == ["Jane Okello"]
    assert people(finder, "Paid for by Jane Okello, it reopened.", "en") == ["Jane Okello"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "NAIROBI (Reuters) - The harbour reopened. Follow us on Facebook and Twitter."),
        ("en", "The harbour reopened, the Kambale Herald wrote."),
        ("ar", "افتتح الميناء أمس، وفق ما نقلت وكالة رويترز"),
    ],
)
def test_the_source_of_a_story_is_no_organisation_of_it(finder: EntityFinder, language: str, text: str) -> None:
    assert organisations(finder, "A title", text, language) == []


def test_a_source_that_the_story_is_about_is(finder: EntityFinder) -> None:
    assert organisations(finder, "Facebook fined", "A court fined Facebook.", "en") == ["Facebook"]
    often = "Reuters cut jobs. Staff of Reuters said so. Reuters did not answer."
    assert organisations(finder, "A title", often, "en") == ["Reuters"]


def test_all_sources_are_in_the_lists() -> None:
    words = tomllib.loads(resources.files("streams.tag").joinpath("credit_words.toml").read_text(encoding="utf-8"))
    assert set(words["sources"]["keys"]) <= {row.key for row in read_rows()}
