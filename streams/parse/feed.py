"""Feeds and single feed entries (RSS 0.9–2.0, RSS 1.0, Atom, JSON Feed) to articles.

Elements are found by local name, whatever their namespace prefix: a single ``<item>`` cut out of its feed has
prefixes that nobody declared.
"""

import re
from collections.abc import Callable
from typing import Any

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt
from streams.parse.blocks import read_blocks
from streams.parse.draft import Draft
from streams.parse.html import HtmlReader
from streams.parse.limits import ParseLimits, check_xml
from streams.parse.lines import tidy
from streams.parse.markup import without_surrogates

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,500}>", re.IGNORECASE)
_PREFIX = re.compile(r"(</?)[A-Za-z][\w.-]*:(?=[A-Za-z])")
_ENTRIES = ("item", "entry")
# A description this long is the story itself; a shorter one is a summary.
_STORY_LETTERS = 400


class FeedReader:
    """Reads feeds. Immutable."""

    def __init__(self, html: HtmlReader, limits: ParseLimits) -> None:
        from lxml.etree import XMLParser, XMLSyntaxError, fromstring  # noqa: PLC0415 - when a Parser is built

        self._html, self._limits = html, limits
        self._xml_parser: Callable[..., Any] = XMLParser
        self._fromstring: Callable[..., Any] = fromstring
        self._syntax_error: type[Exception] = XMLSyntaxError

    def read_xml(self, text: str) -> list[list[Draft]]:
        """Each entry as its drafts; raises ``Refusal``. A feed cut short gives the entries that are whole."""
        check_xml(text, self._limits)
        root = self._root(text)
        name = _local(root) if root is not None else ""
        entries = (
            [root]
            if name in _ENTRIES
            else [e for e in root.iter() if _local(e) in _ENTRIES]
            if root is not None
            else []
        )
        if not entries:
            raise Refusal(Reason.NO_ARTICLE, f"XML <{name or '?'}> without an <item> or <entry>")
        self._check_count(len(entries))
        channel = _child(root, "channel") if name in ("rss", "RDF") else root if name == "feed" else None
        source = tidy(_value(_child(channel, "title"))) if channel is not None else None
        language = (
            (_value(_child(channel, "language")) or root.get("{http://www.w3.org/XML/1998/namespace}lang"))
            if channel is not None
            else None
        )
        drafts = [draft for entry in entries if (draft := self._entry(entry, source, language)) is not None]
        if not drafts:
            raise Refusal(Reason.NO_ARTICLE, f"{len(entries)} feed entries, none with a title or text")
        return [[draft] for draft in drafts]

    def read_json(self, feed: dict[str, Any]) -> list[list[Draft]]:
        """A JSON Feed, or one item of it (jsonfeed.org/version/1.1)."""
        items = feed["items"] if isinstance(feed.get("items"), list) else [feed]
        self._check_count(len(items))
        whole = items is not feed and "items" in feed
        source = tidy(_string(feed.get("title"))) if whole else None
        language = _string(feed.get("language"))
        drafts = [
            draft
            for item in items
            if isinstance(item, dict) and (draft := self._item(item, source, language)) is not None
        ]
        if not drafts:
            raise Refusal(Reason.NO_ARTICLE, f"a JSON Feed with {len(items)} items, none with a title or text")
        return [[draft] for draft in drafts]

    def _check_count(self, count: int) -> None:
        if count > self._limits.entries:
            raise Refusal(Reason.TOO_COMPLEX, f"the feed has {count:,} entries; the limit is {self._limits.entries:,}")

    def _root(self, text: str) -> Any:
        text = _PREFIX.sub(_without_strange_prefix, _DOCTYPE.sub("", _DECLARATION.sub("", text), 1))
        parser = self._xml_parser(
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            encoding="utf-8",
        )
        try:
            return self._fromstring(without_surrogates(text.strip()).encode("utf-8", "replace"), parser)
        except self._syntax_error as error:
            raise Refusal(Reason.NO_ARTICLE, f"not XML that can be read: {error}") from None

    def _entry(self, entry: Any, source: str | None, language: str | None) -> Draft | None:
        title = tidy(_value(_child(entry, "title")))
        summary = _value(_child(entry, "description")) or _value(_child(entry, "summary"))
        content = _value(_child(entry, "encoded")) or _content(entry)
        draft = self._story(title, content, summary, language)
        if draft is None:
            return None
        own = _child(entry, "source")
        draft.source = (
            draft.source or tidy(_value(own if own is None or not len(own) else _child(own, "title"))) or source
        )
        draft.url = _link(entry)
        draft.byline = draft.byline or _people(entry)
        draft.keywords = (
            tuple(
                dict.fromkeys(
                    filter(
                        None,
                        (
                            tidy(_value(c) or c.get("term") or c.get("label"))
                            for c in _children(entry, "category", "subject")
                        ),
                    )
                )
            )
            or draft.keywords
        )
        self._dates(
            draft,
            _value(_child(entry, "pubDate"))
            or _value(_child(entry, "published"))
            or _value(_child(entry, "date"))
            or _value(_child(entry, "issued")),
            _value(_child(entry, "updated")) or _value(_child(entry, "modified")),
        )
        return draft

    def _item(self, item: dict[str, Any], source: str | None, language: str | None) -> Draft | None:
        content = _string(item.get("content_html")) or _string(item.get("content_text"))
        draft = self._story(
            tidy(_string(item.get("title"))),
            content,
            _string(item.get("summary")),
            _string(item.get("language")) or language,
        )
        if draft is None:
            return None
        authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
        names = [tidy(_string(a.get("name"))) for a in authors or () if isinstance(a, dict)]
        draft.byline = draft.byline or ", ".join(filter(None, names)) or None
        tags = item.get("tags") if isinstance(item.get("tags"), list) else []
        draft.keywords = (
            tuple(dict.fromkeys(filter(None, (tidy(_string(tag)) for tag in tags or ())))) or draft.keywords
        )
        draft.source = draft.source or source
        draft.url = _string(item.get("url")) or _string(item.get("external_url"))
        self._dates(draft, _string(item.get("date_published")), _string(item.get("date_modified")))
        return draft

    def _story(self, title: str | None, content: str | None, summary: str | None, language: str | None) -> Draft | None:
        """Title, story and summary; null when an entry has neither title nor text."""
        if content is None and summary is not None and (len(summary) >= _STORY_LETTERS or title is None):
            content, summary = summary, None
        draft = Draft(title=title)
        if content is not None:
            draft = self._html.fragment(content, title=title, language=language, ground=None)
        draft.title = title or draft.title or None
        if summary is not None:
            draft.description = tidy(
                " ".join(read_blocks(self._html.tree(summary))) if "<" in summary and summary.strip() else summary
            )
        draft.language = language
        return draft if draft.title or draft.paragraphs else None

    def _dates(self, draft: Draft, published: str | None, updated: str | None) -> None:
        from streams.parse.dates import read_iso  # noqa: PLC0415

        if published is not None or updated is not None:
            draft.published = read_iso(published or updated or "") or draft.published
            if published is not None:
                draft.updated = read_iso(updated or "") or draft.updated
            if draft.published is None:
                draft.warn(Doubt.DATE_UNREADABLE)


