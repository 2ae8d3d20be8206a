"""A dead letter for a person, nothing of it unescaped: one in a line, or one whole."""

from collections.abc import Iterator
from typing import Any

from schemas.dead_letter import Blob, DeadLetter, Refusal
from streams.dead_letters.letters import Letter
from streams.dead_letters.redrive import Kept
from streams.dead_letters.source import sources
from streams.delivery.stage_process import Outcome
from streams.parse.charset import CharsetReader
from streams.printable import printable

WIDTH = 200  # characters of a line of the input
TEXT_LINES = 40
HEX_BYTES, HEX_WIDTH = 512, 16


def line(each: Letter) -> str:
    """Number, time, stage, reason, origin, source, detail: titles last, so that they do not tear the columns."""
    letter = each.letter
    again = f"attempt {letter.attempts}: " if letter.attempts > 1 else ""
    source = printable(next(iter(sources(letter)), "-"), 60)
    parts = (_time(each), printable(letter.stage, 20), letter.reason, _place(letter), source)
    return "  ".join((each.number, *parts, again + printable(letter.detail, WIDTH)))


def as_json(each: Letter) -> dict[str, Any]:
    """The letter without the input itself, for a program."""
    letter = each.letter.model_dump(mode="json", exclude={"content", "headers", "key", "exception"})
    return {"number": each.number, "source": next(iter(sources(each.letter)), None), **letter}


def verdict(now: Outcome | Kept) -> str:
    """What would become of a letter that is redriven now."""
    if isinstance(now, Kept):
        return f"would not be sent: {now}"
    if now.refused is not None:
        return f"would be refused again: {now.refused.reason}: {printable(now.refused.detail, WIDTH)}"
    topics = ", ".join(sorted({output.topic for output in now.outputs}))
    return f"would pass: {len(now.outputs)} to {topics}"


def outcome(now: Outcome | Kept) -> str:
    """The same in the words that a count is made by."""
    if isinstance(now, Kept):
        return f"would not be sent ({now.name.lower().replace('_', ' ')})"
    return "would pass" if now.refused is None else f"would be refused again ({now.refused.reason})"


def count_line(stage: str, reason: str, count: int) -> str:
    """How many letters of a stage and reason there are."""
    return f"{count:>9,}  {printable(stage, 20):<5}  {reason}"


def whole(each: Letter, now: Outcome | Kept) -> Iterator[str]:
    """All about a letter, line by line: its circumstances, the input as text and as bytes, what a stage makes of it."""
    letter = each.letter
    content = letter.content.to_bytes() if letter.content else b""
    yield f"number     {each.number}"
    yield f"reason     {letter.reason}: {printable(letter.detail)}"
    by = f"{printable(letter.stage, 20)}, attempt {letter.attempts}, Rafid {printable(letter.version, 40)}"
    yield f"refused    {_time(each)} by {by}"
    yield f"origin     {_place(letter)}"
    yield f"source     {printable(', '.join(sources(letter)) or 'not said', WIDTH)}"
    yield f"key        {_blob(letter.key)}"
    for header in letter.headers:
        yield f"header     {printable(header.name, 60)}: {_blob(header.value)}"
    kept = f", of which the first {len(content):,} are kept" if letter.truncated else ""
    yield f"size       {letter.size:,} bytes{kept}"
    yield f"sha256     {printable(letter.sha256, 64)}"
    yield f"now        {verdict(now)}"
    yield from _section("text", _text_lines(letter, content))
    yield from _section("bytes", _hex_lines(content))
    exceptions = {"exception": letter.exception}
    if isinstance(now, Outcome) and now.refused is not None:
        exceptions["exception now"] = now.refused.exception
    for name, exception in exceptions.items():
        if exception:
            yield from _section(name, (printable(each, WIDTH) for each in exception.splitlines()))


def _section(name: str, lines: Iterator[str]) -> Iterator[str]:
    yield f"\n{name}"
    yield from (f"  {each}" for each in lines)


def _text_lines(letter: DeadLetter, content: bytes) -> Iterator[str]:
    declared = next((h.value.to_bytes() for h in letter.headers if h.name.lower() == "content-type" and h.value), b"")
    charset = declared.decode("ascii", "replace").partition("charset=")[2].strip("\"' ;")
    try:
        text = CharsetReader().decode(content, charset or None).text
    except Refusal:
        text = content.decode("utf-8", "replace")
    lines = text[: TEXT_LINES * 10 * WIDTH].splitlines()
    yield from (printable(each, WIDTH) for each in lines[:TEXT_LINES])
    if len(lines) > TEXT_LINES:
        yield f"… of {len(text):,} characters; all of it: `rafid dead-letters show --bytes`"


def _hex_lines(content: bytes) -> Iterator[str]:
    for start in range(0, min(len(content), HEX_BYTES), HEX_WIDTH):
        row = content[start : start + HEX_WIDTH]
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        yield f"{start:08x}  {row.hex(' '):<{3 * HEX_WIDTH}} {shown}"
    if len(content) > HEX_BYTES:
        yield f"… of {len(content):,} bytes; all of them: `rafid dead-letters show --bytes`"


def _time(each: Letter) -> str:
    return f"{each.at:%Y-%m-%dT%H:%M:%SZ}"


def _place(letter: DeadLetter) -> str:
    origin = letter.origin
    return printable(f"{origin.topic}/{origin.partition}/{origin.offset}") if origin else "-"


def _blob(value: Blob | None) -> str:
    return "none" if value is None else printable(value.to_bytes().decode("utf-8", "backslashreplace"), WIDTH)
