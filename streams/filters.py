"""The three stages as Unix filters: what the agents run, from bytes to lines of JSON, without a broker."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import orjson

from schemas.dead_letter import DeadLetter
from streams.delivery.dead_letters import dead_letter
from streams.delivery.stage import Headers, Output, Record, Stage
from streams.delivery.stage_process import run_stage
from streams.printable import printable_json
from streams.settings import AgentName, Settings
from streams.stages import ROUTES, StageBuilder

# A file's ending is what its producer says of its content; all others are sniffed.
CONTENT_TYPES = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".json": "application/json",
}


class Input(NamedTuple):
    """One input of a filter: the name that errors tell, and the bytes."""

    name: str
    value: bytes
    headers: Headers = ()


def pages(files: Iterable[Path], url: str | None = None) -> Iterator[Input]:
    """Each file whole, as a page (JSON Lines: each line). No files, or ``-``: standard input.

    ``url``: the address that all of them are from.
    """
    address: Headers = (("url", url.encode()),) if url else ()
    for file in list(files) or [Path("-")]:
        if str(file) == "-":
            yield Input("standard input", sys.stdin.buffer.read(), address)
        elif file.suffix.lower() in (".jsonl", ".ndjson"):
            with file.open("rb") as stream:
                yield from lines(stream, str(file))
        else:
            kind = CONTENT_TYPES.get(file.suffix.lower())
            headers: Headers = (("content-type", kind.encode()),) if kind else ()
            yield Input(str(file), file.read_bytes(), (*headers, *address))


def lines(stream: IO[bytes], name: str) -> Iterator[Input]:
    """Each line of JSON Lines; empty ones are passed over."""
    for number, line in enumerate(stream, 1):
        if line.strip():
            yield Input(f"{name}, line {number}", line, (("content-type", b"application/json"),))


def run(
    agent: AgentName, settings: Settings, inputs: Iterable[Input], *, out: IO[bytes], err: IO[bytes], version: str
) -> int:
    """Run a stage over ``inputs``; outputs go to ``out``, dead letters to ``err``, one JSON a line.

    Returns how many inputs were refused.
    """
    stage: Stage = StageBuilder(agent, settings)()
    refused = 0
    for number, each in enumerate(inputs):
        record = Record(each.name, 0, number, None, None, each.value, each.headers)
        outcome = run_stage(stage, record)
        if outcome.refused is not None:
            refused += 1
            letter = dead_letter(record, outcome.refused, stage=agent, version=version, at=datetime.now(UTC))
            err.write(_shown(_outside_kafka(letter, each.name).to_json()))
            err.flush()
        for line in _lines(agent, outcome.outputs):
            out.write(_shown(line))
        out.flush()
    return refused


def _shown(line: bytes) -> bytes:
    """A line of JSON as a terminal may show it: no field of a message moves its cursor or turns its text."""
    return printable_json(line.decode()).encode() + b"\n"


def _outside_kafka(letter: DeadLetter, name: str) -> DeadLetter:
    return letter.model_copy(update={"origin": None, "detail": f"{name}: {letter.detail}"})


def _lines(agent: AgentName, outputs: list[Output]) -> Iterator[bytes]:
    if agent != "route":
        yield from (output.value for output in outputs)
    elif outputs:
        # One line an item, however many streams it goes to.
        why = [orjson.loads(value) for output in outputs for name, value in output.headers if name == ROUTES and value]
        yield orjson.dumps(
            {
                "topics": [output.topic for output in outputs],
                "routes": [each for routes in why for each in routes],
                "item": orjson.loads(outputs[0].value),
            }
        )
