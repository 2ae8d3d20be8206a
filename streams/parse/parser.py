"""The parse stage: a raw page in, its articles out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import ArticleDate, Doubt, ParsedArticle
from schemas.raw_article import RawArticle
from streams.parse.article_id import Identity
from streams.parse.cohesion import Stemmer
from streams.parse.date_words import DateWords
from streams.parse.dates import DateReader, read_ground, read_iso
from streams.parse.draft import Draft
from streams.parse.feed import FeedReader
from streams.parse.finding import Finding
from streams.parse.furniture import FurnitureReader, read_frame_words
from streams.parse.headlines import Kickers
from streams.parse.html import HtmlReader
from streams.parse.kinds import Kind
from streams.parse.language import LanguageReader
from streams.parse.lexicon import Lexicon, read_languages
from streams.parse.limits import ParseLimits, check_text
from streams.parse.lines import tidy
from streams.parse.metadata import MetadataReader
from streams.parse.names import NameReader
from streams.parse.parts import PartReader
from streams.parse.people import PeopleReader
from streams.parse.raw import Page, RawReader
from streams.parse.site_rules import SiteRule
from streams.parse.sites import Sites
from streams.parse.text import TextReader

# A text page of one line is a brief when it has this many letters, else no article.
_BRIEF_LETTERS = 40


class Parser:
    """Turns raw pages into articles. Immutable once built (about 0.6 s); safe to share between threads."""

    def __init__(self, limits: ParseLimits = ParseLimits(), sites: Sequence[SiteRule] = ()) -> None:  # noqa: B008 - a NamedTuple does not change
        entries = read_languages()
        self._limits = limits
        self._dates = DateReader(DateWords(entries))
        self._raw = RawReader(limits)
        self._languages = LanguageReader()
        self._identity = Identity()
        people, kickers, stemmer = PeopleReader(entries), Kickers(entries), Stemmer(entries)
        furniture = FurnitureReader(entries, read_frame_words())

        def parts_of(lexicon: Lexicon) -> PartReader:
            return PartReader(lexicon, furniture, people, self._dates)

        def text_of(parts: PartReader) -> TextReader:
            return TextReader(parts, people, kickers, stemmer, self._dates)

        lexicon = Lexicon(entries)
        parts = parts_of(lexicon)
        self._text = text_of(parts)
        # A site's own words come first: the first to claim a word keeps it.
        self._sites = Sites(sites, lambda own: text_of(parts_of(Lexicon({"site": own, **entries}))))
        metadata = MetadataReader(lexicon, parts, kickers, self._dates)
        self._html = HtmlReader(self._text, metadata, lexicon, self._sites, limits)
        self._feeds = FeedReader(self._html, NameReader(lexicon), self._dates, limits)

    def parse(
        self,
        value: bytes | None,
        *,
        content_type: str | None = None,
        headers: Mapping[str, str] = {},
        envelope: bool | None = None,
        trace: list[Finding] | None = None,
    ) -> list[ParsedArticle]:
        """The articles of one page, its own first; raises ``Refusal`` and nothing else.

        ``headers`` are Kafka's, names in lower case. ``envelope``: true, it is one; false, it is none;
        null, see.
        ``trace`` collects what each line of a text page was taken for.
        """
        page = self._raw.read(value, content_type, headers, envelope)
        ground = read_ground(page.about.fetched_at)
        language = page.about.language
        if page.kind == Kind.TEXT:
            return self._finish_page(page, self._read_text(page, ground, trace))
        if page.kind == Kind.HTML:
            url = page.about.url or page.url_hint
            drafts = self._html.read(page.text, language=language, ground=ground, url=url, trace=trace)
            return self._finish_page(page, drafts)
        is_json = page.kind == Kind.JSON_FEED
        entries = self._feeds.read_json(page.json, ground) if is_json else self._feeds.read_xml(page.text, ground)
        several = len(entries) > 1
        articles: list[ParsedArticle] = []
        for entry in entries:
            about = page.about if not several else page.about.model_copy(update=_OF_ONE_ARTICLE)
            articles += self._finish_page(page._replace(about=about, url_hint=None), entry)
        return list({article.id: article for article in articles}.values())

    def _read_text(self, page: Page, ground: datetime | None, trace: list[Finding] | None) -> list[Draft]:
        check_text(page.text, self._limits)
        language = page.about.language or self._day_order_language(page.text)
        site = self._sites.of(page.about.url or page.url_hint)
        reader = site.text if site and site.text else self._text
        drafts = reader.read(page.text, language=language, ground=ground, trace=trace)
        own = drafts[0]
        if not own.paragraphs and len(own.title or "") < _BRIEF_LETTERS and len(drafts) == 1:
            lines = page.text.count("\n") + 1
            found = f"only {own.title!r}" if own.title else f"{lines:,} lines, none of them story text"
            raise Refusal(
                Reason.NO_ARTICLE,
                f"no article: {found}; an article has a headline and a paragraph, "
                f"a brief at least {_BRIEF_LETTERS} letters",
            )
        if own.paragraphs and own.title is None and sum(map(len, own.paragraphs)) < _BRIEF_LETTERS:
            raise Refusal(
                Reason.NO_ARTICLE,
                f"no article: only {own.paragraphs[0]!r}; a brief has at least {_BRIEF_LETTERS} letters",
            )
        return drafts

    def _day_order_language(self, text: str) -> str | None:
        """The language as far as dates need it: whether 3/4/2021 begins with the month. No Arabic script
        does."""
        head = text[:200]
        foreign = sum(character > "\u0600" for character in head)
        return None if foreign * 2 > len(head) else self._languages.read(text)

    def _finish_page(self, page: Page, drafts: list[Draft]) -> list[ParsedArticle]:
        """Ids, languages and the envelope's fields: what makes drafts articles."""
        own, *embedded = drafts
        _fill(own, page)
        if len(embedded) > self._limits.embedded:
            own.warn(Doubt.EMBEDDED_LEFT_OUT)
        parent = self._identity.of(own.url, own.title, tuple(own.paragraphs))
        kept: dict[str, Draft] = {}
        for draft in embedded[: self._limits.embedded]:
            name = self._identity.of(None, draft.title, tuple(draft.paragraphs))
            if name != parent:
                kept.setdefault(name, draft)
        url = own.url or page.url_hint
        first = self._article(own, page, id=parent, url=url, embedded_ids=tuple(kept))
        rest = [
            self._article(draft, page, id=name, parent_id=parent, position=position)
            for position, (name, draft) in enumerate(kept.items(), start=1)
        ]
        return [first, *rest]

    def _article(
        self,
        draft: Draft,
        page: Page,
        *,
        id: str,  # noqa: A002 - the contract's word
        url: str | None = None,
        parent_id: str | None = None,
        embedded_ids: tuple[str, ...] = (),
        position: int = 0,
    ) -> ParsedArticle:
        if draft.title is None:
            draft.warn(Doubt.NO_TITLE)
        if not draft.paragraphs:
            draft.warn(Doubt.NO_BODY)
        language = self._language(draft, page.about if position == 0 else None)
        return ParsedArticle(
            id=id,
            parent_id=parent_id,
            embedded_ids=embedded_ids,
            position=position,
            url=url,
            title=draft.title,
            paragraphs=tuple(draft.paragraphs),
            published=draft.published,
            updated=draft.updated,
            source=draft.source,
            byline=draft.byline,
            keywords=draft.keywords,
            language=language,
            description=draft.description,
            warnings=(*page.warnings, *draft.warnings),
        )

    def _language(self, draft: Draft, about: RawArticle | None) -> str | None:
        """The envelope's, else the text's own, else what the page says of itself."""
        if about is not None and about.language:
            return _tag(about.language)
        text = " ".join(
            (
                draft.title or "",
                draft.description or "" if not draft.paragraphs else "",
                *draft.paragraphs[:4],
            )
        )
        language = self._languages.read(text)
        if language is None and draft.language:
            language = _tag(draft.language)
        if language is None:
            draft.warn(Doubt.LANGUAGE_UNSURE)
        return language


