"""A file that cannot be used is refused with file, line, field, what is wrong and what is allowed."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.media_topics import BY_SLUG, SUBTOPIC_BY_SLUG
from streams.failure import Failure
from streams.route import Router, RoutesError
from streams.route.routes_file import parse

ALL_SLUGS = ", ".join((*BY_SLUG, *SUBTOPIC_BY_SLUG))
FIELDS = (
    "name, stream, description, topics, countries, languages, sources, people, organisations, phrases, "
    "min_confidence, all"
)
TAGS = 'allowed: BCP 47 tags, such as "ar" (takes ar-EG too) or "pt-BR"'
SLUG_RULE = "lower-case letters a–z, digits and hyphens, at most 100, the first no hyphen"
CODES = 'allowed: ISO 3166-1 alpha-2 codes in capitals, such as "SY"'


def error(text: str) -> str:
    with pytest.raises(RoutesError) as caught:
        parse(text, "routes.toml")
    return str(caught.value)


def route(line: str) -> str:
    """A file whose third line is ``line``, after a comment that names the same fields."""
    return f'[[route]]  # topics = [], name = ""\nname = "mine"\n{line}\n'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            'topics = ["politcs"]',
            f'field topics: no topic "politcs" (did you mean "politics"?); allowed: {ALL_SLUGS}',
        ),
        ('topics = ["xyzzy"]', f'field topics: no topic "xyzzy"; allowed: {ALL_SLUGS}'),
        ('topics = "sport"', 'field topics: must be a list of strings, topics = ["…"], not a string'),
        ("topics = { sport = 60 }", 'field topics: must be a list of strings, topics = ["…"], not a table'),
        ("topics = [1]", "field topics: must be a list of strings; 1 is the number 1"),
        (
            "topics = []",
            "field topics: an empty list, which nothing meets; name at least one, or leave it out",
        ),
        (
            'topics = ["sport"]\nmin_confidence = 101',
            "field min_confidence: must be from 0 to 100, not 101",
        ),
        (
            'topics = ["sport"]\nmin_confidence = 0.6',
            "field min_confidence: must be a whole number from 0 to 100, not the number 0.6",
        ),
        (
            'topics = ["sport"]\nmin_confidence = true',
            "field min_confidence: must be a whole number from 0 to 100, not a boolean",
        ),
        (
            'min_confidence = 60\ncountries = ["SY"]',
            "field min_confidence: is of topics; write topics = [...] beside it",
        ),
        (
            'countries = ["UK"]',
            f'field countries: no country "UK" (did you mean "GB"?); {CODES}',
        ),
        (
            'countries = ["sy"]',
            f'field countries: no country "sy" (did you mean "SY"?); {CODES}',
        ),
        (
            'countries = ["Syria"]',
            f'field countries: no country "Syria"; {CODES}',
        ),
        (
            'languages = ["Arabic"]',
            f'field languages: no language tag "Arabic"; {TAGS}',
        ),
        ('sources = ["  "]', 'field sources: "  " is empty; write a name'),
        ('people = [""]', 'field people: "" is empty; write a name'),
        (
            "organisations = 7",
            'field organisations: must be a list of strings, organisations = ["…"], not the number 7',
        ),
        ('phrases = ["«»"]', 'field phrases: "«»" has no letter or digit; write one or more words'),
        (
            "phrases = [2023-11-09]",
            "field phrases: must be a list of strings; 2023-11-09 is a date or time",
        ),
        ("all = false", "field all: write all = true, or leave it out"),
        (
            'all = true\ntopics = ["sport"]',
            "field all: takes every item; leave it out of a route with conditions",
        ),
        ('topic = ["sport"]', f'field topic: unknown (did you mean "topics"?); allowed: {FIELDS}'),
        ('xyzzy = ["sport"]', f"field xyzzy: unknown; allowed: {FIELDS}"),
        ('"topic" = ["sport"]', f'field topic: unknown (did you mean "topics"?); allowed: {FIELDS}'),
        (
            'stream = "Sport_News"',
            f'field stream: "Sport_News" is not allowed; allowed: {SLUG_RULE}',
        ),
        ("stream = 1", "field stream: must be a string, not the number 1"),
        ("description = []", "field description: must be a string, not a list"),
    ],
)
def test_a_wrong_field_is_told_with_its_line(line: str, told: str) -> None:
    number = next(
        number
        for number, each in enumerate(route(line).splitlines(), 1)
        if number > 2 and each.strip('"').startswith(told.split()[1].rstrip(":"))
    )
    assert error(route(line)) == f'routes.toml, line {number}: route "mine", {told}'


def test_a_route_without_conditions() -> None:
    assert error('\n[[route]]\nname = "mine"\n') == (
        'routes.toml, line 2: route "mine": no condition; write one of topics, countries, '
        "languages, sources, people, organisations, phrases, or all = true to take every item"
    )


def test_a_route_without_name() -> None:
    assert error('[[route]]\nname = "a"\nall = true\n\n[[route]]\nall = true\n') == (
        "routes.toml, line 5: route number 2, field name: missing; every route has a name"
    )


def test_two_routes_of_one_name() -> None:
    assert error('[[route]]\nname = "a"\nall = true\n[[route]]\nall = true\nname = "a"\n') == (
        'routes.toml, line 6: route "a", field name: taken already by the route in line 2; '
        "several routes may share a stream, not a name"
    )


def test_a_file_without_routes() -> None:
    assert error("# nothing\n") == (
        "routes.toml, line 1: no route; write at least one [[route]], else nothing goes to a stream"
    )


@pytest.mark.parametrize("text", ['# one\n[route]\nname = "a"\n', '# one\nroute = "a"\n', "# one\nroute = [1]\n"])
def test_a_route_that_is_no_list_of_tables(text: str) -> None:
    assert error(text) == "routes.toml, line 2: field route: write each route under [[route]], in two brackets"


@pytest.mark.parametrize("text", ['# one\n[[routes]]\nname = "a"\n', "# one\nroutes = 1\n"])
def test_something_else_than_routes(text: str) -> None:
    assert error(text) == ("routes.toml, line 2: field routes: unknown; a file holds only routes, each under [[route]]")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[route]]\nname = "a\n', "line 2, column 10: not TOML: Illegal character '\\n'"),
        ('[[route]]\nname = "a"\nname = "b"\n', "line 3, column 11: not TOML: Cannot overwrite a value"),
        ('[[route]]\nphrases = ["a",\n', "line 2: not TOML: "),
    ],
)
def test_what_is_not_toml(text: str, told: str) -> None:
    assert error(text).startswith(f"routes.toml, {told}")


class TestLines:
    """Where something stands is found whatever surrounds it."""

    def test_in_a_list_of_several_lines(self) -> None:
        assert "line 6:" in error(
            '[[route]]\nname = "a"\ntopics = [\n  "sport", # "politcs"\n  "arts",\n  "politcs",\n]\n'
        )

    def test_behind_a_string_of_several_lines_that_looks_like_a_route(self) -> None:
        text = '[[route]]\nname = "a"\ndescription = """\n[[route]]\ntopics = ["x"]\n# """\ntopics = ["x"]\n'
        assert "line 7:" in error(text)

    def test_behind_a_literal_string_of_several_lines(self) -> None:
        text = "[[route]]\nname = \"a\"\ndescription = '''\n[[route]]\ntopics = 1\n'''\ntopics = ['x']\n"
        assert "line 7:" in error(text)

    def test_behind_a_hash_and_quotes_inside_a_string(self) -> None:
        text = '[[route]]\nname = "a"\ndescription = "# \\" \'\'\'"\ntopics = ["x"]\n'
        assert "line 4:" in error(text)

    def test_in_the_route_that_is_wrong_and_not_in_the_one_before(self) -> None:
        text = '[[route]]\nname = "a"\ntopics = ["sport"]\n\n  [[ route ]]\n  name = "b"\n  topics = ["x"]\n'
        assert "line 7:" in error(text)

    def test_with_windows_line_ends(self) -> None:
        assert "line 3:" in error('[[route]]\r\nname = "a"\r\ntopics = ["x"]\r\n')

    def test_in_a_table_of_the_route(self) -> None:
        assert "line 3:" in error('[[route]]\nname = "a"\n[route.topics]\nsport = 60\n')

    def test_of_routes_written_inline(self) -> None:
        assert "line 1:" in error('route = [{name = "a", topics = ["x"]}]')


