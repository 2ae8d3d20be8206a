"""Nothing but a Refusal escapes, and importing costs nothing."""

import random
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.dead_letter import Refusal
from streams.parse import Parser

PAGES = [path.read_bytes() for path in sorted((Path(__file__).parent / "pages").iterdir())]
PARSER = Parser()
SPLINTERS = (
    *(
        b"<div>",
        b"</p>",
        b"<!--",
        b"<script>",
        b"\0",
        b"\xff\xfe",
        b"<![CDATA[",
        b"&#xd800;",
        b"|",
        b":",
        b"\n\n",
        b"<item>",
    ),
    *(
        b"2021-99-99",
        b"99999999999999999999",
        b"1445/13/40",
        b'"',
        b"\\ud800",
        "²③٩٩".encode(),
        "إقرأ أيضاً:\n".encode(),
    ),
)
TYPES = (
    None,
    "text/html",
    "text/plain",
    "application/json",
    "application/rss+xml",
    "text/plain;charset=utf-16",
)


def survives(value: bytes, content_type: str | None) -> None:
    try:
        articles = PARSER.parse(value, content_type=content_type)
    except Refusal:
        return
    for article in articles:
        assert all(paragraph and "\n" not in paragraph for paragraph in article.paragraphs)
        article.to_json()


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_break_the_parser(value: bytes) -> None:
    survives(value, None)


def test_no_mutation_of_a_page_breaks_the_parser() -> None:
    chance = random.Random(20231109)
    for _ in range(300):
        page = bytearray(chance.choice(PAGES))
        for _ in range(chance.randrange(1, 12)):
            at = chance.randrange(len(page) + 1)
            if chance.random() < 0.5:
                page[at:at] = chance.choice(SPLINTERS) * chance.choice((1, 1, 200))
            elif at < len(page):
                page[at] ^= 1 << chance.randrange(8)
        survives(bytes(page), chance.choice(TYPES))


def test_importing_the_stage_loads_no_heavy_library() -> None:
    heavy = "'trafilatura', 'lxml', 'fasttext', 'turbohtml', 'babel'"
    code = f"import sys, streams.parse; print([name for name in ({heavy}) if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
