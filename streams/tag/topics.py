"""Which of the 17 IPTC topics an article has, by a small linear model, with confidence and reasons.

Inference only, in numpy: ``training/train_topics.py`` makes the shipped ``topics_model.npz``, and
``topics_model.md`` says from what, how well it does and where not. Training calls ``features`` too, so that
both see the same of an article. The hashes are polynomials over UTF-16 units in wrapping integers: the same
in every process and every version of Python and numpy.
"""

import functools
import re
import unicodedata
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.media_topics import MEDIA_TOPICS, MediaTopic
from streams.fold import fold

Units = npt.NDArray[np.uint16]
Hashes = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]

BITS = 17
"""The features fall into 2**BITS buckets. 18 gain .003 of micro-F1 in cross-validation, in twice the file."""

OPENING = 3000
"""Characters of the body that are read. 1,000 lose .012 of micro-F1 in cross-validation, 1,600 .007."""

TITLE_COUNTS = 3
"""How often a title is counted. Twice and five times do the same in cross-validation."""

MOST_TOPICS = 3
"""An article has at most this many topics; the labels it learnt from had no more."""

# Least spread that is believed; from 0, .02, .05, .1 and .3 by cross-validation, all but the last alike.
_STEADY = np.float32(0.05)
LANGUAGES = frozenset(("ar", "de", "en", "es", "fa", "fr", "ru", "tr", "ur"))
"""What the model was trained on: labelled articles or hand-written topic words (the card says which)."""

_TITLE_LONGEST = 300
_PIECES = (3, 4, 5)  # sizes of the pieces of words, in characters, the blanks around a word included
_BLANK = 0x20
_ZERO = 0x30
_PIECE_BASE = np.uint32(0x01000193)  # FNV's 32-bit prime: odd, so no letter is lost to an even factor
_WORD_BASE = 0x5851F42D4C957F2D  # Knuth's MMIX multiplier: odd, so it has an inverse modulo 2**64
_WORD_SEED = np.uint32(0x2545F491)
_LONGEST = OPENING + _TITLE_LONGEST + 64


class Features(NamedTuple):
    """A sparse vector, shape (n,) each: ``buckets`` sorted and unique, and 1 + ln(how often) beside them."""

    buckets: npt.NDArray[np.intp]
    counts: Floats


class TopicScore(NamedTuple):
    """A topic of an article, and how sure that is: of 100 with confidence 70, about 70 are right."""

    topic: MediaTopic
    confidence: int


class Considered(NamedTuple):
    """A topic that was weighed: its confidence, the least it needed to be a further topic, and whether it is given."""

    topic: MediaTopic
    confidence: int
    least: int
    given: bool


class _Parameters(NamedTuple):
    """What training found, by topic in the order of ``MEDIA_TOPICS`` where it has 17 values."""

    weights: npt.NDArray[np.int8]  # (2**BITS, 17), to be multiplied by scale
    scale: Floats  # (17,)
    rarity: npt.NDArray[np.float16]  # (2**BITS,): inverse document frequency, 0 where never seen
    any_slope: Floats  # (17,): Platt's sigmoid of "is one of the topics"
    any_offset: Floats
    main_slope: Floats  # (17,): Platt's sigmoid of "is the main topic"
    main_offset: Floats
    threshold: Floats  # (17,): least probability for a second or third topic
    floor: float  # least probability for a main topic; below it there is none


