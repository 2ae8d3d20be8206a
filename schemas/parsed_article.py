"""ParsedArticle: one article with its parts told apart, on ``articles.parsed``."""

from enum import StrEnum

from pydantic import Field

from schemas.contract import Contract


class Precision(StrEnum):
    """How exactly a date is known. A day is a day, not midnight."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


class Doubt(StrEnum):
    """What parse had doubts about."""

    NO_TITLE = "no-title"
    NO_BODY = "no-body"
    DATE_UNREADABLE = "date-unreadable"
    CHARSET_GUESSED = "charset-guessed"
    CHARSET_MISDECLARED = "charset-misdeclared"
    MOJIBAKE = "mojibake"
    LANGUAGE_UNSURE = "language-unsure"
    EMBEDDED_LEFT_OUT = "embedded-left-out"


class ArticleDate(Contract):
    """A date as the page gives it."""

    value: str = Field(description="ISO 8601, as long as the precision allows: 2023, 2023-11, 2023-11-09 …")
    precision: Precision
    text: str = Field(description="The date as written on the page.")


class ParsedArticle(Contract):
    """One article. What is not on the page (or in its envelope) is null, never guessed."""

    id: str = Field(description="UUID, the same on every replay: from the canonical URL, else title and opening.")
    parent_id: str | None = Field(default=None, description="The page's own article, for an embedded one.")
    embedded_ids: tuple[str, ...] = Field(default=(), description="The articles embedded in this one's page.")
    position: int = Field(default=0, ge=0, description="0 the page's own article, 1… the embedded ones.")
    url: str | None = None
    title: str | None = None
    paragraphs: tuple[str, ...] = Field(
        default=(), description="The story in order: boilerplate gone, white space trimmed, letters as written."
    )
    published: ArticleDate | None = Field(default=None, description="First publication, not the update.")
    updated: ArticleDate | None = None
    source: str | None = Field(default=None, description="Publisher or agency named on the page, else the envelope's.")
    byline: str | None = Field(default=None, description="People or desk, without «كتب» or 'By'.")
    keywords: tuple[str, ...] = Field(default=(), description="The page's own, in order, without #.")
    language: str | None = Field(default=None, description="BCP 47 tag of the article.")
    description: str | None = Field(default=None, description="The page's own summary.")
    warnings: tuple[Doubt, ...] = ()
