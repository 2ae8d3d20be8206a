"""An HTML page to its articles: metadata first, then the body, then the same rules as for text on what
is left."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt
from streams.parse.blocks import read_blocks, without_surrogates
from streams.parse.draft import Draft
from streams.parse.finding import Finding
from streams.parse.limits import ParseLimits, check_markup
from streams.parse.lines import tidy
from streams.parse.metadata import Metadata, MetadataReader
from streams.parse.text import TextReader

# Less story than this, and no metadata that claims an article: there is none.
_LEAST_LETTERS = 60


class HtmlReader:
    """Reads HTML pages. Immutable; 10 to 20 ms a page, almost all of it trafilatura's."""

    def __init__(self, text: TextReader, metadata: MetadataReader, limits: ParseLimits) -> None:
        from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415 - when a Parser is built
        from trafilatura import bare_extraction  # noqa: PLC0415 - 0.4 s

        self._text, self._metadata, self._limits = text, metadata, limits
        self._html_parser: Callable[..., Any] = HTMLParser
        self._parse: Callable[..., Any] = document_fromstring
        self._extract: Callable[..., Any] = bare_extraction

    def read(
        self,
        markup: str,
        *,
        language: str | None = None,
        ground: datetime | None = None,
        trace: list[Finding] | None = None,
    ) -> list[Draft]:
        """The page's article, first and in general only; raises ``Refusal`` (too-large, too-complex, no-
        article)."""
        tree = self.tree(markup)
        about = self._metadata.read(tree, ground)
        if not about.authors or about.published is None:
            self._metadata.add_visible(about, read_blocks(tree), ground)
        lines = self._body(tree, about)
        drafts = self._text.read(
            "\n".join(lines),
            language=language or about.language,
            ground=ground,
            title=about.title or "",
            web=True,
            trace=trace,
        )
        own = drafts[0]
        _merge(own, about)
        if sum(map(len, own.paragraphs)) < _LEAST_LETTERS and not (
            about.article and own.title and (own.description or own.paragraphs)
        ):
            visible = read_blocks(self.tree(markup))
            letters = sum(map(len, visible))
            title = f"titled {own.title!r} " if own.title else ""
            raise Refusal(
                Reason.NO_ARTICLE,
                f"markup {title}with {letters:,} letters of text in {len(visible):,} blocks, "
                "but no story among them; send the article's own page",
            )
        return drafts

    def fragment(self, markup: str, *, title: str | None, language: str | None, ground: datetime | None) -> Draft:
        """The story in a piece of clean markup, such as a feed entry's content."""
        lines = read_blocks(self.tree(markup)) if "<" in markup else markup.splitlines()
        return self._text.read("\n".join(lines), language=language, ground=ground, title=title or "", web=True)[0]

    def tree(self, markup: str) -> Any:
        """The lxml tree of a page, after the guards; raises ``Refusal``."""
        check_markup(markup, self._limits)
        parser = self._html_parser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
        from lxml.etree import ParserError  # noqa: PLC0415

        try:
            return self._parse(without_surrogates(markup.replace("\0", "")).encode("utf-8", "replace"), parser=parser)
        except ParserError as error:
            raise Refusal(Reason.NO_ARTICLE, f"no HTML in it: {error}") from None

    def _body(self, tree: Any, about: Metadata) -> list[str]:
        lines: list[str] = []
        document = self._extract(tree, fast=True, include_comments=False, include_formatting=False)
        if document is not None and document.body is not None:
            lines = read_blocks(document.body)
        if sum(map(len, lines)) < _LEAST_LETTERS and about.body:
            lines = about.body.splitlines()
        return lines


def _merge(draft: Draft, about: Metadata) -> None:
    """Metadata before what the text says, but for a source: a label on the page names the agency, the
    head the site."""
    draft.title = about.title or draft.title or None
    draft.published = about.published or draft.published
    draft.updated = about.updated or draft.updated
    if draft.published is not None and Doubt.DATE_UNREADABLE in draft.warnings:
        draft.warnings.remove(Doubt.DATE_UNREADABLE)
    publisher = tidy(about.source)
    draft.source = draft.source or publisher
    draft.byline = ", ".join(about.authors) or draft.byline
    draft.keywords = about.keywords or draft.keywords
    draft.description = about.description or draft.description
    draft.url = about.url
    draft.language = about.language
