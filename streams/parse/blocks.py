"""Block by block, the text of markup: what stands between tags that begin a new line."""

import re
from typing import Any

_BLOCKS = frozenset(
    (  # noqa: SIM905 - words of one vocabulary read better in lines than one a line
        "p div br h1 h2 h3 h4 h5 h6 li ul ol tr table blockquote section article main header footer figure "
        "figcaption dl dt dd pre address aside nav form hr body "
        # trafilatura's own names
        "head item list quote lb row ab code"
    ).split()
)
_SILENT = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "button",
        "select",
        "option",
        "title",
        "meta",
        "link",
        "graphic",
    )
)
_SPACES = re.compile(r"\s+")
# lxml cannot hand out text with half a surrogate pair, which libxml2 makes of such a reference when it recovers.
_REFERENCE = re.compile(r"&#(?:[xX]0{0,4}([dD][89a-fA-F][0-9a-fA-F]{2})|0{0,4}(5[5-7]\d{3}))(?![0-9a-fA-F]);?")


def without_surrogates(markup: str) -> str:
    """Markup whose character references all mean characters; those to surrogates become U+FFFD."""
    return _REFERENCE.sub(_character, markup) if "&#" in markup else markup


def _character(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else reference[0]


def read_blocks(root: Any) -> list[str]:
    """The lines of an lxml element in order, white space single, none empty. Linear in its size."""
    lines: list[str] = []
    words: list[str] = []

    def end_line() -> None:
        text = _SPACES.sub(" ", "".join(words)).strip()
        words.clear()
        if text:
            lines.append(text)

    from lxml.etree import iterwalk  # noqa: PLC0415 - loaded by whoever made the tree

    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if not isinstance(tag, str) or tag in _SILENT:
                walk.skip_subtree()
                continue
            if tag in _BLOCKS:
                end_line()
            elif tag in ("td", "th", "cell"):
                words.append(" ")
            if element.text:
                words.append(element.text)
            continue
        if isinstance(tag, str) and tag in _BLOCKS:
            end_line()
        if element.tail and element is not root:
            words.append(element.tail)
    end_line()
    return lines