class TopicModel:
    """A trained model. Immutable; ``load`` once, then call from any thread."""

    def __init__(self, version: str, parameters: _Parameters) -> None:
        self.version = version
        self._parameters = parameters

    @classmethod
    def load(cls, path: Path | None = None) -> "TopicModel":
        """Read a model file, by default the one shipped beside this module."""
        source = path or resources.files("streams.tag").joinpath("topics_model.npz")
        with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            values = {name: arrays[name] for name in _Parameters._fields if name != "floor"}
            return cls(str(arrays["version"]), _Parameters(floor=float(arrays["floor"]), **values))

    def topics(self, title: str | None, text: str, language: str | None = None) -> list[TopicScore]:
        """The article's topics, the main one first; none when nothing fits well enough.

        ``language`` is a BCP 47 tag where it is known; there are no topics in one that the model never saw.
        """
        if language is not None and language.partition("-")[0].lower() not in LANGUAGES:
            return []
        weighted = self._weighted(features(title, text))
        if weighted is None:
            return []
        buckets, values = weighted
        known = self._parameters
        rows = known.weights.take(buckets, axis=0).astype(np.float32)
        return self._decided(steadied((values @ rows) * known.scale))

    def considered(self, title: str | None, text: str, language: str | None = None) -> list[Considered]:
        """All 17 topics, the likeliest first, each with what it had and what it needed. Empty as ``topics`` may be."""
        weighted = self._weighted(features(title, text))
        if weighted is None:
            return []
        buckets, values = weighted
        known = self._parameters
        rows = known.weights.take(buckets, axis=0).astype(np.float32)
        any_of = _sigmoid(known.any_slope * steadied((values @ rows) * known.scale) + known.any_offset)
        given = {score.topic for score in self.topics(title, text, language)}
        return [
            Considered(
                MEDIA_TOPICS[k],
                round(100 * float(any_of[k])),
                round(100 * float(known.threshold[k])),
                MEDIA_TOPICS[k] in given,
            )
            for k in map(int, np.argsort(-any_of, kind="stable"))
        ]

    def explain(self, title: str | None, text: str, topic: MediaTopic, n: int = 8) -> list[tuple[str, float]]:
        """The ``n`` words that spoke most for ``topic``, as written, each with its part of the topic's score.

        A piece that several words share counts for each in equal parts; only positive words are given.
        """
        weighted = self._weighted(features(title, text))
        if weighted is None:
            return []
        buckets, values = weighted
        place = MEDIA_TOPICS.index(topic)
        parts = values * self._parameters.weights[buckets, place] * self._parameters.scale[place]
        units = _units(f"{(title or '')[:_TITLE_LONGEST]} {text[:OPENING]}")
        read = units.tobytes().decode("utf-16-le", "surrogatepass").split()
        numbers = {word: number for number, word in enumerate(dict.fromkeys(read))}
        hashes, places = _located_hashes(units)
        at = np.searchsorted(buckets, _buckets(hashes))
        word_of = np.array([numbers[word] for word in read])[places]
        # Each pair of a bucket and a word once, however often the word stands in the article.
        at, word_of = np.divmod(np.unique(at * len(numbers) + word_of), len(numbers))
        sharers = np.bincount(at, minlength=len(buckets))
        shares = parts / np.maximum(sharers, 1)
        totals = np.bincount(word_of, weights=shares[at], minlength=len(numbers))
        as_written = _as_written(title, text)
        words = [as_written.get(word, word) for word in numbers]
        heaviest = np.argsort(-totals, kind="stable")[:n]
        return [(words[number], float(totals[number])) for number in heaviest if totals[number] > 0]

    def _weighted(self, found: Features) -> tuple[npt.NDArray[np.intp], Floats] | None:
        """The known buckets and their values, rare ones weighing more, scaled to length 1."""
        values = found.counts * self._parameters.rarity[found.buckets]
        length = float(np.sqrt(values @ values))
        return (found.buckets, values / np.float32(length)) if length else None

    def _decided(self, scores: Floats) -> list[TopicScore]:
        known = self._parameters
        any_of = _sigmoid(known.any_slope * scores + known.any_offset)
        main = int(np.argmax(known.main_slope * scores + known.main_offset))
        if any_of[main] < known.floor:
            return []
        order = [
            main,
            *(int(k) for k in np.argsort(-any_of) if k != main and any_of[k] >= known.threshold[k]),
        ]
        return [TopicScore(MEDIA_TOPICS[k], round(100 * float(any_of[k]))) for k in order[:MOST_TOPICS]]


def steadied(scores: Floats) -> Floats:
    """Scores of one article or more, shape (…, 17), told by how far they stand out among the 17.

    In a language or a kind of source that the model knows little of, all scores are small. Set against their
    own spread they keep their meaning: of articles in a language left out of training, .58 instead of .25 of
    micro-F1 (French), and .004 more in the languages it knows, by cross-validation.
    """
    spread = np.sqrt((scores**2).mean(axis=-1, keepdims=True))
    result: Floats = scores / (_STEADY + spread)
    return result


def features(title: str | None, text: str) -> Features:
    """What the model sees of an article: how often each hashed piece of a word and each word occurs."""
    parts = [_hashes(_units(text[:OPENING]))]
    if title:
        parts += [_hashes(_units(title[:_TITLE_LONGEST]))] * TITLE_COUNTS
    hashes = np.sort(np.concatenate(parts))
    buckets = _buckets(hashes)
    if not buckets.size:
        return Features(np.empty(0, np.intp), np.empty(0, np.float32))
    starts = np.flatnonzero(np.concatenate((np.ones(1, bool), buckets[1:] != buckets[:-1])))
    counts = np.diff(starts, append=buckets.size).astype(np.float32)
    return Features(buckets[starts], 1 + np.log(counts))


