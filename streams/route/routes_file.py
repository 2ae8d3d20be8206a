"""Reading routes.toml: from its text to routes, or a ``RoutesError`` with line, field and what is allowed."""

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from schemas.media_topics import BY_SLUG, SUBTOPIC_BY_SLUG
from streams.failure import Misconfigured
from streams.fold import fold
from streams.route.conditions import Condition, Countries, Languages, Names, Phrases, Topics
from streams.route.country_codes import COUNTRY_CODES, MEANT_FOR
from streams.route.phrases import Phrase
from streams.route.route import Route
from streams.route.toml_lines import TomlLines

# A Kafka topic's name has 249 characters at most; what is left is for articles.topic. and a prefix.
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_SLUG_RULE = "lower-case letters a–z, digits and hyphens, at most 100, the first no hyphen"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_CONDITIONS = ("topics", "countries", "languages", "sources", "people", "organisations", "phrases")
_FIELDS = ("name", "stream", "description", *_CONDITIONS, "min_confidence", "all")


class RoutesError(Misconfigured):
    """A file of routes that cannot be used: file, line, field, what is wrong and what is allowed."""


class _FieldError(Exception):
    """A field is wrong. ``value`` is the string in its list that is, where it is one."""

    def __init__(self, field: str | None, problem: str, value: object = None) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem
        self.value = value


def read(path: Path) -> list[Route]:
    """The routes of a file, in its order; raises ``RoutesError``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RoutesError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RoutesError(f"{path}, line {line}: not UTF-8: save the file as UTF-8") from error
    return parse(text, str(path))


def parse(text: str, name: str) -> list[Route]:
    """The routes of a file's text; ``name`` is for its errors. Raises ``RoutesError``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RoutesError(_syntax_error(name, text, str(error))) from error
    lines = TomlLines(text)
    tables = _tables(document, lines, name)
    routes: list[Route] = []
    for number, table in enumerate(tables):
        try:
            route = _route(table)
            _check_is_new(route, routes, lines)
        except _FieldError as wrong:
            if wrong.field in table:
                line = lines.of_value(number, str(wrong.field), wrong.value)
            else:
                line = lines.of_route(number)
            route_name = table.get("name")
            called = f'route "{route_name}"' if isinstance(route_name, str) else f"route number {number + 1}"
            field = f", field {wrong.field}" if wrong.field else ""
            raise RoutesError(f"{name}, line {line}: {called}{field}: {wrong.problem}") from wrong
        routes.append(route)
    return routes


def _syntax_error(name: str, text: str, message: str) -> str:
    # tomllib ends its message with "(at line 3, column 5)" or "(at end of document)".
    problem, _, place = message.rpartition(" (at ")
    found = re.match(r"line (\d+), (column \d+)", place)
    line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
    column = f", {found[2]}" if found else ""
    return f"{name}, line {line}{column}: not TOML: {problem}"


