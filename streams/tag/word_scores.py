"""What the name model says of words, remembered: most words of an article stood in one before it."""

import threading

import numpy as np
import numpy.typing as npt

from streams.tag.tokens import Tokens
from streams.tag.word_features import COARSE, Groups, Vocabulary, word_buckets

Scores = npt.NDArray[np.int16]

_SLOT_BITS = 15
_TO_SLOT = np.uint64(64 - _SLOT_BITS)


class WordScores:
    """Sums of weights of words. A word has one slot of 2**15, the last one there is remembered: 3.3 MB, and one word
    in five of a new Arabic article is not found. What is remembered changes no result."""

    def __init__(self, vocabulary: Vocabulary, weights: Scores) -> None:
        """``weights`` of all buckets of words, shape (2**BITS, scores)."""
        self._vocabulary = vocabulary
        self._weights = weights
        self._words = np.zeros(2**_SLOT_BITS, np.uint64)
        self._scores = np.zeros((2**_SLOT_BITS, weights.shape[1]), np.int16)
        self._groups = np.zeros((2**_SLOT_BITS, COARSE), np.uint16)
        self._lock = threading.Lock()

    def of(self, tokens: Tokens) -> tuple[Scores, Groups]:
        """The scores of each of n tokens, shape (n, scores), and its coarse groups, shape (n, COARSE)."""
        slots = (tokens.words >> _TO_SLOT).astype(np.intp)
        with self._lock:
            scores, groups = self._scores.take(slots, axis=0), self._groups.take(slots, axis=0)
            new = np.flatnonzero(self._words.take(slots) != tokens.words)
            if new.size:
                buckets, groups[new] = word_buckets(tokens, new, self._vocabulary)
                scores[new] = summed(self._weights, buckets)
                self._remember(tokens.words[new], slots[new], scores[new], groups[new])
        return scores, groups

    def _remember(self, words: npt.NDArray[np.uint64], slots: npt.NDArray[np.intp], scores: Scores, groups: Groups) -> None:
        self._words[slots] = words
        there = np.flatnonzero(self._words.take(slots) == words)  # of two words of one slot, one
        slots = slots[there]
        self._scores[slots], self._groups[slots] = scores[there], groups[there]


def summed(weights: Scores, buckets: npt.NDArray[np.intp]) -> Scores:
    """The sum of the weights of all buckets of a column. Shape (columns, scores)."""
    total: Scores = np.add.reduce(weights.take(buckets, axis=0), axis=0, dtype=np.int16)
    return total
