"""Feeds and single feed entries to articles: which text of an entry is the story, which a summary, and its clean parts.

RSS, Atom and JSON Feed are made one in feed_entry.py; what is broken in their XML is mended in feed_xml.py.
"""

import re
from datetime import datetime
from html import escape, unescape
from typing import Any

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import ArticleDate, Doubt
from streams.parse.dates import DateReader, read_iso
from streams.parse.draft import Draft
from streams.parse.feed_entry import Entry, Feed, XmlEntryReader, read_json_entry, read_json_feed
from streams.parse.feed_xml import XmlReader
from streams.parse.head import squash
from streams.parse.headlines import clean_byline
from streams.parse.html import HtmlReader
from streams.parse.limits import ParseLimits
from streams.parse.lines import tidy
from streams.parse.names import NameReader
from streams.parse.page_title import SiteNames, without_site
from streams.parse.parts import is_body

# A description this long, or of this many paragraphs, is the story itself; a shorter one is a summary.
_STORY_LETTERS, _STORY_PARAGRAPHS = 400, 2
# Markup that was escaped once more than a feed asks for.
_ESCAPED_TAG = re.compile(
    r"&lt;/?(?:p|div|br|a|img|b|i|em|strong|span|ul|ol|li|h[1-6]|figure|blockquote|table)\b", re.IGNORECASE
)
# How feeds cut a summary short; the rest is on the page.
_CUT_SHORT = re.compile(r"\s{0,9}(?:\[(?:…|\.{2,5})\]|\((?:…|\.{2,5})\))$")
# Names of accounts, which no desk goes by.
_ACCOUNTS = frozenset(("admin", "administrator", "webmaster", "root", "user", "wordpress", "editor1"))


