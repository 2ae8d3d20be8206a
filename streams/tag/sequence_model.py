"""Names in an Arabic text, by a small linear-chain conditional random field: people, places, organisations.

Inference only, in numpy: ``training/train_entities.py`` makes the shipped ``entities_model.npz`` and
``entities_model.md`` says from what, how well it does and where not. A word speaks for itself and for its two
neighbours on either side, by its letters, by the group of words it belongs to, and together with the word before it.
"""

from bisect import bisect_left
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.tag.chain_labels import OUTSIDE, label_probabilities
from streams.tag.tokens import NEWLINE, Hashes, Places, Tokens, Units

Floats = npt.NDArray[np.float32]
Marks = npt.NDArray[np.uint8]
"""For each token: 0, or 1 at the start of a well-known person's name and 2 within, 3 and 4 of an organisation's."""

BITS = 16
"""What is seen of a word falls into 2**BITS buckets."""

PAIR_BITS = 15
"""Pairs of neighbouring words, and of their groups, fall into 2**PAIR_BITS buckets."""

REACH = 2
"""A word speaks for this many neighbours on either side."""

KINDS = ("PERS", "LOC", "ORG", "MISC")
LABELS = ("O", *(f"{position}-{kind}" for kind in KINDS for position in "BI"))
"""BIO labels in the model's order."""

SHARE_COLUMNS = {"PERS": 2, "LOC": 3, "ORG": 4}
NONE = 0xFFFF

_CONJUNCTION, _PREPOSITION = 1, 2
_ALEF, _LAM = ord("ا"), ord("ل")
_PREFIXES, _SUFFIXES = np.array((1, 2, 3, 4)), np.array((1, 2, 3, 4))
_CERTAIN = 1.0  # a token is outside where that scores so much above all else; 1 to 9 find as much, 9 takes longer
_REPEATED, _POSSIBLE = 0.8, 0.1


class Vocabulary(NamedTuple):
    """m known words by the upper half of their hash, sorted, and the groups of each. Shapes (m,), (m, 6).

    The groups: two of neighbours, fine and coarse; in ``SHARE_COLUMNS`` how often, in nine levels, the word is part
    of a name of that kind in articles without labels; and whether it names a place. ``NONE`` where nothing is known.
    """

    hashes: npt.NDArray[np.uint32]
    groups: npt.NDArray[np.uint16]

    def find(self, hashes: Hashes) -> Places:
        """The row of each word; m for a word that is unknown."""
        upper = (hashes >> np.uint64(32)).astype(np.uint32)
        rows = np.searchsorted(self.hashes, upper)
        rows[rows == self.hashes.size] = 0
        return np.where(self.hashes[rows] == upper, rows, self.hashes.size)

    def groups_of(self, rows: Places) -> Hashes:
        """The groups in ``rows``, which ``find`` gave. Shape (rows, 6)."""
        found = self.groups.take(rows, axis=0, mode="clip").astype(np.uint64)
        found[rows == self.hashes.size] = NONE
        return found

    def level(self, word: int, column: int) -> int:
        """A group of one word by its hash, -1 where it is unknown or has none."""
        row = bisect_left(self.hashes, word >> 32)  # numpy's own takes longer for one word
        if row == self.hashes.size or self.hashes[row] != word >> 32:
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


class Weights(NamedTuple):
    """What training found, as whole numbers of ``scale``.

    ``words`` (2**BITS, 2 REACH + 1, labels): what a word says of the token REACH before it, …, REACH after it;
    ``pairs`` (2**PAIR_BITS, 2, labels): what a pair says of its first and its second token; ``transitions``
    (labels, labels), in logarithms as they are.
    """

    words: npt.NDArray[np.int16]
    pairs: npt.NDArray[np.int16]
    transitions: Floats
    scale: float

    def emissions(self, read: Seen) -> Floats:
        """The score of each label of each token, before its neighbours' labels count. Shape (n, labels)."""
        size = read.kinds.size
        said = _summed(self.words.reshape(2**BITS, -1), read.words)[read.kinds].reshape(size, 2 * REACH + 1, -1)
        total = np.zeros((size + 2 * REACH, len(LABELS)), np.int16)
        for offset in range(2 * REACH + 1):
            total[offset : offset + size] += said[:, offset]
        scores = total[REACH : REACH + size]
        together = _summed(self.pairs.reshape(2**PAIR_BITS, -1), read.pairs)
        scores[:-1] += together[:, : len(LABELS)]
        scores[1:] += together[:, len(LABELS) :]
        return scores * np.float32(self.scale)


