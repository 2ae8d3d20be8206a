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

from streams.tag.chain_labels import OUTSIDE, label_probabilities
from streams.tag.tokens import NEWLINE, Hashes, Places, Tokens
from streams.tag.word_features import Marks, Vocabulary, pair_buckets
from streams.tag.word_scores import Scores, WordScores, summed

Floats = npt.NDArray[np.float32]
REACH = 2
"""A word speaks for this many neighbours on either side."""

KINDS = ("PERS", "LOC", "ORG", "MISC")
LABELS = ("O", *(f"{position}-{kind}" for kind in KINDS for position in "BI"))
"""BIO labels in the model's order."""

_CERTAIN = 1.0  # a token is outside where that scores so much above all else; 1 to 9 find as much, 9 takes longer
_REPEATED, _POSSIBLE = 0.8, 0.1


class Weights(NamedTuple):
    """What training found, as whole numbers of ``scale``.

    ``words`` (2**BITS, 2 REACH + 1, labels): what a word says of the token REACH before it, …, REACH after it;
    ``pairs`` (2**PAIR_BITS, 2, labels): what a pair says of its first and its second token; ``transitions``
    (labels, labels), in logarithms as they are.
    """

    words: Scores
    pairs: Scores
    transitions: Floats
    scale: float


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
        self._word_scores = WordScores(vocabulary, weights.words.reshape(len(weights.words), -1))
        self._pair_weights = weights.pairs.reshape(len(weights.pairs), -1)

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
        return spans_of(*self.probabilities(tokens, marks))

    def probabilities(self, tokens: Tokens, marks: Marks) -> tuple[Places, Floats]:
        """The tokens that may be in a name, k in all, and the probability of each label of these, shape (k, labels)."""
        emissions = self._emissions(tokens, marks)
        uncertain = emissions[OUTSIDE] - emissions[1:].max(axis=0) < _CERTAIN
        uncertain &= tokens.units.take(tokens.starts) != NEWLINE
        at = np.flatnonzero(uncertain)
        if not at.size:
            return at, np.zeros((0, len(LABELS)), np.float32)
        found = label_probabilities(emissions.take(at, axis=1).T, self._weights.transitions, at)
        return at, _steadied(found, at, tokens.words.take(at))

    def _emissions(self, tokens: Tokens, marks: Marks) -> Floats:
        """The score of each label of each token, before its neighbours' labels count. Shape (labels, n)."""
        said, groups = self._word_scores.of(tokens)
        pairs = pair_buckets(tokens.words, groups, marks)
        together = np.ascontiguousarray(summed(self._pair_weights, pairs).T)
        # What a word says of the token REACH before it comes first, of the one REACH after it last.
        by_offset = np.ascontiguousarray(said.T).reshape(2 * REACH + 1, len(LABELS), -1)
        scores: Scores = by_offset[REACH]
        for away in range(1, REACH + 1):
            scores[:, :-away] += by_offset[REACH - away, :, away:]
            scores[:, away:] += by_offset[REACH + away, :, :-away]
        scores[:, :-1] += together[: len(LABELS)]
        scores[:, 1:] += together[len(LABELS) :]
        emissions: Floats = scores * np.float32(self._weights.scale)
        return emissions


def _steadied(probabilities: Floats, places: Places, words: Hashes) -> Floats:
    """A text speaks of one thing by one word: what is sure of a word once decides where it is doubtful.

    All are of tokens that may be in a name: where they stand, and which word they are. A doubtful one takes on the
    surest reading of the same word.
    """
    by_kind = probabilities[:, 1::2] + probabilities[:, 2::2]
    surest = by_kind.max(axis=1)
    sure = np.flatnonzero(surest > _REPEATED)
    if not sure.size:
        return probabilities
    likeliest = probabilities.argmax(axis=1)
    doubtful = np.flatnonzero((likeliest == OUTSIDE) & (probabilities[:, OUTSIDE] < 1 - _POSSIBLE))
    if not doubtful.size:
        return probabilities
    best: dict[int, int] = {}
    for at in sure[np.argsort(surest[sure], kind="stable")].tolist():  # the surest reading of a word stays
        best[int(words[at])] = at
    result = probabilities.copy()
    labels = likeliest.tolist()
    for at in doubtful.tolist():
        clear = best.get(int(words[at]))
        if clear is not None:
            begin = 1 + 2 * int(by_kind[clear].argmax())
            follows = at > 0 and places[at - 1] == places[at] - 1 and labels[at - 1] in (begin, begin + 1)
            label = begin + int(follows and result[at, begin + 1] > result[at, begin])
            labels[at] = label
            result[at] = 0
            result[at, label] = 0.9 * surest[clear]  # a little less sure than where it is clear
            result[at, OUTSIDE] = 1 - result[at, label]
    return result


def spans_of(uncertain: Places, probabilities: Floats) -> list[Span]:
    """Names from the likeliest label of each token of ``uncertain``, which are in order; all others are outside."""
    named = np.flatnonzero(probabilities.argmax(axis=1) != OUTSIDE)
    found: list[Span] = []
    for place, row in zip(uncertain[named].tolist(), probabilities[named].tolist(), strict=True):
        confidence = max(row)
        label = row.index(confidence)
        kind, inside = KINDS[(label - 1) // 2], label % 2 == 0
        before = found[-1] if found and inside else None
        if before and before.kind == kind and before.last == place:
            found[-1] = Span(before.first, place + 1, kind, min(before.confidence, confidence))
        else:
            found.append(Span(place, place + 1, kind, confidence))
    return found
