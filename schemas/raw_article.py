"""RawArticle: the envelope in which a feed producer publishes what it scraped, on ``articles.raw``.

The envelope is a courtesy, not a duty: bare text or HTML bytes are taken as well (streams/parse/raw.py).
"""

from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from schemas.contract import Contract


def _known_date(text: str) -> str:
    """Accept ISO 8601 and RFC 5322 (the feeds' own), hand back as written."""
    try:
        if len(text) == len("2023-11-09"):
            date.fromisoformat(text)
        else:
            datetime.fromisoformat(text)
    except ValueError:
        try:
            parsedate_to_datetime(text)
        except ValueError:
            raise ValueError(
                f"not a date: {text!r}; write ISO 8601 such as 2023-11-09 or 2023-11-09T14:30:00+03:00"
            ) from None
    return text


DateText = Annotated[str, AfterValidator(_known_date)]


class RawArticle(Contract):
    """One scraped page or feed entry, as its producer published it.

    Fields that the envelope gives win over what the page says only where the page says nothing, except
    ``url`` and ``language``, which the producer knows better. Unknown fields are ignored.
    """

    @field_validator(
        "url", "title", "source", "published_at", "language", "byline", "fetched_at", "feed", mode="before"
    )
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        """Scrapers write "" where they found nothing."""
        return None if isinstance(value, str) and not value.strip() else value

    content: str = Field(description="The page as scraped: text, HTML or a feed entry.")
    content_type: str = Field(
        default="text/plain",
        description="Media type of the content, for example text/plain, text/html, application/rss+xml.",
    )
    url: str | None = Field(default=None, description="Where the page was found.")
    title: str | None = Field(default=None, description="Headline, where the producer knows it.")
    source: str | None = Field(default=None, description="Publisher or agency.")
    published_at: DateText | None = Field(
        default=None, description="First publication: ISO 8601 date or date-time, or an RFC 5322 date."
    )
    language: str | None = Field(
        default=None, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", description="BCP 47 language tag."
    )
    keywords: tuple[str, ...] = Field(default=(), description="The page's own keywords, in its order.")
    byline: str | None = Field(default=None, description="Author or desk.")
    fetched_at: DateText | None = Field(
        default=None, description="When the page was fetched; the ground for relative dates."
    )
    feed: str | None = Field(default=None, description="URL or title of the feed the entry came from.")
