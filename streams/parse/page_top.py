"""The visible byline and dates of an HTML page, for pages whose head is silent: what stands near the headline."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from schemas.parsed_article import ArticleDate
from streams.fold import fold
from streams.parse.dates import DateReader, read_iso
from streams.parse.head import squash, text_of
from streams.parse.labels import is_sentence
from streams.parse.lexicon import Lexicon, Role
from streams.parse.lines import read_lines, tidy
from streams.parse.names import NameReader
from streams.parse.parts import Part, PartReader, is_body

# How sites name the elements of a byline, and the pages of their writers.
_BYLINE = re.compile(
    r"author|(?<!powered-)by-?line|autor|auteur|redact[eo]u?r|yazar|muhabir|(?:reporter|writer)(?![a-z])"
)
_NO_BYLINE = re.compile(
    r"authori[tsz]|comment|(?:author|autor|auteur|writer)s?[-_]*(?:bio|box|image|img|photo|avatar|pic|desc|social|follow|"
    r"info-box|card|role|title|job|email|twitter|link-all|archive)"
)
_WRITERS_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|a|as)?|auteurs?|yazar(?:lar)?|reporters?|writers?|journalists?|contributors?|"
    r"columnists?|kat[ei]b|byline)/"
)
# What is not about the page's own article.
_ELSEWHERE = re.compile(
    r"comment|related|teaser|sidebar|recommend|popular|newsletter|promo|most-?read|breadcrumb|caption|quote",
    re.IGNORECASE,
)
_ELSEWHERE_TAGS = frozenset(("nav", "footer", "aside", "figure", "figcaption", "blockquote", "form"))
_WHOLE_PAGE_TAGS = frozenset(("html", "body", "main", "article", "head", "script", "style", "meta", "link", "img"))
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)
_BARS = re.compile(r"\s*[|｜•·●]\s*|\s+[–—-]\s+")
_PIECES = re.compile(r"\s*[|｜•·●,،;]\s*|\s+[–—-]\s+")
_MOST_DATE_LINE_LETTERS = 80
_MOST_WORDS_BESIDE_DATE = 5
_MOST_HITS = 40
_MOST_TEXTS = 60
_MOST_BYLINE_LETTERS = 300
# More pieces of text are a box about the writer.
_MOST_NAMES = 6
# Elements after the headline among which its byline stands; pages have a thousand (median), some twenty.
_NEAR = 1_500
# Lines under the headline that are looked at; the story begins at the second long one, the first may be its summary.
_MOST_LINES = 16
_LONG_LINES = 2
_MOST_PLACES = 3
# Every element below looks at it again.
_MOST_CLASS_LETTERS = 500
_LEAST_HEADLINE_LETTERS = 10
_MOST_HEADLINE_LETTERS = 500


class TopLines(NamedTuple):
    """What labels and forms say in the lines under the headline. Null and empty where they say nothing."""

    published: ArticleDate | None
    updated: ArticleDate | None
    authors: list[str]


class TopReader:
    """Reads the visible top of a page. Immutable. A byline takes one to three ms: ask only where the head is silent."""

    def __init__(self, lexicon: Lexicon, parts: PartReader, dates: DateReader, names: NameReader) -> None:
        self._lexicon, self._parts, self._dates, self._names = lexicon, parts, dates, names

    def times(
        self, times: list[Any], language: str | None, ground: datetime | None
    ) -> tuple[ArticleDate | None, ArticleDate | None]:
        """First publication and update out of the page's ``<time>`` elements, those nearest the headline first."""
        published: ArticleDate | None = None
        updated: ArticleDate | None = None
        for time in times:
            if _is_elsewhere(time) or next(time.iterancestors("a"), None) is not None:
                continue
            date = self.date(time.get("datetime") or text_of(time), language, ground)
            if date is None:
                continue
            if self._is_update(time):
                updated = updated or date
            else:
                published = date
                break
        return published, updated

    def date(self, value: Any, language: str | None, ground: datetime | None) -> ArticleDate | None:
        """A value that is a date and nothing else: as machines write it or as people do."""
        text = tidy(value[:200]) if isinstance(value, str) else None
        # «0001-01-01», «1970-01-01»: what programs write for a date that they do not have.
        if text is None or len(text) > 80 or (text.startswith(("0", "1970-01-01")) and text[4:5] == "-"):
            return None
        if (date := read_iso(text)) is not None:
            return date
        reading = self._dates.read(fold(text), language, ground)
        if reading is None or not reading.whole:
            return None
        return ArticleDate(value=reading.value, precision=reading.precision, text=text)

    def lines(self, page: list[str], titles: Iterable[str], language: str | None, ground: datetime | None) -> TopLines:
        """What the lines under the headline (one of ``titles``) say by labels and forms, as on a text page."""
        published: ArticleDate | None = None
        updated: ArticleDate | None = None
        authors: list[str] = []
        lines = read_lines("\n".join(_under(page, titles)))
        for part in self._parts.read(lines, ground):
            if part.role == Role.UPDATED:
                updated = updated or self._dates.article_date(part.value, language, ground)
            elif part.role == Role.BYLINE and not authors:
                authors = [name for name in self._names.split(part.value) if self._is_name(name)]
            elif published is None and part.role in (Role.PUBLISHED, None):
                published = self._date_in(part, language, ground)
        return TopLines(published, updated, authors)

    def _date_in(self, part: Part, language: str | None, ground: datetime | None) -> ArticleDate | None:
        """A labelled date, or one that is a whole part of a short line: «06.01.2026, Lesezeit 5 Min.»"""
        if part.role == Role.PUBLISHED:
            return self._dates.article_date(part.value, language, ground)
        pieces = _PIECES.split(part.value) if len(part.value) <= _MOST_DATE_LINE_LETTERS else []
        if any(piece.count(" ") >= _MOST_WORDS_BESIDE_DATE for piece in pieces):
            return None  # a caption
        dates = (self.date(piece, language, ground) for piece in pieces)
        return next((date for date in dates if date is not None and len(date.value) >= 10), None)

    def byline(self, tree: Any, heading: Any | None, *, person: bool) -> list[str]:
        """The names in the first element after the heading (else: of the page) that its markup calls a byline.

        ``person``: only what has first name and surname, as the site itself is already known as the author.
        """
        hits = _byline_elements(tree, heading)
        for at, hit in enumerate(hits):
            names = self._names_in(hit)
            if person and not any(" " in name for name in names):
                continue
            if 0 < len(names) <= _MOST_NAMES:
                inside = set(hit.iter())
                for other in hits[at + 1 :]:
                    if other not in inside and other.tag == hit.tag and _siblings(hit, other):
                        names += self._names_in(other)
                return list(dict.fromkeys(names))
        return []

    def _names_in(self, element: Any) -> list[str]:
        """Of links if these are names, else of each piece of text."""
        links = [text_of(link) for link in islice(element.iter("a"), 10)]
        linked = [name for text in links for name in self._names_of(text)]
        if linked:
            return linked
        texts: list[str] = []
        size = 0
        for text in islice(element.itertext(), _MOST_TEXTS):
            if stripped := text.strip():
                texts.append(stripped)
                size += len(stripped)
                if size > _MOST_BYLINE_LETTERS:
                    return []
        found: list[str] = []
        for text in texts:
            found += self._names_of(text)
        return found

    def _names_of(self, text: str) -> list[str]:
        """The names in a piece of text; after a comma a single word behind whole names is a place."""
        found: list[str] = []
        for part in _BARS.split(text[:_MOST_BYLINE_LETTERS]):
            names = self._names.split(part)
            if len(names) > 1 and "," in part and " " not in names[-1] and all(" " in name for name in names[:-1]):
                names.pop()
            found += filter(self._is_name, names)
        return found

    def _is_name(self, text: str) -> bool:
        """Whether a text can be a name: few words, those of some length with capitals if the script has them."""
        words = text.split()
        if not 2 <= len(text) <= 60 or len(words) > 6 or any(character.isdigit() for character in text):
            return False
        if is_sentence(text) or ":" in text or words[0][0].islower() or words[-1][0].islower():
            return False
        if any(len(word) > 4 and word[0].islower() for word in words):
            return False
        folded = fold(text)
        known = self._lexicon.label(folded) or self._lexicon.boilerplate(folded)
        return not known and not self._parts.is_agency(folded)

    def _is_update(self, time: Any) -> bool:
        """Whether an element or the label before it says that this is the update."""
        named = " ".join(time.get(name, "")[:_MOST_CLASS_LETTERS] for name in ("class", "itemprop", "id"))
        if _UPDATED.search(named):
            return True
        parent = time.getparent()
        before = time.getprevious()
        text = tidy(((before.tail if before is not None else parent.text if parent is not None else "") or "")[-100:])
        if text is None and before is not None:
            text = tidy(text_of(before))
        if text is None or len(text) > 60:
            return False
        folded = fold(text)
        label = self._lexicon.label(folded)
        return label is not None and label.role == Role.UPDATED


