"""How much Rafid reads: sizes, nesting and counts, checked before any parser sees the input.

All guards are linear in the size of the input. What they catch is measured: resiliparse took 5.3 s for
20,000 nested
``<div>``, and an XML entity bomb of 1 KB expands to gigabytes.
"""

import re
from typing import NamedTuple

from schemas.dead_letter import Reason, Refusal

# JSON may write each two-byte letter as a six-byte escape.
_JSON_INFLATION = 3
_JSON_FRAME_BYTES = 65_536

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)")
# A start tag with all its attributes; what is quoted may hold anything.
_START_TAG = re.compile(r"""<[A-Za-z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?)*+""")
_QUOTED = re.compile(r""""[^"]*+"|'[^']*+'""")
_BETWEEN_ATTRIBUTES = re.compile(r"[\s/]+")
# In fewer letters there are no attributes enough to be slow.
_LONG_TAG, _LONG_PAGE = 6_000, 60_000
# Elements without an end, or whose end writers leave out: they say nothing about depth.
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "html",
        "head",
        "body",
    ]
)
# The start of a tag that counts. In capitals the flat ones count too: a second, careful look settles it.
_DEEP_TAG = re.compile(rf"</?(?!(?:{'|'.join(_FLAT)})(?![\w:-]))[A-Za-z]")
_RAW_TEXT = frozenset(("script", "style", "textarea", "noscript", "template"))


class ParseLimits(NamedTuple):
    """Limits of one input. ``depth`` is nested elements, ``nodes`` tags, start and end, ``attributes`` one element's,
    ``entries`` a feed's, ``lines`` a page's."""

    text_bytes: int = 1_000_000
    html_bytes: int = 5_000_000
    depth: int = 256
    nodes: int = 60_000
    attributes: int = 2_000
    entries: int = 1_000
    lines: int = 20_000
    embedded: int = 50


def check_bytes(size: int, limits: ParseLimits, *, envelope: bool) -> None:
    """Refuse what is too large whatever it is; raises ``Refusal`` (too-large). ``size`` is in bytes."""
    most = limits.html_bytes
    if envelope:
        most = most * _JSON_INFLATION + _JSON_FRAME_BYTES
    if size > most:
        what = "envelope" if envelope else "page"
        raise Refusal(Reason.TOO_LARGE, f"the {what} has {size:,} bytes; the limit is {most:,}")


def check_text(text: str, limits: ParseLimits) -> None:
    """Refuse a text page that is too large; raises ``Refusal`` (too-large, too-complex)."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > limits.text_bytes:
        raise Refusal(
            Reason.TOO_LARGE,
            f"the text has {size:,} bytes; the limit is {limits.text_bytes:,} (RAFID_TEXT_BYTES)",
        )
    lines = text.count("\n")
    if lines > limits.lines:
        raise Refusal(Reason.TOO_COMPLEX, f"the text has {lines:,} lines; the limit is {limits.lines:,}")


def check_markup(text: str, limits: ParseLimits) -> None:
    """Refuse HTML that is too large, too deep or has too many tags; raises ``Refusal``."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > limits.html_bytes:
        raise Refusal(
            Reason.TOO_LARGE,
            f"the page has {size:,} bytes; the limit is {limits.html_bytes:,} (RAFID_HTML_BYTES)",
        )
    nodes = text.count("<")
    if nodes > limits.nodes:
        raise Refusal(Reason.TOO_COMPLEX, f"the page has {nodes:,} tags; the limit is {limits.nodes:,}")
    depth = _depth(text, limits.depth)
    if depth > limits.depth:
        raise Refusal(Reason.TOO_COMPLEX, f"elements are nested more than {limits.depth:,} deep")
    if len(text) > _LONG_PAGE:
        _check_attributes(text, limits.attributes)


def check_xml(text: str, limits: ParseLimits) -> None:
    """As ``check_markup``, and no entities of its own: those are how small XML becomes large."""
    check_markup(text, limits)
    if "<!ENTITY" in text:
        raise Refusal(Reason.TOO_COMPLEX, "the XML declares entities (<!ENTITY …>); feeds need none: remove them")


def _check_attributes(text: str, most: int) -> None:
    """libxml2 goes through all attributes of an element to add one: 20,000 take it two seconds, 400,000 hours."""
    for tag in _START_TAG.finditer(text):
        if tag.end() - tag.start() > _LONG_TAG:
            count = len(_BETWEEN_ATTRIBUTES.split(_QUOTED.sub(" ", tag[0])))
            if count > most:
                raise Refusal(Reason.TOO_COMPLEX, f"an element has {count:,} attributes; the limit is {most:,}")


def _depth(text: str, most: int) -> int:
    """The deepest nesting, as far as an unchecked count of start and end tags can tell; stops above
    ``most``."""
    depth = deepest = 0
    for tag in _DEEP_TAG.findall(text):
        if tag[1] == "/":
            depth -= depth > 0
        else:
            depth += 1
            deepest = max(deepest, depth)
    if deepest <= most:
        return deepest
    return _careful_depth(text, most)


def _careful_depth(text: str, most: int) -> int:
    """The same without what stands in scripts and self-closing tags: slower, only for pages under
    suspicion."""
    depth = deepest = position = 0
    while (tag := _TAG.search(text, position)) is not None and deepest <= most:
        position = tag.end()
        name = tag[2].lower()
        if name in _FLAT:
            continue
        if tag[1]:
            depth -= depth > 0
            continue
        if name in _RAW_TEXT:
            found = text.find(f"</{tag[2]}", position)
            position = len(text) if found < 0 else found
        elif text[max(position, text.find(">", position, position + 2_000)) - 1] == "/":
            continue
        depth += 1
        deepest = max(deepest, depth)
    return deepest
