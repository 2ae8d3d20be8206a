"""Mojibake: undone to the letter, marked where it cannot be, and clean text left alone."""

import pytest

from streams.parse.charset import CharsetReader
from tests.parse.builders import AR_STORY, AR_TITLE
from tests.parse.test_charset import TEXTS

READER = CharsetReader()


def spoilt(text: str, codec: str, charset: str = "utf-8") -> str:
    """Bytes in ``charset`` read as ``codec``, its holes as control characters."""
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode(charset))


@pytest.mark.parametrize("language", ["ar", "fa", "fr", "de", "ru"])
@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp1256"])
@pytest.mark.parametrize("times", [1, 2])
def test_utf8_read_as_a_code_page_is_undone(language: str, codec: str, times: int) -> None:
    text = bad = TEXTS[language]
    for _ in range(times):
        bad = spoilt(bad, codec)

    assert READER.repair(bad) == (text, True)


@pytest.mark.parametrize("charset", ["cp1256", "iso8859-6"])
def test_arabic_bytes_read_as_western_are_undone(charset: str) -> None:
    assert READER.repair(spoilt(AR_TITLE, "cp1252", charset)) == (AR_TITLE, True)


def test_cyrillic_bytes_read_as_western_are_undone() -> None:
    assert READER.repair(spoilt(TEXTS["ru"], "cp1252", "cp1251")) == (TEXTS["ru"], True)


def test_a_headline_is_enough() -> None:
    assert READER.repair(spoilt("الرئيسية", "cp1252")) == ("الرئيسية", True)
    assert READER.repair("cafÃ©") == ("café", True)
    assert READER.repair("She doesnâ€™t know") == ("She doesn’t know", True)


def test_only_the_spoilt_lines_of_a_page_change() -> None:
    page = f"Café — Über uns\n{spoilt(AR_STORY[0], 'cp1252')}\n{spoilt(AR_STORY[1], 'cp1252')}"

    assert READER.repair(page) == (f"Café — Über uns\n{AR_STORY[0]}\n{AR_STORY[1]}", True)


def test_what_lost_bytes_is_repaired_as_far_as_it_goes_and_marked() -> None:
    bad = spoilt(AR_STORY[0], "cp1252").replace("\x81", "").replace("\x8d", "")

    text, mojibake = READER.repair(bad)

    assert mojibake
    assert "بلدية المدينة الساحلية" in text


@pytest.mark.parametrize("text", [*TEXTS.values(), "«ط، ظ»: حرفان", "ÃÉÎ ÕÑ", "NÃO", "٪ ٣٫٥"])
def test_clean_text_is_left_alone(text: str) -> None:
    assert READER.repair(text) == (text, False)
