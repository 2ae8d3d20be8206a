"""Group Arabic words by the company they keep, from articles without labels: ``word_clusters``.

Words that stand between the same neighbours get the same group: months, first names, ministries. The name model
reads the groups of a word beside its letters, and so knows something of words that its labelled texts lack.
Only counts are taken from the articles.
"""

import json
import lzma
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.cluster import KMeans
from sklearn.utils.extmath import randomized_svd

from streams.tag.tokens import tokens_of

CORPORA = ("khaleej_ar_12k.jsonl.xz", "ant_ar.jsonl.xz", "topics_train.jsonl.xz")
NEIGHBOURS = 6000
"""Commonest words that are counted as neighbours, each before and after apart."""
DIMENSIONS = 120
LEAST_COUNT = 8
MOST_WORDS = 45_000


class Counts(NamedTuple):
    """Words, commonest first, and how often each stood beside each of the commonest. Shape (n, 2 NEIGHBOURS)."""

    words: list[str]
    beside: sparse.csr_matrix


def arabic_texts(data: Path) -> Iterator[str]:
    """The unlabelled Arabic articles, title and body."""
    for name in CORPORA:
        with lzma.open(data / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["lang"] == "ar":
                    yield f"{row.get('title') or ''}\n{row['text']}"


def folded_words(text: str) -> list[str]:
    """The tokens of a text as strings."""
    found = tokens_of(text)
    letters = found.units.tobytes().decode("utf-16-le", "replace")
    return [letters[first:last] for first, last in zip(found.starts, found.ends, strict=True)]


def count_neighbours(texts: Iterable[str]) -> Counts:
    """Count in two passes: the words, then who stands beside whom."""
    articles = [folded_words(text) for text in texts]
    counted = Counter(word for article in articles for word in article)
    order = sorted((-count, word) for word, count in counted.items() if count >= LEAST_COUNT)[:MOST_WORDS]
    words = [word for _, word in order]
    place = {word: number for number, word in enumerate(words)}
    rare = len(words)
    rows, columns = [], []
    for article in articles:
        numbers = np.array([place.get(word, rare) for word in article])
        for shift, offset in ((1, 0), (-1, NEIGHBOURS)):
            beside = np.roll(numbers, shift)
            near = (numbers < rare) & (beside < NEIGHBOURS)
            rows.append(numbers[near].astype(np.int32))
            columns.append((beside[near] + offset).astype(np.int32))
    row, column = np.concatenate(rows), np.concatenate(columns)
    pairs = sparse.coo_matrix((np.ones(row.size, np.float32), (row, column)), (len(words), 2 * NEIGHBOURS))
    return Counts(words, pairs.tocsr())


def vectors_of(counts: Counts) -> npt.NDArray[np.float32]:
    """Positive pointwise mutual information, reduced to DIMENSIONS, each row of length 1."""
    beside = counts.beside.tocoo()
    of_word = np.asarray(counts.beside.sum(axis=1)).ravel()
    of_neighbour = np.asarray(counts.beside.sum(axis=0)).ravel() ** 0.75  # context smoothing, Levy et al. 2015
    of_neighbour = of_neighbour / of_neighbour.sum()
    mutual = np.log(beside.data / (of_word[beside.row] * of_neighbour[beside.col]))
    positive = mutual > 0
    information = sparse.csr_matrix(
        (mutual[positive].astype(np.float32), (beside.row[positive], beside.col[positive])), beside.shape
    )
    left, strength, _ = randomized_svd(information, DIMENSIONS, n_iter=4, random_state=0)
    vectors = left * np.sqrt(strength)
    length = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


def clusters_of(vectors: npt.NDArray[np.float32], sizes: tuple[int, ...]) -> npt.NDArray[np.uint16]:
    """For each word its group, once for each number of groups in ``sizes``. Shape (n, len(sizes))."""
    groups = [KMeans(size, n_init=1, max_iter=60, random_state=0).fit(vectors).labels_ for size in sizes]
    return np.stack(groups, axis=1).astype(np.uint16)