# What an envelope says of one article is not true of every entry of a feed.
_OF_ONE_ARTICLE = {"url": None, "title": None, "byline": None, "published_at": None, "keywords": ()}


def _fill(draft: Draft, page: Page) -> None:
    """The envelope's fields where the page says nothing; its ``url`` wins."""
    about = page.about
    draft.url = about.url or draft.url
    draft.title = tidy(draft.title) or tidy(about.title)
    draft.source = draft.source or tidy(about.source)
    draft.byline = draft.byline or tidy(about.byline)
    draft.keywords = draft.keywords or tuple(filter(None, map(tidy, about.keywords)))
    if draft.published is None and about.published_at:
        draft.published = _envelope_date(about.published_at)
        if draft.published is not None and Doubt.DATE_UNREADABLE in draft.warnings:
            draft.warnings.remove(Doubt.DATE_UNREADABLE)


def _envelope_date(text: str) -> ArticleDate | None:
    return read_iso(text)


def _tag(language: str) -> str:
    """BCP 47 as RFC 5646 writes it: en-GB, zh-Hant."""
    head, *rest = language.replace("_", "-").split("-")
    forms = {2: str.upper, 4: str.title}
    return "-".join((head.lower(), *(forms.get(len(part), str.lower)(part) for part in rest)))
