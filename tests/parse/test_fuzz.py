"""The short form of benchmarks/parse_fuzz.py: nothing but a refusal leaves the parser, and nothing takes long."""

import pytest

from benchmarks.parse_fuzz import run
from benchmarks.spoilt import make, read_seeds
from streams.parse import Parser

SEED, COUNT = 4, 2_000


def test_spoilt_inputs_are_parsed_or_refused_in_time(parser: Parser) -> None:
    tally = run(parser, range(COUNT), SEED, read_seeds(), keep=None)

    assert tally.failures == []
    assert tally.parsed + tally.refused.total() == COUNT
    assert tally.parsed > COUNT // 5
    assert tally.slowest[0][0] < 5


@pytest.mark.parametrize("number", [0, 17, 1_999])
def test_an_input_is_made_of_its_number_and_the_seed_alone(number: int) -> None:
    seeds = read_seeds()

    assert make(number, SEED, seeds) == make(number, SEED, seeds) != make(number, SEED + 1, seeds)
