"""An article's people and organisations: the most relevant first, each once, with reasons."""

import tomllib
from importlib import resources

import pytest

from streams.tag.arabic_names import bare, read_words
from streams.tag.entities import MOST, OPENING, EntityFinder
from streams.tag.sequence_model import NameModel


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder.load()


def people(finder: EntityFinder, title: str | None, text: str, language: str | None = None) -> list[str]:
    return [entity.name for entity in finder.find(title, text, language).people]


def organisations(finder: EntityFinder, title: str | None, text: str, language: str | None = None) -> list[str]:
    return [entity.name for entity in finder.find(title, text, language).organisations]


def test_variants_of_a_name_are_one_person(finder: EntityFinder) -> None:
    text = "استقبل الأمير محمد بن سلمان الوفد، وقال بن سلمان إنه راض"
    (person,) = finder.find(None, text, "ar").people
    assert (person.name, person.key, len(person.mentions)) == ("محمد بن سلمان", "mohammed-bin-salman", 2)
    assert people(finder, None, "President Joe Biden spoke. Biden left", "en") == ["Joe Biden"]


def test_who_is_in_the_title_comes_first(finder: EntityFinder) -> None:
    text = "Joe Biden met Emmanuel Macron. Macron smiled"
    assert people(finder, None, text, "en") == ["Emmanuel Macron", "Joe Biden"]
    assert people(finder, "Biden travels", text, "en") == ["Joe Biden", "Emmanuel Macron"]


@pytest.mark.parametrize("mark", ["\u064b", "\u0640"])
def test_a_word_of_nothing_but_marks_within_a_name_does_no_harm(finder: EntityFinder, mark: str) -> None:
    (person,) = people(finder, None, f"وقال الوزير سليم {mark} الخطيب إن وزارة المراعي راضية", "ar")
    assert person.startswith("سليم")


def test_the_model_finds_people_of_no_list(finder: EntityFinder) -> None:
    text = "وقال الوزير سليم الخطيب إن وزارة المراعي راضية"
    assert people(finder, None, text, "ar") == ["سليم الخطيب"]
    assert organisations(finder, None, text, "ar") == ["وزارة المراعي"]


def test_the_language_is_told_from_the_letters(finder: EntityFinder) -> None:
    assert people(finder, None, "وقال الوزير سليم الخطيب إن الاجتماع ناجح") == ["سليم الخطيب"]
    assert people(finder, None, "Mr Wandera Okello spoke") == ["Wandera Okello"]


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("fa", "سازمان ملل متحد گفت", "سازمان ملل متحد"),
        ("ur", "اقوام متحدہ نے کہا", "اقوام متحدہ"),
        ("fr", "Les Nations unies ont dit", "Nations unies"),
        ("es", "Las Naciones Unidas dijeron", "Naciones Unidas"),
        ("de", "Die Vereinten Nationen sagten", "Vereinten Nationen"),
        ("tr", "Birleşmiş Milletler açıkladı", "Birleşmiş Milletler"),
    ],
)
def test_the_well_known_are_known_in_other_languages(finder: EntityFinder, language: str, text: str, name: str) -> None:
    (found,) = finder.find(None, text, language).organisations
    assert (found.name, found.key) == (name, "united-nations")


def test_a_relative_is_not_the_well_known(finder: EntityFinder) -> None:
    found = finder.find(None, "Ivanka Trump and her friend Melania Trump spoke", "en").people
    assert all(person.key is None for person in found)


def test_an_organisation_named_after_a_person_is_none(finder: EntityFinder) -> None:
    text = "the Queen Elizabeth University Hospital opened"
    found = finder.find(None, text, "en")
    assert found.people == []
    assert [entity.name for entity in found.organisations] == ["Queen Elizabeth University Hospital"]


def test_nobody_is_in_what_is_named_after_him(finder: EntityFinder) -> None:
    found = finder.find(None, "وقالت جامعة الأمير سليم الخطيب إن الاجتماع ناجح", "ar")
    assert found.people == []
    assert [entity.name for entity in found.organisations] == ["جامعة الأمير سليم الخطيب"]