def _without_strange_prefix(tag: re.Match[str]) -> str:
    return tag[1]


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def _children(entry: Any, *names: str) -> list[Any]:
    return [child for child in entry if _local(child) in names]


def _child(entry: Any, name: str) -> Any:
    return None if entry is None else next((child for child in entry if _local(child) == name), None)


def _value(element: Any) -> str | None:
    if element is None:
        return None
    text = "".join(element.itertext()).strip()
    return text or None


def _content(entry: Any) -> str | None:
    """Atom content: escaped markup, text, or markup as it is (type xhtml)."""
    element = _child(entry, "content")
    if element is None:
        return None
    if len(element):
        return "\n".join(read_blocks(element)) or None
    return _value(element)


def _link(entry: Any) -> str | None:
    for link in _children(entry, "link"):
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link.get("href"))
        if (text := _value(link)) is not None and text.startswith("http"):
            return text
    guid = _child(entry, "guid")
    text = _value(guid) if guid is not None else None
    permanent = guid is not None and guid.get("isPermaLink", "true") != "false"
    return text if text and permanent and text.startswith("http") else None


def _people(entry: Any) -> str | None:
    names: list[str] = []
    for person in _children(entry, "creator", "author"):
        name = tidy(_value(_child(person, "name")) if len(person) else _value(person))
        if name is not None:
            # RSS 2.0: "desk@paper.example (Nora Fields)"
            match = re.fullmatch(r"\S+@\S+\s*\(([^()]{2,80})\)", name)
            names.append(match[1] if match else name)
    return ", ".join(dict.fromkeys(name for name in names if "@" not in name)) or None


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
