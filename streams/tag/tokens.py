"""Tokens of a text for the name model: words, numbers and marks, folded, each with where it stands. In numpy.

A word is a run of letters and marks or of digits; every other character that is no white space is a token of its
own, and so is the start of a line. Words are compared by hashes: polynomials over folded letters in wrapping
integers, the same in every process and every version of Python and numpy.
"""

import functools
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.fold import fold

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
Units = npt.NDArray[np.uint16]

LONGEST = 4000
"""Characters of a text that are read at most."""

NEWLINE = 0x0A
_BLANK = 0x20
_DROP = 0
_ZERO = 0x30
_BASE = 0x5851F42D4C957F2D  # Knuth's MMIX multiplier: odd, so it has an inverse modulo 2**64
_MIXER = 0xFF51AFD7ED558CCD  # of MurmurHash3's 64-bit finalizer
_MASK = 2**64 - 1
_SHIFT = np.uint64(33)
_FLAG_BITS = 18
_TO_FLAG = np.uint64(64 - _FLAG_BITS)
_LETTER, _DIGIT, _MARK = 1, 2, 3


class Tokens(NamedTuple):
    """n tokens of one text. The first and the last are ``NEWLINE``.

    ``units`` are the folded letters of all, with blanks where the text has them; token i is
    ``units[starts[i]:ends[i]]``, and stands in the text from ``text_starts[i]`` to ``text_ends[i]``. ``words`` are
    the hashes of whole tokens; ``sums`` (units.size + 1,) are running sums, for the hashes of parts.
    """

    units: Units
    starts: Places
    ends: Places
    text_starts: Places
    text_ends: Places
    words: Hashes
    sums: Hashes

    def hashes(self, first: Places, last: Places) -> Hashes:
        """Hashes of ``units[first:last]``, wherever they stand. Spread over 64 bits. Shape of
        ``first``."""
        return _hashes(self.sums, first, last)


class WordSet:
    """A set of words by their hashes, which finds those of a text that may be in it."""

    def __init__(self, words: Iterable[int]) -> None:
        self._flags = np.zeros(2**_FLAG_BITS, bool)
        self._flags[np.array(list(words), np.uint64) >> _TO_FLAG] = True

    def may_hold(self, words: Hashes) -> list[int]:
        """Where the words of the set stand in ``words``; a few others may be among them."""
        places: list[int] = np.flatnonzero(self._flags.take((words >> _TO_FLAG).astype(np.intp))).tolist()
        return places


def tokens_of(text: str) -> Tokens:
    """The tokens of the first ``LONGEST`` characters."""
    text = f"\n{text[:LONGEST]}\n"
    folded, kinds = _tables()
    codes = _codes(text)
    units, kind = folded.take(codes), kinds.take(codes)
    kept = None if units.min() else np.flatnonzero(units)  # most texts have nothing that is dropped
    if kept is not None:
        units, kind = units[kept], kind[kept]
    # A token starts at each mark, and where the kind changes; blanks (kind 0) are between tokens.
    edge = kind == _MARK
    edge[1:] |= kind[1:] != kind[:-1]
    edge[0] = True
    starts = np.flatnonzero(edge)
    ends = np.empty_like(starts)
    ends[:-1], ends[-1] = starts[1:], units.size
    real = np.flatnonzero(kind.take(starts))
    starts, ends = starts.take(real), ends.take(real)
    sums = np.zeros(units.size + 1, np.uint64)
    np.cumsum(units.astype(np.uint64) * _powers()[0][: units.size], out=sums[1:])
    words = _hashes(sums, starts, ends)
    # One off, for the line's start that was put before.
    if kept is None:
        return Tokens(units, starts, ends, starts - 1, ends - 1, words, sums)
    return Tokens(units, starts, ends, kept.take(starts) - 1, kept.take(ends - 1), words, sums)