def _byline_elements(tree: Any, heading: Any | None) -> list[Any]:
    """Elements named as a byline: those near the heading and after it, else those before it, at most 40."""
    above: list[Any] = []
    below: list[Any] = []
    known: dict[str, bool] = {}
    elements = tree.iter()
    if heading is not None:
        for element in elements:
            if element is heading:
                break
            if _is_byline(element, known):
                above.append(element)
    for element in islice(elements, _NEAR):
        if _is_byline(element, known) and not _is_elsewhere(element):
            below.append(element)
            if len(below) >= _MOST_HITS:
                break
    return below or [element for element in above[-_MOST_HITS:] if not _is_elsewhere(element)]


def _is_byline(element: Any, known: dict[str, bool]) -> bool:
    """Whether markup calls an element a byline. ``known``: what was found of classes before; pages repeat them."""
    named = element.get("class")
    if named is not None:
        if (called := known.get(named)) is None:
            lower = named[:_MOST_CLASS_LETTERS].lower()
            called = known[named] = _BYLINE.search(lower) is not None and _NO_BYLINE.search(lower) is None
        if called:
            return element.tag not in _WHOLE_PAGE_TAGS
    if element.tag == "a":
        href, rel = element.get("href"), element.get("rel")
        return bool(rel and "author" in rel) or bool(href and _WRITERS_PAGE.search(href[:500].lower()))
    return bool(element.get("itemprop") == "author")


