"""Microdata of a page (``itemscope``, ``itemprop``), as the objects that JSON-LD would have."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from streams.parse.head import text_of
from streams.parse.json_ld import ARTICLE_TYPES

_WANTED = frozenset(
    (
        *("headline", "datePublished", "dateCreated", "dateModified", "author", "creator", "publisher"),
        *("keywords", "description", "inLanguage", "url", "mainEntityOfPage"),
    )
)
_WITH_NAME = frozenset(("author", "creator", "publisher"))
# An article has a dozen; a page with more is a list of articles, and its own comes first.
_MOST = 300


class MicrodataReader:
    """Reads microdata. Immutable."""

    def __init__(self) -> None:
        from lxml.etree import XPath  # noqa: PLC0415 - when a Parser is built

        # Found by libxml2: half the time of a walk in Python.
        self._properties: Callable[..., Any] = XPath("//*[@itemprop]")

    def read(self, tree: Any) -> list[dict[str, Any]]:
        """The articles of an lxml ``tree``, and last what stands in no article, as objects of schema.org."""
        articles: dict[Any, dict[str, Any]] = {}
        for element in islice(self._properties(tree), _MOST):
            wanted = _WANTED.intersection(element.get("itemprop").split())
            if not wanted:
                continue
            scope = next((there for there in element.iterancestors() if there.get("itemscope") is not None), None)
            kind = scope.get("itemtype", "").strip().rpartition("/")[2] if scope is not None else ""
            if scope is not None and kind not in ARTICLE_TYPES and kind != "WebPage":
                continue
            node = articles.setdefault(scope, {"@type": kind or "Article"})
            for name in wanted:
                _add(node, name, element)
        return sorted(articles.values(), key=lambda node: "headline" not in node)


def _add(node: dict[str, Any], name: str, element: Any) -> None:
    """The first value counts, but for people, of whom there may be several."""
    value = _name_in(element) if name in _WITH_NAME else _value(element)
    if not value:
        return
    if name in _WITH_NAME:
        node.setdefault(name, []).append({"name": value})
    else:
        node.setdefault(name, value)


def _name_in(element: Any) -> str:
    for inside in islice(element.iter(), 50):
        if inside is not element and "name" in inside.get("itemprop", "").split():
            return _value(inside)
    return _value(element)


def _value(element: Any) -> str:
    for attribute in ("content", "datetime"):
        if (value := element.get(attribute)) is not None:
            return str(value).strip()
    return text_of(element)
