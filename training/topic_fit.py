"""The learner of the topic model: ridge regression, all topics at once, in its dual form.

Cross-validation is cheap this way: how alike any two articles are is computed once, and each part solves a
piece of the same table.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]

from streams.tag.topic_features import BITS, features
from streams.tag.topics import NO_TOPIC, steadied
from training.topic_articles import Labelled, draw

Matrix = npt.NDArray[np.float64]

FOLDS = 5
RIDGE = 0.1
"""From .05, .1, .2 and .4 by cross-validation; .1 and .2 are alike, both ends lose."""

FURTHER = 0.3
"""What a second or third topic is worth where the main one is worth 1 and any other -1. With 1, the main topic is
right for .819 of the Arabic articles, with .3 for .837, at the same micro-F1; 0 costs micro-F1. Cross-validated."""


FEW = 30
"""Articles without the feature that every language is given besides its own: in few articles, chance is large. From
0, 30 and 100 by cross-validation; without frequencies by language, the main topic is right for .804 of the Persian
articles instead of .844, and for .823 of the English instead of .830."""


class Table:
    """Articles and words as the learner sees them: their vectors, how alike they are, and what they should score."""

    def __init__(self, articles: Sequence[Labelled], words: Sequence[Labelled]) -> None:
        counts, word_counts = feature_matrix(articles), feature_matrix(words)
        self.articles = list(articles)
        self.rarity = rarity_of(counts, word_counts, np.array([article.language for article in articles]))
        self._vectors = sparse.vstack([weighted(counts, self.rarity), weighted(word_counts, self.rarity)], "csr")
        self._stretch = stretch_of(counts, self.rarity)
        self._alike = (self._vectors @ self._vectors.T).toarray()
        self._targets = targets_of([*articles, *words])

    def fit(self) -> Matrix:
        """Weights of a model of everything, for plain counts: rarity is in them. Shape (2**BITS, 18)."""
        rows = np.arange(len(self._targets))
        return np.asarray(self._vectors.T @ self._dual(rows)) * self.rarity[:, None]

    def out_of_fold(self) -> Matrix:
        """Scores of each article by a model that has not seen it. Shape (n, 18)."""
        part = np.array([draw("fold " + article.id) % FOLDS for article in self.articles])
        return np.vstack([self.scores_without(part == number) for number in range(FOLDS)])[
            np.argsort(np.concatenate([np.flatnonzero(part == number) for number in range(FOLDS)]))
        ]

    def scores_without(self, left_out: npt.NDArray[np.bool_], words_too: npt.NDArray[np.bool_] | None = None) -> Matrix:
        """Scores of the articles left out by a model of all others. Shape (left out, 18)."""
        unseen = np.zeros(len(self._targets), bool)
        unseen[: left_out.size] = left_out
        if words_too is not None:
            unseen[left_out.size :] = words_too
        seen = np.flatnonzero(~unseen)
        test = np.flatnonzero(left_out)
        scores = self._alike[np.ix_(test, seen)] @ self._dual(seen)
        return np.asarray(steadied(scores * self._stretch[test][:, None]))

    def _dual(self, seen: npt.NDArray[np.intp]) -> Matrix:
        targets = self._targets[seen]
        alike = self._alike[np.ix_(seen, seen)].astype(np.float64)
        alike[np.diag_indices_from(alike)] += RIDGE
        bias = targets[seen < len(self.articles)].mean(axis=0)
        return np.asarray(np.linalg.solve(alike, targets - bias))


def feature_matrix(articles: Sequence[Labelled]) -> sparse.csr_matrix:
    """One row an article. Shape (n, 2**BITS)."""
    rows = [features(article.title, article.text) for article in articles]
    ends = np.cumsum([0, *(row.buckets.size for row in rows)])
    values = np.concatenate([row.counts for row in rows])
    return sparse.csr_matrix((values, np.concatenate([row.buckets for row in rows]), ends), (len(rows), 2**BITS))


def rarity_of(counts: sparse.csr_matrix, words: sparse.csr_matrix, languages: npt.NDArray[np.str_]) -> Matrix:
    """Inverse document frequency, where a feature is commonest: in all articles or in those of one language.

    Else the little words of a language with few articles would pass for rare ones. 0 for what only one article
    has, unless it is in the words: those are there on purpose. Shape (2**BITS,).
    """
    in_articles, in_words = (_document_frequency(rows) for rows in (counts, words))
    # A word in the articles keeps the frequency it has there: the words are no sample of anything.
    frequency = np.where(in_articles >= 2, in_articles, in_articles + in_words)
    share = (frequency + 1) / (counts.shape[0] + 1)
    for language in np.unique(languages):
        of = np.flatnonzero(languages == language)
        share = np.maximum(share, _document_frequency(counts[of]) / (of.size + FEW))
    rarity: Matrix = -np.log(np.minimum(share, 1))
    rarity[(in_articles < 2) & (in_words == 0)] = 0
    return rarity


def _document_frequency(counts: sparse.csr_matrix) -> npt.NDArray[np.intp]:
    return np.bincount(counts.indices, minlength=2**BITS)


def weighted(counts: sparse.csr_matrix, rarity: Matrix) -> sparse.csr_matrix:
    """Rows times rarity, scaled to length 1."""
    product = sparse.csr_matrix(counts @ sparse.diags_array(rarity))
    length = np.sqrt(np.asarray(product.multiply(product).sum(axis=1)).ravel())
    length[length == 0] = 1
    return sparse.csr_matrix(sparse.diags_array(1 / length) @ product)


def stretch_of(counts: sparse.csr_matrix, rarity: Matrix) -> Matrix:
    """How much longer rows are with rarity: the model sees counts, the learner ``weighted``. Shape (n,)."""
    product = counts @ sparse.diags_array(rarity)
    with_rarity, without = (np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()) for rows in (product, counts))
    return np.asarray(with_rarity / np.maximum(without, 1e-9))


def targets_of(articles: Sequence[Labelled]) -> Matrix:
    """1 for the main topic, FURTHER for the others of an article, -1 for what it has not. Shape (n, 18)."""
    targets = np.full((len(articles), NO_TOPIC + 1), -1.0)
    for row, article in enumerate(articles):
        targets[row, list(article.topics)] = FURTHER
        targets[row, article.main] = 1
    return targets
