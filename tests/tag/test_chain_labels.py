"""Probabilities along chains are those that counting all sequences of labels gives."""

from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from streams.tag.chain_labels import OUTSIDE, ROUNDS, label_probabilities
from training.chains import Chains, passes

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


def chains(lengths: list[int], kinds: int = 3) -> tuple[Matrix, Matrix, npt.NDArray[np.intp]]:
    """Emissions, transitions, and places with a gap after each chain."""
    chooser = np.random.default_rng(7)
    places = np.concatenate([np.arange(length) + 20 * number for number, length in enumerate(lengths)])
    return chooser.normal(size=(sum(lengths), kinds)) * 2, chooser.normal(size=(kinds, kinds)), places


def test_many_chains_at_once_are_each_as_if_alone() -> None:
    lengths = [2, ROUNDS, 1, 3]
    emissions, transitions, places = chains(lengths)
    found = label_probabilities(emissions, transitions, places)  # type: ignore[arg-type]  # any float
    for first, length in zip(np.cumsum([0, *lengths]), lengths, strict=False):
        alone = by_counting(emissions[first : first + length], transitions)
        assert found[first : first + length] == pytest.approx(alone)


def test_a_longer_chain_is_nearly_right() -> None:
    emissions, transitions, places = chains([2 * ROUNDS], kinds=2)
    found = label_probabilities(emissions, transitions, places)  # type: ignore[arg-type]
    assert found == pytest.approx(by_counting(emissions, transitions), abs=0.01)


def test_large_scores_do_not_overflow() -> None:
    emissions = np.array([[0.0, -900.0], [0.0, 900.0]], np.float32)
    found = label_probabilities(emissions, np.zeros((2, 2), np.float32), np.array([0, 1]))
    assert found == pytest.approx(np.eye(2))


def test_training_passes_are_exact() -> None:
    lengths = [2, 5, 1, 3]
    emissions, transitions, _ = chains(lengths)
    firsts = np.cumsum([0, *lengths])[:-1]
    packed = Chains.pack(firsts, np.array(lengths))
    passed = passes(emissions[packed.order], transitions, packed.sizes)
    joint = passed.forward * passed.backward
    found = np.zeros_like(emissions)
    found[packed.order] = joint / joint.sum(axis=1, keepdims=True)
    for first, length in zip(firsts, lengths, strict=True):
        assert found[first : first + length] == pytest.approx(
            by_counting(emissions[first : first + length], transitions)
        )
