"""Texts to publish: articles of khaleej_ar_12k.jsonl.xz in a folder of one's own, else the demo's pages."""

import contextlib
import itertools
import json
import lzma
from collections.abc import Iterator
from pathlib import Path

from streams.demo import demo_pages
from streams.filters import Input

FILE = "khaleej_ar_12k.jsonl.xz"


def texts(data: Path | None) -> list[str]:
    """Distinct texts of articles, without URLs. Raises ``FileNotFoundError`` when ``data`` has no such file."""
    if data is None:
        return [*_demo()]
    with lzma.open(data / FILE, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def articles(count: int, data: Path | None) -> Iterator[Input]:
    """``count`` envelopes, each with a URL of its own."""
    for number, text in zip(range(count), itertools.cycle(texts(data)), strict=False):
        envelope = {"content": text, "url": f"https://example.org/{number}", "content_type": "text/plain"}
        yield Input(str(number), json.dumps(envelope, ensure_ascii=False).encode())


def _demo() -> Iterator[str]:
    for page in demo_pages():
        if page.name.endswith(".txt"):
            with contextlib.suppress(UnicodeDecodeError):
                yield page.value.decode()