def _tables(document: dict[str, Any], lines: TomlLines, name: str) -> list[dict[str, Any]]:
    """The [[route]] tables, of which there is at least one."""
    for key in document:
        if key != "route":
            raise RoutesError(
                f"{name}, line {lines.of_key(key)}: field {key}: unknown; "
                "a file holds only routes, each under [[route]]"
            )
    tables = document.get("route", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RoutesError(
            f"{name}, line {lines.of_key('route')}: field route: write each route under [[route]], in two brackets"
        )
    if not tables:
        raise RoutesError(f"{name}, line 1: no route; write at least one [[route]], else nothing goes to a stream")
    return tables


def _check_is_new(route: Route, before: list[Route], lines: TomlLines) -> None:
    for number, other in enumerate(before):
        if other.name == route.name:
            line = lines.of_value(number, "name")
            raise _FieldError(
                "name",
                f"taken already by the route in line {line}; several routes may share a stream, not a name",
            )


def _route(table: dict[str, Any]) -> Route:
    for key in table:
        if key not in _FIELDS:
            raise _FieldError(key, f"unknown{_meant(key, _FIELDS)}; allowed: {', '.join(_FIELDS)}")
    if "name" not in table:
        raise _FieldError("name", "missing; every route has a name")
    name = _slug(table, "name")
    stream = _slug(table, "stream") if "stream" in table else name
    description = table.get("description", "")
    if not isinstance(description, str):
        raise _FieldError("description", f"must be a string, not {_kind(description)}")
    conditions = tuple(_conditions(table))
    if "all" in table:
        if table["all"] is not True:
            raise _FieldError("all", "write all = true, or leave it out")
        if conditions:
            raise _FieldError("all", "takes every item; leave it out of a route with conditions")
    elif not conditions:
        raise _FieldError(
            None,
            f"no condition; write one of {', '.join(_CONDITIONS)}, or all = true to take every item",
        )
    return Route(name, stream, conditions, description)


def _conditions(table: dict[str, Any]) -> Iterator[Condition]:
    """The cheap ones first: the first that is not met ends the asking."""
    confidence = _confidence(table)
    if "topics" in table:
        yield Topics(_values(table, "topics", _topic), confidence)
    if "languages" in table:
        yield Languages(_values(table, "languages", _language))
    if "countries" in table:
        yield Countries(_values(table, "countries", _country))
    if "sources" in table:
        yield Names("source", frozenset(_values(table, "sources", _folded)))
    if "people" in table:
        yield Names("person", frozenset(_values(table, "people", _folded)))
    if "organisations" in table:
        yield Names("organisation", frozenset(_values(table, "organisations", _folded)))
    if "phrases" in table:
        yield Phrases(tuple(map(Phrase, _values(table, "phrases", _phrase))))


def _confidence(table: dict[str, Any]) -> int:
    value = table.get("min_confidence", 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _FieldError("min_confidence", f"must be a whole number from 0 to 100, not {_kind(value)}")
    if not 0 <= value <= 100:
        raise _FieldError("min_confidence", f"must be from 0 to 100, not {value}")
    if "min_confidence" in table and "topics" not in table:
        raise _FieldError("min_confidence", "is of topics; write topics = [...] beside it")
    return value


def _slug(table: dict[str, Any], field: str) -> str:
    value = table[field]
    if not isinstance(value, str):
        raise _FieldError(field, f"must be a string, not {_kind(value)}")
    if not _SLUG.fullmatch(value):
        raise _FieldError(field, f'"{value}" is not allowed; allowed: {_SLUG_RULE}')
    return value


def _values(table: dict[str, Any], field: str, check: Callable[[str], str]) -> tuple[str, ...]:
    """The strings of a list, each checked and once; ``check`` raises ``ValueError``."""
    values = table[field]
    if not isinstance(values, list):
        raise _FieldError(field, f'must be a list of strings, {field} = ["…"], not {_kind(values)}')
    if not values:
        raise _FieldError(field, "an empty list, which nothing meets; name at least one, or leave it out")
    checked = []
    for value in values:
        if not isinstance(value, str):
            raise _FieldError(field, f"must be a list of strings; {value} is {_kind(value)}")
        try:
            checked.append(check(value))
        except ValueError as error:
            raise _FieldError(field, str(error), value) from error
    return tuple(dict.fromkeys(checked))


def _topic(value: str) -> str:
    allowed = (*BY_SLUG, *SUBTOPIC_BY_SLUG)
    if value not in allowed:
        raise ValueError(f'no topic "{value}"{_meant(value, allowed)}; allowed: {", ".join(allowed)}')
    return value


def _country(value: str) -> str:
    if value in COUNTRY_CODES:
        return value
    meant = MEANT_FOR.get(value.upper(), value.upper())
    hint = f' (did you mean "{meant}"?)' if meant in COUNTRY_CODES else ""
    raise ValueError(f'no country "{value}"{hint}; allowed: ISO 3166-1 alpha-2 codes in capitals, such as "SY"')


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(f'no language tag "{value}"; allowed: BCP 47 tags, such as "ar" (takes ar-EG too) or "pt-BR"')
    return value


def _folded(value: str) -> str:
    folded = fold(value)
    if not folded:
        raise ValueError(f'"{value}" is empty; write a name')
    return folded


def _phrase(value: str) -> str:
    if not any(char.isalnum() for char in fold(value)):
        raise ValueError(f'"{value}" has no letter or digit; write one or more words')
    return value


def _meant(value: str, allowed: Collection[str]) -> str:
    close = difflib.get_close_matches(value.lower(), allowed, n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else ""


def _kind(value: object) -> str:
    """What TOML calls a value of this type."""
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return f"the number {value}"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"
