"""An HTML page to its articles: metadata first, then the body, then the same rules as for text on what
is left."""

from datetime import datetime
from typing import Any

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt
from streams.fold import fold
from streams.parse.blocks import read_outline
from streams.parse.body import Body, PageBlocks, Selection, is_list_of_links, read_body
from streams.parse.draft import Draft
from streams.parse.element_names import ElementNames
from streams.parse.embedded import part_articles
from streams.parse.finding import Finding
from streams.parse.labels import is_sentence
from streams.parse.lexicon import Lexicon, Role
from streams.parse.limits import ParseLimits
from streams.parse.lines import tidy
from streams.parse.markup import MarkupReader
from streams.parse.metadata import Metadata, MetadataReader
from streams.parse.text import TextReader

# Less story than this, and no metadata that claims an article: there is none.
_LEAST_LETTERS = 60
# The story in the head is taken where the page shows no more than this share of it, as behind a paywall.
_SHOWN_SHARE = 0.4
# A line of which a link is so much leads elsewhere.
_LINKED_SHARE = 0.8


class HtmlReader:
    """Reads HTML pages. Immutable; about 5 ms a page, half of it libxml2's."""

    def __init__(self, text: TextReader, metadata: MetadataReader, lexicon: Lexicon, limits: ParseLimits) -> None:
        self._text, self._metadata, self._lexicon = text, metadata, lexicon
        self._markup = MarkupReader(limits)
        self._furniture = ElementNames.load()

    def read(
        self,
        markup: str,
        *,
        language: str | None = None,
        ground: datetime | None = None,
        selection: Selection = Selection(),  # noqa: B008 - a NamedTuple does not change
        trace: list[Finding] | None = None,
    ) -> list[Draft]:
        """The page's own article first, then those embedded; raises ``Refusal`` (too-large, too-complex, no-article).

        ``selection``: what a rule for the site chooses, before all general rules.
        """
        tree = self.tree(markup)
        about = self._metadata.read(tree, ground)
        live = "LiveBlogPosting" in markup
        body = read_body(tree, self._furniture, about.title, live=live, selection=selection)
        self._metadata.add_visible(about, [block.text for block in body.page.blocks], ground)
        articles = part_articles(body, self._announces, live=live)
        lines = _lines_or_head([block.text for block in articles.story], about)
        language = language or about.language
        own = self._text.read(
            "\n".join(lines), language=language, ground=ground, title=about.title or "", web=True, trace=trace
        )[0]
        around = self._text.read("\n".join(body.labels), language=language, ground=ground, title="", web=True)[0]
        _merge(own, around, about)
        self._check(own, body, about)
        embedded = [
            self._text.read("\n".join(lines), language=language, ground=ground)[0] for lines in articles.embedded
        ]
        return [own, *(draft for draft in embedded if draft.paragraphs)]

    def fragment(self, markup: str, *, title: str | None, language: str | None, ground: datetime | None) -> Draft:
        """The story in a piece of markup, or of text without any, such as a feed entry's content."""
        lines = self._fragment_lines(markup) if "<" in markup else markup.splitlines()
        return self._text.read("\n".join(lines), language=language, ground=ground, title=title or "", web=True)[0]

    def _fragment_lines(self, markup: str) -> list[str]:
        """The lines of a piece of markup but for furniture, such as captions and share rows, and links elsewhere."""
        page = PageBlocks(read_outline(self.tree(markup), self._furniture), None)
        return [
            block.text
            for block, furniture in zip(page.blocks, page.is_furniture, strict=True)
            if not furniture and (block.linked < _LINKED_SHARE * len(block.text) or is_sentence(block.text))
        ]

    def tree(self, markup: str) -> Any:
        """The lxml tree of a page, after the guards; raises ``Refusal``."""
        return self._markup.tree(markup)

    def _announces(self, line: str) -> bool:
        """Whether a line is «Read also» or its like."""
        label = self._lexicon.label(fold(line)) if len(line) <= 60 else None
        return label is not None and label.role == Role.EMBEDDED

    def _check(self, own: Draft, body: Body, about: Metadata) -> None:
        """Refuse a page without a story, and one of links to stories."""
        title = f"titled {own.title!r} " if own.title else ""
        if is_list_of_links(body, claims_article=about.article):
            raise Refusal(
                Reason.NO_ARTICLE,
                f"markup {title}with a list of headlines that lead to other pages; send the article's own page",
            )
        if sum(map(len, own.paragraphs)) < _LEAST_LETTERS and not (
            about.article and own.title and (own.description or own.paragraphs)
        ):
            blocks = body.page.blocks
            raise Refusal(
                Reason.NO_ARTICLE,
                f"markup {title}with {sum(len(block.text) for block in blocks):,} letters of text in "
                f"{len(blocks):,} blocks, but no story among them; send the article's own page",
            )


def _lines_or_head(lines: list[str], about: Metadata) -> list[str]:
    """The lines of the page, or those of the story in its head where the page shows little of it."""
    if about.body and sum(map(len, lines)) < _SHOWN_SHARE * len(about.body):
        return about.body.splitlines()
    return lines


def _merge(draft: Draft, around: Draft, about: Metadata) -> None:
    """Metadata before what the text says, but for a source: a label on the page names the agency, the
    head the site. What stands around the story comes after what stands in it."""
    draft.title = about.title or draft.title or None
    draft.published = about.published or draft.published or around.published
    draft.updated = about.updated or draft.updated or around.updated
    if draft.published is not None and Doubt.DATE_UNREADABLE in draft.warnings:
        draft.warnings.remove(Doubt.DATE_UNREADABLE)
    draft.source = draft.source or around.source or tidy(about.source)
    draft.byline = ", ".join(about.authors) or draft.byline or around.byline
    draft.keywords = about.keywords or draft.keywords or around.keywords
    draft.description = about.description or draft.description or around.description
    draft.url = about.url
    draft.language = about.language