def test_a_single_unknown_word_is_no_person_unless_repeated(finder: EntityFinder) -> None:
    assert people(finder, None, "Mr Wandera spoke", "en") == []
    assert people(finder, None, "Mr Wandera spoke. Mr Wandera left", "en") == ["Wandera"]


def test_what_follows_a_name_once_is_no_part_of_it(finder: EntityFinder) -> None:
    text = "Jane Okello Solved it. Jane Okello smiled. Jane Okello left."
    assert people(finder, None, text, "en") == ["Jane Okello"]


def test_a_family_belongs_to_the_name(finder: EntityFinder) -> None:
    assert people(finder, None, "وقال الوزير سليم الخطيب آل زامل إن الاجتماع ناجح", "ar") == ["سليم الخطيب آل زامل"]


def test_a_council_is_not_the_club_of_its_city(finder: EntityFinder) -> None:
    (council,) = finder.find(None, "the Manchester City Council met", "en").organisations
    assert (council.name, council.key) == ("Manchester City Council", None)


def test_a_last_name_of_the_well_known_is_theirs_before_it_is_a_relatives(finder: EntityFinder) -> None:
    text = "وقال رافاييل نادال إنه راض، وقال الوزير توني نادال إن الاجتماع ناجح، وقال نادال إنه سعيد"
    found = {person.name: (person.key, len(person.mentions)) for person in finder.find(None, text, "ar").people}
    assert found["رافاييل نادال"] == ("rafael-nadal", 2)


def test_there_are_not_too_many(finder: EntityFinder) -> None:
    text = ". ".join(f"Mr Okello Wandera{chr(97 + number)} spoke" for number in range(25))
    assert len(people(finder, None, text, "en")) == MOST


def test_half_a_name_at_the_end_of_what_is_read_is_left_out(finder: EntityFinder) -> None:
    text = "a " * ((OPENING - 12) // 2) + "Mr Okello Wa" + "ndera spoke"
    assert people(finder, None, text, "en") == []


@pytest.mark.parametrize("text", ["", "\n\n", "... !?", "\ud800", "🙂"])
def test_nothing_is_found_in_nothing(finder: EntityFinder, text: str) -> None:
    assert finder.find(None, text) == ([], [])
    assert finder.find("", text, "ar") == ([], [])


def test_each_mention_says_what_made_it(finder: EntityFinder) -> None:
    text = "Prime Minister Wandera Okello met Antonio Guterres of the United Nations"
    people, organisations = finder.find(None, text, "en")
    why = {entity.name: entity.mentions[0].why for entity in (*people, *organisations)}
    assert why == {
        "Wandera Okello": "after «Prime Minister»",
        "Antonio Guterres": "list of the well known, antonio-guterres",
        "United Nations": "list of the well known, united-nations",
    }
    (known,) = finder.find(None, "وقال الوزير سليم الخطيب إن الاجتماع ناجح", "ar").people
    assert known.mentions[0].why == f"name model {finder.version}, after «الوزير»"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("ومحمد", "محمد"), ("لمحمد", "محمد"), ("وليد", "وليد"), ("باقر", "باقر"), ("وسام", "وسام")],
)
def test_what_is_written_before_a_name_is_left_out(word: str, expected: str) -> None:
    assert bare(word, "PERS", NameModel.load().vocabulary, read_words().whole) == expected


@pytest.mark.parametrize(
    "name", ["arabic_titles", "arabic_after_people", "arabic_named_after", "arabic_never_people", "arabic_whole"]
)
def test_the_example_of_each_arabic_list_holds(finder: EntityFinder, name: str) -> None:
    table = tomllib.loads(resources.files("streams.tag").joinpath("entity_cues.toml").read_text(encoding="utf-8"))
    text, expected = table[name]["example"]
    assert people(finder, None, text, "ar") == [expected]
