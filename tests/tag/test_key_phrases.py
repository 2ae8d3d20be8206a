"""Key phrases are what a reader would note down: names and things that the article keeps saying."""

import time
import tomllib
from importlib import resources

import pytest

from streams.tag.key_phrases import MOST, KeyPhrases

AR_TITLE = "نقابة الصيادين تطالب بممر للقوارب تحت الجسر الجديد"
AR_TEXT = (
    "طالبت نقابة الصيادين بلدية المدينة بإبقاء ممر للقوارب تحت الجسر الجديد. وقال رئيس النقابة إن الصيادين "
    "يعبرون النهر كل ليلة.\n\nوأضافت هناء الخطيب أن بلدية المدينة ستدرس الأمر، وأن الجسر الجديد لن يغلق النهر. "
    "وكانت هناء الخطيب قد وعدت نقابة الصيادين بذلك."
)
EN_TITLE = "River Fishermen Ask City Council for Boat Passage"
EN_TEXT = (
    "The fishermen's union asked the city council to keep a boat passage under the new bridge. Nora Fields, the "
    "mayor, said that the boat passage would be studied.\n\nAccording to Nora Fields, the Bank of Harbour pays for it. "
    "The Bank of Harbour has paid for two bridges before, Fields said. The city council meets on Monday."
)


@pytest.fixture(scope="module")
def key_phrases() -> KeyPhrases:
    return KeyPhrases.load()


def found(key_phrases: KeyPhrases, title: str | None, text: str, language: str | None) -> list[str]:
    return [phrase.text for phrase in key_phrases.phrases(title, text, language)]


def test_arabic_phrases(key_phrases: KeyPhrases) -> None:
    phrases = found(key_phrases, AR_TITLE, AR_TEXT, "ar")
    assert {"نقابة الصيادين", "الجسر الجديد", "هناء الخطيب"} <= set(phrases)
    assert "نقابة الصيادين" in phrases[:2]


def test_a_lone_mark_among_the_words_leaves_phrases_as_written(key_phrases: KeyPhrases) -> None:
    text = (
        "مدیران شرکت برق ـ در نشست دیروز ـ گفتند مصرف برق خانگی بالا رفته است.\n\nمصرف برق خانگی در تابستان دو برابر "
        "می‌شود و مدیران شرکت برق از مردم خواستند صرفه‌جویی کنند."
    )
    assert found(key_phrases, "مصرف برق خانگی رکورد زد", text, "fa") == ["مصرف برق خانگی", "مدیران شرکت برق"]


def test_english_phrases(key_phrases: KeyPhrases) -> None:
    phrases = found(key_phrases, EN_TITLE, EN_TEXT, "en")
    assert {"Nora Fields", "Bank of Harbour"} <= set(phrases)
    assert any(phrase.lower() == "boat passage" for phrase in phrases)


@pytest.mark.parametrize(
    ("language", "text", "phrase"),
    [
        ("fr", "La Banque du Port a payé. Selon la Banque du Port, l'argent suffit à l'Union.", "Banque du Port"),
        ("es", "El Puerto Viejo cierra hoy. Los pescadores del Puerto Viejo protestan.", "Puerto Viejo"),
        ("de", "Die Alte Brücke öffnet. Über die Alte Brücke fahren bald Autos.", "Alte Brücke"),
        ("fa", "بندر قدیمی بسته شد. ماهیگیران بندر قدیمی اعتراض کردند.", "بندر قدیمی"),
        ("ur", "پرانی بندرگاہ بند ہے۔ ماہی گیر پرانی بندرگاہ پر جمع ہوئے۔", "پرانی بندرگاہ"),
        ("tr", "Eski Liman kapandı. Balıkçılar Eski Liman için toplandı.", "Eski Liman"),
        ("ru", "Старый порт закрыт. Рыбаки пришли в Старый порт.", "Старый порт"),
    ],
)
def test_other_languages(key_phrases: KeyPhrases, language: str, text: str, phrase: str) -> None:
    assert phrase in found(key_phrases, None, text, language)


def test_no_little_word_stands_at_an_edge(key_phrases: KeyPhrases) -> None:
    phrases = found(key_phrases, None, "The end of the war in the north. The end of the war in the south.", "en")
    assert not any(set(phrase.lower().split()) & {"the", "of", "in"} for phrase in phrases if " " not in phrase)
    assert all(phrase.split()[0] not in ("The", "of") and phrase.split()[-1] not in ("the", "in") for phrase in phrases)


