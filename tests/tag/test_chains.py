"""Probabilities along chains are those that counting all sequences of labels gives."""

from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from streams.tag.chains import OUTSIDE, Chains, label_probabilities

Matrix = npt.NDArray[np.float64]


def by_counting(emissions: Matrix, transitions: Matrix) -> Matrix:
    """The probability of each label of each token of one chain, by going through all sequences."""
    size, kinds = emissions.shape
    totals = np.zeros((size, kinds))
    for labels in product(range(kinds), repeat=size):
        steps = zip((OUTSIDE, *labels), (*labels, OUTSIDE), strict=True)
        score = sum(transitions[step] for step in steps) + sum(emissions[at, label] for at, label in enumerate(labels))
        totals[range(size), labels] += np.exp(score)
    result: Matrix = totals / totals.sum(axis=1, keepdims=True)
    return result


def test_many_chains_at_once_are_each_as_if_alone() -> None:
    chooser = np.random.default_rng(7)
    emissions, transitions = chooser.normal(size=(11, 3)) * 2, chooser.normal(size=(3, 3))
    firsts, lengths = np.array([0, 2, 7, 8]), np.array([2, 5, 1, 3])
    chains = Chains.pack(firsts, lengths)
    found = np.zeros((11, 3))
    found[chains.order] = label_probabilities(emissions[chains.order], transitions, chains.sizes)
    for first, length in zip(firsts, lengths, strict=True):
        alone = by_counting(emissions[first : first + length], transitions)
        assert found[first : first + length] == pytest.approx(alone)


def test_no_chain_is_no_chain() -> None:
    none = np.empty(0, np.intp)
    chains = Chains.pack(none, none)
    assert label_probabilities(np.empty((0, 3)), np.zeros((3, 3)), chains.sizes).shape == (0, 3)


def test_large_scores_do_not_overflow() -> None:
    found = label_probabilities(np.array([[900.0, 0.0], [0.0, 900.0]]), np.zeros((2, 2)), [1, 1])
    assert found == pytest.approx(np.eye(2))
