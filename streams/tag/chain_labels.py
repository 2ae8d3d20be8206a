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

_HIGHEST = 40.0  # above the score of OUTSIDE; e to the power of twice as much is still a 32-bit number


def label_probabilities(emissions: Floats, transitions: Floats, places: Places) -> Floats:
    """The probability of each label of each token. Shape (n, labels).

    ``emissions`` (n, labels) and ``transitions`` (labels, labels) are logarithms; ``places`` (n,) are the tokens'
    numbers in the text, sorted: a chain goes on as long as they follow each other.
    """
    potentials = np.exp(np.minimum(emissions - emissions[:, OUTSIDE, None], _HIGHEST))
    steps = np.exp(transitions)
    summing = np.ones((len(steps), 1), steps.dtype)  # a product with it is a sum over labels, and faster
    starts = np.flatnonzero(np.concatenate(((True,), places[1:] - places[:-1] != 1)))
    ends = np.append(starts[1:], places.size) - 1
    # One row of messages from the left and one from the right.
    both = np.array((steps, steps.T))
    heard = both[:, OUTSIDE, None].repeat(places.size, axis=1)
    for _ in range(min(ROUNDS, int((ends - starts).max()))):
        said = (heard * potentials) @ both
        said /= said @ summing
        heard[0, 1:], heard[1, :-1] = said[0, :-1], said[1, 1:]
        heard[0, starts], heard[1, ends] = both[0, OUTSIDE], both[1, OUTSIDE]
    joint = heard[0] * potentials * heard[1]
    result: Floats = joint / (joint @ summing)
    return result
