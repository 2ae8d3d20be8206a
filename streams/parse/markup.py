"""HTML as text to an lxml tree: what no reader sees is cut out first, which halves the time of all that follows."""

import re
from collections.abc import Callable
from typing import Any

from schemas.dead_letter import Reason, Refusal
from streams.parse.limits import ParseLimits, check_markup

_UNSEEN = re.compile(r"<(!--|(?:script|style|noscript|svg)\b)")
_ATTRIBUTES_LETTERS = 300
# lxml cannot hand out text with half a surrogate pair, which libxml2 makes of such a reference when it recovers.
_REFERENCE = re.compile(r"&#(?:[xX]0{0,4}([dD][89a-fA-F][0-9a-fA-F]{2})|0{0,4}(5[5-7]\d{3}))(?![0-9a-fA-F]);?")


class MarkupReader:
    """Makes trees of pages, after the guards. Immutable."""

    def __init__(self, limits: ParseLimits) -> None:
        from lxml.etree import HTMLParser, XMLSyntaxError, fromstring  # noqa: PLC0415 - when a Parser is built

        self._limits = limits
        self._parser: Callable[..., Any] = HTMLParser
        self._fromstring: Callable[..., Any] = fromstring
        self._syntax_error: type[Exception] = XMLSyntaxError

    def tree(self, markup: str) -> Any:
        """The lxml tree of a page or a piece of one, ``<html>`` at its root; raises ``Refusal``."""
        markup = without_scripts(markup.replace("\0", ""))
        check_markup(markup, self._limits)
        # A parser of its own for each page: they are no use to two threads at once.
        parser = self._parser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
        try:
            tree = self._fromstring(without_surrogates(markup).encode("utf-8", "replace"), parser)
        except self._syntax_error as error:
            raise Refusal(Reason.NO_ARTICLE, f"no HTML in it: {error}") from None
        if tree is None:
            raise Refusal(Reason.NO_ARTICLE, "no HTML in it: no element and no text")
        return tree


def without_scripts(markup: str) -> str:
    """Markup without comments, styles, drawings and scripts but JSON-LD. One pass; what is not closed stays."""
    kept: list[str] = []
    position = start = 0
    unclosed: set[str] = set()
    while (tag := _UNSEEN.search(markup, start)) is not None:
        name, start = tag[1], tag.end()
        if name in unclosed:
            continue
        # "<!-->" is a whole comment.
        end = markup.find("-->", tag.start() + 2) if name == "!--" else markup.find(f"</{name}", start)
        if end < 0:
            unclosed.add(name)
            continue
        stays = name == "script" and "ld+json" in markup[start : start + _ATTRIBUTES_LETTERS].partition(">")[0]
        # Another start before the end: it may have ended unseen, as </SCRIPT>.
        stays = stays or (name != "!--" and markup.find(f"<{name}", start, end) >= 0)
        start = markup.find(">", end) + 1 or len(markup)
        if not stays:
            kept.append(markup[position : tag.start()])
            position = start
    kept.append(markup[position:])
    return "".join(kept)


def without_surrogates(markup: str) -> str:
    """Markup whose character references all mean characters; those to surrogates become U+FFFD."""
    return _REFERENCE.sub(_character, markup) if "&#" in markup else markup


def _character(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else reference[0]
