"""Arabic organisations are told by their first word and go as far as the article goes."""

import tomllib
from importlib import resources

import pytest

from streams.tag.arabic_names import read_words
from streams.tag.arabic_organisations import ArabicOrganisations
from streams.tag.tokens import tokens_of


def found(text: str) -> list[str]:
    finder = ArabicOrganisations(read_words().heads)
    return [mention.name for mention in finder.find(text, tokens_of(text))]


@pytest.mark.parametrize("name", ["arabic_sure_heads", "arabic_other_heads", "arabic_ends"])
def test_the_example_of_each_list_holds(name: str) -> None:
    table = tomllib.loads(resources.files("streams.tag").joinpath("entity_cues.toml").read_text(encoding="utf-8"))
    text, expected = table[name]["example"]
    assert found(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("أعلنت وزارة المراعي أمس", ["وزارة المراعي"]),
        ("قال لوزارة المراعي", ["وزارة المراعي"]),
        ("وبوزارة المراعي والغابات", ["وزارة المراعي والغابات"]),
        ("هيئة المراعي والغابات التي", ["هيئة المراعي والغابات"]),
        ("الهيئة العامة للمراعي", ["الهيئة العامة للمراعي"]),
        ("وزارة المراعي والشركة", ["وزارة المراعي"]),
        ("وزارة المراعي، الغابات", ["وزارة المراعي"]),
        ("وزارة المراعي ووزارة الغابات", ["وزارة المراعي", "وزارة الغابات"]),
    ],
)
def test_a_name_goes_as_far_as_the_article(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    ["قالت الشركة الجديدة", "شركة كبيرة", "شركة النفط", "مدرسة للبنات الصغيرات", "وزارة", "استوزارة المراعي", ""],
)
def test_a_kind_alone_is_no_name(text: str) -> None:
    assert found(text) == []


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["وزارة " * 20_000, "وزارة المراعي " * 10_000, "و" * 50_000])
def test_no_text_is_slow(text: str) -> None:
    found(text)
