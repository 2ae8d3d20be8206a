"""JSON-LD of a page: its objects, the one that is the article, and values in their many forms.

Everything in it may be of any type and any size: nothing here raises.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from streams.parse.head import squash
from streams.parse.lines import tidy

ARTICLE_TYPES = frozenset(
    [
        "NewsArticle",
        "Article",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
        "TechArticle",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "AdvertiserContentArticle",
        "SatiricalArticle",
    ]
)
_PAGE_TYPES = frozenset(("WebPage", "ItemPage"))
# Below these stand other articles: entries of a live blog, comments, lists of links.
_OF_OTHERS = frozenset(
    (
        *("liveBlogUpdate", "comment", "itemListElement", "hasPart", "mentions", "citation", "isBasedOn"),
        *("relatedLink", "significantLink", "review", "video", "subjectOf"),
    )
)
_MOST_NODES = 3_000
_MOST_IN_A_LIST = 500
# The longest seen on a news page is a tenth of this.
_MOST_LETTERS = 2_000_000


class Objects(NamedTuple):
    """The objects of a page in order, nested ones too; ``own``: those that are not of other articles."""

    own: list[dict[str, Any]]
    by_id: dict[str, dict[str, Any]]

    def resolve(self, value: dict[str, Any]) -> dict[str, Any]:
        """The object that a reference means, or the value itself."""
        name = value.get("@id")
        return self.by_id.get(name, value) if isinstance(name, str) and "name" not in value else value

    def name_of(self, value: Any) -> str | None:
        """The name of an object, of the first in a list, or of what is a name itself."""
        if isinstance(value, list):
            value = value[0] if value else None
        return read_text(self.resolve(value).get("name") if isinstance(value, dict) else value)


def read_json_ld(scripts: Iterable[str]) -> Objects:
    """The objects in the scripts of a page, those in ``@graph`` too. What is no JSON is passed over."""
    objects = Objects([], {})
    seen = 0
    for script in scripts:
        stack: list[tuple[Any, bool]] = [(_loads(script), True)]
        while stack and seen < _MOST_NODES:
            node, own = stack.pop()
            if isinstance(node, list):
                stack += [(there, own) for there in reversed(node[:_MOST_IN_A_LIST])]
            elif isinstance(node, dict):
                seen += 1
                if own:
                    objects.own.append(node)
                if isinstance(name := node.get("@id"), str) and len(node) > 1:
                    objects.by_id.setdefault(name, node)
                stack += [
                    (there, own and key not in _OF_OTHERS)
                    for key, there in reversed(node.items())
                    if isinstance(there, dict | list)
                ]
    return objects


def _loads(text: str) -> Any:
    if len(text) > _MOST_LETTERS:
        return None
    text = (
        text.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .removeprefix("//<![CDATA[")
        .removesuffix("//]]>")
        .strip()
        .rstrip(";")
    )
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            lenient = json.loads(text, strict=False)  # line breaks inside strings, as many sites write them
            # Python's reader lets half a surrogate pair pass, which no JSON can carry on.
            return orjson.loads(json.dumps(lenient, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None


def types_of(node: dict[str, Any]) -> set[str]:
    """The schema.org types of an object, without their namespace."""
    kinds = node.get("@type")
    names = kinds[:_MOST_IN_A_LIST] if isinstance(kinds, list) else [kinds]
    return {name.rpartition("/")[2] for name in names if isinstance(name, str)}


def article_node(nodes: list[dict[str, Any]], address: str | None) -> dict[str, Any] | None:
    """The object of the page's own article: an article before a page, the one at the page's ``address`` before
    others, then the one that says most; the first among equals."""
    own = _comparable(address)
    best, most = None, 0
    for node in nodes:
        kinds = types_of(node)
        if kinds & ARTICLE_TYPES:
            said = ("headline", "headline", "datePublished", "author", "articleBody")
            score = 4 + sum(bool(node.get(name)) for name in said) + 6 * (own is not None and own in _addresses(node))
        else:
            score = 2 if kinds & _PAGE_TYPES and node.get("datePublished") else 0
        if score > most:
            best, most = node, score
    return best


def _addresses(node: dict[str, Any]) -> set[str | None]:
    about = node.get("mainEntityOfPage")
    values = [node.get("url"), node.get("@id"), about.get("@id") if isinstance(about, dict) else about]
    return {_comparable(value) for value in values if isinstance(value, str)}


def _comparable(address: str | None) -> str | None:
    """An address without what varies: scheme, ``www``, query, fragment, slash at the end."""
    if not address or len(address) > 2_000:
        return None
    return squash(re.sub(r"^(?:https?:)?//(?:www\.)?|[?#].*", "", address)) or None


def read_keywords(value: Any) -> tuple[str, ...]:
    """Keywords from a list, objects or a string with commas; at most 60."""
    if isinstance(value, str):
        value = re.split(r"[,،;؛|、，]", value[:10_000])
    if not isinstance(value, list):
        return ()
    words: list[str] = []
    for one in value[:100]:
        text = read_text(one.get("name") if isinstance(one, dict) else one) or ""
        words += [there for part in re.split(r"[,،;؛]", text[:10_000]) if (there := tidy(part.strip().lstrip("#")))]
    return tuple(word for word in dict.fromkeys(words) if len(word) <= 100)[:60]


def read_text(value: Any) -> str | None:
    """A string with something in it, out of what may be a list or a JSON-LD value object."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return value if isinstance(value, str) and value.strip() else None
