"""Subtopics stand beside their parent topic, on strong evidence only, with IPTC's own codes."""

import tomllib
from importlib import resources

import pytest

from schemas.media_topics import BY_SLUG, SUBTOPIC_BY_SLUG, SUBTOPICS
from streams.tag.subtopics import Subtopics

TABLES = tomllib.loads(resources.files("streams.tag").joinpath("subtopics.toml").read_text("utf-8"))
EXAMPLES = [(slug, example) for slug, table in TABLES.items() for example in table["examples"]]
FINDER = Subtopics.load()


@pytest.mark.parametrize(("slug", "example"), EXAMPLES)
def test_each_entry_finds_its_examples(slug: str, example: str) -> None:
    """As the title of an article that has nothing else."""
    found = FINDER.find(example, "", [SUBTOPIC_BY_SLUG[slug].parent])
    assert slug in [each.subtopic.slug for each in found]


@pytest.mark.parametrize(("slug", "example"), EXAMPLES)
def test_no_subtopic_without_its_parent(slug: str, example: str) -> None:
    others = [topic for topic in BY_SLUG.values() if topic != SUBTOPIC_BY_SLUG[slug].parent]
    assert slug not in [each.subtopic.slug for each in FINDER.find(example, "", others)]


def test_every_subtopic_has_words() -> None:
    assert set(TABLES) == set(SUBTOPIC_BY_SLUG)


def test_one_word_is_not_enough() -> None:
    assert FINDER.find("Goalkeeper", "The goalkeeper, a goalkeeper's goalkeeper", [BY_SLUG["sport"]]) == []


def test_forms_of_one_word_are_one_word() -> None:
    assert FINDER.find("أسهم", "الأسهم والأسهم وأسهم", [BY_SLUG["economy"]], "ar") == []


def test_words_of_another_language_do_not_count() -> None:
    title = "The striker scored a penalty"
    assert FINDER.find(title, "", [BY_SLUG["sport"]], "en-GB")
    assert FINDER.find(title, "", [BY_SLUG["sport"]], "tr") == []


def test_a_word_within_a_word_is_no_word() -> None:
    assert FINDER.find("Filmic filmings", "unfilm refilmed moviegoers", [BY_SLUG["arts"]]) == []


def test_arabic_words_are_found_with_their_prefixes() -> None:
    found = FINDER.find("وبالبورصة", "للأسهم", [BY_SLUG["economy"]], "ar")
    assert [each.subtopic.slug for each in found] == ["markets"]
    assert len(found[0].words) >= 2


def test_codes_are_unique_and_have_eight_digits() -> None:
    codes = [subtopic.code for subtopic in SUBTOPICS]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 8 and code.isdigit() for code in codes)


def test_a_star_ends_a_word() -> None:
    """Within a phrase it would be looked for as a star."""
    words = [
        word
        for table in TABLES.values()
        for value in table.values()
        if isinstance(value, str)
        for word in value.split(",")
    ]
    assert [word for word in words if "*" in word.strip()[:-1]] == []


def test_nothing_in_an_empty_article() -> None:
    assert FINDER.find(None, "", list(BY_SLUG.values())) == []
