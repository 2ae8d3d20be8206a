"""JSON-LD of a page: its objects, the one that is the article, and names and keywords in their many forms."""

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

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
        "VideoObject",
    ]
)
_PAGE_TYPES = frozenset(("WebPage", "ItemPage"))
_MOST_NODES = 3_000


def read_json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD, nested and in ``@graph``, in order."""
    seen = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        stack = [_loads(script.text)]
        while stack and seen < _MOST_NODES:
            node = stack.pop()
            if isinstance(node, list):
                stack += reversed(node[:500])
            elif isinstance(node, dict):
                seen += 1
                yield node
                stack += [there for there in reversed(list(node.values())) if isinstance(there, dict | list)]


def _loads(text: str) -> Any:
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
    names = kinds if isinstance(kinds, list) else [kinds]
    return {str(name).rpartition("/")[2] for name in names if isinstance(name, str)}


def article_node(nodes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The node of the article: one with a headline and a date before others, an article before a page."""
    best, most = None, 0
    for node in nodes:
        kinds = types_of(node)
        score = 0
        if kinds & (ARTICLE_TYPES - {"VideoObject"}):
            score = (
                4
                + 2 * bool(node.get("headline"))
                + bool(node.get("datePublished"))
                + bool(node.get("author"))
                + bool(node.get("articleBody"))
            )
        elif kinds & _PAGE_TYPES and node.get("datePublished"):
            score = 2
        elif "VideoObject" in kinds and node.get("uploadDate"):
            score = 0
        if score > most:
            best, most = node, score
    return best


def read_names(value: Any, index: dict[str, Any]) -> list[str]:
    """Names of people or organisations: strings, objects, lists of both, references into ``index``."""
    names: list[str] = []
    for one in (value if isinstance(value, list) else [value])[:20]:
        if isinstance(one, dict):
            referred = isinstance(one.get("@id"), str) and "name" not in one
            name = (index.get(one["@id"], one) if referred else one).get("name")
            for part in name if isinstance(name, list) else [name]:
                names += split_authors(read_text(part) or "")
        elif isinstance(one, str):
            names += split_authors(one)
    return list(dict.fromkeys(names))


def split_authors(value: str) -> list[str]:
    """One string with one or more authors; addresses and credits are no names."""
    value = tidy(value) or ""
    if value.startswith(("http://", "https://", "//", "www.", "@")) or len(value) > 300:
        return []
    value = re.sub(r"^(?:by|von|par|por|da|door|af|av)\s+", "", value, flags=re.IGNORECASE) if len(value) > 5 else value
    parts = re.split(r"\s*[,;،؛|]\s+|\s+(?:and|und|et|y|&)\s+", value)
    names = [part.strip(" ,;") for part in parts]
    return [name for name in names if name and not name.isdigit() and "@" not in name and name[0] != "("]


def read_keywords(value: Any) -> tuple[str, ...]:
    """Keywords from a list, objects or a string with commas; at most 60."""
    if isinstance(value, str):
        value = re.split(r"\s*[,،;؛|]\s*", value)
    if not isinstance(value, list):
        return ()
    words: list[str] = []
    for one in value[:100]:
        text = read_text(one.get("name") if isinstance(one, dict) else one)
        words += [there for part in re.split(r"\s*[,،;]\s*", text or "") if (there := tidy(part.lstrip("#")))]
    return tuple(word for word in dict.fromkeys(words) if len(word) <= 100)[:60]


def read_text(value: Any) -> str | None:
    """A string with something in it, out of what may be a list or a JSON-LD value object."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) and value.strip() else None
