"""No regular expression of ours is quadratic in what a message may give it."""

import re

import pytest

from streams.parse import Parser
from streams.parse.lines import read_lines, tidy
from streams.route import Router
from streams.tag import Tagger
from tests.patterns import Use, growth, seconds, slowest_unit, unseen, uses

# Ten times the letters take ten times as long; a hundred times where a pattern is quadratic. The margin is for others
# on the machine.
_MOST_GROWTH = 25


@pytest.fixture(scope="module")
def patterns() -> list[Use]:
    return uses([Parser(), Tagger(), Router.load()])


def test_the_patterns_of_all_modules_and_of_the_stages_are_found(patterns: list[Use]) -> None:
    names = {use.name for use in patterns}

    assert {"streams.parse.charset._HIGH", "streams.printable._UNSAFE", "streams.route.phrases._HANGUL"} <= names
    assert {"in a Parser", "in a Tagger"} <= names
    assert len(patterns) > 100


def test_no_pattern_is_made_where_this_test_does_not_look(patterns: list[Use]) -> None:
    assert unseen(patterns) == []


@pytest.mark.timeout(600)
def test_every_pattern_is_linear(patterns: list[Use]) -> None:
    slow = []
    for use in patterns:
        if use.most_letters is not None:
            if (spent := seconds(use, use.most_letters)) > 0.05:
                slow.append(f"{use.name}: {spent:.2f} s for {use.most_letters} letters")
            continue
        # Small first: a quadratic pattern would take hours for a megabyte.
        unit = slowest_unit(use)
        for small, large in ((2_000, 20_000), (100_000, 1_000_000)):
            factor = growth(use, unit, small, large)
            if factor > _MOST_GROWTH and (factor := growth(use, unit, small, large)) > _MOST_GROWTH:
                slow.append(f"{use.name}: {factor:.0f} times as long for {large:,} bytes as for {small:,}, of {unit!r}")
                break

    assert slow == []


def test_a_quadratic_pattern_would_be_found() -> None:
    quadratic = Use("streams.parse.lines._X", re.compile(r"\s+[|]"), ("search",))

    assert slowest_unit(quadratic).isspace()
    assert growth(quadratic, " ", 2_000, 20_000) > _MOST_GROWTH


@pytest.mark.parametrize("space", [" ", "\t", "\xa0", "\u2003", " \n", "\u200b ", "&nbsp;", "&#32;"])
def test_white_space_is_single_once_a_line_is_tidied(space: str) -> None:
    """What the patterns of the modules after lines.py take for granted."""
    text = f"one{space * 200}two"

    assert [re.search(r"\s\s|\n", line.text) for line in read_lines(text)] == [None] * len(read_lines(text))
    assert re.search(r"\s\s|\n", tidy(text) or "") is None
