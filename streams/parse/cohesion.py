"""What two pieces of text have in common: word stems that both use.

An article shares words with its headline; a list of links shares none with the story that goes on after it.
"""

import re
from typing import Any

from streams.fold import fold

# A conjunction, a preposition and the article, as Arabic glues them to a word: «وبالمدينة» is «مدينة».
_CLITICS = re.compile(r"^[وف]?(?:[بكل]?ال|لل|[بكل](?=\w{4}))?(?=\w{3})")
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
_STEM_LETTERS = 5  # endings differ: «حافلة» and «حافلات», "bus" and "buses"


class Stemmer:
    """Gives the stems of texts. Immutable; about 60 µs for 3 KB. ``entries`` are the language files: their
    ``common_words`` are those that any two texts share."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        self._common = frozenset(fold(word) for entry in entries.values() for word in entry.get("common_words", ()))

    def stems(self, folded: str) -> set[str]:
        """The stems of folded text that say what it is about."""
        found = set()
        for word in _WORD.findall(folded):
            if word not in self._common:
                bare = _CLITICS.sub("", word, count=1) if word > "\u0600" else word
                if len(bare) >= 3 and bare not in self._common:
                    found.add(bare[:_STEM_LETTERS])
        return found
