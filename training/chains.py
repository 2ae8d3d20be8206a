"""The forward-backward algorithm for many chains of tokens at once: what training needs, exactly."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.tag.chain_labels import OUTSIDE

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


class Chains(NamedTuple):
    """Chains of tokens, packed by step: the first token of each, longest chain first, then the second of each …

    ``order`` (n,) are numbers of tokens; ``sizes`` says how many chains reach each step.
    """

    order: Places
    sizes: list[int]

    @classmethod
    def pack(cls, firsts: Places, lengths: Places) -> "Chains":
        """Chains that start at the tokens ``firsts`` and are ``lengths`` long. Shape (chains,) each."""
        by_length = np.argsort(-lengths, kind="stable")
        firsts, lengths = firsts[by_length], lengths[by_length]
        steps = np.arange(lengths[0]) if lengths.size else np.empty(0, np.intp)
        sizes = np.searchsorted(-lengths, -steps, side="left")
        order = [firsts[:size] + step for step, size in enumerate(sizes)]
        return cls(np.concatenate(order) if order else np.empty(0, np.intp), sizes.tolist())


class Passed(NamedTuple):
    """What the two passes leave, in packed order.

    ``forward`` and ``backward`` (n, labels); ``scales`` (n, 1) are the sums that ``forward`` was divided by.
    """

    forward: Floats
    backward: Floats
    scales: Floats
    potentials: Floats


def passes(emissions: Floats, transitions: Floats, sizes: list[int]) -> Passed:
    """Both passes over packed chains: ``emissions`` (n, labels) and ``transitions`` (labels, labels) are logarithms."""
    potentials = np.exp(emissions - emissions.max(axis=1, keepdims=True))
    steps = np.exp(transitions)
    forward = np.empty_like(potentials)
    scales = np.empty((len(potentials), 1), potentials.dtype)
    at = 0
    before = np.broadcast_to(steps[OUTSIDE], (sizes[0] if sizes else 0, len(steps)))
    for size in sizes:
        here = slice(at, at + size)
        now = before[:size] * potentials[here]
        total = now.sum(axis=1, keepdims=True)
        now /= total
        forward[here], scales[here] = now, total
        before = now @ steps
        at += size
    backward = np.empty_like(potentials)
    size_after, after = 0, potentials[:0]
    for size in reversed(sizes):
        here = slice(at - size, at)
        backward[at - size : at - size + size_after] = after
        backward[at - size + size_after : at] = steps[:, OUTSIDE]
        after = (backward[here] * potentials[here] / scales[here]) @ steps.T
        size_after, at = size, at - size
    return Passed(forward, backward, scales, potentials)
