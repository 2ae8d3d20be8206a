"""Phrase: words that must stand in a text as whole words, in any spelling that folds to the same.

Arabic writes some little words together with the next one: a phrase that begins with an Arabic letter is
also found behind و ف ب ل ك and behind ال («بنك» in «والبنك», «البنك» in «للبنك»).
"""

import re
import unicodedata
from collections.abc import Iterator

from streams.fold import fold

# و or ف (and, so), then ب, ل or ك (in, for, as), then the article, which melts with ل: ل + ال is لل.
_ARABIC_PREFIXES = frozenset(
    joint + particle + article
    for joint in ("", "و", "ف")
    for particle in ("", "ب", "ل", "ك")
    for article in ("", "ال")
    if particle + article != "لال"
) | {"لل", "ولل", "فلل"}
_LONGEST_PREFIX = max(map(len, _ARABIC_PREFIXES))
_NO_PREFIX = frozenset({""})
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a]")
# Scripts without spaces, where a whole word cannot be told: Thai, Lao, Burmese, Khmer, kana, Han.
_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
# Korean writes its particles behind a word: «은행은».
_HANGUL = re.compile("[\uac00-\ud7a3]")


class Phrase:
    """A phrase, folded once. ``written`` is how its author wrote it."""

    def __init__(self, written: str) -> None:
        self.written = written
        self._forms = tuple(_forms(fold(written)))

    def __repr__(self) -> str:
        return f"Phrase({self.written!r})"

    def is_in(self, folded: str) -> bool:
        """Whether the phrase stands in a folded text."""
        return any(
            _begins_word(folded, start, prefixes) and _ends_word(folded, start + len(form))
            for form, prefixes in self._forms
            for start in _all(form, folded)
        )


def _forms(folded: str) -> Iterator[tuple[str, frozenset[str]]]:
    """What to look for, and what may be written together with its beginning."""
    yield folded, _ARABIC_PREFIXES if _ARABIC.match(folded) else _NO_PREFIX
    # Behind ل the article loses its ا, and three ل are written as two: «للبنك», «للجنة», «لله».
    if folded.startswith("الل"):
        yield folded[1:], frozenset({"", "و", "ف"})
    elif folded.startswith("ال"):
        yield folded[1:], frozenset({"ل", "ول", "فل"})


def _all(form: str, text: str) -> Iterator[int]:
    start = text.find(form)
    while start >= 0:
        yield start
        start = text.find(form, start + 1)


def _begins_word(text: str, start: int, prefixes: frozenset[str]) -> bool:
    if not _is_of_word(text[start]) or _NO_SPACES.match(text[start]):
        return True
    word = start
    while word and start - word <= _LONGEST_PREFIX and _is_of_word(text[word - 1]):
        word -= 1
    return text[word:start] in prefixes


def _ends_word(text: str, end: int) -> bool:
    last = text[end - 1]
    if end == len(text) or not _is_of_word(last) or _NO_SPACES.match(last) or _HANGUL.match(last):
        return True
    return not _is_of_word(text[end])


def _is_of_word(char: str) -> bool:
    """Letters, digits, and the marks of Indic and other scripts, which ``str.isalnum`` leaves out."""
    return char.isalnum() or char == "_" or unicodedata.category(char).startswith("M")
