"""Languages told apart, also where keyboards mislead."""

import pytest

from streams.parse.common_words import read_common_words
from streams.parse.language import LanguageReader
from tests.parse.builders import AR_STORY, EN_STORY

READER = LanguageReader()
GROUPS = read_common_words()
EXAMPLES = [(entry["example"], language) for group in GROUPS.values() for language, entry in group.items()]
# The letters that the keyboard of a neighbour writes instead.
SWAPPED = {
    "ar": str.maketrans("كيىة", "کییه"),
    "fa": str.maketrans("کیۀ", "كيه"),
    "ur": str.maketrans("کیہ", "كيه"),
    "ps": str.maketrans("کی", "كي"),
}
PERSIAN = (
    "شهردار این بندر صبح امروز پل تازه‌ای را که ساخت آن دو سال به درازا کشیده بود گشود "
    "و گفت که این پل راه را کوتاه می‌کند."
)
URDU = (
    "شہر کے میئر نے آج صبح دریا پر ایک نئے پل کا افتتاح کیا جس کی تعمیر میں دو سال لگے "
    "اور کہا کہ اس سے راستہ مختصر ہو جائے گا۔"
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (AR_STORY[0], "ar"),
        (AR_STORY[0].translate(str.maketrans("كي", "کی")), "ar"),
        (PERSIAN, "fa"),
        (PERSIAN.translate(str.maketrans("کی", "كي")), "fa"),
        (URDU, "ur"),
        (EN_STORY[0], "en"),
        ("Le conseil municipal a ouvert lundi un nouveau pont sur le fleuve.", "fr"),
        ("12345 67890", None),
        ("", None),
    ],
)
def test_a_language_is_told_or_left_open(text: str, language: str | None) -> None:
    assert READER.read(text) == language


@pytest.mark.parametrize(("example", "language"), EXAMPLES)
def test_the_example_of_every_language_with_common_words_is_told(example: str, language: str) -> None:
    assert READER.read(example) == language


@pytest.mark.parametrize("language", SWAPPED)
def test_the_letters_of_another_keyboard_change_nothing(language: str) -> None:
    example = GROUPS["arabic_script"][language]["example"].translate(SWAPPED[language])

    assert READER.read(example) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("رئيس الوزرا قال امبارح ان الحكومه هتفتح الكوبري الجديد يوم الجمعه", "ar"),
        ("Reuters BBC CNN: قال رئيس البلدية إن الجسر سيفتح في نهاية هذا الأسبوع", "ar"),
        ("Градоначелник је рекао да ће мост бити отворен крајем недеље за све грађане.", "sr"),
        ("市长周一宣布，河上的新桥将于本周末向公众开放，预计每天通行两万辆汽车。", "zh"),
        ("Isikhulu sedolobha sithe ibhuloho elisha lizovulwa ngempelasonto", None),
    ],
)
def test_dialects_scripts_and_unknown_languages(text: str, language: str | None) -> None:
    assert READER.read(text) == language
