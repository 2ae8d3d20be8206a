"""Two spellings of the same word are the same folded."""

import pytest

from streams.fold import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أحمد إلى آخر ٱلباب", "احمد الي اخر الباب"),
        ("شؤون الجزائر", "شوون الجزاير"),
        ("سماء", "سماء"),
        ("مصطفى مصطفی مصطفي", "مصطفي مصطفي مصطفي"),
        ("مدرسة", "مدرسه"),
        ("كتاب کتاب", "كتاب كتاب"),
        ("مُحَمَّدٌ", "محمد"),
        ("هٰذا", "هذا"),
        ("الســـلام", "السلام"),
        ("ڤيتنام", "فيتنام"),
        ("ہندوستان ھے", "هندوستان هي"),
        ("٢٠٢٣ ۲۰۲۳", "2023 2023"),
        ("ﺍﻟﻌﺮﺑﻴﺔ", "العربيه"),
        ("می‌شود", "ميشود"),
        ("\u200fعمّان\u200e", "عمان"),
        ("  two\t\nlines\u00a0here ", "two lines here"),
        ("Straße École", "strasse école"),
        ("e\u0301cole", "école"),
        ("İstanbul ISTANBUL", "istanbul istanbul"),
        ("Yayın Tarihi YAYIN TARİHİ", "yayin tarihi yayin tarihi"),
        ("ﬁnance … ＡＢ", "finance ... ab"),
        ("РОССИЯ", "россия"),
        ("", ""),
    ],
)
def test_spellings_become_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "text",
    [
        "ﷺ ﻼ ﱠ",
        "हिन्दी क़लम",
        "বাংলাদেশ কো",
        "각 각",
        "👍🌍 𝐀𝐁",
        "\x00a\x00",
        "ΐ ΰ ﬃ ℡ ſ ß",
        "İ ı i̇",
        "۱٢3 ½ ²",
        "\u064b \u0640 \u200c",
        "پژوهشگران گفتند",
        "تُونِس؛ «الجزائر»",
    ],
)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_marks_alone_fold_to_nothing() -> None:
    assert fold("\u064b\u0640\u200f ") == ""
