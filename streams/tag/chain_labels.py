"""Probabilities of labels along chains of tokens, by passing messages between neighbours, all tokens at once."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]

OUTSIDE = 0
"""The label before the first and after the last token of every chain."""

ROUNDS = 4
"""How far a token hears of others. In chains of up to so many the probabilities are exact; in longer ones, what lies
further away no longer counts: names are shorter. A pass from end to end takes five times as long in numpy."""


def label_probabilities(emissions: Floats, transitions: Floats, places: Places) -> Floats:
    """The probability of each label of each token. Shape (n, labels).

    ``emissions`` (n, labels) and ``transitions`` (labels, labels) are logarithms; ``places`` (n,) are the tokens'
    numbers in the text, sorted: a chain goes on as long as they follow each other.
    """
    # A row for each token, and between chains one that is certainly outside: it says the same to both of them.
    rows = np.arange(1, places.size + 1)
    rows[1:] += np.cumsum(places[1:] - places[:-1] != 1)
    potentials = np.zeros((rows[-1] + 2, len(transitions)), emissions.dtype)
    potentials[:, OUTSIDE] = 1
    potentials[rows] = np.exp(emissions - emissions.max(axis=1, keepdims=True))
    steps = np.exp(transitions)
    # One row of messages from the left and one from the right. None is larger than the sums of ``steps`` to the power
    # of ROUNDS, so that one division at the end is enough.
    both = np.array((steps, steps.T))
    heard = both[:, OUTSIDE, None].repeat(len(potentials), axis=1)
    for _ in range(ROUNDS):
        said = (heard * potentials) @ both
        heard[0, 1:], heard[1, :-1] = said[0, :-1], said[1, 1:]
    joint = (heard[0] * potentials * heard[1])[rows]
    result: Floats = joint / joint.sum(axis=1, keepdims=True)
    return result
