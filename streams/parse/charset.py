"""From bytes to text: byte-order mark, then header, then what the page says of itself, then detection.

A page's word is taken only where the bytes agree with it: valid UTF-8 with letters beyond ASCII is UTF-8
whatever a
header says (such bytes are valid by chance in one windows-1256 page of millions).
"""

import codecs
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from schemas.dead_letter import Reason, Refusal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The Web reads these names as their windows supersets (WHATWG Encoding Standard, section 4.2).
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_WESTERN = frozenset(("cp1252", "cp1254", "cp1250", "iso8859-15", "iso8859-2", "mac-roman"))
_ARABIC = frozenset(("cp1256", "iso8859-6"))
_OWN_WORD = re.compile(
    rb"""(?:<\?xml[^>]{0,200}encoding\s*=\s*["']|<meta[^>]{0,300}charset\s*=\s*["']?)([A-Za-z0-9_:.-]{2,40})""",
    re.IGNORECASE,
)
_META_BYTES = 4_096
_SAMPLE = 65_536
# More replacement characters than this share of the text, and it is noise to a reader.
_MOST_REPLACED = 0.02
_FOREIGN = re.compile("[\u0080-\uffff]")
_ARABIC_LETTER = re.compile("[\u0620-\u064a]")
# UTF-8 read as windows-1252: «Ø§Ù„» for «ال», "Ã©" for "é", "â€™" for "’".
_MOJIBAKE = re.compile(
    "[ØÙÚÛ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|Ã[\u0080-\u00bf]|â€[\u0080-\u00bf\u0153\u2122\u201c\u201d\u02dc]?"
)
_LEAST_MOJIBAKE = 3


class Decoded(NamedTuple):
    """Text, the codec that gave it, and doubts. ``misdeclared``: header or page named another charset."""

    text: str
    charset: str
    guessed: bool = False
    misdeclared: bool = False
    mojibake: bool = False


class CharsetReader:
    """Decodes bytes. Immutable."""

    def __init__(self) -> None:
        from turbohtml.detect import detect  # noqa: PLC0415 - when a Parser is built

        self._detect: Callable[..., Any] = detect

    def decode(self, data: bytes, declared: str | None) -> Decoded:
        """Text of ``data``; ``declared`` is the header's charset. Raises ``Refusal`` (undecodable)."""
        decoded = self._decode(data, declared)
        replaced = decoded.text.count("\ufffd")
        if replaced > 2 and replaced > len(decoded.text) * _MOST_REPLACED:
            raise Refusal(
                Reason.UNDECODABLE,
                f"read as {decoded.charset}, {replaced:,} of {len(decoded.text):,} characters "
                "cannot be decoded; send UTF-8, or name the right charset in the content-type",
            )
        text, mojibake = repair(decoded.text)
        return decoded._replace(text=text, mojibake=mojibake)

    def _decode(self, data: bytes, declared: str | None) -> Decoded:  # noqa: PLR0911 - one return a case
        for mark, codec in _MARKS:
            if data.startswith(mark):
                return Decoded(data[len(mark) :].decode(codec, "replace"), codec)
        named = codec_of(declared)
        if (wide := _wide(data, named)) is not None:
            return Decoded(data.decode(wide, "replace"), wide, guessed=named is None)
        if data.isascii() and (named is None or not named.startswith("iso2022")):
            return Decoded(data.decode("ascii"), "utf-8")
        own = _OWN_WORD.search(data, 0, _META_BYTES)
        named = named or codec_of(own[1].decode("ascii") if own else None)
        try:
            return Decoded(data.decode("utf-8"), "utf-8", misdeclared=named not in (None, "utf-8", "cp1252"))
        except UnicodeDecodeError as error:
            if _nearly_utf8(data, error):
                return Decoded(data.decode("utf-8", "replace"), "utf-8")
        if named is not None and named != "utf-8":
            text = data.decode(named, "replace")
            if _plausible(text, named):
                return Decoded(text, named)
        detected = self._guess(data)
        return Decoded(
            data.decode(detected, "replace"),
            detected,
            guessed=True,
            misdeclared=named not in (None, detected),
        )

    def _guess(self, data: bytes) -> str:
        sample = data[:_SAMPLE]
        # The tags' ASCII says nothing of the charset, and a meta that lied must not be heard twice.
        letters = re.sub(rb"<[^<>]{0,2000}>", b" ", sample) if b"<" in sample else sample
        found = self._detect(letters)
        codec = codec_of(getattr(found, "encoding", None)) or "cp1252"
        best = max(("cp1256", "iso8859-6"), key=lambda arabic: _arabic_words(letters, arabic))
        if codec != best and _arabic_words(letters, best) >= 0.5:
            return best
        if codec == "utf-8":
            return "cp1252"
        if codec in _ARABIC:
            return best
        return codec


