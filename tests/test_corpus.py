"""Inputs that once made a stage fail: each is taken or refused now, and soon."""

import time
from functools import cache
from pathlib import Path

import pytest

from schemas.dead_letter import DeadLetter, Reason
from streams.delivery.stage import Record, Stage
from streams.delivery.stage_process import run_stage
from streams.settings import AGENT_NAMES, Settings
from streams.stages import StageBuilder

FOUND = sorted((Path(__file__).parent / "corpus").glob("*.json"))
FAULTS = (Reason.STAGE_ERROR, Reason.STAGE_CRASH, Reason.TIMEOUT, Reason.OUT_OF_MEMORY)


@cache
def stage(name: str) -> Stage:
    (agent,) = (each for each in AGENT_NAMES if each == name)
    return StageBuilder(agent, Settings())()


def read(path: Path) -> tuple[str, Record]:
    """The stage that a letter was refused by, and the record that it holds."""
    letter = DeadLetter.from_json(path.read_bytes())
    assert letter.origin is not None
    headers = tuple((each.kafka_name(), each.value and each.value.to_bytes()) for each in letter.headers)
    key = None if letter.key is None else letter.key.to_bytes()
    value = None if letter.content is None else letter.content.to_bytes()
    origin = letter.origin
    return letter.stage, Record(origin.topic, origin.partition, origin.offset, origin.timestamp, key, value, headers)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_once_failed_is_taken_or_refused(path: Path) -> None:
    name, record = read(path)
    start = time.thread_time()
    outcome = run_stage(stage(name), record)
    assert time.thread_time() - start < 5
    assert outcome.outputs or outcome.refused is not None
    assert outcome.refused is None or outcome.refused.reason not in FAULTS, outcome.refused


@pytest.mark.parametrize("name", AGENT_NAMES)
@pytest.mark.parametrize(
    "value",
    [
        b"[" * 900_000,
        b'{"a":' * 150_000,
        b"<div>" * 150_000,
        b"<a " + b"b='c' " * 140_000,
        b"<!--" * 200_000,
        b'{"content": "' + b"<p>" * 250_000 + b'"}',
        b"\x00" * 900_000,
        b'{"id": "x", "paragraphs": ["' + "\ufdfa".encode() * 300_000 + b'"]}',  # NFKC makes 18 letters of each
        b'{"id": "x", "paragraphs": [' + b'"a",' * 200_000 + b'"b"]}',
    ],
    ids=["lists", "objects", "elements", "attributes", "comments", "content", "zeros", "ligatures", "paragraphs"],
)
def test_what_is_deep_long_or_grows_is_taken_or_refused(name: str, value: bytes) -> None:
    """None of it raises, and none overflows the C stack of a parser: that would end this test run."""
    start = time.thread_time()
    outcome = run_stage(stage(name), Record("articles.raw", 0, 0, None, None, value, ()))
    assert time.thread_time() - start < 8
    assert outcome.refused is None or outcome.refused.reason not in FAULTS, outcome.refused
