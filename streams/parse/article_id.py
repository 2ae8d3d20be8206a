"""The id of an article: the same on every replay and in every worker."""

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from streams.fold import fold

# Fixed for ever: an id made with another namespace is another id.
_OF_URLS = UUID("b6a1f0a2-5d0e-5c56-9a55-0f0c9b0f6a01")
_OF_TEXTS = UUID("b6a1f0a2-5d0e-5c56-9a55-0f0c9b0f6a02")

_OPENING_LETTERS = 400


class Identity:
    """Makes ids. ``clean_url`` strips trackers and the fragment; it returns null for what is no web
    address."""

    def __init__(self) -> None:
        from turbohtml.extract import UrlCleaning, clean_url  # noqa: PLC0415 - 70 ms, when a Parser is built

        self._options = UrlCleaning(strip_fragment=True, trailing_slash=False)
        self._clean: Callable[..., str | None] = clean_url

    def canonical(self, url: str | None) -> str | None:
        """The address without trackers and fragment, or null when there is none to speak of."""
        if not url or len(url) > 4_000:
            return None
        try:
            return self._clean(url, self._options)
        except ValueError:
            return None

    def of(self, url: str | None, title: str | None, paragraphs: tuple[str, ...]) -> str:
        """From the canonical ``url``, else from the folded title and opening.

        A home page is no article's address: it would give all articles of a site one id.
        """
        canonical = self.canonical(url)
        if canonical is not None:
            parts = urlsplit(canonical)
            if parts.path.strip("/") or parts.query:
                # http and https, with www and without: one article
                host = parts.netloc.removeprefix("www.")
                return str(uuid5(_OF_URLS, f"{host}{parts.path}?{parts.query}"))
        opening = " ".join((title or "", *paragraphs[:3]))
        return str(uuid5(_OF_TEXTS, fold(opening[: _OPENING_LETTERS * 2])[:_OPENING_LETTERS]))