def test_no_phrase_goes_past_the_end_of_a_sentence(key_phrases: KeyPhrases) -> None:
    text = "أغلق المعبر الشمالي. الحدود هادئة.\nفتح المعبر الشمالي. الحدود مزدحمة."
    assert "المعبر الشمالي" in found(key_phrases, None, text, "ar")
    assert not any("الحدود" in phrase and " " in phrase for phrase in found(key_phrases, None, text, "ar"))


@pytest.mark.parametrize("form", ["والأرصاد", "بالأرصاد", "للأرصاد", "الارصاد", "الأَرصاد"])
def test_clitics_and_spellings_are_joined_and_the_plain_form_shown(key_phrases: KeyPhrases, form: str) -> None:
    text = f"اتصلت البلدية {form} ليلا. توقعت الأرصاد مطرا. حذرت الأرصاد من السيول."
    assert "الأرصاد" in {*found(key_phrases, "نداء إلى الأرصاد", text, "ar")}
    (phrase,) = [each for each in key_phrases.phrases(None, text, "ar") if "رصاد" in each.text]
    assert phrase.mentions == 3


def test_a_letter_that_only_looks_like_a_clitic_stays(key_phrases: KeyPhrases) -> None:
    assert found(key_phrases, "والد الطفلة يشكر المسعفين", "شكر والد الطفلة المسعفين.", "ar")[0].startswith("والد")


def test_a_name_wins_over_other_phrases(key_phrases: KeyPhrases) -> None:
    text = "حضر سالم مراد حفل البلدة. وصف سالم مراد الميناء القديم. غادر الضيوف حفل البلدة والميناء القديم."
    plain = key_phrases.phrases(None, text, "ar")
    named = key_phrases.phrases(None, text, "ar", names=("سالم مراد",))
    assert named[0].text == "سالم مراد"
    assert named[0].score > {phrase.text: phrase.score for phrase in plain}["سالم مراد"]


def test_no_phrase_is_within_another(key_phrases: KeyPhrases) -> None:
    phrases = found(key_phrases, EN_TITLE, EN_TEXT, "en")
    assert not any(one != other and one in other for one in phrases for other in phrases)


def test_words_of_the_title_alone_make_no_phrase(key_phrases: KeyPhrases) -> None:
    assert found(key_phrases, "Council shelves daring plan", "Nothing of this kind was said.", "en") == []


def test_at_most_eight(key_phrases: KeyPhrases) -> None:
    names = [f"Alpha{letter} Beta{letter}" for letter in "qwertyuiopas"]
    text = ". ".join(f"We met {name}. He saw {name}" for name in names)
    assert len(found(key_phrases, None, text, "en")) == MOST


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        (None, "", "ar"),
        ("", "\n\n", "en"),
        ("،", "…", "ar"),
        ("\u0640", "\u0640 \u0640", "ar"),
        (AR_TITLE, AR_TEXT, "xx"),
        (AR_TITLE, AR_TEXT, None),
        ("·", "· · ·", "en"),
    ],
)
def test_nothing_and_languages_without_a_list_have_none(
    key_phrases: KeyPhrases, title: str | None, text: str, language: str | None
) -> None:
    assert found(key_phrases, title, text, language) == []


def test_marks_alone_between_words_do_no_harm(key_phrases: KeyPhrases) -> None:
    text = "الجسر \u064b الجديد هنا. ثم الجسر الجديد \u0640 هناك."
    assert found(key_phrases, None, text, "ar") == ["الجسر الجديد"]


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
@pytest.mark.parametrize(
    "text", ["bridge " * 50_000, "كلمة " * 50_000, "a" * 200_000, "x, " * 50_000, "of the " * 50_000]
)
def test_hostile_text_takes_no_time(key_phrases: KeyPhrases, text: str, language: str) -> None:
    start = time.perf_counter()
    key_phrases.phrases(text, text, language)
    assert time.perf_counter() - start < 0.5


def test_the_same_article_has_the_same_phrases(key_phrases: KeyPhrases) -> None:
    again = KeyPhrases.load().phrases(EN_TITLE, EN_TEXT, "en-GB")
    assert again == key_phrases.phrases(EN_TITLE, EN_TEXT, "en-GB")


def test_every_language_of_the_parser_with_blanks_has_edge_words() -> None:
    edges = tomllib.loads(resources.files("streams.tag").joinpath("edge_words.toml").read_text("utf-8"))
    assert {"ar", "de", "en", "es", "fa", "fr", "ru", "tr", "ur"} == edges.keys()
    assert all(len(entry["words"].split()) > 100 for entry in edges.values())
