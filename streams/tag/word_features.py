"""What the name model sees of the words of an Arabic text: buckets of their letters, of the groups of words that
they belong to, and of each together with the next."""

from bisect import bisect_left
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.tag.tokens import Hashes, Places, Tokens, Units

Marks = npt.NDArray[np.uint8]
"""For each token: 0, or 1 at the start of a well-known person's name and 2 within, 3 and 4 of an organisation's."""

Groups = npt.NDArray[np.uint16]

BITS = 16
"""What is seen of a word falls into 2**BITS buckets."""

PAIR_BITS = 15
"""Pairs of neighbouring words, and of their groups, fall into 2**PAIR_BITS buckets."""

SHARE_COLUMNS = {"PERS": 2, "LOC": 3, "ORG": 4}
NONE = 0xFFFF

COARSE = 2
"""Of a word's groups the first so many are seen together with those of the next word."""

_CONJUNCTION, _PREPOSITION = 1, 2
_ALEF, _LAM = ord("ا"), ord("ل")
_PREFIXES, _SUFFIXES = np.array((1, 2, 3, 4))[:, None], np.array((1, 2, 3, 4))[:, None]
_BEGINNINGS, _ENDINGS = slice(3, 7), slice(7, 11)  # rows of the parts of words


class Vocabulary(NamedTuple):
    """m known words by the upper half of their hash, sorted, and the groups of each. Shapes (m,), (m, 6).

    The groups: two of neighbours, fine and coarse; in ``SHARE_COLUMNS`` how often, in nine levels, the word is part
    of a name of that kind in articles without labels; and whether it names a place. ``NONE`` where nothing is known.
    """

    hashes: npt.NDArray[np.uint32]
    groups: Groups

    def find(self, hashes: Hashes) -> Places:
        """The row of each word; m for a word that is unknown."""
        upper = (hashes >> np.uint64(32)).astype(np.uint32)
        rows = self.hashes.searchsorted(upper)
        return np.where(self.hashes.take(rows, mode="clip") == upper, rows, self.hashes.size)

    def groups_of(self, rows: Places) -> Groups:
        """The groups in ``rows``, which ``find`` gave. Shape (rows, 6)."""
        found = self.groups.take(rows, axis=0, mode="clip")
        found[rows == self.hashes.size] = NONE
        return found

    def level(self, word: int, column: int) -> int:
        """A group of one word by its hash, -1 where it is unknown or has none."""
        hashes = self.hashes.data  # numpy's own search takes longer for one word
        row = bisect_left(hashes, word >> 32)
        if row == len(hashes) or hashes[row] != word >> 32:
            return -1
        group = int(self.groups[row, column])
        return -1 if group == NONE else group


class Seen(NamedTuple):
    """What the model sees of n tokens, of which k differ.

    ``kinds`` (n,) tells which of the k a token is; ``words`` (k, features) are buckets of words and ``pairs``
    (n - 1, features) buckets of a token with the next.
    """

    kinds: Places
    words: Places
    pairs: Places


def seen(tokens: Tokens, vocabulary: Vocabulary, marks: Marks) -> Seen:
    """Everything that the model reads of a text. ``marks`` as for ``NameModel.spans``."""
    _, at, kinds = np.unique(tokens.words, return_index=True, return_inverse=True)
    words, groups = word_buckets(tokens, at, vocabulary)
    return Seen(kinds, words.T, pair_buckets(tokens.words, groups[kinds], marks).T)


def word_buckets(tokens: Tokens, at: Places, vocabulary: Vocabulary) -> tuple[Places, Groups]:
    """What is seen of each of the k tokens ``at``, whatever stands beside it: its buckets, shape (features, k), and
    the coarse groups that it shows to its neighbours, shape (k, COARSE)."""
    starts, ends = tokens.starts.take(at), tokens.ends.take(at)
    bare, clitics, stems = _without_clitics(tokens.units, starts, ends)
    # The bare word, all of it, the stem, what it starts and ends with; a short word is its own start and end.
    firsts, lasts = np.empty((2, _ENDINGS.stop, at.size), np.intp)
    firsts[:], lasts[:] = starts, ends
    firsts[0], firsts[2] = bare, stems
    np.minimum(starts + _PREFIXES, ends, out=lasts[_BEGINNINGS])
    np.maximum(ends - _SUFFIXES, starts, out=firsts[_ENDINGS])
    parts = tokens.hashes(firsts, lasts)
    without, rows = vocabulary.find(parts[:2])
    # A word that is not known may be without «و», «ب» …
    rows = np.where((rows == vocabulary.hashes.size) & (clitics > 0), without, rows)
    groups = vocabulary.groups_of(rows)
    values = np.empty((_ENDINGS.stop + groups.shape[1], at.size), np.uint64)
    values[: _ENDINGS.stop - 1] = parts[1:]
    values[_ENDINGS.stop - 1] = np.minimum(ends - starts, 9) * 4 + clitics
    values[_ENDINGS.stop :] = groups.T
    values += _SEEDS[: len(values)]
    values *= _MIXERS[: len(values)]
    values >>= np.uint64(64 - BITS)
    return values.astype(np.intp), groups[:, :COARSE]


def pair_buckets(words: Hashes, groups: Groups, marks: Marks) -> Places:
    """What is seen of each of n tokens with the next. ``words`` are their hashes, ``groups`` (n, COARSE) are from
    ``word_buckets``. Shape (features, n - 1)."""
    own = np.empty((2 + COARSE, words.size), np.uint64)
    own[0], own[1:-1], own[-1] = words, groups.T, marks
    own += _SEEDS[: len(own)]
    pairs = own[:, :-1] * _MIXERS[:4]
    pairs ^= own[:, 1:] * _MIXERS[4:8]
    pairs *= _MIXERS[8:12]
    pairs >>= np.uint64(64 - PAIR_BITS)
    return pairs.astype(np.intp)


def _without_clitics(units: Units, starts: Places, ends: Places) -> tuple[Places, Places, Places]:
    """Where each word starts without «و», «ف» and then «ب», «ل», «ك»; a number for what there was; and where its
    stem starts, without the article too."""
    conjunction = (_CLITICS.take(units.take(starts)) == _CONJUNCTION) & (ends - starts > 3)
    bare = starts + conjunction
    preposition = (_CLITICS.take(units.take(bare)) == _PREPOSITION) & (ends - bare > 3)
    bare += preposition
    article = (units.take(bare) == _ALEF) & (ends - bare > 3)
    article &= units.take(bare + 1, mode="clip") == _LAM
    return bare, conjunction + 2 * preposition, bare + 2 * article


def _clitics() -> npt.NDArray[np.uint8]:
    """For each letter which clitic it is, 0 for none."""
    table = np.zeros(0x10000, np.uint8)
    table[[ord(letter) for letter in "وف"]] = _CONJUNCTION
    table[[ord(letter) for letter in "بلك"]] = _PREPOSITION
    return table


_CLITICS = _clitics()
# Odd multipliers, from the golden ratio: the same value of two features falls into two buckets.
_SEEDS = np.array([0x9E3779B97F4A7C15 * (at + 1) % 2**64 for at in range(32)], np.uint64)[:, None]
_MIXERS = np.array([(0xBF58476D1CE4E5B9 * (2 * at + 1)) % 2**64 for at in range(32)], np.uint64)[:, None]
