"""Mojibake: UTF-8 that someone before us read as another charset, undone where it can be.

«Ø§Ù„» is «ال» read as windows-1252, «ط§ظ„» the same read as windows-1256; "Ã©" is "é", "â€™" an apostrophe.
What was read wrongly twice is undone twice.
"""

import re
from typing import NamedTuple

_MOST_TIMES = 3
_SAMPLE = 20_000
# In good text such pairs are chance; in mojibake nearly everything beyond ASCII is one.
_LEAST_SHARE = 0.6
_FOREIGN = re.compile("[\u0080-\uffff]")
_ACCENTED = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]")
_LETTER = re.compile(r"[^\W\d_]")
_LEAST_MISREAD = 8


def _character(byte: int, codec: str) -> str:
    """What a reader makes of a byte; the holes of a code page stay control characters, as in browsers."""
    return bytes([byte]).decode(codec, "ignore") or chr(byte)


class _Misreading(NamedTuple):
    """One charset by which UTF-8 is misread. ``signs``: what it makes of the letters that no text does without."""

    signs: tuple[str, ...]
    run: re.Pattern[str]
    byte_of: dict[str, int]


def _misreading(codec: str, letters: str) -> _Misreading:
    character = [_character(byte, codec) for byte in range(0x100)]
    byte_of = {there: byte for byte, there in enumerate(character) if byte >= 0x80}
    # Controls: latin-1, or the holes, or what some reader left as they were.
    byte_of |= {chr(byte): byte for byte in range(0x80, 0xA0)}
    later = "".join(map(re.escape, (*character[0x80:0xC0], *map(chr, range(0x80, 0xA0)))))
    two, three, four = ("".join(character[a:b]) for a, b in ((0xC2, 0xE0), (0xE0, 0xF0), (0xF0, 0xF5)))
    run = re.compile(f"(?:[{two}][{later}]|[{three}][{later}]{{2}}|[{four}][{later}]{{3}})+")
    signs = tuple("".join(character[byte] for byte in letter.encode()) for letter in letters)
    # Half a letter is enough where the other half differs between readers (latin-1, windows-1252).
    return _Misreading(
        (*signs, *(character[byte] for byte in (0xC3, 0xC4, 0xC5, 0xD0, 0xD1, 0xD8, 0xD9) if codec == "cp1252")),
        run,
        byte_of,
    )


_MISREADINGS = (
    _misreading("cp1252", "’“"),
    _misreading("cp1256", "اليéèàêöü’оеأطذ"),
    _misreading("cp1251", "оеиاé’"),
)


def repair(text: str) -> tuple[str, bool]:
    """Undo UTF-8 read as another charset; the text, and whether it was or still is mojibake."""
    mojibake = False
    for _ in range(_MOST_TIMES):
        misreading = _found(text)
        if misreading is None:
            break
        mojibake = True
        repaired = "\n".join(_repaired(line, misreading) for line in text.split("\n"))
        if repaired == text:
            break
        text = repaired
    return text, mojibake


def looks_misread(text: str) -> bool:
    """Whether a text of a code page was read as windows-1252: «ÇáãÏíäÉ», "Ïðèâåò". No language has such words."""
    accented = len(_ACCENTED.findall(text, 0, _SAMPLE)) if not text.isascii() else 0
    return accented >= _LEAST_MISREAD and accented > len(_LETTER.findall(text, 0, _SAMPLE)) * 0.5


def latin_bytes(text: str) -> bytes | None:
    """The bytes of a text read as windows-1252, its holes as control characters; null when it has other letters."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        try:
            return b"".join(c.encode("latin-1" if "\x80" <= c <= "\x9f" else "cp1252") for c in text)
        except UnicodeEncodeError:
            return None


def _found(text: str) -> _Misreading | None:
    """The misreading that explains most of a text's letters beyond ASCII; null when none does."""
    if text.isascii():
        return None
    best, most = None, 0.0
    head = text[:_SAMPLE]  # a page of 1 MB is not searched for every sign
    for misreading in _MISREADINGS:
        if not any(sign in head for sign in misreading.signs):
            continue
        covered = sum(map(len, misreading.run.findall(text, 0, _SAMPLE)))
        if covered > most:
            best, most = misreading, covered
    if best is None:
        return None
    foreign = len(_FOREIGN.findall(text, 0, _SAMPLE))
    return best if most >= max(2, foreign * _LEAST_SHARE) else None


def _repaired(line: str, misreading: _Misreading) -> str:
    if line.isascii():
        return line

    def original(run: re.Match[str]) -> str:
        try:
            return bytes(map(misreading.byte_of.__getitem__, run[0])).decode()
        except UnicodeDecodeError:
            return run[0]

    return misreading.run.sub(original, line)