def codec_of(name: str | None) -> str | None:
    """Python's codec for a charset's name, as the Web reads it; null when there is none."""
    if not name:
        return None
    try:
        codec = codecs.lookup(name.strip().strip("\"'").lower())
    except (LookupError, ValueError):
        return None
    if not codec._is_text_encoding:  # noqa: SLF001 - hex, zip and their like are codecs too
        return None
    found = codec.name
    return (
        _SUPERSETS.get(found, found)
        if found not in ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape")
        else None
    )


def repair(text: str) -> tuple[str, bool]:
    """Undo UTF-8 that was read as windows-1252; the text, and whether it was or still is mojibake."""
    if text.isascii():
        return text, False
    marks = _MOJIBAKE.findall(text[:20_000])
    if len(marks) < _LEAST_MOJIBAKE or len(marks) * 2 < len(_FOREIGN.findall(text[:20_000])) * 0.5:
        return text, False
    lines = text.split("\n")
    return "\n".join(_repaired(line) for line in lines), True


def _repaired(line: str) -> str:
    if line.isascii():
        return line
    try:
        return _windows_bytes(line).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return line


def _windows_bytes(text: str) -> bytes:
    """windows-1252, and the C1 controls as themselves: some readers leave them so, all for its five holes."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return b"".join(c.encode("latin-1" if "\x80" <= c <= "\x9f" else "cp1252") for c in text)


def _wide(data: bytes, named: str | None) -> str | None:
    """UTF-16 without a mark: named so, or given away by its zero bytes in every other place."""
    if named is not None and named.startswith("utf-16"):
        return _endian(data) if named == "utf-16" else named
    if named is not None and named.startswith("utf-32"):
        return named
    if b"\0" not in data[:4_096] or len(data) % 2:
        return None
    codec = _endian(data)
    head = data[:2_048].decode(codec, "replace")
    usual = sum(c in "\t\n\r" or " " <= c <= "\u06ff" or "\u2000" <= c <= "\u206f" for c in head)
    return codec if usual >= len(head) * 0.95 and "\0" not in head else None


def _endian(data: bytes) -> str:
    """Which byte of a pair is the high one: it has few values (00 and 06 in Arabic)."""
    even, odd = data[0:4_096:2], data[1:4_096:2]
    return "utf-16-be" if len(set(even)) < len(set(odd)) else "utf-16-le"


def _nearly_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """UTF-8 cut short, or with a few bytes broken."""
    if error.start >= len(data) - 3:
        return True
    text = data[:_SAMPLE].decode("utf-8", "replace")
    foreign = len(_FOREIGN.findall(text))
    return text.count("\ufffd") <= foreign * 0.05


def _plausible(text: str, codec: str) -> bool:
    sample = text[:_SAMPLE]
    foreign = len(_FOREIGN.findall(sample))
    if "\ufffd" in sample and sample.count("\ufffd") > foreign * 0.05:
        return False
    if codec in _ARABIC:
        return len(_ARABIC_LETTER.findall(sample)) >= foreign * 0.5
    if codec in _WESTERN:
        # In no language of western letters do accents outnumber plain letters.
        return foreign <= sum(map(str.isalpha, re.sub(r"<[^<>]{0,2000}>", " ", sample))) * 0.4
    return True


def _arabic_words(data: bytes, codec: str) -> float:
    """How much of the foreign letters reads as Arabic: share of Arabic letters, counting the article
    «ال» twice."""
    text = data.decode(codec, "replace")
    foreign = len(_FOREIGN.findall(text))
    if foreign < 8:
        return 0.0
    articles = text.count(" ال") + text.count("وال")
    words = text.count(" ") + 1
    letters = len(_ARABIC_LETTER.findall(text))
    return letters / foreign if articles > words * 0.04 else 0.0