def _summed(weights: npt.NDArray[np.int16], buckets: Places) -> npt.NDArray[np.int16]:
    """The sum of the weights of all buckets of a row. A loop over columns: faster than one sum over an axis."""
    total = weights.take(buckets[:, 0], axis=0)
    for column in range(1, buckets.shape[1]):
        total += weights.take(buckets[:, column], axis=0)
    return total


class Span(NamedTuple):
    """A name: tokens ``first`` to ``last``, the latter not included, and how sure it is, 0 to 1."""

    first: int
    last: int
    kind: str
    confidence: float


class NameModel:
    """A trained model. Immutable; ``load`` once, then call from any thread."""

    def __init__(self, version: str, vocabulary: Vocabulary, weights: Weights) -> None:
        self.version = version
        self.vocabulary = vocabulary
        self._weights = weights

    @classmethod
    def load(cls, path: Path | None = None) -> "NameModel":
        """Read a model file, by default the one shipped beside this module."""
        source = path or resources.files("streams.tag").joinpath("entities_model.npz")
        with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return cls(
                str(arrays["version"]),
                Vocabulary(arrays["hashes"], arrays["groups"]),
                Weights(
                    arrays["words"].astype(np.int16),
                    arrays["pairs"].astype(np.int16),
                    arrays["transitions"].astype(np.float32),
                    float(arrays["scale"]),
                ),
            )

    def save(self, path: Path) -> None:
        """Write the model file."""
        np.savez_compressed(
            path,
            allow_pickle=False,
            version=np.array(self.version),
            hashes=self.vocabulary.hashes,
            groups=self.vocabulary.groups,
            words=self._weights.words.astype(np.int8),
            pairs=self._weights.pairs.astype(np.int8),
            transitions=self._weights.transitions,
            scale=np.float64(self._weights.scale),
        )

    def spans(self, tokens: Tokens, marks: Marks) -> list[Span]:
        """The names in a text, in order. ``marks`` says of each token whether it is in a well-known name."""
        probabilities, uncertain = self.probabilities(tokens, marks)
        return spans_of(probabilities, uncertain)

    def probabilities(self, tokens: Tokens, marks: Marks) -> tuple[Floats, Places]:
        """The probability of each label of each token, shape (n, labels), and the tokens that may be in a name."""
        read = seen(tokens, self.vocabulary, marks)
        emissions = self._weights.emissions(read)
        margin = emissions[:, OUTSIDE] - emissions[:, 1:].max(axis=1)
        uncertain = margin < _CERTAIN
        uncertain &= tokens.units[tokens.starts] != NEWLINE
        at = np.flatnonzero(uncertain)
        result = np.zeros(emissions.shape, np.float32)
        result[:, OUTSIDE] = 1
        if at.size:
            found = label_probabilities(emissions[at], self._weights.transitions, at)
            result[at] = _steadied(found, at, read.kinds[at])
        return result, at


def _steadied(probabilities: Floats, places: Places, kinds: Places) -> Floats:
    """A text speaks of one thing by one word: what is sure of a word once decides where it is doubtful.

    All are of tokens that may be in a name: where they stand, and which word they are. A doubtful one takes on the
    surest reading of the same word.
    """
    by_kind = probabilities[:, 1:].reshape(len(probabilities), len(KINDS), 2).sum(axis=2)
    likeliest = probabilities.argmax(axis=1)
    doubtful = np.flatnonzero((likeliest == OUTSIDE) & (probabilities[:, OUTSIDE] < 1 - _POSSIBLE))
    surest = by_kind.max(axis=1)
    sure = np.flatnonzero(surest > _REPEATED)
    if not doubtful.size or not sure.size:
        return probabilities
    best: dict[int, int] = {}
    for at in sure[np.argsort(surest[sure], kind="stable")].tolist():  # the surest reading of a word stays
        best[int(kinds[at])] = at
    result = probabilities.copy()
    labels = likeliest.tolist()
    for at in doubtful.tolist():
        clear = best.get(int(kinds[at]))
        if clear is not None:
            begin = 1 + 2 * int(by_kind[clear].argmax())
            follows = at > 0 and places[at - 1] == places[at] - 1 and labels[at - 1] in (begin, begin + 1)
            label = begin + int(follows and result[at, begin + 1] > result[at, begin])
            labels[at] = label
            result[at] = 0
            result[at, label] = 0.9 * surest[clear]  # a little less sure than where it is clear
            result[at, OUTSIDE] = 1 - result[at, label]
    return result


