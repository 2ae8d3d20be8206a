"""An HTML page to its articles: metadata first, then the body, then the same rules as for text on what
is left."""

from datetime import datetime
from typing import Any

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt
from streams.fold import fold
from streams.parse.blocks import read_outline
from streams.parse.body import Body, Selection, is_list_of_links, read_body
from streams.parse.draft import Draft
from streams.parse.element_names import ElementNames
from streams.parse.embedded import part_articles
from streams.parse.finding import Finding
from streams.parse.headlines import clean_byline
from streams.parse.labels import is_sentence
from streams.parse.lexicon import Lexicon, Role
from streams.parse.limits import ParseLimits
from streams.parse.lines import tidy
from streams.parse.markup import MarkupReader
from streams.parse.metadata import Metadata, MetadataReader
from streams.parse.page_blocks import PageBlocks
from streams.parse.sites import Sites
from streams.parse.text import TextReader

# Less story than this, and no metadata that claims an article: there is none.
_LEAST_LETTERS = 60
# The story in the head is taken where the page shows no more than this share of it, as behind a paywall.
_SHOWN_SHARE = 0.4
# A line of which a link is so much leads elsewhere.
_LINKED_SHARE = 0.8

# A heading of so many words that the first blocks of the story have is its headline; shorter words are everywhere.
_SHARED_WORDS, _OPENING_BLOCKS, _WORD_LETTERS = 2, 4, 4


class HtmlReader:
    """Reads HTML pages. Immutable; a page takes about half the time of trafilatura's fast mode alone."""

    def __init__(
        self, text: TextReader, metadata: MetadataReader, lexicon: Lexicon, sites: Sites, limits: ParseLimits
    ) -> None:
        self._text, self._metadata, self._lexicon, self._sites = text, metadata, lexicon, sites
        self._markup = MarkupReader(limits)
        self._furniture = ElementNames.load()

    def read(
        self,
        markup: str,
        *,
        language: str | None = None,
        ground: datetime | None = None,
        url: str | None = None,
        trace: list[Finding] | None = None,
    ) -> list[Draft]:
        """The page's own article first, then those embedded; raises ``Refusal`` (too-large, too-complex, no-article).

        ``url``: where the page is from, which says whose site's rule holds; else its own canonical link says.
        """
        tree = self.tree(markup)
        about = self._metadata.read(tree, ground)
        language = language or about.language
        site = self._sites.of(url or about.url)
        chosen = site.read(tree, lambda value: self._metadata.top.date(value, language, ground)) if site else Draft()
        about.title = chosen.title or about.title
        reader = site.text if site and site.text else self._text
        live = "LiveBlogPosting" in markup
        body = read_body(
            tree, self._furniture, about.title, live=live, selection=site.selection if site else Selection()
        )
        self._metadata.add_visible(about, [block.text for block in body.page.blocks], ground)
        about.title = chosen.title or _title(about.title, body)
        articles = part_articles(body, self._announces, live=live)
        lines = _lines_or_head([block.text for block in articles.story], about)
        own = reader.read(
            "\n".join(lines), language=language, ground=ground, title=about.title or "", web=True, trace=trace
        )[0]
        around = reader.read("\n".join(body.labels), language=language, ground=ground, title="", web=True)[0]
        _merge(own, around, about)
        _override(own, chosen)
        self._check(own, body, about)
        embedded = [reader.read("\n".join(lines), language=language, ground=ground)[0] for lines in articles.embedded]
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


def _title(title: str | None, body: Body) -> str | None:
    """The title of the head, or on a page without ``<h1>`` its heading where only that shares words with the story:
    some sites have their name for the title of every page."""
    heading = body.page.heading
    if heading is None or heading.tag == "h1" or not body.story:
        return title
    story = _words(" ".join(block.text for block in body.story[:_OPENING_BLOCKS]))
    text = body.page.text(heading)
    shared = len(_words(text) & story)
    return text if shared >= _SHARED_WORDS and not _words(title or "") & story else title


def _words(text: str) -> set[str]:
    return {word for word in fold(text).split() if len(word) >= _WORD_LETTERS}


def _lines_or_head(lines: list[str], about: Metadata) -> list[str]:
    """The lines of the page, or those of the story in its head where the page shows little of it."""
    if about.body and sum(map(len, lines)) < _SHOWN_SHARE * len(about.body):
        return about.body.splitlines()
    return lines


def _override(draft: Draft, chosen: Draft) -> None:
    """What the site's rule selected, before all else."""
    for name in ("published", "updated", "source", "byline", "keywords"):
        setattr(draft, name, getattr(chosen, name) or getattr(draft, name))


def _merge(draft: Draft, around: Draft, about: Metadata) -> None:
    """Metadata before what the text says, but for a source: a label on the page names the agency, the
    head the site. What stands around the story comes after what stands in it."""
    draft.title = about.title or draft.title or None
    draft.published = about.published or draft.published or around.published
    draft.updated = about.updated or draft.updated or around.updated
    if draft.published is not None and Doubt.DATE_UNREADABLE in draft.warnings:
        draft.warnings.remove(Doubt.DATE_UNREADABLE)
    draft.source = draft.source or around.source or tidy(about.source)
    visible = draft.byline or around.byline
    stated = clean_byline(", ".join(about.authors))
    # A site that names itself as the author says less than a name on the page.
    of_the_site = stated is not None and about.source is not None and fold(stated) == fold(about.source)
    draft.byline = (visible or stated) if of_the_site else (stated or visible)
    draft.keywords = about.keywords or draft.keywords or around.keywords
    draft.description = about.description or draft.description or around.description
    draft.url = about.url
    draft.language = about.language
