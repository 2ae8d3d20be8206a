"""Records spoilt as the world spoils them, each made of a number and a seed alone: what parse_fuzz.py reads."""

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "streams/demo/pages", ROOT / "tests/parse/pages", ROOT / "tests/parse/gold/open")
_SUFFIXES = (".txt", ".html", ".htm", ".xml", ".bin", ".gz")
_MOST_BYTES, _MOST_BYTES_OF_FEW = 30_000, 1_200_000
CHARSETS = (
    "utf-8",
    "cp1256",
    "iso8859-6",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "koi8-r",
    "gb18030",
    "cp1254",
)
TYPES = (
    *(None,) * 30, "text/html", "text/html", "text/plain", "text/plain", "application/json", "application/rss+xml",
    "application/xml", "text/xml", "application/feed+json", "application/cloudevents+json",
    "application/octet-stream", "text/html; charset=windows-1256", "text/plain; charset=utf-16",
    "text/plain; charset=iso-8859-1", "text/html; charset=utf-7", "application/rss+xml; charset=x",
    "text/plain; charset=\udcff", "image/png", ";;;", "text/plain; charset=iso2022_jp",
)  # fmt: skip
SPLINTERS = (
    "<div>", "</div>", "<p>", "</p>", "<!--", "-->", "<script>", "<script type=application/ld+json>{", "<![CDATA[",
    "]]>", "<item>", "</item>", "<entry>", "<title>", "<table><tr><td>", "<a href='", "\" onload=\"", "&#xd800;",
    "&#0;", "&nbsp;", "&amp;amp;", "&x;", "<!ENTITY a 'b'>", "<!DOCTYPE html>",
    "<?xml version='1.0' encoding='utf-16'?>", "<meta charset=windows-1256>", "{", "}", "[", "]", '"', '\\"',
    "\\ud800", "null", "1e999", ",", ":", "|", "\n\n", "\r", "\0", "\x1b$B", "\u2028", "\u200c", "\u202e", "\ufeff",
    "\ufffd", "\U0010ffff", "المصدر: ", "تاريخ النشر: ", "إقرأ أيضاً:\n", "كلمات دلالية: ", "Source: ",
    "Published: ", "Tags: ", "Read also\n", "#", "http://", "٣١/١٣/٢٠٢٣", "2021-99-99", "99999999999999999999",
    "1445/13/40 هـ", "0000-00-00T99:99:99Z", "²③", "قبل ساعتين", "2 hours ago", "a@b.c (x)", " - ",
)  # fmt: skip
Chance = random.Random


class Input(NamedTuple):
    """One spoilt record. ``how``: the names of what was done to it."""

    value: bytes
    content_type: str | None
    headers: dict[str, str]
    how: str


def read_seeds(folders: Iterable[Path] = FOLDERS) -> list[bytes]:
    """Pages of some folders, and the feeds and envelopes made of them, in a fixed order."""
    pages: list[bytes] = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                data = path.read_bytes()
                pages.append(gzip.decompress(data) if path.suffix == ".gz" else data)
    texts = [page.decode("utf-8", "replace") for page in pages[:40]]
    return [*pages, *_feeds(texts), *_envelopes(texts)]


def make(number: int, seed: int, seeds: list[bytes]) -> Input:
    """The input of a number: the same for the same seed and pages."""
    chance = random.Random(f"{seed}:{number}")
    value = chance.choice(seeds)
    how = [chance.choice(MUTATIONS) for _ in range(chance.choice((1, 1, 2, 2, 3, 5)))]
    most = _MOST_BYTES_OF_FEW if chance.random() < 0.002 else _MOST_BYTES
    for mutation in how:
        value = mutation(value, chance, seeds)[:most]
    headers = {}
    if chance.random() < 0.1:
        headers = {
            name: chance.choice(("", "x", "https://x.example/a", "2023-11-09T12:00:00Z", "\udcff", "ar", "9" * 400))
            for name in chance.sample(HEADERS, 2)
        }
    names = "+".join(mutation.__name__ for mutation in how)
    return Input(value, chance.choice(TYPES), headers, names)