def spans_of(probabilities: Floats, uncertain: Places) -> list[Span]:
    """Names from the likeliest label of each token of ``uncertain``, which are in order; all others are outside."""
    found: list[Span] = []
    labels = probabilities[uncertain].argmax(axis=1).tolist()
    sure = probabilities[uncertain].max(axis=1).tolist()
    open_kind, last_place = "", -2
    for place, label, confidence in zip(uncertain.tolist(), labels, sure, strict=True):
        if label == OUTSIDE:
            open_kind = ""
            continue
        kind, inside = KINDS[(label - 1) // 2], label % 2 == 0
        if inside and kind == open_kind and place == last_place + 1:
            found[-1] = found[-1]._replace(last=place + 1, confidence=min(found[-1].confidence, confidence))
        else:
            found.append(Span(place, place + 1, kind, confidence))
        open_kind, last_place = kind, place
    return found


def seen(tokens: Tokens, vocabulary: Vocabulary, marks: Marks) -> Seen:
    """Everything that the model reads of a text. ``marks`` as for ``NameModel.spans``."""
    _, at, kinds = np.unique(tokens.words, return_index=True, return_inverse=True)
    starts, ends, whole = tokens.starts[at], tokens.ends[at], tokens.words[at]
    bare, clitics, stems = _without_clitics(tokens.units, starts, ends)
    rows = vocabulary.find(whole)
    unknown = np.flatnonzero((rows == vocabulary.hashes.size) & (clitics > 0))
    if unknown.size:
        rows[unknown] = vocabulary.find(tokens.hashes(bare[unknown], ends[unknown]))
    groups = vocabulary.groups_of(rows)
    # Parts of words: the stem, then what it starts and ends with; a short word is its own start and end.
    firsts = np.repeat(starts[:, None], 1 + len(_PREFIXES) + len(_SUFFIXES), axis=1)
    lasts = np.repeat(ends[:, None], firsts.shape[1], axis=1)
    firsts[:, 0] = stems
    cut = slice(1, 1 + len(_PREFIXES))
    np.minimum(starts[:, None] + _PREFIXES, lasts[:, cut], out=lasts[:, cut])
    np.maximum(ends[:, None] - _SUFFIXES, firsts[:, cut.stop :], out=firsts[:, cut.stop :])
    shape = np.minimum(ends - starts, 9) * 4 + clitics
    values = np.concatenate(
        (whole[:, None], tokens.hashes(firsts, lasts), shape[:, None].astype(np.uint64), groups), axis=1
    )
    words = (((values + _SEEDS[: values.shape[1]]) * _MIXERS[: values.shape[1]]) >> np.uint64(64 - BITS)).astype(
        np.intp
    )
    coarse = groups[:, :2][kinds]
    own = np.concatenate((tokens.words[:, None], coarse, marks[:, None].astype(np.uint64)), axis=1) + _SEEDS[:4]
    pairs = (((own[:-1] * _MIXERS[:4]) ^ (own[1:] * _MIXERS[4:8])) * _MIXERS[8:12]) >> np.uint64(64 - PAIR_BITS)
    return Seen(kinds, words, pairs.astype(np.intp))


def _without_clitics(units: Units, starts: Places, ends: Places) -> tuple[Places, Places, Places]:
    """Where each word starts without «و», «ف» and then «ب», «ل», «ك»; a number for what there was; and where its
    stem starts, without the article too."""
    lengths = ends - starts
    conjunction = (_CLITICS[units[starts]] == _CONJUNCTION) & (lengths > 3)
    bare = starts + conjunction
    preposition = (_CLITICS[units[bare]] == _PREPOSITION) & (ends - bare > 3)
    bare += preposition
    article = (units[bare] == _ALEF) & (ends - bare > 3)
    article &= units[np.minimum(bare + 1, units.size - 1)] == _LAM
    return bare, conjunction + 2 * preposition, bare + 2 * article


def _clitics() -> npt.NDArray[np.uint8]:
    """For each letter which clitic it is, 0 for none."""
    table = np.zeros(0x10000, np.uint8)
    table[[ord(letter) for letter in "وف"]] = _CONJUNCTION
    table[[ord(letter) for letter in "بلك"]] = _PREPOSITION
    return table


_CLITICS = _clitics()
# Odd multipliers, from the golden ratio: the same value of two features falls into two buckets.
_SEEDS = np.array([0x9E3779B97F4A7C15 * (at + 1) % 2**64 for at in range(32)], np.uint64)
_MIXERS = np.array([(0xBF58476D1CE4E5B9 * (2 * at + 1)) % 2**64 for at in range(32)], np.uint64)
