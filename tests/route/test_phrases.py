"""A phrase is found as whole words, in any spelling, and behind the little words that Arabic joins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.fold import fold
from streams.route.phrases import Phrase


def found(phrase: str, text: str) -> bool:
    return Phrase(phrase).is_in(fold(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("bank", "The Bank, they said"),
        ("bank", "bank"),
        ("central bank", "the central\nbank's view"),
        ("post", "post-war"),
        (".NET", "made with ASP.NET today"),
        ("C++", "in C++17"),
        ("بنك", "قال البنك"),
        ("بنك", "والبنك"),
        ("بنك", "للبنك"),
        ("بنك", "وللبنك"),
        ("بنك", "وببنك"),
        ("بنك", "كالبنك"),
        ("بنك", "بَنْك"),
        ("البنك", "بالبنك"),
        ("البنك", "للبنك"),
        ("البنك المركزي", "فللبنك المركزي"),
        ("اللجنة", "وللجنة"),
        ("الله", "لله"),
        ("لبنان", "بلبنان"),
        ("لبنان", "للبنان"),
        ("کوریا الشمالیة", "وكوريا الشمالية"),
        ("١٥ مايو", "في 15 مايو"),
        ("银行", "中国银行宣布"),
        ("은행", "중앙 은행은"),
        ("ธนาคาร", "ที่ธนาคารกลาง"),
        ("भारत", "भारत ने"),
    ],
)
def test_is_found(phrase: str, text: str) -> None:
    assert found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("bank", "banks"),
        ("bank", "Eurobank"),
        ("bank", "bank_holiday"),
        ("the", "wthe"),
        ("بنك", "بنكهة"),
        ("بنك", "بنوك"),
        ("بنك", "ابنك"),
        ("البنك", "بنك"),
        ("البنك المركزي", "البنك والمركزي"),
        ("لبنان", "لبناني"),
        ("은행", "중앙은행"),
        ("भारत", "भारती"),
        ("bank", ""),
    ],
)
def test_is_not_found(phrase: str, text: str) -> None:
    assert not found(phrase, text)


def test_a_later_place_counts_when_the_first_is_part_of_a_word() -> None:
    assert found("bank", "Eurobank is a bank")


words = st.text(st.sampled_from("بنكوفلا abcd"), min_size=1).map(str.strip).filter(bool)


@given(words, words, words)
def test_a_phrase_between_other_words_is_always_found(before: str, phrase: str, after: str) -> None:
    assert found(phrase, f"{before} {phrase} {after}")


@given(st.text(), st.text(min_size=1).filter(lambda text: any(char.isalnum() for char in fold(text))))
def test_any_text_and_any_phrase_can_be_asked(text: str, phrase: str) -> None:
    if found(phrase, text):
        folded = fold(phrase)
        assert folded in fold(text) or folded[1:] in fold(text)
