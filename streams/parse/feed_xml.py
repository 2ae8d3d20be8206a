"""A feed's XML as feeds really are, to a tree: undeclared prefixes, ``&nbsp;``, stray ampersands, cut off at the end.

Elements get one name whatever prefix and namespace a feed has for them: ``title``, ``dc:creator``, ``media:title``.
"""

import re
from collections.abc import Callable, Iterator
from html.entities import html5
from typing import Any

from schemas.dead_letter import Reason, Refusal
from streams.parse.limits import ParseLimits, check_xml
from streams.parse.markup import without_surrogates

# The vocabularies of feeds, each by the prefix that it has in names here. RSS and Atom need none.
_PREFIXES = {
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns": "",
    "http://www.w3.org/1999/xhtml": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dc",
    "http://search.yahoo.com/mrss": "media",
    "http://video.search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://news.yandex.ru": "yandex",
}
# Declared for a feed that forgot to, and for an entry cut out of one; its own declarations win.
_ROOT = (
    '<document xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,500}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]{0,500}(?:\[[^\]]{0,10000}\]\s{0,100})?>", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STRAY_BRACKET = re.compile(r"<(?![A-Za-z_/!?])")
_AMPERSAND = re.compile(r"&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_ENTRY_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]")
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,100}>")
ENTRIES = ("item", "entry")


class XmlReader:
    """Makes trees of feeds, after the guards. Immutable."""

    def __init__(self, limits: ParseLimits) -> None:
        from lxml.etree import XMLParser, XMLSyntaxError, fromstring, iterwalk  # noqa: PLC0415 - when a Parser is built

        self._limits = limits
        self._parser: Callable[..., Any] = XMLParser
        self._fromstring: Callable[..., Any] = fromstring
        self._iterwalk: Callable[..., Any] = iterwalk
        self._syntax_error: type[Exception] = XMLSyntaxError

    def entries(self, text: str) -> list[Any]:
        """The entries of a feed, or the one that ``text`` is; without a last one that was cut short. Raises
        ``Refusal``."""
        check_xml(text, self._limits)
        root = self._root(text)
        entries = list(self._outermost(root))
        return entries[:-1] if len(entries) > 1 and _is_cut_short(text) else entries

    def _root(self, text: str) -> Any:
        parser = self._parser(
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            encoding="utf-8",
        )
        text = f"{_ROOT}{without_surrogates(_well_formed(text))}</document>"
        try:
            root = self._fromstring(text.encode("utf-8", "replace"), parser)
        except self._syntax_error as error:
            raise Refusal(Reason.NO_ARTICLE, f"not XML that can be read: {error}") from None
        if root is None:
            raise Refusal(Reason.NO_ARTICLE, "not XML that can be read: no element in it")
        return root

    def _outermost(self, root: Any) -> Iterator[Any]:
        """Entries that stand in no other: what stands in one is its content."""
        walk = self._iterwalk(root, events=("start",))
        for _, element in walk:
            if name_of(element) in ENTRIES:
                yield element
                walk.skip_subtree()


def name_of(element: Any) -> str:
    """An element's name with the prefix of its vocabulary; empty for what is no element."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if tag[0] != "{":
        return tag
    namespace, _, name = tag[1:].partition("}")
    prefix = _PREFIXES.get(namespace.lower().replace("https:", "http:").rstrip("/#"), element.prefix)
    return f"{prefix}:{name}" if prefix else name


def children_of(element: Any) -> dict[str, list[Any]]:
    """The elements in ``element`` by name, each in order."""
    found: dict[str, list[Any]] = {}
    for child in element if element is not None else ():
        found.setdefault(name_of(child), []).append(child)
    return found


def text_of(element: Any) -> str | None:
    """All text in an element; null when there is none."""
    return None if element is None else "".join(element.itertext()).strip() or None


def _well_formed(text: str) -> str:
    """XML without declarations, and with what is no markup escaped. Linear."""
    text = _DOCTYPE.sub("", _DECLARATION.sub("", _NOT_XML.sub("", text), 1), 1)
    kept: list[str] = []
    position = 0
    while (start := text.find(_CDATA, position)) >= 0:
        end = text.find(_CDATA_END, start)
        kept.append(_escaped(text[position:start]))
        position = len(text) if end < 0 else end + len(_CDATA_END)
        kept.append(text[start:position] if end >= 0 else text[start:] + _CDATA_END)
    kept.append(_escaped(text[position:]))
    return "".join(kept)


def _escaped(text: str) -> str:
    return _STRAY_BRACKET.sub("&lt;", _AMPERSAND.sub(_reference, text) if "&" in text else text)


def _reference(ampersand: re.Match[str]) -> str:
    """A reference that XML knows; HTML's are put in as characters, any other ampersand is one."""
    name: str | None = ampersand[1]
    if name is None:
        return "&amp;"
    if name[0] == "#" or name in _XML_ENTITIES:
        return ampersand[0]
    character = html5.get(name)
    return f"&amp;{name}" if character is None or character in "<>&\"'" else character


def _is_cut_short(text: str) -> bool:
    """Whether the last entry has no end."""
    last = 0
    for start in _ENTRY_START.finditer(text):
        last = start.start()
    return _ENTRY_END.search(text, last) is None
