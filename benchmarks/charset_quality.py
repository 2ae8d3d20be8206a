"""How many texts are decoded exactly, by charset, by what was declared, by carrier and by length.

``python -m benchmarks.charset_quality --data DIR`` takes news articles and sentences of many languages, encodes each
in every charset that its language was ever published in, declares that rightly, not at all or wrongly, and counts
those whose text comes back letter for letter. A second table does the same for mojibake: text spoilt in a known way,
repaired to the letter, or at least marked; with clean text beside it, which must be neither.
"""

import argparse
import json
import lzma
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from schemas.dead_letter import Refusal
from streams.parse.charset import CharsetReader, Decoded

ARTICLES, SENTENCES = "topics_train.jsonl.xz", "language_sentences.jsonl.xz"
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
# The charsets of a language's news before UTF-8, most used first.
LEGACY = {
    "ar": ("cp1256", "iso8859-6"),
    "fa": ("cp1256",),
    "ur": ("cp1256",),
    "en": ("cp1252",),
    "fr": ("cp1252", "iso8859-15"),
    "de": ("cp1252",),
    "es": ("cp1252",),
    "tr": ("cp1254",),
    "ru": ("cp1251", "koi8-r"),
    "uk": ("cp1251",),
    "el": ("cp1253",),
    "he": ("cp1255",),
    "pl": ("cp1250", "iso8859-2"),
    "cs": ("cp1250",),
    "ja": ("cp932", "euc_jp"),
    "zh": ("gb18030", "big5"),
    "ko": ("cp949",),
}
NAMES = {"cp932": "Shift_JIS", "cp949": "euc-kr", "euc_jp": "euc-jp"}
# What servers say by default, whatever the bytes are.
LIES = ("utf-8", "iso-8859-1", "windows-1256")
PLAIN = dict(zip("’‘“”–—…«»\u200f\u200e", ("'", "'", '"', '"', "-", "-", "...", '"', '"', "", ""), strict=True))
LONG, SHORT, HEADLINE = 2_000, 140, 40
CLEAN = "nothing: clean text"


DECLARED = ("rightly", "not", "wrongly")


class Way(NamedTuple):
    """How a text reaches us. ``header`` and ``meta`` are charset names or null."""

    declared: str
    html: bool
    header: str | None
    meta: str | None