def _is_elsewhere(element: Any) -> bool:
    return any(
        above.tag in _ELSEWHERE_TAGS
        or (above.tag not in _WHOLE_PAGE_TAGS and _ELSEWHERE.search(above.get("class", "")[:_MOST_CLASS_LETTERS]))
        for above in _and_above(element)
    )


def _and_above(element: Any) -> Iterator[Any]:
    yield element
    yield from element.iterancestors()


def _siblings(one: Any, other: Any) -> bool:
    """Whether two elements share a parent, or their parents do, as items of a list."""
    above, beside = one.getparent(), other.getparent()
    if above is beside:
        return True
    return above is not None and beside is not None and above.tag == "li" and above.getparent() is beside.getparent()


def _under(lines: list[str], titles: Iterable[str]) -> list[str]:
    """The headline and the lines after it, at each place where it stands, until the story begins.

    It may stand behind a kicker, and also in a header that slides in.
    """
    headlines = tuple(squashed for title in titles if len(squashed := squash(title)) >= _LEAST_HEADLINE_LETTERS)
    places = (
        at for at, line in enumerate(lines) if len(line) <= _MOST_HEADLINE_LETTERS and squash(line).endswith(headlines)
    )
    found: list[str] = []
    for place in islice(places, _MOST_PLACES):
        long = 0
        for at, line in enumerate(lines[place : place + _MOST_LINES]):
            long += at > 0 and is_body(line)
            if long >= _LONG_LINES:
                break
            found.append(line)
    return found
