"""The fold of an article's title and body, made once for all parts of the tag stage that read it."""

import functools

from streams.fold import fold

_REMEMBERED = 4
"""Title, body, and as much of a long body as two of the parts read."""


@functools.lru_cache(maxsize=_REMEMBERED)
def folded(text: str) -> str:
    """``fold(text)``, remembered while the same article is tagged. Not for words: they would push the article out."""
    return fold(text)