class TestReading:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        with pytest.raises(RoutesError, match="cannot be read: No such file"):
            Router.load(path)

    def test_another_encoding(self, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        path.write_bytes('[[route]]\nname = "a"\nphrases = ["بنك"]\n'.encode("windows-1256"))
        with pytest.raises(RoutesError, match="line 3: not UTF-8"):
            Router.load(path)

    def test_a_byte_order_mark_does_no_harm(self, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        path.write_bytes('\ufeff[[route]]\nname = "a"\nall = true\n'.encode())
        assert Router.load(path).streams == ("a",)

    def test_the_error_is_one_that_the_command_foresees(self) -> None:
        assert issubclass(RoutesError, Failure)
        assert RoutesError.exit_code == os.EX_CONFIG


FRAGMENTS = [
    "[[route]]",
    'name = "a"',
    'name = "b"',
    "all = true",
    'topics = ["sport"]',
    'topics = ["x"]',
    "topics = 1",
    '"""',
    "# [[route]]",
    "description = '''",
    "[route.topics]",
    "\n",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("\n".join) | st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    try:
        routes = parse(text, "f")
    except RoutesError as refused:
        line = int(str(refused).partition("f, line ")[2].split(":")[0].split(",")[0])
        assert 1 <= line <= text.count("\n") + 1
    else:
        assert routes
