"""Names with capitals are found by titles, first names and words of organisations, and nothing else is."""

import tomllib
from importlib import resources

import pytest

from streams.tag.capital_cues import read_cues
from streams.tag.capital_names import CapitalNames, read_given_names


@pytest.fixture(scope="module")
def names() -> CapitalNames:
    return CapitalNames.load()


def found(names: CapitalNames, text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(mention.kind, mention.name) for mention in names.find(text, language, [])]


def cues_with_examples() -> list[tuple[str, str, str, str]]:
    """Each list's name, the first language that it has, its example and the name in that."""
    table = tomllib.loads(resources.files("streams.tag").joinpath("entity_cues.toml").read_text(encoding="utf-8"))
    lists = {name: entry for name, entry in table.items() if not name.startswith("arabic")}
    languages = {name: next(key for key in entry if key != "example") for name, entry in lists.items()}
    return [(name, languages[name].replace("all", "en"), *entry["example"]) for name, entry in lists.items()]


@pytest.mark.parametrize(("cue", "language", "text", "name"), cues_with_examples())
def test_the_example_of_each_list_holds(names: CapitalNames, cue: str, language: str, text: str, name: str) -> None:
    doubled = f"{text}. Dankwa saw then that {text}"  # an acronym must stand twice, a last name alone too
    assert name in [each for _, each in found(names, doubled, language)], cue


def test_the_example_of_the_first_names_holds(names: CapitalNames) -> None:
    text = resources.files("streams.tag").joinpath("given_names.txt").read_text(encoding="utf-8")
    sentence = text.partition('Example: "')[2].partition('"')[0]
    assert found(names, sentence) == [("person", " ".join(sentence.split()[:2]))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prime Minister Kwaku Dankwa met them", [("person", "Kwaku Dankwa")]),
        ("The chairman Mr Dankwa left", [("person", "Dankwa")]),
        ("It was Jane O'Brien-Okello's turn", [("person", "Jane O'Brien-Okello")]),
        ("John van der Berg, 34, sang", [("person", "John van der Berg")]),
        ("Jane Okello’s Kambale Rovers won", [("person", "Jane Okello"), ("organisation", "Kambale Rovers")]),
        ("in Kambale Dankwa, 43, of", [("person", "Kambale Dankwa")]),
        ("the University of Kambale opened", [("organisation", "University of Kambale")]),
        ("the Fisheries and Harbours Authority said", [("organisation", "Fisheries and Harbours Authority")]),
        ("But Jane Okello won", [("person", "Jane Okello")]),
        ("Jane Okello won. Okello smiled", [("person", "Jane Okello"), ("person", "Okello")]),
        ("Wandera Dankwa left. Ms Dankwa smiled", [("person", "Wandera Dankwa"), ("person", "Dankwa")]),
        ("on Monday Acting Finance Minister Wandera Dankwa left us", [("person", "Wandera Dankwa")]),
        ("the Senate Committee Chairman Wandera Dankwa left", [("person", "Wandera Dankwa")]),
        ("Secretary of State Jane Okello left", [("person", "Jane Okello")]),
        ("the Minister for the Environment Jane Okello left", [("person", "Jane Okello")]),
        ("the governor of San Juan Kambale", []),
        ("Minister Wandera Dankwa Stadium opened", []),
        ("Finance Minister Wandera Dankwa Stadium opened", []),
        ("the British Kambale Council opened", [("organisation", "British Kambale Council")]),
        ("Kambale Rail hopes. Kambale Rail's chief executive left", [("organisation", "Kambale Rail")] * 2),
    ],
)
def test_cues_tell_names(names: CapitalNames, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(names, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "In June The Kambale River rose",
        "Jane Okello Stadium was full",
        "HE SAID NO",
        "Ten Ways To Cook Rice Like Jane Okello",  # a heading
        "the minister of health resigned",
        "Minister of Health",
        "Manx Care said",
        "Dr",
        "",
    ],
)
def test_without_a_cue_there_is_no_name(names: CapitalNames, text: str) -> None:
    assert found(names, text) == []


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("fr", "Le ministre Kofi Dankwa a dit", "Kofi Dankwa"),
        ("fr", "a étudié à l'Université de Kambale puis", "Université de Kambale"),
        ("fr", "le ministre de l'Intérieur Jean Dankwa a dit", "Jean Dankwa"),
        ("fr", "l’entraîneur Jean Dankwa a dit", "Jean Dankwa"),
        ("es", "La ministra Ana Okello dijo", "Ana Okello"),
        ("es", "la presidenta de la Comunidad de Kambale Ana Okello dijo", "Ana Okello"),
        ("es", "la Corte Suprema dijo", "Corte Suprema"),
        ("de", "Kambale-Präsidentin Wandera Okello sagte", "Wandera Okello"),
        ("de", "das Landgericht Kambale urteilte", "Landgericht Kambale"),
        ("de", "Bundeskambaleministerin Wandera Okello sagte", "Wandera Okello"),
        ("de", "Gestern wurde Jane Okellos Haus verkauft", "Jane Okello"),
        ("de", "als Jane Okello den Puck bekam", "Jane Okello"),
        ("de", "John van der Berg, 34, sang", "John van der Berg"),
        ("tr", "Kambale Valisi Wandera Okello'nun sözleri", "Wandera Okello"),
        ("tr", "dün Tarım ve Orman Bakanlığı açıkladı", "Tarım ve Orman Bakanlığı"),
        ("tr", "dün Tarım Bakanlığı ve Orman Bakanlığı açıkladı", "Orman Bakanlığı"),
        ("tr", "dün Kambale'deki Wandera Üniversitesi'nde", "Wandera Üniversitesi"),
        ("de", "Bundeskanzler Okello sagte", "Okello"),
        ("tr", "Kambale Üniversitesi açıldı", "Kambale Üniversitesi"),
    ],
)
def test_other_languages_have_cues_of_their_own(names: CapitalNames, language: str, text: str, name: str) -> None:
    assert name in [each for _, each in found(names, text, language)]


def test_what_is_taken_is_cut_out(names: CapitalNames) -> None:
    text = "Jane Okello Peter Dankwa"
    assert [mention.name for mention in names.find(text, "en", [(0, 11)])] == ["Peter Dankwa"]


def test_a_name_after_another_capital_does_not_stand_alone(names: CapitalNames) -> None:
    assert not names.stands_alone("met Ivanka Trump", 11, "en")
    assert names.stands_alone("met President Trump", 14, "en")
    assert names.stands_alone("met Trump", 4, "en")


def test_the_lists_are_clean() -> None:
    given = read_given_names()
    assert all(name[:1].isupper() for name in given)
    english = read_cues()["en"]
    assert not given & english.never
    assert not given & english.organisation_words


@pytest.mark.timeout(10)
@pytest.mark.parametrize("text", ["A" * 50_000, "A. " * 20_000, "Aa of the " * 8_000, "A-" * 20_000, "Aa " * 20_000])
def test_no_text_is_slow(names: CapitalNames, text: str) -> None:
    names.find(text, "en", [])
