"""Names in an Arabic text, by a small linear-chain conditional random field: people, places, organisations.

Inference only, in numpy: ``training/train_entities.py`` makes the shipped ``entities_model.npz`` and
``entities_model.md`` says from what, how well it does and where not. A word speaks for itself and for its two
neighbours on either side, by its letters, by the group of words it belongs to, and together with the word before it.
"""

from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.tag.chains import Chains, label_probabilities
from streams.tag.tokens import NEWLINE, Hashes, Places, Tokens, tokens_of

Floats = npt.NDArray[np.float32]

BITS = 16
"""What is seen of a word falls into 2**BITS buckets."""

PAIR_BITS = 15
"""Pairs of neighbouring words, and of their groups, fall into 2**PAIR_BITS buckets."""

REACH = 2
"""A word speaks for this many neighbours on either side."""

KINDS = ("PERS", "LOC", "ORG", "MISC")
LABELS = ("O", *(f"{position}-{kind}" for kind in KINDS for position in "BI"))
"""BIO labels in the model's order."""

_CONJUNCTIONS = np.array([ord(letter) for letter in "وف"], np.uint16)
_PREPOSITIONS = np.array([ord(letter) for letter in "بلك"], np.uint16)
_ALEF, _LAM = ord("ا"), ord("ل")
_PREFIXES, _SUFFIXES = (1, 2, 3, 4), (1, 2, 3, 4)
_CERTAIN = 9.0


class Vocabulary(NamedTuple):
    """m known words by the upper half of their hash, sorted, and the groups of each. Shapes (m,), (m, groups)."""

    hashes: npt.NDArray[np.uint32]
    groups: npt.NDArray[np.uint16]

    def find(self, hashes: Hashes) -> Places:
        """The row of each word; m for a word that is unknown."""
        upper = (hashes >> np.uint64(32)).astype(np.uint32)
        rows = np.searchsorted(self.hashes, upper)
        rows[rows == self.hashes.size] = 0
        return np.where(self.hashes[rows] == upper, rows, self.hashes.size)


class Seen(NamedTuple):
    """What the model sees of n tokens, of which k differ.

    ``kinds`` (n,) tells which of the k a token is; ``words`` (k, features) are buckets of words and ``pairs``
    (n - 1, features) buckets of a token with the next.
    """

    kinds: Places
    words: Places
    pairs: Places


class Span(NamedTuple):
    """A name: tokens ``first`` to ``last``, the latter not included, and how sure it is, 0 to 1."""

    first: int
    last: int
    kind: str
    confidence: float


def seen(tokens: Tokens, vocabulary: Vocabulary) -> Seen:
    """Everything that the model reads of a text."""
    whole = tokens.hashes(tokens.starts, tokens.ends)
    _, at, kinds = np.unique(whole, return_index=True, return_inverse=True)
    starts, ends, hashes = tokens.starts[at], tokens.ends[at], whole[at]
    bare, clitics = _without_clitics(tokens.units, starts, ends)
    rows = vocabulary.find(hashes)
    unknown = np.flatnonzero(rows == vocabulary.hashes.size)
    rows[unknown] = vocabulary.find(tokens.hashes(bare[unknown], ends[unknown]))
    groups = _groups(vocabulary, rows)
    lengths = ends - starts
    columns = [hashes]
    stem = np.where(tokens.units[bare] == _ALEF, bare + 2 * _has_article(tokens.units, bare, ends), bare)
    columns.append(tokens.hashes(stem, ends))
    columns += [tokens.hashes(starts, np.minimum(starts + size, ends)) for size in _PREFIXES]
    columns += [tokens.hashes(np.maximum(ends - size, starts), ends) for size in _SUFFIXES]
    shape = np.minimum(lengths, 9) * 16 + clitics
    columns.append(shape.astype(np.uint64))
    columns += [groups[:, column].astype(np.uint64) for column in range(groups.shape[1])]
    words = np.stack([_bucket(column, number, BITS) for number, column in enumerate(columns)], axis=1)
    group = groups[:, 0].astype(np.uint64)[kinds]
    coarse = groups[:, 1].astype(np.uint64)[kinds]
    pairs = np.stack(
        [
            _bucket(whole[:-1] * np.uint64(31) + whole[1:], 50, PAIR_BITS),
            _bucket(group[:-1] * np.uint64(65536) + group[1:], 51, PAIR_BITS),
            _bucket(coarse[:-1] * np.uint64(65536) + coarse[1:], 52, PAIR_BITS),
        ],
        axis=1,
    )
    return Seen(kinds, words, pairs)


def _without_clitics(units: npt.NDArray[np.uint16], starts: Places, ends: Places) -> tuple[Places, Places]:
    """Where each word starts without «و», «ف» and then «ب», «ل», «ك» before it, and a number for what there was."""
    first = units[starts]
    conjunction = np.isin(first, _CONJUNCTIONS) & (ends - starts > 3)
    bare = starts + conjunction
    preposition = np.isin(units[bare], _PREPOSITIONS) & (ends - bare > 3)
    return bare + preposition, conjunction + 2 * preposition


def _has_article(units: npt.NDArray[np.uint16], starts: Places, ends: Places) -> npt.NDArray[np.bool_]:
    return (ends - starts > 3) & (units[starts] == _ALEF) & (units[np.minimum(starts + 1, units.size - 1)] == _LAM)


def _groups(vocabulary: Vocabulary, rows: Places) -> npt.NDArray[np.uint16]:
    none = np.full((1, vocabulary.groups.shape[1]), 0xFFFF, np.uint16)
    return np.concatenate((vocabulary.groups, none))[rows]


def _bucket(values: Hashes, number: int, bits: int) -> Places:
    """Buckets of one feature: the same value of another feature falls elsewhere."""
    mixed = (values ^ np.uint64(0x9E3779B97F4A7C15 * (number + 1) & 0xFFFFFFFFFFFFFFFF)) * np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(64 - bits)).astype(np.intp)
