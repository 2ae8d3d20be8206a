"""Whole words only, Arabic clitics apart."""

import pytest

from streams.tag.place_finder import Finder


def words(text: str, *, clitics: bool = True) -> list[str]:
    finder = Finder({"روسيا": ("bare", None), "هند": (None, "definite"), "fez": ("bare", None)}, clitics=clitics)
    return [f"{text[each.start : each.end]} {each.value}" for each in finder.find(text)]


@pytest.mark.parametrize("text", ["روسيا", "وروسيا", "بروسيا", "«روسيا»", "«بروسيا،", "قال:روسيا"])
def test_clitics_and_marks_may_stand_before(text: str) -> None:
    assert len(words(text)) == 1


@pytest.mark.parametrize("text", ["تروسيا", "روسياه", "هند", "مهند", "وهند", "3روسياا"])
def test_parts_of_other_words_are_not_found(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize("text", ["الهند", "بالهند", "والهند", "للهند"])
def test_a_form_with_the_article_is_found_with_it_only(text: str) -> None:
    assert words(text) == [f"{text} definite"]


def test_without_clitics_letters_before_end_the_match() -> None:
    assert words("وروسيا", clitics=False) == []
    assert words("(fez) xfez fez2", clitics=False) == ["fez bare"]


def test_a_form_is_read_without_a_text() -> None:
    finder = Finder({"نيس": ("city", None), "تونس": ("country", None), "مغرب": (None, "country")}, clitics=True)
    assert finder.reading("نيس") == ("city", None)
    assert finder.reading("مغرب") == (None, "country")
    assert finder.reading("تونسي") == finder.reading("ون") == (None, None)
    assert Finder[str]({}, clitics=False).reading("نيس") == (None, None)
