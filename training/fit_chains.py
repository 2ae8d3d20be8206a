"""Fit the weights of the name model: the likeliest labels of whole chains, by L-BFGS, with a ridge."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]
from scipy.optimize import minimize  # type: ignore[import-untyped]

from streams.tag.aliases import Aliases
from streams.tag.chain_labels import OUTSIDE
from streams.tag.sequence_model import LABELS, REACH
from streams.tag.tokens import NEWLINE, tokens_of
from streams.tag.word_features import BITS, PAIR_BITS, Seen, Vocabulary, seen
from training.chains import Chains, passes

Matrix = npt.NDArray[np.float64]

_KINDS = len(LABELS)
_SPAN = 2 * REACH + 1


class Example(NamedTuple):
    """One text: what the model sees, where its lines break, and the label of each token."""

    read: Seen
    breaks: npt.NDArray[np.intp]
    labels: npt.NDArray[np.intp]

    @classmethod
    def of(cls, text: str, labels: npt.NDArray[np.intp], vocabulary: Vocabulary, aliases: Aliases) -> "Example":
        """``labels`` are numbers in ``LABELS``, one a token."""
        tokens = tokens_of(text)
        breaks = np.flatnonzero(tokens.units[tokens.starts] == NEWLINE)
        return cls(seen(tokens, vocabulary, aliases.marks(text, tokens)), breaks, labels)


class _Corpus:
    """All examples, one after the other with REACH empty tokens between, as sparse matrices."""

    def __init__(self, examples: Sequence[Example]) -> None:
        kinds, pairs, labels, firsts, lengths = [], [], [], [], []
        words, known = np.unique(np.concatenate([each.read.words for each in examples]), axis=0, return_inverse=True)
        known = known.ravel()
        start = at = 0
        for read, breaks, wanted in examples:
            size = read.kinds.size
            kinds.append(np.pad(known[start + read.kinds], (0, REACH), constant_values=-1))
            pairs.append(np.pad(read.pairs, ((0, REACH + 1), (0, 0)), constant_values=-1))
            labels.append(np.pad(wanted, (0, REACH)))
            line = np.diff(breaks) - 1
            firsts.append(breaks[:-1][line > 0] + 1 + at)
            lengths.append(line[line > 0])
            start += len(read.words)
            at += size + REACH
        self.size = at
        said_by = np.pad(np.concatenate(kinds), REACH, constant_values=-1)
        chains = Chains.pack(np.concatenate(firsts), np.concatenate(lengths))
        self.order, self.sizes = chains
        self.labels = np.concatenate(labels)[self.order]
        # Weights are looked for only where there is something to learn them from.
        self.word_buckets, self.words = _compact(words)
        self.pair_buckets, self.pairs = _compact(np.concatenate(pairs))
        # For each offset: which word, of those that differ, speaks for a token.
        self.heard = [
            _indicator(said_by[2 * REACH - offset :][: self.size, None], len(words)) for offset in range(_SPAN)
        ]

    def emissions(self, words: Matrix, pairs: Matrix) -> Matrix:
        said = (self.words @ words).reshape(-1, _SPAN, _KINDS)
        total: Matrix = sum(heard @ said[:, offset] for offset, heard in enumerate(self.heard))
        together = (self.pairs @ pairs).reshape(-1, 2, _KINDS)
        total += together[:, 0]
        total[1:] += together[:-1, 1]
        return total

    def gradients(self, of_emissions: Matrix) -> tuple[Matrix, Matrix]:
        said = np.stack([heard.T @ of_emissions for heard in self.heard], axis=1)
        together = np.zeros((self.size, 2, _KINDS))
        together[:, 0] = of_emissions
        together[:-1, 1] = of_emissions[1:]
        return self.words.T @ said.reshape(len(said), -1), self.pairs.T @ together.reshape(self.size, -1)


def _compact(columns: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Any]:
    """The buckets that occur, sorted, and an ``_indicator`` of their places in that list."""
    buckets = np.unique(columns[columns >= 0])
    return buckets, _indicator(np.where(columns >= 0, np.searchsorted(buckets, columns), -1), len(buckets))


def _indicator(columns: npt.NDArray[np.intp], width: int) -> Any:
    """A sparse matrix with a 1 in each row at each of its columns; -1 is none. Shape (len(columns), width)."""
    rows, places = np.nonzero(columns >= 0)
    ones = np.ones(rows.size)
    return sparse.coo_matrix((ones, (rows, columns[rows, places])), (len(columns), width)).tocsr()


def fit(examples: Sequence[Example], ridge: float, steps: int) -> tuple[Matrix, Matrix, Matrix]:
    """Weights of words, of pairs, and of one label after another; shapes as in ``Weights``."""
    corpus = _Corpus(examples)
    shapes = (
        (len(corpus.word_buckets), _SPAN * _KINDS),
        (len(corpus.pair_buckets), 2 * _KINDS),
        (_KINDS, _KINDS),
    )
    ends = np.cumsum([rows * columns for rows, columns in shapes])

    def parts(values: Matrix) -> list[Matrix]:
        return [part.reshape(shape) for part, shape in zip(np.split(values, ends[:-1]), shapes, strict=True)]

    def loss(values: Matrix) -> tuple[float, Matrix]:
        words, pairs, transitions = parts(values)
        likelihood, of_emissions, of_transitions = _likelihood(corpus, corpus.emissions(words, pairs), transitions)
        of_words, of_pairs = corpus.gradients(of_emissions)
        gradient = np.concatenate((of_words.ravel(), of_pairs.ravel(), of_transitions.ravel()))
        return ridge / 2 * float(values @ values) - likelihood, ridge * values - gradient

    found = minimize(
        loss, np.zeros(ends[-1]), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6, "ftol": 1e-6}
    )
    of_words, of_pairs, transitions = parts(found.x)
    words, pairs = np.zeros((2**BITS, _SPAN, _KINDS)), np.zeros((2**PAIR_BITS, 2, _KINDS))
    words[corpus.word_buckets] = of_words.reshape(-1, _SPAN, _KINDS)
    pairs[corpus.pair_buckets] = of_pairs.reshape(-1, 2, _KINDS)
    return words, pairs, transitions


def _likelihood(corpus: _Corpus, emissions: Matrix, transitions: Matrix) -> tuple[float, Matrix, Matrix]:
    """The logarithm of the probability of all labels, and its slopes by emissions and by transitions."""
    order, sizes, labels = corpus.order, corpus.sizes, corpus.labels
    rows = np.arange(order.size)
    scores = emissions[order]
    passed = passes(scores, transitions, sizes)
    joint = passed.forward * passed.backward
    whole = joint.sum(axis=1, keepdims=True)
    posterior = joint / whole
    starts = np.cumsum([0, *sizes])
    is_last = np.ones(order.size, bool)
    for step, size in enumerate(sizes[1:]):
        is_last[starts[step] : starts[step] + size] = False
    wanted = np.zeros((_KINDS, _KINDS))
    expected = np.zeros((_KINDS, _KINDS))
    wanted[OUTSIDE] += np.bincount(labels[: sizes[0]], minlength=_KINDS)
    wanted[:, OUTSIDE] += np.bincount(labels[is_last], minlength=_KINDS)
    onward = passed.potentials * passed.backward / passed.scales / whole
    for step, size in enumerate(sizes[1:]):
        before, after = slice(starts[step], starts[step] + size), slice(starts[step + 1], starts[step + 1] + size)
        np.add.at(wanted, (labels[before], labels[after]), 1)
        expected += passed.forward[before].T @ onward[after]
    expected *= np.exp(transitions)
    expected[OUTSIDE] += posterior[: sizes[0]].sum(axis=0)
    expected[:, OUTSIDE] += posterior[is_last].sum(axis=0)
    likelihood = (
        (scores[rows, labels] - scores.max(axis=1)).sum()
        - np.log(passed.scales).sum()
        - np.log(whole[is_last]).sum()
        + (wanted * transitions).sum()
    )
    slope = np.zeros_like(emissions)
    slope[order] = -posterior
    slope[order, labels] += 1
    return float(likelihood), slope, wanted - expected
