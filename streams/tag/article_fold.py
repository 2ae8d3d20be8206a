"""The fold of an article's title and body, and their words, made once for all parts of the tag stage that read them.

Not for single words: they would push the article out of what is remembered.
"""

import functools
import re

from streams.fold import SILENT, fold

_SILENT = re.compile(f"[{SILENT}]")
_REMEMBERED = 4
"""Title, body, and as much of a long body as two of the parts read."""


@functools.lru_cache(maxsize=_REMEMBERED)
def folded(text: str) -> str:
    """``fold(text)``, remembered while the same article is tagged."""
    return fold(text)


@functools.lru_cache(maxsize=_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """What stands between white space, as written; likewise remembered."""
    return tuple(text.split())


def written_words(text: str, count: int) -> tuple[str, ...]:
    """The words of ``text`` as written that stand one to one beside the ``count`` words of its fold.

    A word of nothing but silent marks is gone from the fold. Empty where the fold has made more words of one («ﷺ»).
    """
    written = _heard(text)
    return written if len(written) == count else ()


@functools.lru_cache(maxsize=_REMEMBERED)
def _heard(text: str) -> tuple[str, ...]:
    written = words(text)
    # Most texts have no such mark at all, which is found sooner than looking at each word.
    return tuple(word for word in written if word.strip(SILENT)) if _SILENT.search(text) else written
