"""Bytes to text: byte-order mark, header, meta, detection, and whom to believe."""

import random

import pytest

from schemas.dead_letter import Reason, Refusal
from streams.parse.charset import CharsetReader, codec_of
from tests.parse.builders import AR_STORY, AR_TITLE, EN_STORY

READER = CharsetReader()
ARABIC = "\n".join((AR_TITLE, *AR_STORY))
TEXTS = {
    "ar": ARABIC,
    "fa": "شهرداری بندر پل تازه‌ای را بر روی رودخانه گشود\nاین پل پس از دو سال کار ساخته شد و چهار گذرگاه دارد.",
    "en": "The mayor’s “bridge” opened on Monday — at a cost of £3m, officials said.",
    "fr": "La maire a inauguré le pont après deux années de travaux, malgré la grève et l'hiver très rigoureux.",
    "de": "Die Bürgermeisterin eröffnete die Brücke über den Fluss; Fußgänger müssen größere Umwege gehen.",
    "tr": "Belediye başkanı köprüyü açtı; işçiler iki yıl boyunca çalıştı, şimdi yağmur dışında bir sorun yok.",
    "pl": "Burmistrz otworzył most przez rzekę; budowa trwała dwa lata, a ścieżka rowerowa będzie później.",
    "ru": "Мэр города открыла новый мост через реку после двух лет работ; вторая очередь будет готова позже.",
    "el": "Η δήμαρχος εγκαινίασε τη νέα γέφυρα πάνω από το ποτάμι μετά από δύο χρόνια εργασιών.",
    "ja": "市長は月曜日、二年間の工事を経て川に架かる新しい橋を開通させました。港までの道が短くなります。\n" * 2,
    "zh": "市长星期一为横跨河流的新桥揭幕，工程历时两年。她说这座桥将缩短通往港口的路程。\n" * 2,
}
CHARSETS = [
    *((language, charset) for language in TEXTS for charset in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32")),
    *(("ar", "cp1256"), ("ar", "iso8859-6"), ("en", "cp1252"), ("fr", "cp1252"), ("de", "cp1252")),
    *(("tr", "cp1254"), ("pl", "cp1250"), ("pl", "iso8859-2"), ("ru", "cp1251"), ("ru", "koi8-r")),
    *(("el", "cp1253"), ("ja", "cp932"), ("ja", "euc_jp"), ("zh", "gb18030")),
]


def decoded(text: str, charset: str, declared: str | None) -> str:
    return READER.decode(text.encode(charset), declared).text


@pytest.mark.parametrize(("language", "charset"), CHARSETS)
@pytest.mark.parametrize("declared", ["right", None, "utf-8", "iso-8859-1"])
def test_a_text_comes_back_whatever_its_header_says(language: str, charset: str, declared: str | None) -> None:
    text = TEXTS[language]

    assert decoded(text, charset, charset if declared == "right" else declared) == text


@pytest.mark.parametrize("letters", [25, 40, 80])
@pytest.mark.parametrize("charset", ["utf-8", "cp1256", "iso8859-6", "utf-16-be"])
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "windows-1256", "iso-8859-6"])
def test_an_arabic_headline_is_enough(letters: int, charset: str, declared: str | None) -> None:
    headline = f"{AR_TITLE} {AR_STORY[0]}"[:letters].strip()

    assert decoded(headline, charset, declared) == headline


@pytest.mark.parametrize("meta", ["utf-8", "windows-1256", "iso-8859-6", "iso-8859-1"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1256", "iso8859-6"])
def test_a_meta_that_lies_is_not_believed(meta: str, charset: str) -> None:
    page = f'<html><head><meta charset="{meta}"><title>x</title></head><body><p>{ARABIC}</p></body></html>'

    assert decoded(page, charset, None) == page


def test_the_header_comes_before_the_meta() -> None:
    page = '<meta charset="iso-8859-2"><p>Une brève, déjà relevée et complétée.</p>'

    found = READER.decode(page.encode("cp1252"), "windows-1252")

    assert (found.text, found.charset, found.guessed, found.misdeclared) == (page, "cp1252", False, False)


def test_what_was_guessed_or_misdeclared_is_told() -> None:
    guessed, wrong, default = (
        READER.decode(ARABIC.encode("cp1256"), None),
        READER.decode(ARABIC.encode(), "windows-1256"),
        READER.decode(ARABIC.encode(), "iso-8859-1"),
    )

    assert (guessed.charset, guessed.guessed, guessed.misdeclared) == ("cp1256", True, False)
    assert (wrong.charset, wrong.guessed, wrong.misdeclared) == ("utf-8", False, True)
    assert (default.charset, default.misdeclared) == ("utf-8", False)


def test_a_few_broken_bytes_leave_the_rest_of_utf8_alone() -> None:
    data = bytearray(ARABIC.encode() * 3)
    data[100] = 0xFF

    text = READER.decode(bytes(data), None).text

    assert text.count("\ufffd") <= 2
    assert text.endswith(AR_STORY[-1])


def test_a_word_that_ends_in_an_accent_is_not_utf8_cut_short() -> None:
    assert decoded("Le café", "cp1252", None) == "Le café"


def test_utf8_cut_inside_a_letter_is_utf8() -> None:
    assert READER.decode(ARABIC.encode()[:-2], None).charset == "utf-8"


@pytest.mark.parametrize("declared", ["utf-16", "utf-16le", "utf-32", "utf-7", "hex", "no-such-charset", "\udcff"])
def test_a_header_that_cannot_be_true_is_passed_over(declared: str) -> None:
    assert decoded(ARABIC, "utf-8", declared) == ARABIC
    assert decoded(EN_STORY[0], "ascii", declared) == EN_STORY[0]


def test_iso_2022_jp_is_ascii_with_escapes() -> None:
    assert decoded(TEXTS["ja"], "iso2022_jp", None) == TEXTS["ja"]


def test_letters_far_down_the_page_are_found() -> None:
    page = f"<script>{'x = 1; ' * 12_000}</script><p>{ARABIC}</p>"

    assert decoded(page, "cp1256", None) == page


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("windows1256", "cp1256"),
        ("x-cp1256", "cp1256"),
        ("CP-1256", "cp1256"),
        (" 'Windows-1256' ", "cp1256"),
        ("ASMO-708", "iso8859-6"),
        ("ISO-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("utf8", "utf-8"),
        ("gbk", "gb18030"),
        ("zip", None),
        ("", None),
    ],
)
def test_charsets_have_the_names_of_the_web(name: str, codec: str | None) -> None:
    assert codec_of(name) == codec


@pytest.mark.parametrize(
    "noise", [random.Random(1).randbytes(2_000).replace(b"\0", b""), b"caf\x81\x8d\x8f\x90\x9d " * 40]
)
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        READER.decode(noise, "utf-8")

    assert refused.value.reason is Reason.UNDECODABLE
