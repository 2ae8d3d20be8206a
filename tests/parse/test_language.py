"""Languages told apart, also where keyboards mislead."""

import pytest

from streams.parse.language import LanguageReader
from tests.parse.builders import AR_STORY, EN_STORY

READER = LanguageReader()
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