def read_texts(folder: Path, most: int) -> Iterator[tuple[str, str]]:
    """Language and text, at most ``most`` of a language: articles first, where there are none joined sentences."""
    seen: dict[str, int] = {}
    with lzma.open(folder / ARTICLES, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            language = article["lang"]
            if language in LEGACY and seen.get(language, 0) < most:
                seen[language] = seen.get(language, 0) + 1
                yield language, f"{article['title']}\n{article['text']}"[:LONG].strip()
    sentences: dict[str, list[str]] = {}
    with lzma.open(folder / SENTENCES, "rt", encoding="utf-8") as lines:
        for line in lines:
            sentence = json.loads(line)
            sentences.setdefault(sentence["lang"], []).append(sentence["text"])
    for language in LEGACY.keys() - seen.keys():
        own = sentences.get(language, [])
        for at in range(0, min(len(own), most * 10) - 9, 10):
            yield language, "\n".join(own[at : at + 10])[:LONG].strip()


def cut(text: str, letters: int) -> str:
    """The first words of a text."""
    return text if len(text) <= letters else text[:letters].rpartition(" ")[0] or text[:letters]


def ways(charset: str) -> Iterator[Way]:
    """Right, missing and wrong, as text and as HTML."""
    name = NAMES.get(charset) or charset.removesuffix("-sig").replace("iso8859", "iso-8859").replace(
        "cp12", "windows-12"
    )
    yield Way("rightly", False, name, None)
    yield Way("rightly", True, None, name)
    yield Way("not", False, None, None)
    yield Way("not", True, None, None)
    for lie in LIES:
        if lie != name:
            yield Way("wrongly", False, lie, None)
            yield Way("wrongly", True, None, lie)


def page(text: str, way: Way) -> str:
    """The text, or an HTML page around it."""
    if not way.html:
        return text
    meta = f'<meta charset="{way.meta}">' if way.meta else ""
    body = "".join(f"<p>{line}</p>\n" for line in text.split("\n") if line)
    frame = '<div class="nav"><a href="/">Home</a> <a href="/news">News</a></div>\n'
    return f"<!DOCTYPE html><html><head>{meta}<title>x</title></head><body>\n{frame * 5}{body}</body></html>"


def encoded(text: str, charset: str) -> bytes | None:
    """Bytes, or null where the charset lacks letters of the text (punctuation it lacks becomes plain)."""
    for mark, plain in PLAIN.items():
        try:
            mark.encode(charset)
        except UnicodeEncodeError:
            text = text.replace(mark, plain)
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return None


def character(byte: int, codec: str) -> str:
    """What browsers make of a byte: the holes of a code page stay control characters."""
    return bytes([byte]).decode(codec, "ignore") or chr(byte)


def spoilt_as(codec: str, times: int = 1) -> Callable[[str], str | None]:
    """UTF-8 read as ``codec``, ``times`` over."""

    def spoil(text: str) -> str | None:
        for _ in range(times):
            text = "".join(character(byte, codec) for byte in text.encode())
        return text

    return spoil


def read_as(charset: str, codec: str) -> Callable[[str], str | None]:
    """Bytes of one code page read as another, likewise."""

    def spoil(text: str) -> str | None:
        data = encoded(text, charset)
        return None if data is None else "".join(character(byte, codec) for byte in data)

    return spoil


def kept(charset: str) -> Callable[[str], str | None]:
    """What a charset keeps of a text: the most that a repair can give back."""

    def keep(text: str) -> str | None:
        data = encoded(text, charset)
        return None if data is None else data.decode(charset)

    return keep


class Spoilt(NamedTuple):
    """A way to spoil texts of some languages. ``kept``: what can be given back, where that is not all."""

    spoil: Callable[[str], str | None]
    languages: tuple[str, ...]
    kept: Callable[[str], str | None] = str


SPOILT = {
    "UTF-8 read as windows-1252": Spoilt(spoilt_as("cp1252"), ("ar", "fa", "ur", "fr", "de", "es", "tr", "ru")),
    "UTF-8 read as ISO-8859-1": Spoilt(spoilt_as("latin-1"), ("ar", "fa", "fr", "ru")),
    "UTF-8 read as windows-1256": Spoilt(spoilt_as("cp1256"), ("ar", "fa", "ur", "fr")),
    "UTF-8 read as windows-1252, twice": Spoilt(spoilt_as("cp1252", 2), ("ar", "fa", "fr")),
    "UTF-8 read as windows-1256, twice": Spoilt(spoilt_as("cp1256", 2), ("ar",)),
    "windows-1256 read as windows-1252": Spoilt(read_as("cp1256", "cp1252"), ("ar", "fa"), kept("cp1256")),
    "ISO-8859-6 read as ISO-8859-1": Spoilt(read_as("iso8859-6", "latin-1"), ("ar",), kept("iso8859-6")),
    "windows-1251 read as windows-1252": Spoilt(read_as("cp1251", "cp1252"), ("ru",), kept("cp1251")),
    CLEAN: Spoilt(str, tuple(LEGACY)),
}


class Share:
    """How many of how many."""

    def __init__(self) -> None:
        self.right = self.marked = self.all = 0

    def __str__(self) -> str:
        return f"{self.right / self.all:8.1%}" if self.all else "       –"


def decode(reader: CharsetReader, data: bytes, header: str | None) -> Decoded | None:
    try:
        return reader.decode(data, header)
    except Refusal:
        return None


def measure_charsets(reader: CharsetReader, texts: list[tuple[str, str]], *, show: int) -> None:
    rows: dict[tuple[str, str], dict[tuple[str, int], Share]] = {}
    times: list[float] = []
    for language, text in texts:
        for charset in (*UNICODE, *LEGACY[language]):
            for way in ways(charset):
                for letters in (LONG, SHORT, HEADLINE):
                    data = encoded(page(cut(text, letters), way), charset)
                    if data is None or (data.isascii() and charset in LEGACY[language]):
                        continue
                    start = time.perf_counter()
                    found = decode(reader, data, way.header)
                    times.append((time.perf_counter() - start) * 1e6)
                    row = rows.setdefault(("any", charset) if charset in UNICODE else (language, charset), {})
                    share = row.setdefault((way.declared, letters), Share())
                    share.all += 1
                    right = found is not None and found.text == data.decode(charset)
                    share.right += right
                    if not right and show > 0:
                        show -= 1
                        got = found and (found.charset, found.text[-60:])
                        print(f"  {language} {charset} {way} {letters}: {cut(text, 50)!r} -> {got!r}")
    cells = [(declared, letters) for declared in DECLARED for letters in (LONG, SHORT, HEADLINE)]
    print("Decoded exactly, of the first 2,000 letters, of 140 and of a headline of 40; text and HTML")
    print(" " * 15, *(f"{declared:>26}" for declared in DECLARED))
    for (language, charset), row in sorted(rows.items()):
        print(f"{language:>3} {charset:<11}", *(row.get(cell, Share()) for cell in cells))
    total = {cell: Share() for cell in cells}
    for row in rows.values():
        for cell, share in row.items():
            total[cell].right += share.right
            total[cell].all += share.all
    print("all            ", *total.values(), f"  of {sum(share.all for share in total.values()):,} inputs")
    times.sort()
    print(f"{times[len(times) // 2]:.0f} µs an input (median), 99 % under {times[len(times) * 99 // 100] / 1e3:.1f} ms")


def measure_mojibake(reader: CharsetReader, texts: list[tuple[str, str]], *, show: int) -> None:
    print("Mojibake: repaired to the letter, and marked, at 2,000, 140 and 40 letters")
    for name, spoilt in SPOILT.items():
        shares = {n: Share() for n in (LONG, SHORT, HEADLINE)}
        for language, text in texts:
            for letters, share in shares.items():
                piece = spoilt.kept(cut(text, letters))
                if language not in spoilt.languages or piece is None:
                    continue
                bad = spoilt.spoil(piece)
                if bad is None or (bad == piece) != (name == CLEAN):
                    continue
                found = decode(reader, bad.encode("utf-8", "replace"), "utf-8")
                share.all += 1
                share.right += found is not None and found.text == piece
                share.marked += found is not None and found.mojibake
                if show > 0 and (found is None or found.text != piece):
                    show -= 1
                    print(f"  {name} {language} {letters}: {piece[-60:]!r} -> {found and found.text[-60:]!r}")
        cells = (f"{share} / {share.marked / max(share.all, 1):6.1%}" for share in shares.values())
        print(f"{name:<36}", *cells, f"  of {shares[LONG].all:,} texts")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {ARTICLES} and {SENTENCES}")
    parser.add_argument("--texts", type=int, default=60, help="most texts of a language")
    parser.add_argument("--show", type=int, default=0, help="print this many of the wrong ones")
    parser.add_argument("--only", choices=("charsets", "mojibake"), help="one of the two tables")
    arguments = parser.parse_args()
    if not (arguments.data / ARTICLES).is_file():
        print(f"No data: {arguments.data / ARTICLES} is missing.")
        return 1
    texts = list(read_texts(arguments.data, arguments.texts))
    reader = CharsetReader()
    if arguments.only != "mojibake":
        measure_charsets(reader, texts, show=arguments.show)
    if arguments.only != "charsets":
        measure_mojibake(reader, texts, show=arguments.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
