"""Which language the commonest words of a text belong to, from ``languages/common_words.toml``."""

import tomllib
from importlib import resources
from typing import Any

from streams.fold import fold

# The Arabic article with what is written together with it, which no neighbour has at every third word.
_ARTICLES = ("ال", "وال", "بال", "لل", "فال", "كال")


class CommonWords:
    """The words of some languages of one group. Immutable."""

    def __init__(self, entries: dict[str, Any]) -> None:
        self._words = {language: frozenset(fold(entry["words"]).split()) for language, entry in entries.items()}
        self.languages = frozenset(self._words)
        self._articles = "ar" in entries

    def shares(self, words: list[str]) -> list[tuple[float, str]]:
        """The share of folded words that is each language's, largest first. Shares are 0 to 1."""
        shares = [
            (sum(1 for word in words if word in own) / len(words), language) for language, own in self._words.items()
        ]
        if self._articles:
            articles = sum(1 for word in words if len(word) > 4 and word.startswith(_ARTICLES)) / len(words)
            shares = [(share + articles if language == "ar" else share, language) for share, language in shares]
        return sorted(shares, reverse=True)

    def best(self, words: list[str], *, least: float, lead: float) -> str | None:
        """The language with the largest share, at least ``least`` and ``lead`` times the next; else null."""
        if not words:
            return None
        (first, language), (second, _), *_ = self.shares(words)
        return language if first >= least and first >= lead * second else None


def read_common_words() -> dict[str, dict[str, Any]]:
    """The packaged file as it is, by group and language."""
    return tomllib.loads((resources.files("streams.parse") / "languages" / "common_words.toml").read_text("utf-8"))
