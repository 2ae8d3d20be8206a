"""Text of others cannot move the cursor, break a line, turn the order of letters or fill the screen."""

import time

import pytest

from streams.printable import LIMIT, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("a\x9b31mb\x7f\x00", "a\\x9b31mb\\x7f\\x00"),
        ("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\x85d"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("\u202aa\u202c\u2066b\u2069", "\\u202aa\\u202c\\u2066b\\u2069"),
        ("a\udc80b", "a\\udc80b"),
    ],
)
def test_what_is_unsafe_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
    shown.encode()


@pytest.mark.parametrize(
    "text", ["خبر «عاجل»، ٢٠٢٦", "می\u200cرود", "A “quote” — naïve 👩\u200d🌾", "1\u200e2\u200f", ""]
)
def test_letters_stay_as_written(text: str) -> None:
    assert printable(text) == text


def test_a_long_text_is_cut_to_the_limit() -> None:
    assert printable("x" * LIMIT) == "x" * LIMIT
    assert printable("x" * (LIMIT + 1)) == "x" * (LIMIT - 1) + "…"
    assert len(printable("\n" * 50, 20)) == 20


def test_a_long_text_takes_no_longer_than_its_beginning() -> None:
    began = time.perf_counter()
    printable("\x1b" * 20_000_000)
    assert time.perf_counter() - began < 0.5