def _flip_bits(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    data = bytearray(value)
    for _ in range(chance.choice((1, 3, 10, 100))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    return (
        value[: chance.randrange(len(value) + 1)]
        if chance.random() < 0.7
        else value[chance.randrange(len(value) + 1) :]
    )


def _drop(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    start = chance.randrange(len(value) + 1)
    return value[:start] + value[start + chance.choice((1, 5, 50, 500)) :]


def _duplicate(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    start = chance.randrange(len(value) + 1)
    piece = value[start : start + chance.choice((1, 2, 10, 100, 2_000))]
    return value[:start] + piece * chance.choice((2, 5, 50, 1_000)) + value[start:]


def _insert(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    start = chance.randrange(len(value) + 1)
    piece = chance.choice(SPLINTERS).encode("utf-8", "surrogatepass") * chance.choice((1, 1, 2, 20, 300))
    return value[:start] + piece + value[start:]


def _scatter(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    for _ in range(chance.choice((3, 10, 30))):
        start = chance.randrange(len(value) + 1)
        value = value[:start] + chance.choice(SPLINTERS).encode("utf-8", "surrogatepass") + value[start:]
    return value


def _insert_noise(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    start = chance.randrange(len(value) + 1)
    return value[:start] + chance.randbytes(chance.choice((1, 4, 40, 1_000))) + value[start:]


def _noise(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    return value[: chance.choice((0, 20))] + chance.randbytes(chance.choice((0, 1, 2, 7, 100, 5_000)))


def _nest(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    start, end = chance.choice(
        (
            ("<div>", "</div>"),
            ("<b>", ""),
            ("<item>", "</item>"),
            ("[", "]"),
            ('{"content":', "}"),
            ("<table><tr><td>", ""),
            ("<ul><li>", ""),
            ("(", ")"),
            ("«", "»"),
        )
    )
    times = chance.choice((2, 20, 200, 300, 3_000))
    at = chance.randrange(len(value) + 1)
    return value[:at] + start.encode() * times + value[at:] + end.encode() * times


def _giant_line(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    line = value.replace(b"\n", chance.choice((b"", b" ", b"\t"))) or b"a"
    return line * (chance.choice((20_000, 20_000, 1_000_000)) // len(line) + 1)


def _many_lines(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    lines = value.split(b"\n")
    chance.shuffle(lines)
    return (chance.choice((b"\n", b"\r\n", b"\n\n", b"\r", b"<br>")).join(lines) + b"\n") * chance.choice((1, 1, 3, 30))


def _recode(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    return value.decode("utf-8", "replace").encode(chance.choice(CHARSETS), "replace")


def _mix_charsets(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    text = value.decode("utf-8", "replace")
    cut = sorted(chance.randrange(len(text) + 1) for _ in range(3))
    pieces = (text[a:b] for a, b in zip((0, *cut), (*cut, len(text)), strict=True))
    return b"".join(piece.encode(chance.choice(CHARSETS), "replace") for piece in pieces)


def _mojibake(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    for _ in range(chance.choice((1, 1, 2))):
        value = value.decode(chance.choice(("cp1252", "latin-1", "cp1256", "cp1251")), "replace").encode()
    return value


def _splice(value: bytes, chance: Chance, seeds: list[bytes]) -> bytes:
    other = chance.choice(seeds)
    return value[: chance.randrange(len(value) + 1)] + other[chance.randrange(len(other) + 1) :]


def _break_marks(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    """Lose or change some of the marks that give JSON, XML and HTML their form."""
    marks, share = b"<>/\"'{}[],:=&;!-", chance.choice((0.01, 0.1, 0.5))
    data = bytearray(value)
    for at, byte in enumerate(data):
        if byte in marks and chance.random() < share:
            data[at] = chance.choice(marks)
    return bytes(data)


def _break_json(value: bytes, chance: Chance, _seeds: list[bytes]) -> bytes:
    """A JSON value with fields of other types, or none, where there is JSON."""
    try:
        data = json.loads(value)
    except (ValueError, RecursionError):
        return (
            b'{"content": '
            + json.dumps(value.decode("utf-8", "replace")).encode()
            + chance.choice((b"}", b"", b', "url": 7}', b"]"))
        )
    strange: tuple[Any, ...] = (
        None,
        7,
        -1e300,
        True,
        [],
        {},
        [[]],
        "",
        "\x00",
        "\u202e",
        {"x": {"y": []}},
        ["a", None, {}],
        "2021-13-45",
    )
    todo = [data]
    while todo:
        there = todo.pop()
        if isinstance(there, dict):
            for name in list(there):
                if chance.random() < 0.2:
                    there[name] = chance.choice(strange)
                todo.append(there[name])
        elif isinstance(there, list):
            todo += there
    return json.dumps(data, ensure_ascii=chance.random() < 0.5).encode("utf-8", "replace")


MUTATIONS: tuple[Callable[[bytes, Chance, list[bytes]], bytes], ...] = (
    _flip_bits, _cut, _drop, _duplicate, _insert, _scatter, _insert_noise, _noise, _nest, _giant_line, _many_lines,
    _recode, _mix_charsets, _mojibake, _splice, _break_marks, _break_json,
)  # fmt: skip
HEADERS = ("url", "title", "source", "language", "published_at", "fetched_at", "ce_time", "ce_source", "byline")


def _feeds(texts: list[str]) -> Iterator[bytes]:
    """RSS, Atom and JSON Feed of some texts."""
    for first in range(0, len(texts) - 2, 6):
        stories = [(text.strip().partition("\n")[0][:80], text) for text in texts[first : first + 3]]
        items, entries, things = [], [], []
        for number, (title, text) in enumerate(stories):
            paragraphs = text.replace("\n", "</p><p>")
            items.append(
                f"<item><title>{escape(title)}</title><link>https://x.example/{number}</link><category>a</category>"
                "<pubDate>Thu, 09 Nov 2023 14:30:00 GMT</pubDate><dc:creator>Nora Fields</dc:creator>"
                f"<description>{escape(text[:200])}</description>"
                f"<content:encoded><![CDATA[<p>{paragraphs}</p>]]></content:encoded></item>"
            )
            entries.append(
                f'<entry><title type="html">{escape(title)}</title><link href="/{number}"/>'
                "<updated>2023-11-09T14:30:00Z</updated><author><name>Nora Fields</name></author>"
                f'<content type="html">{escape(text)}</content></entry>'
            )
            things.append({"title": title, "content_html": text, "tags": ["a"], "authors": [{"name": "N"}]})
        declaration = '<?xml version="1.0" encoding="utf-8"?>'
        yield f'{declaration}<rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'.encode()
        atom = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar" xml:base="https://x.example/">'
        yield f"{atom}{''.join(entries)}</feed>".encode()
        yield json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": things}).encode()


def _envelopes(texts: list[str]) -> Iterator[bytes]:
    for number, text in enumerate(texts[::10]):
        envelope = {
            "content": text,
            "url": f"https://x.example/{number}",
            "published_at": "2023-11-09",
            "keywords": ["a", "ب"],
        }
        yield json.dumps(envelope, ensure_ascii=number % 2 == 0).encode()
        yield json.dumps({"specversion": "1.0", "id": "1", "type": "page", "source": "x", "data": envelope}).encode()
