"""Cities are found with GeoNames ids, where they are surely meant and their country is given."""

import pytest

from schemas.parsed_article import ParsedArticle
from streams.tag import Tagger
from streams.tag.cities import Cities, City
from streams.tag.places import Gazetteer
from tests.ninjs import violations


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def cities(gazetteer: Gazetteer, text: str, language: str, title: str | None = None) -> list[tuple[int, str]]:
    return [(mention.city.id, mention.city.country) for mention in gazetteer.places(title, text, language).cities]


@pytest.mark.parametrize(
    ("language", "text", "city"),
    [
        ("ar", "افتتح المعرض بدبي أمس", (292223, "AE")),
        ("ar", "وصل الوفد إلى الشارقة", (292672, "AE")),
        ("ar", "شهدت عمّان أمطارا", (250441, "JO")),
        ("en", "Police in Karachi closed a road", (1174872, "PK")),
        ("fr", "Le tribunal de Bamako", (2460596, "ML")),
        ("fa", "همایشی در مشهد برگزار شد", (124665, "IR")),
        ("de", "In Hamburg hat der Senat beraten", (2911298, "DE")),
        ("tr", "Gaziantep'te deprem oldu", (314830, "TR")),
        ("ru", "Власти в Минске сообщили", (625144, "BY")),
    ],
)
def test_a_city_has_its_geonames_id_and_country(
    gazetteer: Gazetteer, language: str, text: str, city: tuple[int, str]
) -> None:
    assert cities(gazetteer, text, language) == [city]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("وصل الوفد الى طهران", "طهران"),
        ("أمطار في برشلونة", "برشلونة"),
        ("قالت الشرطة في لندن", "لندن"),
        ("في موسكو", "موسكو"),
    ],
)
def test_an_arabic_reader_gets_the_name_that_arabic_papers_write(gazetteer: Gazetteer, text: str, name: str) -> None:
    """GeoNames has many spellings, some of other languages, some mistyped."""
    assert [mention.city.name_for("ar") for mention in gazetteer.places(None, text, "ar").cities] == [name]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Lincoln Jackson met Victoria Lawrence in the US"),
        ("en", "Reading a book is nice"),
        ("ar", "قال خالد الناصري في مصر إن الأمر جيد"),
        ("ar", "ناقش المجلس بايلي وأسعار القمح في بريطانيا"),
        ("fr", "Nice garçon"),
    ],
)
def test_a_name_that_is_another_word_is_no_city(gazetteer: Gazetteer, language: str, text: str) -> None:
    assert cities(gazetteer, text, language) == []


def test_a_doubtful_name_is_a_city_after_a_cue_and_beside_its_country(gazetteer: Gazetteer) -> None:
    assert cities(gazetteer, "The American mayor spoke in Springfield, in the US", "en") == [(4409896, "US")]
    assert cities(gazetteer, "The mayor spoke in Springfield", "en") == []


def test_cities_of_a_country_not_given_are_left_out(gazetteer: Gazetteer) -> None:
    filler = "وتحدث الحاضرون عن أمور كثيرة لا صلة لها بالمكان ثم انصرفوا. " * 30
    text = "أعلنت مصر خطة جديدة وقالت القاهرة إنها جاهزة. " + filler + "وكان قد زار طوكيو."
    assert [country for _, country in cities(gazetteer, text, "ar")] == ["EG"]


def test_the_most_named_city_comes_first(gazetteer: Gazetteer) -> None:
    text = "من أبوظبي إلى دبي، وفي دبي معرض، وقالت بلدية دبي إنها جاهزة"
    assert [mention.city.name for mention in gazetteer.places(None, text, "ar").cities] == ["Dubai", "Abu Dhabi"]


def test_names_are_in_arabic_for_readers_of_arabic() -> None:
    city = City(292223, "AE", 25.077, 55.309, "Dubai", "دبي")
    assert city.name_for("ar-AE") == "دبي"
    assert city.name_for("en") == "Dubai"
    assert city._replace(arabic="").name_for("ar") == "Dubai"


def test_a_tagged_city_is_valid_ninjs_with_its_position() -> None:
    article = ParsedArticle(
        id="0e3b9b8e-5c0f-5d53-9d0b-4f6f0a7f3a11",
        title="معرض في دبي",
        paragraphs=("افتتح المعرض بدبي أمس",),
        language="ar",
    )
    item = Tagger().tag(article)
    country, city = item.places
    assert (country.literal, country.geoJSON, country.uri) == ("AE", None, None)
    assert (city.name, city.literal, city.uri) == ("دبي", "AE", "https://sws.geonames.org/292223/")
    assert city.geoJSON is not None
    east, north = city.geoJSON.coordinates
    assert (round(east), round(north)) == (55, 25)
    assert violations(item.to_json()) == []


def test_every_form_points_to_cities_that_are_there() -> None:
    table = Cities.load()
    for language in ("ar", "en", "ru"):
        for bare, definite in table.finder(language)._readings:
            for value in filter(None, (bare, definite)):
                assert all(table[sense.city].country == sense.country for sense in table.senses(value))
