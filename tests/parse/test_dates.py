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
from tests.parse.date_forms import NO_DATES, PARTLY, RELATIVE, RELATIVE_PARTLY, WHOLE

ENTRIES = read_languages()
READER = DateReader(DateWords(ENTRIES))
FORMS = st.sampled_from(["{d} {m} {y}", "{y}-{mm}-{dd}", "{dd}/{mm}/{y}"])
MONTHS = (
    *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
    *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)
# What the reader knows, to be thrown together.
PIECES = (
    *(
        "3",
        "12",
        "2023",
        "1445",
        "17",
        ":",
        "05",
        "/",
        "-",
        ".",
        "+",
        "(",
        "'",
        "h",
        "T",
        "Z",
        "م",
        "ص",
        "هـ",
        "الموافق",
    ),
    *("رمضان", "يناير", "كانون", "الثاني", "تیر", "March", "mar", "st", "pm", "GMT", "ET", "بتوقيت", "القاهرة", "ago"),
    *("قبل", "ساعة", "ساعتين", "يوم", "أمس", "Today", "年", "月", "and"),
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


@pytest.mark.parametrize(("text", "language", "expected"), WHOLE)
def test_the_forms_of_news_pages_are_read(text: str, language: str, expected: str) -> None:
    reading = READER.read(fold(text), language)

    assert reading is not None
    assert (reading.value, reading.whole) == (expected, True)


@pytest.mark.parametrize(("text", "language", "expected"), PARTLY)
def test_a_line_with_more_than_a_date_is_told_from_a_date(text: str, language: str, expected: str) -> None:
    reading = READER.read(fold(text), language)

    assert reading is not None
    assert (reading.value, reading.whole) == (expected, False)


@pytest.mark.parametrize(("text", "language", "expected"), RELATIVE)
def test_what_is_told_from_now_needs_the_time_of_fetching(text: str, language: str, expected: str) -> None:
    reading = READER.read(fold(text), language, FETCHED)

    assert reading is not None
    assert (reading.value, reading.whole) == (expected, True)
    assert READER.read(fold(text), language) is None


@pytest.mark.parametrize(("text", "language", "expected"), RELATIVE_PARTLY)
def test_a_sentence_about_some_time_ago_is_no_date_line(text: str, language: str, expected: str) -> None:
    reading = READER.read(fold(text), language, FETCHED)

    assert reading is not None
    assert (reading.value, reading.whole) == (expected, False)


@pytest.mark.parametrize("text", NO_DATES)
def test_times_and_figures_alone_are_no_dates(text: str) -> None:
    assert value(text, None, FETCHED) is None


def test_a_place_with_daylight_saving_has_the_offset_of_that_day() -> None:
    assert value("1 January 2023 17:05 Cairo time") == "2023-01-01T17:05+02:00"
    assert value("1 July 2023 17:05 Cairo time") == "2023-07-01T17:05+03:00"
    assert value("1 July 2022 17:05 Cairo time") == "2022-07-01T17:05+02:00"  # Egypt had none that year
    assert value("Feb 6, 2024, 8:30 a.m. ET") == "2024-02-06T08:30-05:00"
    assert value("July 6, 2024, 8:30 a.m. ET") == "2024-07-06T08:30-04:00"


def test_an_offset_that_is_not_certain_is_left_out() -> None:
    assert value("Nov 5, 2023 1:30 am ET") == "2023-11-05T01:30"  # twice that night
    assert value("March 12, 2023 2:30 am ET") == "2023-03-12T02:30"  # never that night
    assert value("22 أكتوبر 2023 17:05 بتوقيت عمان") == "2023-10-22T17:05"  # Amman or Muscat
    assert value("القاهرة - 22 أكتوبر 2023 17:05") == "2023-10-22T17:05"  # where, not which time


def test_a_day_without_a_year_is_the_last_one_before_fetching() -> None:
    new_year = datetime.fromisoformat("2023-12-31T23:30:00+00:00")

    assert value("1 January", None, new_year) == "2024-01-01"
    assert value("31 December", None, new_year) == "2023-12-31"
    assert value("12 August", None, FETCHED) == "2023-08-12"
    assert value("12 August") is None


def test_the_language_says_whether_the_month_comes_first() -> None:
    assert value("3/4/2021", "en") == "2021-03-04"
    assert value("3/4/2021", "en-GB") == "2021-04-03"
    assert value("3/4/2021", "fr") == "2021-04-03"
    assert value("3/4/2021", "en_US") == "2021-03-04"
    assert value("3/4/2021", None) == "2021-04-03"
    assert value("13/4/2021", "en-US") == "2021-04-13"
    assert value("4/13/2021", "ar") == "2021-04-13"
    assert value("3.4.2021", "en-US") == "2021-04-03"


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", "2023"),
        ("2023-11", "2023-11"),
        ("2023-11-09", "2023-11-09"),
        ("2023-11-09T14:30Z", "2023-11-09T14:30+00:00"),
        ("2023-11-09T14:30:00.000+0300", "2023-11-09T14:30:00+03:00"),
        ("Thu, 09 Nov 2023 14:30:00 GMT", "2023-11-09T14:30:00+00:00"),
        ("٢٠٢٣", None),
        ("2023011", None),
        ("soon", None),
    ],
)
def test_machine_dates_are_read_and_nothing_else(text: str, expected: str | None) -> None:
    found = read_iso(text)

    assert (found and found.value) == expected


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
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
