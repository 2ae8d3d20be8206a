"""What a record is by its content type and first bytes: text, HTML, a feed, JSON; or nothing to read at
all."""

import re
from enum import Enum

from schemas.dead_letter import Reason, Refusal
from streams.parse.charset import codec_of, wide_codec

_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"RIFF", "a WebP image or WAV sound"),
    (b"ID3", "MP3 sound"),
    (b"OggS", "Ogg media"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x00asm", "WebAssembly"),
)
_SUPPORTED = {
    "text/plain": "text",
    "text/markdown": "text",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/feed+json": "json-feed",
    "application/json": "json",
    "application/cloudevents+json": "json",
    # What clients send when they know nothing.
    "application/octet-stream": "any",
    "binary/octet-stream": "any",
}
# What may stand before the root: declarations, comments, a document type. White space is not given back (\s++): to
# remember each blank of a long run took thirty times as long for ten times as many.
_PROLOG = re.compile(
    r"(?:\s++|<\?[^>]{0,1000}>|<!--(?:(?!-->)[\s\S]){0,4000}-->|<!DOCTYPE[^<>\[]{0,500}(?:\[[^\]]{0,4000}\]\s{0,100})?>)*",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<((?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40}))")
_FEED_ROOTS = frozenset(("rss", "feed", "RDF", "item", "entry", "channel"))
_FEED_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|RDF|item|entry|channel)[\s>]")
_HTML_ROOT = re.compile(r"<html[\s>]", re.IGNORECASE)
_HTML_START = re.compile(
    r"<(?:!doctype\s+html|!--|(?:html|head|body|article|main|div|p|h1|meta|title|section|table|script|span)\b)",
    re.IGNORECASE,
)
_HTML_TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|article|section|table|ul|li|body|html|figure|blockquote)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_HEAD, _PROLOG_LETTERS = 4_096, 20_000
_MOST_CONTROL = 0.02
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_CONTROL = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32)) + b"\x7f"


class Kind(Enum):
    """What a page is written in."""

    TEXT = "text"
    HTML = "html"
    FEED = "feed"
    JSON_FEED = "json-feed"


def media_type(header: str | None) -> tuple[str | None, str | None]:
    """A content-type header's media type and charset, lower-cased; null where it names none."""
    if not header:
        return None, None
    name, *parameters = header.split(";")
    charset = next(
        (p.partition("=")[2].strip(" \"'") for p in parameters if p.strip().lower().startswith("charset=")),
        None,
    )
    return name.strip().lower() or None, charset or None


def form_of(declared: str | None) -> str:
    """How a media type is read: text, html, feed, xml, json-feed, json or any; raises ``Refusal``."""
    if declared is None:
        return "any"
    if declared in _SUPPORTED:
        return _SUPPORTED[declared]
    if declared.startswith(("image/", "audio/", "video/", "font/")) or declared in (
        "application/pdf",
        "application/zip",
        "application/gzip",
    ):
        what = f"{declared} is not text"
    else:
        what = f"{declared} is not supported"
    names = ", ".join(name for name in _SUPPORTED if "octet" not in name)
    raise Refusal(Reason.UNSUPPORTED_CONTENT_TYPE, f"{what}; supported are {names}")


def kind_of(text: str, form: str) -> Kind:
    """What the page is written in; what it looks like beats a content type that clients give by default."""
    head = text[:_PROLOG_LETTERS].lstrip()
    prolog = _PROLOG.match(head)
    root = _ROOT.match(head, prolog.end() if prolog else 0)
    head = head[:_HEAD]
    if root is not None and root[2] in _FEED_ROOTS:
        return Kind.FEED
    is_html = _HTML_ROOT.search(head) is not None
    if form in ("feed", "xml") and not is_html and _FEED_ROOT.search(head):
        return Kind.FEED  # below something that a server printed before it
    is_xml = form in ("feed", "xml") or head.startswith("<?xml")
    if is_xml and root is not None and not is_html and not _HTML_START.search(head):
        raise Refusal(Reason.NO_ARTICLE, f"XML <{root[1]}>: no RSS, Atom or HTML; send a feed, its entry, or the page")
    if form == "html" or is_xml or _HTML_START.match(head):
        return Kind.HTML
    if form == "text" and not re.match(r"<(?:!doctype|html)", head, re.IGNORECASE):
        return Kind.TEXT
    tags = len(_HTML_TAG.findall(text[:20_000]))
    lines = text.count("\n", 0, 20_000) + 1
    return Kind.HTML if tags >= 3 and tags >= lines * 0.3 else Kind.TEXT


def check_binary(value: bytes, charset: str | None) -> None:
    """Refuse what is no text; raises ``Refusal`` (binary). UTF-16 and UTF-32 may have zero bytes."""
    head = value[:_HEAD]
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise Refusal(Reason.BINARY, f"{what}, not text; send the text of the page")
    zeros = head.count(0)
    if zeros and not value.startswith(_WIDE_MARKS) and wide_codec(value, codec_of(charset)) is None:
        raise Refusal(Reason.BINARY, f"{zeros:,} zero bytes in the first {len(head):,}: not text")
    control = len(head) - len(head.translate(None, _CONTROL)) - zeros
    if not zeros and control > len(head) * _MOST_CONTROL and control > 3:
        raise Refusal(Reason.BINARY, f"{control:,} control characters in the first {len(head):,} bytes: not text")


def check_control(text: str) -> None:
    """The same for text out of JSON, which has been decoded already."""
    head = text[:_HEAD]
    control = sum(1 for c in head if (c < " " and c not in "\t\n\r\f\v\x1b") or c == "\x7f")
    if control > 3 and control > len(head) * _MOST_CONTROL:
        raise Refusal(Reason.BINARY, f"content: {control:,} control characters in the first {len(head):,}: not text")