def _codes(text: str) -> Places:
    """The code points of a text, those beyond 16 bits as the last one of these."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    if units.size > len(text):
        units = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"), 0xFFFF)
    return units.astype(np.intp)


@functools.lru_cache(maxsize=8192)
def fold_words(text: str) -> str:
    """A few words folded as in ``units``, digits left as they are: a µs, where ``fold`` takes 20 for any text."""
    return text.translate(_translation())


@functools.lru_cache(maxsize=8192)
def word_hash(folded: str) -> int:
    """The hash of one folded word of 16-bit letters, as ``Tokens.hashes`` gives it. About 2 µs when new."""
    mixed = _sum(folded)
    mixed = (mixed ^ mixed >> 33) * _MIXER & _MASK
    return mixed ^ mixed >> 33


def word_hashes(words: list[str], before: str = "") -> Hashes:
    """The hashes of folded words with ``before`` written before each. Shape (len(words),)."""
    sums = np.array([_sum(word) for word in words], np.uint64)
    return _spread(np.uint64(_sum(before)) + sums * np.uint64(pow(_BASE, len(before), 2**64)))


def _sum(folded: str) -> int:
    total, power = 0, 1
    for letter in folded:
        total += ord(letter) * power
        power = power * _BASE & _MASK
    return total & _MASK


def _hashes(sums: Hashes, first: Places, last: Places) -> Hashes:
    return _spread((sums.take(last) - sums.take(first)) * _powers()[1].take(first))


def _spread(hashes: Hashes) -> Hashes:
    """MurmurHash3's 64-bit finalizer, its first half: neighbouring hashes land far apart."""
    hashes = (hashes ^ (hashes >> _SHIFT)) * np.uint64(_MIXER)
    return hashes ^ (hashes >> _SHIFT)


@functools.cache
def _powers() -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse, modulo 2**64. Shape (LONGEST + 3,) each."""
    bases = (_BASE, pow(_BASE, -1, 2**64))
    powers, inverses = (np.cumprod(np.full(LONGEST + 3, base, np.uint64), dtype=np.uint64) for base in bases)
    return powers, inverses


@functools.cache
def _tables() -> tuple[Units, npt.NDArray[np.uint8]]:
    """For each UTF-16 unit its fold (``_DROP`` where it is silent, 0 for a digit) and its kind."""
    folded = np.arange(0x10000, dtype=np.uint16)
    kinds = np.full(0x10000, _MARK, np.uint8)
    kinds[_LETTERS.start : _LETTERS.stop] = _LETTER
    for code in range(_LETTERS.start):
        char = chr(code)
        if char.isspace() and code != NEWLINE:
            folded[code], kinds[code] = _BLANK, 0
        elif char.isdigit():
            folded[code], kinds[code] = _ZERO, _DIGIT
        elif char.isalpha() or unicodedata.combining(char) or unicodedata.category(char) == "Mc":
            kinds[code] = _LETTER
    for first, last in _FOLDED:
        for code in range(first, last):
            plain = fold(chr(code)) if kinds[code] in (_LETTER, _MARK) and code > _BLANK else chr(code)
            if len(plain) < 2 and kinds[code] != _DIGIT:
                folded[code] = ord(plain or "\0")
    folded[0], kinds[0] = _BLANK, 0
    folded[[0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF]] = _DROP
    return folded, kinds


@functools.cache
def _translation() -> dict[int, int | None]:
    folded, kinds = _tables()
    changed = np.flatnonzero((folded != np.arange(0x10000)) & (kinds != _DIGIT)).tolist()
    return {code: int(folded[code]) or None for code in changed}


# Han, Hangul and what is between: told apart letter by letter, they would take 50 ms.
_LETTERS = range(0x3400, 0xD7B0)
# Where letters have a case or a second form, or are silent: Latin, Greek, Cyrillic, Arabic, bidi marks.
_FOLDED = ((0x21, 0x530), (0x5B0, 0x700), (0x750, 0x780), (0x1E00, 0x2070), (0xFB50, 0xFF00))
