"""A fingerprint of an article's words, by which copies of one story are found, however a paper reworked them.

MinHash over runs of three folded words: of 128 values two articles share about as large a part as they share
of their runs (their Jaccard similarity). The values are filled in rounds, as in Fast Similarity Sketching
(Dahlgaard, Knudsen, Thorup, FOCS 2017), so that a text of thirty words has 128 of its own too. Keys are made
of six values each (locality-sensitive hashing), where chance takes most copies and leaves what merely
resembles. Titles are left out: every paper writes its own. benchmarks/neardup_quality.py measures all this.

Pure integer arithmetic that wraps: the same in every process, on every platform.
"""

import base64
import unicodedata
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.tag.article_fold import folded

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]

METHOD = "minhash-1"
"""Only what was made the same way can be compared: it stands before a sketch, and its number is in every key."""

VALUES = 128
"""Of the sketch. The estimate of a similarity of .5 is then off by .044 in two thirds of all cases."""

KEYS = 16
PER_KEY = 6
"""Of pairs that share 80 % of their runs 99 % have a key in common, of 70 % 87 %, of 50 % 22 %, of 30 % 1 %."""

RUN = 3
"""Words in a run. Longer ones tear at every changed word; of shorter ones unrelated articles share some."""

LEAST_RUNS = 12
"""Fewer say too little: a bare headline, or a line such as «the match is today», is no story to be copied."""

LONGEST = 20_000
"""UTF-16 units that are read, far more than a wire story has; the keys of longer texts are of their head."""

_DRAWS = 1000  # enough to fill 128 values at once in 19 of 20 texts; the others take another round
_MOST_ROUNDS = 400
_BLANK, _BASE = 0x20, 0x5851F42D4C957F2D  # Knuth's MMIX multiplier: odd, so it has an inverse modulo 2**64
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio: steps that do not repeat
_STIR = np.uint64(0xD6E8FEB86659FD93)  # odd, its bits well mixed (Pelle Evensen's rrmxmx)
_UNSEEN = np.uint64(2**64 - 1)


class Fingerprint(NamedTuple):
    """``keys``: two articles that share one are probably copies. ``sketch``: tells how much they share."""

    keys: tuple[str, ...]
    sketch: str


class Fingerprinter:
    """Makes fingerprints. Immutable; make one, then call it from any thread."""

    def __init__(self) -> None:
        self._letters, self._stands_alone = _tables()
        inverse = pow(_BASE, -1, 2**64)
        self._powers, self._inverses = (
            np.cumprod(np.full(LONGEST + 2, base, np.uint64), dtype=np.uint64) for base in (_BASE, inverse)
        )
        # Odd, and different at each place: equal values at two places make two keys.
        places = np.arange(KEYS * PER_KEY, dtype=np.uint64).reshape(KEYS, PER_KEY)
        self._key_factors = _spread(places + np.uint64(1)) | np.uint64(1)

    def fingerprint(self, text: str) -> Fingerprint | None:
        """The fingerprint of an article's body; None where it has too few words for one."""
        runs = self._runs(text[:LONGEST])
        if len(runs) < LEAST_RUNS:
            return None
        values = _minima(runs)
        bands = values[: KEYS * PER_KEY].reshape(KEYS, PER_KEY)
        keys = (bands * self._key_factors).sum(axis=1)
        sketch = base64.b64encode(values.astype(np.uint8).tobytes()).decode()
        digits = keys.astype(">u8").tobytes().hex()
        return Fingerprint(tuple(digits[16 * key : 16 * key + 16] for key in range(KEYS)), f"{METHOD}:{sketch}")

    def _runs(self, text: str) -> Hashes:
        """One hash for each run of words, in order."""
        units = np.frombuffer(f" {folded(text)} ".encode("utf-16-le", "replace")[: 2 * LONGEST], dtype="<u2")
        units = self._letters.take(units)
        blank = units == _BLANK
        blank[1:] &= blank[:-1]
        blank[0] = False
        units = units[~blank]
        starts, ends = self._words(units)
        if len(starts) < RUN:
            return np.empty(0, np.uint64)
        sums = np.zeros(units.size + 1, np.uint64)
        np.cumsum(units * self._powers[: units.size], out=sums[1:])
        first, last = starts[: len(starts) - RUN + 1], ends[RUN - 1 :]
        # Differences of one running sum, each moved back to where its run starts.
        return np.asarray((sums[last] - sums[first]) * self._inverses[first])

    def _words(self, units: npt.NDArray[np.uint16]) -> tuple[Places, Places]:
        """Where each word starts and ends, in text that begins with a blank and has no two side by side."""
        if units.max() < _WITHOUT_BLANKS[0][0]:
            blanks = np.flatnonzero(units == _BLANK)
            if units[-1] != _BLANK:  # cut within a word
                blanks = np.append(blanks, units.size)
            return blanks[:-1] + 1, blanks[1:]
        letter = units != _BLANK
        alone = self._stands_alone.take(units)
        starts = np.flatnonzero(letter[1:] & (alone[1:] | alone[:-1] | ~letter[:-1])) + 1
        ends = np.append(starts[1:], units.size)
        return starts, ends - ~letter[ends - 1]


def similarity(sketch: str, other: str) -> float | None:
    """How large a part of their runs two articles share, 0 to 1, estimated; None if not made the same way."""
    (method, _, values), (other_method, _, other_values) = sketch.rpartition(":"), other.rpartition(":")
    if method != METHOD or other_method != METHOD:
        return None
    mine, theirs = (np.frombuffer(base64.b64decode(each), np.uint8) for each in (values, other_values))
    by_chance = 1 / 256  # that two different values end in the same byte
    return max(0.0, (float((mine == theirs).mean()) - by_chance) / (1 - by_chance))


def _minima(runs: Hashes) -> Hashes:
    """For each place the first run that fell on it, round after round. Shape (VALUES,)."""
    minima = np.full(VALUES, _UNSEEN)
    runs = _spread(runs)
    rounds = -(-_DRAWS // len(runs))
    for first in range(0, _MOST_ROUNDS, rounds):
        numbers = np.arange(first, first + rounds, dtype=np.uint64)[:, None]
        hashes = (runs ^ (numbers * _GOLDEN)) * _STIR
        hashes ^= hashes >> np.uint64(32)
        places = (hashes & np.uint64(VALUES - 1)).astype(np.intp)
        # A later round never wins over an earlier one: its number stands in the upper bits.
        ranked = (hashes >> np.uint64(16)) | (numbers << np.uint64(48))
        np.minimum.at(minima, places.ravel(), ranked.ravel())
        if (minima != _UNSEEN).all():
            break
    return minima


def _spread(hashes: Hashes) -> Hashes:
    """MurmurHash3's 64-bit finalizer: every bit of the result depends on every bit given."""
    hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return hashes ^ (hashes >> np.uint64(33))


# Scripts that put no blanks between words: Thai and Lao, Burmese, Khmer, kana, Han.
_WITHOUT_BLANKS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))


def _tables() -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.bool_]]:
    """For each UTF-16 unit what is read of it, itself or a blank, and whether it is a word by itself."""
    letters = np.full(0x10000, _BLANK, np.uint16)
    for code in range(0xD800):
        char = chr(code)
        if char.isalnum() or unicodedata.category(char)[0] == "M":
            letters[code] = code
    letters[0xD800:0xE000] = range(0xD800, 0xE000)
    alone = np.zeros(0x10000, bool)
    for first, last in _WITHOUT_BLANKS:
        alone[first : last + 1] = True
    return letters, alone
