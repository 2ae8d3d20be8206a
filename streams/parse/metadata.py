"""What an HTML page says of its article outside the story: JSON-LD, Open Graph, meta, microdata, links, and, where
all these are silent, the visible byline and date by the headline.

Read in this order; the first that says something wins. schema.org/NewsArticle, ogp.me, Dublin Core.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from schemas.parsed_article import ArticleDate
from streams.parse.dates import DateReader
from streams.parse.head import Head, host_of, is_web, page_address, read_head, squash, text_of
from streams.parse.headlines import Kickers
from streams.parse.json_ld import ARTICLE_TYPES, article_node, read_json_ld, read_keywords, read_text, types_of
from streams.parse.lexicon import Lexicon
from streams.parse.lines import tidy
from streams.parse.microdata import MicrodataReader
from streams.parse.names import NameReader
from streams.parse.page_title import SiteNames, choose_title, read_headings
from streams.parse.page_top import TopReader
from streams.parse.parts import PartReader

# Names of meta elements, squashed (head.squash): Open Graph, Dublin Core, Parse.ly, Sailthru, Cxense, rNews.
_PUBLISHED = (
    *("articlepublishedtime", "ogpublishedtime", "ogarticlepublishedtime", "articlepublished", "datepublished"),
    *("parselypubdate", "sailthrudate", "publishdate", "pubdate", "publicationdate", "dcdateissued", "dctermsissued"),
    *("dctermscreated", "dcdatecreated", "rnewsdatepublished", "articledateoriginal", "cxenseparserecspublishtime"),
    *("dcdate", "dctermsdate", "date"),
)
_UPDATED = (
    *("articlemodifiedtime", "ogupdatedtime", "ogarticlemodifiedtime", "articlemodified", "articleupdated"),
    *("datemodified", "dctermsmodified", "dcdatemodified", "lastmod", "lastmodified"),
)
_AUTHORS = (
    *("author", "articleauthor", "ogarticleauthor", "articleauthorname", "parselyauthor", "dccreator"),
    *("dctermscreator", "sailthruauthor", "byl", "cxenseparseauthor", "dcsextauthor", "twittermiscwrittenby"),
)
_SOURCES = ("ogsitename", "articlepublisher", "applicationname", "dcpublisher", "publisher")
_DESCRIPTIONS = ("ogdescription", "description", "twitterdescription", "dcdescription")
_KEYWORDS = ("articletag", "newskeywords", "keywords", "parselytags", "sailthrutags")
_SECTIONS = ("articlesection", "section", "cxenseparsesection")
_LANGUAGES = ("contentlanguage", "dclanguage", "oglocale")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
# Written from right to left (ISO 639-1, and Sorani).
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi"))
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass
class Metadata:
    """What the page says; null and empty where it says nothing. ``article``: it claims to be one; ``headings``: the
    texts of its ``h1``."""

    title: str | None = None
    published: ArticleDate | None = None
    updated: ArticleDate | None = None
    authors: list[str] = field(default_factory=list)
    source: str | None = None
    keywords: tuple[str, ...] = ()
    description: str | None = None
    url: str | None = None
    language: str | None = None
    body: str | None = None
    article: bool = False
    headings: tuple[str, ...] = ()


class MetadataReader:
    """Reads metadata. Immutable; about a millisecond a page, two more where the head names no author or date."""

    def __init__(self, lexicon: Lexicon, parts: PartReader, kickers: Kickers, dates: DateReader) -> None:
        self.names, self.kickers = NameReader(lexicon), kickers
        self.top = TopReader(lexicon, parts, dates, self.names)
        self.microdata = MicrodataReader()

    def read(self, tree: Any, ground: datetime | None) -> Metadata:
        """The metadata of an lxml ``tree``; never raises for what a page says. ``ground``: when it was fetched."""
        return _PageMetadata(self, tree, ground).read()

    def add_visible(self, found: Metadata, lines: list[str], ground: datetime | None) -> None:
        """Add author and dates that the ``lines`` of the page say under its headline, where ``found`` has none."""
        if found.authors and found.published is not None:
            return
        titles = filter(None, (found.title, *found.headings))
        top = self.top.lines(lines, titles, found.language, ground)
        found.authors = found.authors or top.authors
        found.published = found.published or top.published
        found.updated = found.updated or top.updated


class _PageMetadata:
    """One page while its metadata are read."""

    def __init__(self, reader: MetadataReader, tree: Any, ground: datetime | None) -> None:
        self._names, self._top, self._kickers = reader.names, reader.top, reader.kickers
        self._tree, self._ground = tree, ground
        self._head = read_head(tree)
        self._objects = read_json_ld(self._head.json_ld)
        self._address = page_address(self._head)
        self._node = node = article_node(self._objects.own, self._address) or {}
        silent = not (node.get("headline") and node.get("datePublished") and node.get("author"))
        self._item: dict[str, Any] = next(iter(reader.microdata.read(tree)), {}) if silent else {}
        self._language = _language(self._head, tree, self._node, self._item)

    def read(self) -> Metadata:
        head, node, item = self._head, self._node, self._item
        found = Metadata(url=self._address, language=self._language, headings=tuple(read_headings(head)))
        kinds = types_of(node) | types_of(item)
        found.article = bool(kinds & ARTICLE_TYPES) or "article" in (head.first(("ogtype",)) or "").lower()
        found.source = self._source()
        found.description = self._text("description") or head.first(_DESCRIPTIONS)
        found.body = read_text(node.get("articleBody"))
        found.keywords = self._keywords()
        stated = read_text(node.get("headline")) or read_text(node.get("name"))
        names = self._site_names(found.source)
        title = choose_title(head, stated, read_text(item.get("headline")), names)
        found.title = title and self._kickers.clean(title)
        found.published = self._date("datePublished", "dateCreated", names=_PUBLISHED)
        found.updated = self._date("dateModified", names=_UPDATED)
        found.authors = self._authors(names.sites.union(host_of(self._address).split(".")))
        if found.published is None:
            found.published, updated = self._top.times(head.times, self._language, self._ground)
            found.updated = found.updated or updated
        return found

    def _site_names(self, source: str | None) -> SiteNames:
        sites = (source, *self._head.all(_SOURCES[:1]), host_of(self._address))
        return SiteNames(
            frozenset(squash(name) for name in sites if name),
            frozenset(map(squash, self._head.all(_SECTIONS))),
        )

    def _text(self, name: str) -> str | None:
        return tidy(read_text(self._node.get(name))) or tidy(read_text(self._item.get(name)))

    def _source(self) -> str | None:
        for node in (self._node, self._item):
            for value in (node.get("publisher"), node.get("sourceOrganization")):
                if name := tidy(self._objects.name_of(value)):
                    return name
        named = (tidy(value) for name in _SOURCES for value in self._head.meta.get(name, ()))
        return next((name for name in named if name and not is_web(name) and not name.startswith("/")), None)

    def _authors(self, site: frozenset[str]) -> list[str]:
        """Of the first that names somebody but the site itself; else the site, where it calls itself the author.

        ``site``: its names, squashed.
        """
        site_names: list[str] = []
        for names in self._stated_authors():
            if any(squash(name) not in site for name in names):
                return names
            site_names = site_names or names
        heading = next(iter(self._head.headings), None)
        return self._top.byline(self._tree, heading, person=bool(site_names)) or site_names

    def _stated_authors(self) -> Iterator[list[str]]:
        for node in (self._node, self._item):
            yield self._names.read(node.get("author") or node.get("creator"), self._objects)
        for name in _AUTHORS:
            names = [author for value in self._head.meta.get(name, ())[:20] for author in self._names.split(value)]
            yield list(dict.fromkeys(names))

    def _date(self, *properties: str, names: tuple[str, ...]) -> ArticleDate | None:
        values = [node.get(name) for name in properties for node in (self._node, self._item)]
        values += [value for name in names for value in self._head.meta.get(name, ())[:3]]
        for value in values:
            one = value[0] if isinstance(value, list) and value else value
            if (date := self._top.date(one, self._language, self._ground)) is not None:
                return date
        return None

    def _keywords(self) -> tuple[str, ...]:
        for value in (self._node.get("keywords"), self._item.get("keywords")):
            if words := read_keywords(value):
                return words
        values = self._head.all(_KEYWORDS)
        if values:
            return read_keywords(values if len(values) > 1 else values[0])
        tags = (link for link in self._tree.iter("a") if "tag" in link.get("rel", "").split())
        return read_keywords([text_of(link) for link in islice(tags, 60)])


def _language(head: Head, tree: Any, node: dict[str, Any], item: dict[str, Any]) -> str | None:
    """That of the headline's surroundings, else of the article, else of the page; none that contradicts the direction
    in which the page is written: frames are often left in the language of the software."""
    around = next(iter(head.headings), None)
    above = [around, *around.iterancestors()] if around is not None else [tree]
    inner = [element.get("lang") or element.get(_XML_LANG) for element in above if element is not tree]
    direction = next((there.lower() for element in above if (there := element.get("dir"))), "")
    said = [read_text(node.get("inLanguage")), read_text(item.get("inLanguage"))]
    outer = [tree.get("lang") or tree.get(_XML_LANG), *(head.first((name,)) for name in _LANGUAGES)]
    for value in (*inner, *said, *outer):
        language = value.strip() if value else ""
        if not _LANGUAGE.fullmatch(language):
            continue
        primary = re.split("[-_]", language, maxsplit=1)[0].lower()
        if direction == "rtl" and primary not in _RIGHT_TO_LEFT:
            continue
        if direction == "ltr" and primary in _RIGHT_TO_LEFT:
            continue
        return language
    return None
