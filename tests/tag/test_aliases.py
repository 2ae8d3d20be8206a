"""The well known are found under every name the lists give them, and not where the name means another."""

from collections import Counter

import pytest

from streams.tag.aliases import Aliases, read_rows, settled
from streams.tag.tokens import tokens_of


@pytest.fixture(scope="module")
def aliases() -> Aliases:
    return Aliases.load()


def found(aliases: Aliases, text: str) -> list[tuple[str, str]]:
    """Keys, and names as the text writes them."""
    return [(known.key, alias.name) for alias, known in settled(aliases.find(text, tokens_of(text)))]


def test_the_example_of_each_row_holds(aliases: Aliases) -> None:
    for row in read_rows():
        assert row.key in dict(found(aliases, row.example)), row


def test_each_key_is_given_once() -> None:
    assert Counter(row.key for row in read_rows()).most_common(1)[0][1] == 1


def test_a_row_has_forms_that_are_sure() -> None:
    assert all(any(not form.startswith("?") for form in row.forms) for row in read_rows())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("دعت الأمم المتحدة", "الأمم المتحدة"),
        ("وفد للأمم المتحدة", "الأمم المتحدة"),
        ("وبالأمم المتحدة", "الأمم المتحدة"),
        ("ممثلو الامم المتّحدة", "الامم المتّحدة"),
        ("the U.N. said", "U.N."),
        ("THE UNITED NATIONS", "UNITED NATIONS"),
        ("les Nations unies", "Nations unies"),
        ("سازمان ملل متحد", "سازمان ملل متحد"),
    ],
)
def test_a_name_is_found_in_all_its_spellings(aliases: Aliases, text: str, name: str) -> None:
    assert found(aliases, text) == [("united-nations", name)]


@pytest.mark.parametrize(
    "text",
    [
        "the un and apple pie",  # no capitals
        "ولبوتينات",  # part of a word
        "الأممالمتحدة",
        "فتح الباب",  # a verb
        "حقق الفريق النصر في المباراة",
        "Apple trees",
        "",
    ],
)
def test_other_words_are_no_names(aliases: Aliases, text: str) -> None:
    assert found(aliases, text) == []


def test_a_doubtful_form_counts_beside_a_sure_one(aliases: Aliases) -> None:
    assert found(aliases, "قالت حركة فتح إن فتح لن تشارك") == [("fatah", "حركة فتح"), ("fatah", "فتح")]


def test_a_doubtful_form_is_the_one_named_last(aliases: Aliases) -> None:
    text = "Bill Clinton spoke. Clinton left. Hillary Clinton came. Clinton stayed"
    assert [key for key, _ in found(aliases, text)] == ["bill-clinton"] * 2 + ["hillary-clinton"] * 2


def test_the_longest_name_wins(aliases: Aliases) -> None:
    assert found(aliases, "مجلس الأمن الدولي") == [("un-security-council", "مجلس الأمن الدولي")]


def test_the_clitic_of_a_person_is_no_part_of_the_name(aliases: Aliases) -> None:
    assert found(aliases, "التقى ببوتين ولماكرون") == [("vladimir-putin", "بوتين"), ("emmanuel-macron", "ماكرون")]


def test_digits_must_be_the_same(aliases: Aliases) -> None:
    assert found(aliases, "in Ligue 2") == []
    assert found(aliases, "in Ligue 1") == [("ligue-1", "Ligue 1")]
