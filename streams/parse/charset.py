"""From bytes to text: byte-order mark, then header, then what the page says of itself, then detection.

A page's word is taken only where the bytes agree with it: valid UTF-8 with letters beyond ASCII is UTF-8
whatever a header says (such bytes are valid by chance in one windows-1256 page of millions), and a named charset
that turns words into oddities (streams/parse/oddity.py) is not the charset.
"""

import codecs
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from schemas.dead_letter import Reason, Refusal
from streams.parse.mojibake import latin_bytes, looks_misread, repair
from streams.parse.oddity import oddity

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
# Names of the Web that Python does not know (same section), and what scrapers write.
_OTHER_NAMES = {
    "asmo-708": "iso8859-6",
    "ecma-114": "iso8859-6",
    "arabic": "iso8859-6",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-8-i": "iso8859-8",
    "unicode": "utf-16-le",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "big5-hkscs": "big5hkscs",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
_WINDOWS_NAME = re.compile(r"(?:x-)?(?:windows|win|cp|microsoft-cp|ms)[-_ ]?(125\d)")
# Codecs of Python's that are no charset of the Web.
_NOT_OF_THE_WEB = ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem")
# Servers declare ISO-8859-1 when nobody told them anything: weak evidence against a detector that is sure and has
# letters enough to be so. Of a single one it makes any language of Europe.
_SURE, _UNLIKELY = 0.25, 0.1
_ENOUGH, _FEW = 20, 2
_HIGH_LETTER = re.compile(rb"[\xc0-\xff]")
# A difference in oddity below this is chance.
_NOISE = 0.005
# Read in this order where neither declaration nor detection makes sense.
_FALLBACKS = ("cp1256", "iso8859-6", "cp1252", "iso8859-15")
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_OWN_WORD = re.compile(
    rb"""(?:<\?xml[^>]{0,200}encoding\s{0,9}=\s{0,9}["']|<meta[^>]{0,300}charset\s{0,9}=\s{0,9}["']?)"""
    rb"([A-Za-z0-9_:.-]{2,40})",
    re.IGNORECASE,
)
_META_BYTES = 4_096
_SAMPLE = 65_536
_HEAD = 4_096
_MARKUP = re.compile(rb"<[^<>]{0,2000}>|&#?\w{1,10};")
_PLAIN = re.compile(rb"[\t-\r -~]*")
_HIGH = re.compile(rb"[\x80-\xff]")
# More replacement characters than this share of the text, and it is noise to a reader.
_MOST_REPLACED = 0.02
# Odder than this in most of its words, and it is noise too: the right charset stays below .05.
_MOST_ODD = 0.4
_FOREIGN = re.compile("[\u0080-\U0010ffff]")
# What a text in UTF-16 or UTF-32 is made of: scripts of news, their punctuation, Han, kana, Hangul.
_USUAL = re.compile(
    "[\t\n\r -\u1fff\u2010-\u206f\u20a0-\u20bf\u2100-\u214f\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)


class Decoded(NamedTuple):
    """Text, the codec that gave it, and doubts. ``misdeclared``: header or page named another charset."""

    text: str
    charset: str
    guessed: bool = False
    misdeclared: bool = False
    mojibake: bool = False


class CharsetReader:
    """Decodes bytes. Immutable; 10 µs for a page in UTF-8, 1 to 3 ms where the charset must be found out."""

    def __init__(self) -> None:
        from turbohtml.detect import detect_all  # noqa: PLC0415 - when a Parser is built

        self._detect: Callable[..., Any] = detect_all

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
        text, mojibake = self.repair(decoded.text)
        return decoded._replace(text=text, mojibake=mojibake)

    def repair(self, text: str) -> tuple[str, bool]:
        """Undo a wrong reading before ours; the text, and whether it was, or still is, mojibake."""
        text, mojibake = repair(text)
        if not looks_misread(text):
            return text, mojibake
        lines = text.split("\n")
        misread = [number for number, line in enumerate(lines) if looks_misread(line)]
        data = [latin_bytes(lines[number]) for number in misread]
        codec, _ = self._find(b"\n".join(filter(None, data))[:_SAMPLE], ()) if any(data) else ("cp1252", 0.0)
        if codec in ("cp1252", "iso8859-15"):
            return text, True
        for number, there in zip(misread, data, strict=True):
            if there is not None:
                lines[number] = there.decode(codec, "replace")
        return "\n".join(lines), True

    def _decode(self, data: bytes, declared: str | None) -> Decoded:
        for mark, codec in _MARKS:
            if data.startswith(mark):
                return Decoded(data[len(mark) :].decode(codec, "replace"), codec)
        header = codec_of(declared)
        if (wide := wide_codec(data, header)) is not None:
            named_so = header is not None and header[:6] == wide[:6]
            return Decoded(data.decode(wide, "replace"), wide, guessed=not named_so)
        if data.isascii():
            codec = "iso2022_jp" if b"\x1b$" in data[:_SAMPLE] else "utf-8"
            return Decoded(data.decode(codec, "replace"), codec)
        own = _OWN_WORD.search(data, 0, _META_BYTES)
        # A page that could be searched for its meta is not written in two bytes a letter.
        named = [codec for codec in (header, codec_of(own[1].decode()) if own else None) if codec not in (None, *_WIDE)]
        try:
            return Decoded(data.decode("utf-8"), "utf-8", misdeclared=named[:1] not in ([], ["utf-8"], ["cp1252"]))
        except UnicodeDecodeError as error:
            if _nearly_utf8(data, error):
                return Decoded(data.decode("utf-8", "replace"), "utf-8")
        legacy = tuple(codec for codec in named if codec is not None and codec != "utf-8")
        sample = _sample(data)
        codec, odd = self._find(sample, legacy)
        if odd > _MOST_ODD and len(_HIGH.findall(sample)) > len(sample) * 0.1:
            raise Refusal(
                Reason.UNDECODABLE,
                f"no charset makes words of it, the likeliest is {codec}; send UTF-8, or name the right charset in the "
                "content-type",
            )
        return Decoded(
            data.decode(codec, "replace"),
            codec,
            guessed=codec not in legacy,
            misdeclared=bool(named) and codec != named[0],
        )

    def _find(self, sample: bytes, named: tuple[str, ...]) -> tuple[str, float]:
        """The codec that makes sense of ``sample``, and how odd the text still is: the first of those named, detected
        and usual that is least odd."""
        matches = [(codec_of(match.encoding), match.confidence) for match in self._detect(sample)[:6] if match.encoding]
        sure = {codec: confidence for codec, confidence in reversed(matches) if codec is not None}
        detected = [codec for codec, confidence in matches if codec and confidence > 0 and codec != "utf-8"][:3]
        letters = len(_HIGH_LETTER.findall(sample))
        if letters >= _ENOUGH and detected and sure[detected[0]] > _SURE and sure.get("cp1252", 0.0) < _UNLIKELY:
            named = tuple(codec for codec in named if codec != "cp1252")
        elif letters < _FEW:
            detected.insert(0, "cp1252")
        best, least = "cp1252", 2.0
        for codec in dict.fromkeys((*named, *detected, *_FALLBACKS)):
            odd = oddity(sample.decode(codec, "replace"))
            if odd < least - _NOISE:
                best, least = codec, odd
            if least < _NOISE:
                break
        return best, least


def codec_of(name: str | None) -> str | None:
    """Python's codec for a charset's name, as the Web reads it; null when there is none."""
    if not name:
        return None
    name = name.strip().strip("\"'").lower()
    if (windows := _WINDOWS_NAME.fullmatch(name)) is not None:
        name = f"cp{windows[1]}"
    try:
        codec = codecs.lookup(_OTHER_NAMES.get(name, name))
    except (LookupError, ValueError):
        return None
    if not codec._is_text_encoding or codec.name in _NOT_OF_THE_WEB:  # noqa: SLF001 - hex, zip and their like are codecs too
        return None
    return _SUPERSETS.get(codec.name, codec.name)


def wide_codec(data: bytes, named: str | None = None) -> str | None:
    """UTF-16 or UTF-32 without a mark: named so, or given away by zero bytes; null when the bytes are neither.

    Text has a zero byte for each space, digit and line break, if for nothing else.
    """
    wide = named is not None and named.startswith(("utf-16", "utf-32"))
    if b"\0" not in data[:_HEAD] and (not wide or _is_utf8(data)):
        return None
    head = data[:_HEAD]
    zeros, others = head.count(0), head.replace(b"\0", b"")
    if not wide and zeros < len(head) * 0.4 and _PLAIN.fullmatch(others):
        return None  # text of one byte a letter with stray zeros
    best, most = None, 0.9
    for codec in _WIDE if not named or named not in _WIDE else (named, *_WIDE):
        unit = 4 if codec.startswith("utf-32") else 2
        text = data[: min(_HEAD, len(data) - len(data) % unit)].decode(codec, "replace")
        usual = len(_USUAL.findall(text)) / len(text) if text else 0.0
        # Half of a text in UTF-16 read with its bytes swapped may be usual, never all of it.
        if usual > most and "\0" not in text:
            best, most = codec, usual
    return best


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _sample(data: bytes) -> bytes:
    """A part with letters beyond ASCII, without tags: their ASCII says nothing, and a meta that lied is heard once."""
    first = _HIGH.search(data)
    start = max(0, first.start() - 1_000) if first else 0
    sample = data[start : start + _SAMPLE]
    return _MARKUP.sub(b" ", sample) if b"<" in sample else sample


def _nearly_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """UTF-8 cut short, or with a few bytes broken."""
    if error.start >= len(data) - 3 and not data[: error.start].isascii():
        return True
    start = max(0, error.start - _SAMPLE // 2)
    text = data[start : start + _SAMPLE].decode("utf-8", "replace")
    foreign = len(_FOREIGN.findall(text))
    return text.count("\ufffd") <= foreign * 0.05