class FeedReader:
    """Reads feeds. Immutable."""

    def __init__(self, html: HtmlReader, names: NameReader, dates: DateReader, limits: ParseLimits) -> None:
        self._html, self._names, self._dates, self._limits = html, names, dates, limits
        self._xml = XmlReader(limits)
        self._xml_entries = XmlEntryReader()

    def read_xml(self, text: str, ground: datetime | None = None) -> list[list[Draft]]:
        """Each entry as its drafts; raises ``Refusal``. A feed cut short gives the entries that are whole."""
        found = self._xml.entries(text)
        if not found:
            raise Refusal(Reason.NO_ARTICLE, "XML without an <item> or <entry>; send a feed, or an entry of one")
        self._check_count(len(found))
        feeds: dict[Any, Feed] = {}
        pairs: list[tuple[Entry, Feed]] = []
        for element in found:
            around = element.getparent()
            feed = feeds[around] if around in feeds else feeds.setdefault(around, self._xml_entries.feed_of(element))
            pairs.append((self._xml_entries.read(element, feed), feed))
        return self._drafts(pairs, ground)

    def read_json(self, data: dict[str, Any], ground: datetime | None = None) -> list[list[Draft]]:
        """A JSON Feed, or one item of it (jsonfeed.org/version/1.1); raises ``Refusal``."""
        feed, items = read_json_feed(data)
        self._check_count(len(items))
        return self._drafts([(read_json_entry(item, feed), feed) for item in items if isinstance(item, dict)], ground)

    def _check_count(self, count: int) -> None:
        if count > self._limits.entries:
            raise Refusal(Reason.TOO_COMPLEX, f"the feed has {count:,} entries; the limit is {self._limits.entries:,}")

    def _check_size(self, entries: list[Entry]) -> None:
        """The limits of one page hold for all entries of a feed together: what was escaped is markup only now."""
        texts = [text for entry in entries for text in (entry.content, entry.summary) if text]
        for what, mark, most in (
            ("tags", "<", self._limits.nodes),
            ("tags", "&lt;", self._limits.nodes),
            ("lines", "\n", self._limits.lines),
        ):
            count = sum(text.count(mark) for text in texts)
            if count > most:
                raise Refusal(Reason.TOO_COMPLEX, f"the feed's entries have {count:,} {what}; the limit is {most:,}")

    def _drafts(self, pairs: list[tuple[Entry, Feed]], ground: datetime | None) -> list[list[Draft]]:
        self._check_size([entry for entry, _ in pairs])
        drafts = [drafts for entry, feed in pairs if (drafts := self._draft(entry, feed, ground)) is not None]
        if not drafts:
            raise Refusal(Reason.NO_ARTICLE, f"a feed with {len(pairs):,} entries, none of them with a title or text")
        return drafts

    def _draft(self, entry: Entry, feed: Feed, ground: datetime | None) -> list[Draft] | None:
        """The entry's own article; null when it has neither title nor text."""
        language = entry.language or feed.language
        source = _plain(entry.source)
        title = self._title(entry, source or _plain(feed.title))
        draft = self._story(entry, title, language, ground)
        draft.title = title or draft.title or None
        if not (draft.title or draft.paragraphs):
            return None
        # An agency that the story names is nearer to it than the feed.
        draft.source = draft.source or source or _plain(feed.title)
        draft.byline = self._byline(entry.people) or draft.byline or self._byline(feed.people, but=draft.source)
        words = (tidy(word.strip().lstrip("#")) for word in entry.keywords)
        draft.keywords = tuple(dict.fromkeys(filter(None, words))) or draft.keywords
        draft.url, draft.language = entry.url, language
        self._date(draft, entry, language, ground)
        return [draft]

    def _title(self, entry: Entry, site: str | None) -> str | None:
        title = _plain(entry.title)
        if title is None or site is None:
            return title
        return without_site(title, SiteNames(frozenset((squash(site),)), frozenset()), ())

    def _story(self, entry: Entry, title: str | None, language: str | None, ground: datetime | None) -> Draft:
        """Paragraphs of the longer text of two, and the other as description; a short text alone is a summary."""
        content, summary = (_markup(text, plain=entry.plain) for text in (entry.content, entry.summary))
        told = self._html.fragment(content, title=title, language=language, ground=ground) if content else None
        brief = self._html.fragment(summary, title=title, language=language, ground=ground) if summary else None
        if told is not None and told.paragraphs:
            longer = brief is not None and _letters(brief) > _letters(told) and _is_story(brief)
            draft, other = (brief, told) if longer and brief is not None else (told, brief)
        elif brief is not None and (title is None or _is_story(brief)):
            draft, other = brief, None
        else:
            draft, other = Draft(), brief
            if brief is not None:
                draft.source, draft.byline, draft.published = brief.source, brief.byline, brief.published
        if other is not None:
            description = _CUT_SHORT.sub("", " ".join(other.paragraphs))
            draft.description = description or draft.description
        if draft.paragraphs:
            draft.paragraphs[-1] = _CUT_SHORT.sub("", draft.paragraphs[-1]) or draft.paragraphs[-1]
        return draft

    def _byline(self, people: tuple[str, ...], but: str | None = None) -> str | None:
        """People as one line; null for accounts, addresses and the feed's own name (``but``)."""
        names = [clean_byline(name) for one in people for name in self._names.split(one)]
        kept = [name for name in names if name and name.lower() not in _ACCOUNTS and name != but]
        return ", ".join(dict.fromkeys(kept)) or None

    def _date(self, draft: Draft, entry: Entry, language: str | None, ground: datetime | None) -> None:
        """First publication and update; the update alone is not taken for the first."""
        published = self._read_date(entry.published, language, ground)
        updated = self._read_date(entry.updated, language, ground)
        draft.published = published or draft.published
        draft.updated = updated or draft.updated
        if entry.published and draft.published is None:
            draft.warn(Doubt.DATE_UNREADABLE)

    def _read_date(self, text: str | None, language: str | None, ground: datetime | None) -> ArticleDate | None:
        if text is None:
            return None
        return read_iso(text) or self._dates.article_date(text, language, ground)


def _is_story(draft: Draft) -> bool:
    """Whether a description is the story itself: long and whole, or of several paragraphs."""
    paragraphs = draft.paragraphs
    if sum(map(is_body, paragraphs)) >= _STORY_PARAGRAPHS:
        return True
    cut_short = bool(paragraphs) and (_CUT_SHORT.search(paragraphs[-1]) or paragraphs[-1].endswith(("…", "...")))
    return _letters(draft) >= _STORY_LETTERS and not cut_short


def _letters(draft: Draft) -> int:
    return sum(map(len, draft.paragraphs))


def _markup(text: str | None, *, plain: bool) -> str | None:
    """Markup that reads as it should: escaped once too often, or no markup at all."""
    if text is None:
        return None
    if plain:
        return escape(text, quote=False)
    for _ in range(2):
        if "<" in text or not _ESCAPED_TAG.search(text):
            break
        text = unescape(text)
    return text


def _plain(text: str | None) -> str | None:
    """A title or name without tags and entities, of which feeds may have several layers."""
    for _ in range(3):
        cleaned = tidy(text)
        if cleaned == text:
            break
        text = cleaned
    return text
