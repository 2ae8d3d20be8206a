"""Dates: the forms of news pages, in every language's own examples and those of issue 4."""

from datetime import date, datetime

import pytest
from hijridate import Hijri
from hypothesis import given
from hypothesis import strategies as st

from schemas.parsed_article import Precision
from streams.fold import fold
from streams.parse.calendars import to_gregorian
from streams.parse.date_words import DateWords
from streams.parse.dates import DateReader, read_iso
from streams.parse.lexicon import LANGUAGES, read_languages

ENTRIES = read_languages()
READER = DateReader(DateWords(ENTRIES))
FORMS = st.sampled_from(["{d} {m} {y}", "{y}-{mm}-{dd}", "{dd}/{mm}/{y}"])
MONTHS = (
    *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
    *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)
FETCHED = datetime.fromisoformat("2023-11-09T14:37:00+03:00")


def value(text: str, language: str | None = None, ground: datetime | None = None) -> str | None:
    found = READER.article_date(text, language, ground)
    return found.value if found is not None else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9th, November 2023 GMT", "2023-11-09"),
        ("3 جويلية 2021", "2021-07-03"),
        ("7 كانون الثاني/يناير 2022", "2022-01-07"),
        ("السبت 13 سبتمبر/أيلول 2014", "2014-09-13"),
        ("الأحد 4/6/2022 - 21:40", "2022-06-04T21:40"),
        ("١٢ رمضان ١٤٤٥ هـ", "2024-03-22"),
        ("5 آب 2020، 17:05", "2020-08-05T17:05"),
        ("9 آب 2020", "2020-08-09"),
        ("5 آب 2020 الساعة 5:05 مساءً بتوقيت غرينتش", "2020-08-05T17:05+00:00"),
        ("5/8/2020 10:20 م", "2020-08-05T22:20"),
        ("5 آب 2020 17:05 بتوقيت مكة المكرمة", "2020-08-05T17:05+03:00"),
        ("5 نونبر 2020", "2020-11-05"),
        ("18 غشت 2020", "2020-08-18"),
        ("9 نوفمبر 2023م - 25 ربيع الآخر 1445هـ", "2023-11-09"),
        ("25 ربيع الآخر 1445هـ الموافق 9 نوفمبر 2023م", "2023-11-09"),
        ("1445/09/12 هـ", "2024-03-22"),
        ("۱۲ تیر ۱۴۰۰ - ۱۷:۰۵", "2021-07-03T17:05"),
        ("1402/08/18", "2023-11-09"),
        ("2023-11-09T14:30:00+03:00", "2023-11-09T14:30:00+03:00"),
        ("Posted Monday, March 1, 2021", "2021-03-01"),
        ("Sept. 3, 2021 5:05 p.m. EDT", "2021-09-03T17:05-04:00"),
        ("14:30 GMT+3, 9 November 2023", "2023-11-09T14:30+03:00"),
        ("mar. 3 juillet 2021 à 17h05", "2021-07-03T17:05"),
        ("3. März 2021", "2021-03-03"),
        ("3 de marzo de 2021", "2021-03-03"),
        ("3 Ağustos 2021", "2021-08-03"),
        ("2023年11月9日", "2023-11-09"),
        ("November 2023", "2023-11"),
        ("2023", "2023"),
        ("31 فبراير 2021", None),
        ("12 hours of talks", None),
        ("the year 2023 was good", None),
        ("9 November", None),
        ("2 hours ago", None),
    ],
)
def test_a_date_is_read_as_precisely_as_it_is_written(text: str, expected: str | None) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قبل ساعتين", "2023-11-09T12:37+03:00"),
        ("منذ 3 أيام", "2023-11-06"),
        ("2 hours ago", "2023-11-09T12:37+03:00"),
        ("أمس", "2023-11-08"),
        ("9 تشرين الثاني", "2023-11-09"),
        ("20 December", "2022-12-20"),
    ],
)
def test_a_relative_date_is_read_from_the_time_of_fetching(text: str, expected: str) -> None:
    assert value(text, None, FETCHED) == expected


def test_the_language_says_whether_the_month_comes_first() -> None:
    assert value("3/4/2021", "en") == "2021-03-04"
    assert value("3/4/2021", "en-GB") == "2021-04-03"
    assert value("3/4/2021", "fr") == "2021-04-03"


def test_the_text_is_kept_as_written() -> None:
    found = READER.article_date("  ٣ تموز ٢٠٢١ ", "ar", None)

    assert found is not None
    assert (found.text, found.precision) == ("٣ تموز ٢٠٢١", Precision.DAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_of_a_language_hold(language: str) -> None:
    entries = ENTRIES[language]
    dated = [*entries.get("month", ()), *entries.get("zone", ()), entries["date_words"]]

    assert {entry["example"]: value(entry["example"], language) for entry in dated} == {
        entry["example"]: entry["value"] for entry in dated
    }
    for entry in entries["ago"]:
        assert value(entry["example"], language, FETCHED) is not None, entry["example"]
        assert value(entry["example"], language) is None, entry["example"]


@given(
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    FORMS,
)
def test_any_day_written_in_a_known_form_comes_back(day: date, form: str) -> None:
    month = [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
        "أكتوبر",
        "نوفمبر",
        "ديسمبر",
    ][day.month - 1]
    text = form.format(d=day.day, dd=f"{day.day:02}", m=month, mm=f"{day.month:02}", y=day.year)

    assert value(text, "ar") == day.isoformat()


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    READER.read(fold(text), None, FETCHED)
    read_iso(text)


def test_jalali_new_years_fall_where_the_calendar_puts_them() -> None:
    days = {
        1399: date(2020, 3, 20),
        1400: date(2021, 3, 21),
        1403: date(2024, 3, 20),
        1404: date(2025, 3, 21),
    }

    assert {year: to_gregorian(Hijri, "jalali", year, 1, 1) for year in days} == days
    assert to_gregorian(Hijri, "jalali", 1399, 12, 30) == date(2021, 3, 20)
    assert to_gregorian(Hijri, "jalali", 1400, 12, 30) is None