def _buckets(hashes: Hashes) -> npt.NDArray[np.intp]:
    """The upper bits: the order of the hashes is that of the buckets."""
    return (hashes >> np.uint32(32 - BITS)).astype(np.intp)


def _as_written(title: str | None, text: str) -> dict[str, str]:
    """Each word as the model reads it, and how the article writes it first."""
    written: dict[str, str] = {}
    for word in re.findall(r"[^\W_]+", f"{(title or '')[:_TITLE_LONGEST]} {text[:OPENING]}"):
        written.setdefault(re.sub(r"\d", "0", fold(word)), word)
    return written


def _units(text: str) -> Units:
    """Folded UTF-16 units with one blank before, between and after words; every digit is a 0."""
    units = np.frombuffer(f" {fold(text)} ".encode("utf-16-le", "replace"), dtype="<u2")
    units = np.asarray(_letters()[units], np.uint16)
    blank = units == _BLANK
    blank[1:] &= blank[:-1]
    blank[0] = False
    return np.asarray(units[~blank])


@functools.cache
def _letters() -> Units:
    """For each UTF-16 unit what the model reads: a letter or mark itself, 0 for a digit, else a blank."""
    table = np.full(0x10000, _BLANK, np.uint16)
    for code in range(0xD800):
        char = chr(code)
        if char.isdigit():
            table[code] = _ZERO
        elif char.isalnum() or unicodedata.combining(char) or unicodedata.category(char) == "Mc":
            table[code] = code
    return table


def _hashes(units: Units) -> Hashes:
    """Hashes of all pieces of words and all words, with repeats, well spread over 32 bits."""
    if units.size < 3:  # a blank, a letter, a blank: less is no word
        return np.empty(0, np.uint32)
    return _spread(np.concatenate((*(piece[0] for piece in _pieces(units)), _word_hashes(units))))


def _located_hashes(units: Units) -> tuple[Hashes, npt.NDArray[np.intp]]:
    """The same hashes, and beside each the number of the word it is in or is. Shape (n,) each."""
    word_at = np.cumsum(units == _BLANK) - 1
    pieces = _pieces(units)
    whole = _word_hashes(units)
    inside = [word_at[: keep.size][keep] for _, keep in pieces]
    hashes = _spread(np.concatenate((*(piece[0] for piece in pieces), whole)))
    return hashes, np.concatenate((*inside, np.arange(whole.size)))


def _pieces(units: Units) -> list[tuple[Hashes, npt.NDArray[np.bool_]]]:
    """For each size in ``_PIECES``: a rolling hash of every run of so many units within a word, and where.

    A blank may stand first or last in a piece, not between.
    """
    wide = units.astype(np.uint32)
    blank = units == _BLANK
    found = []
    rolling, crosses = wide, np.zeros(units.size, bool)
    for size in range(2, max(_PIECES) + 1):
        count = units.size - size + 1
        if count < 1:
            break
        rolling = rolling[:count] * _PIECE_BASE + wide[size - 1 :]
        crosses = crosses[:count] | blank[size - 2 : size - 2 + count] if size > 2 else crosses[:count]
        if size in _PIECES:
            found.append((rolling[~crosses] + np.uint32(size), ~crosses))
    return found


def _word_hashes(units: Units) -> Hashes:
    """One hash a word: differences of one running sum, each moved back to where its word starts."""
    edges = np.flatnonzero(units == _BLANK)
    starts, ends = edges[:-1] + 1, edges[1:]
    powers, inverses = _powers()
    sums = np.zeros(units.size + 1, np.uint64)
    np.cumsum(units * powers[: units.size], out=sums[1:])
    hashes = (sums[ends] - sums[starts]) * inverses[starts]
    return (hashes >> np.uint64(32)).astype(np.uint32) ^ hashes.astype(np.uint32) ^ _WORD_SEED


@functools.cache
def _powers() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Powers of the word base and of its inverse, modulo 2**64. Shape (_LONGEST,) each."""
    bases = (_WORD_BASE, pow(_WORD_BASE, -1, 2**64))
    powers, inverses = (np.cumprod(np.full(_LONGEST, base, np.uint64), dtype=np.uint64) for base in bases)
    return powers, inverses


def _spread(hashes: Hashes) -> Hashes:
    """MurmurHash3's finalizer: neighbouring hashes land in buckets far apart."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-values)), np.float32)
