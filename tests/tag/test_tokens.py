"""A text falls into words, numbers and marks that know where they stand, and equal words have equal hashes."""

import subprocess
import sys

import numpy as np
import pytest

from streams.tag.tokens import LONGEST, WordSet, tokens_of, word_hash, word_hashes

FIXED = 0xF8ACD283BA0D9176  # hash of «سلمان», as computed when the shipped model was trained


def words(text: str) -> list[str]:
    """The tokens as the text writes them, the lines' starts left out."""
    found = tokens_of(text)
    return [text[first:last] for first, last in zip(found.text_starts[1:-1], found.text_ends[1:-1], strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال «الرئيس» كلمة.", ["قال", "«", "الرئيس", "»", "كلمة", "."]),
        ("3.5% of G20", ["3", ".", "5", "%", "of", "G", "20"]),
        ("محمّدٌ وصل", ["محمّد", "وصل"]),
        ("one\u00a0two\tthree", ["one", "two", "three"]),
        ("👍 ok", ["👍", "ok"]),
        ("", []),
    ],
)
def test_tokens_stand_where_the_text_has_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_each_line_starts_with_a_token_of_its_own() -> None:
    assert words("a\nb") == ["a", "\n", "b"]


def test_spellings_of_one_word_have_one_hash() -> None:
    found = tokens_of("الإمارة الامارة الإِمارَة الامـارة الاماره")
    assert len(set(found.words[1:-1].tolist())) == 1


def test_numbers_of_one_length_are_one_word() -> None:
    found = tokens_of("1999 ٢٠٢٣")
    assert found.words[1] == found.words[2]


def test_a_hash_is_that_of_the_same_letters_elsewhere() -> None:
    found = tokens_of("لسلمان وسلمان سلمان")
    inside = found.hashes(found.starts[1:3] + 1, found.ends[1:3])
    assert inside.tolist() == [word_hash("سلمان")] * 2 == [int(found.words[3])] * 2
    assert word_hashes(["سلمان"], "و").tolist() == [int(found.words[2])]


def test_hashes_are_the_same_in_every_process() -> None:
    """A change here means that the shipped model no longer fits and must be trained again."""
    code = "from streams.tag.tokens import word_hash; print(word_hash('سلمان'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert int(other.stdout) == word_hash("سلمان") == FIXED


def test_a_long_text_is_cut() -> None:
    assert tokens_of("كلمة " * LONGEST).text_ends[:-1].max() <= LONGEST


@pytest.mark.parametrize("text", ["\ud800", "\0", "\u200f\u200f", "x" * 9000, "ﷺ ﻻ", "\n\n\n"])
def test_any_text_has_tokens(text: str) -> None:
    found = tokens_of(text)
    assert found.words.size >= 2
    assert np.all(found.ends > found.starts)


def test_a_set_finds_its_words_in_a_text_and_few_others() -> None:
    words = WordSet([word_hash("سلمان"), word_hash("خالد")])
    found = tokens_of("قال سلمان إن خالد " + "غير ذلك " * 100)
    places = words.may_hold(found.words)
    assert {2, 4} <= set(places)
    assert len(places) < 20
