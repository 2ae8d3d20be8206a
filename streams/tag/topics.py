"""Which of the 17 IPTC topics an article has, by a small linear model, with confidence and reasons.

Inference only, in numpy: ``training/train_topics.py`` makes the shipped ``topics_model.npz``, and
``topics_model.md`` says from what, how well it does and where not.
"""

import math
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from schemas.media_topics import MEDIA_TOPICS, MediaTopic
from streams.failure import Misconfigured
from streams.tag.topic_features import Floats, features, word_shares

MOST_TOPICS = 3
"""An article has at most this many topics; the labels it learnt from had no more."""

NO_TOPIC = len(MEDIA_TOPICS)
"""The place, after the 17 topics, of what is not news: a page of links, a cookie notice, a shop."""

# Least spread that is believed: it keeps a text that the model knows next to nothing of from being sure.
_STEADY = np.float32(0.2)

_FAR = 700.0  # log-odds beyond which the exponential would overflow


class TopicModelError(Misconfigured):
    """A file of a topic model or of its thresholds that cannot be used."""


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


class Parameters(NamedTuple):
    """What training found. 18 values: the topics in the order of ``MEDIA_TOPICS``, then no topic."""

    weights: npt.NDArray[np.int8]  # (2**BITS, 18), to be multiplied by scale; how rare a feature is, is in them
    scale: Floats  # (18,)
    main_mix: Floats  # (18, 18): scores to log-odds of "is the main topic"
    main_offset: Floats  # (18,)
    any_slope: Floats  # (17,): sigmoid of "is one of the topics"
    any_offset: Floats  # (17,)
    languages: npt.NDArray[np.str_]  # (L,): what the model was trained on
    language_slope: Floats  # (L,): added to any_slope
    language_offset: Floats  # (L,)
    main_sure: Floats  # (3,): log-odds that the main topic given is right: 1, that of any, log of main's share
    threshold: Floats  # (17,): least probability for a second or third topic
    floor: Floats  # (): least probability for a main topic; below it there is none
    no_news: Floats  # (): least share of "no topic" in the softmax for it to win


class TopicModel:
    """A trained model. Immutable; ``load`` once, then call from any thread."""

    def __init__(self, version: str, parameters: Parameters) -> None:
        self.version = version
        self.languages = frozenset(map(str, parameters.languages))
        self._parameters = parameters
        self._threshold: list[float] = parameters.threshold.tolist()
        self._floor, self._no_news = float(parameters.floor), float(parameters.no_news)
        self._main_sure: list[float] = parameters.main_sure.tolist()
        slope, offset = parameters.any_slope, parameters.any_offset
        self._sigmoid = {
            str(language): (slope + parameters.language_slope[at], offset + parameters.language_offset[at])
            for at, language in enumerate(parameters.languages)
        }

    @classmethod
    def load(cls, path: Path | None = None, thresholds: Mapping[str, int] | None = None) -> "TopicModel":
        """Read a model file, by default the one shipped beside this module; raises ``TopicModelError``.

        ``thresholds``: least confidence in percent by slug of a topic, or ``main``; the others stay as trained.
        """
        source = path or resources.files("streams.tag").joinpath("topics_model.npz")
        try:
            with source.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                parameters = Parameters(**{name: arrays[name] for name in Parameters._fields})
                version = str(arrays["version"])
        except (KeyError, ValueError, EOFError, BadZipFile) as error:
            raise TopicModelError(f"{source} is no topic model of this version: train it again") from error
        if thresholds:
            slugs = [topic.slug for topic in MEDIA_TOPICS]
            threshold = parameters.threshold.copy()
            for slug in thresholds.keys() - {"main"}:
                threshold[slugs.index(slug)] = thresholds[slug] / 100
            floor = np.asarray(thresholds["main"] / 100, np.float32) if "main" in thresholds else parameters.floor
            parameters = parameters._replace(threshold=threshold, floor=floor)
        return cls(version, parameters)

    def topics(self, title: str | None, text: str, language: str | None = None) -> list[TopicScore]:
        """The article's topics, the main one first; none when nothing fits well enough.

        ``language`` is a BCP 47 tag where it is known; there are no topics in one that the model never saw.
        """
        scores = self._scores(title, text, language)
        if scores is None:
            return []
        any_of, main = self._probabilities(scores, language)
        return [TopicScore(MEDIA_TOPICS[k], round(100 * any_of[k])) for k in self.choose(any_of, main)]

    def considered(self, title: str | None, text: str, language: str | None = None) -> list[Considered]:
        """All 17 topics, the likeliest first, each with what it had and what it needed. Empty as ``topics`` may be."""
        scores = self._scores(title, text, language)
        if scores is None:
            return []
        any_of, main = self._probabilities(scores, language)
        chosen = self.choose(any_of, main)
        least = self._threshold
        return [
            Considered(MEDIA_TOPICS[k], round(100 * any_of[k]), round(100 * least[k]), k in chosen)
            for k in sorted(range(NO_TOPIC), key=lambda k: -any_of[k])
        ]

    def explain(self, title: str | None, text: str, topic: MediaTopic, n: int = 8) -> list[tuple[str, float]]:
        """The ``n`` words that spoke most for ``topic``, as written, each with its part of the topic's score.

        A piece that several words share counts for each in equal parts; only positive words are given.
        """
        found = features(title, text)
        if not found.buckets.size:
            return []
        place = MEDIA_TOPICS.index(topic)
        parts = found.counts * self._parameters.weights[found.buckets, place] * self._parameters.scale[place]
        parts /= found.length
        shares = word_shares(title, text, found)
        sharers = np.bincount(shares.bucket, minlength=len(parts))
        each = parts / np.maximum(sharers, 1)
        totals = np.bincount(shares.word, weights=each[shares.bucket], minlength=len(shares.words))
        heaviest = np.argsort(-totals, kind="stable")[:n]
        return [(shares.words[number], float(totals[number])) for number in heaviest if totals[number] > 0]

    def _scores(self, title: str | None, text: str, language: str | None) -> Floats | None:
        """Shape (18,); None where nothing can be said."""
        if language and _primary(language) not in self._sigmoid:
            return None
        found = features(title, text)
        if not found.buckets.size:
            return None
        rows = self._parameters.weights.take(found.buckets, axis=0).astype(np.float32)
        scores = (found.counts @ rows) * (self._parameters.scale / found.length)
        return steadied(scores) if scores.any() else None

    def _probabilities(self, scores: Floats, language: str | None) -> tuple[list[float], int]:
        """Of each of the 17 topics that it is one of the article's, and the place of the main one, or NO_TOPIC."""
        known = self._parameters
        slope, offset = self._sigmoid[_primary(language)] if language else (known.any_slope, known.any_offset)
        odds: list[float] = (slope * scores[:NO_TOPIC] + offset).tolist()
        # Plain floats from here on: for 18 values they are quicker than arrays.
        mixed: list[float] = (scores @ known.main_mix + known.main_offset).tolist()
        top = max(mixed)
        whole = sum(math.exp(value - top) for value in mixed)
        main = NO_TOPIC
        if math.exp(mixed[NO_TOPIC] - top) < self._no_news * whole:
            main = max(range(NO_TOPIC), key=mixed.__getitem__)
            # Being the likeliest of all says more than the score alone.
            alone, by_score, by_share = self._main_sure
            odds[main] = alone + by_score * odds[main] + by_share * (mixed[main] - top - math.log(whole))
        return [1 / (1 + math.exp(-each)) if each > -_FAR else 0.0 for each in odds], main

    def choose(self, any_of: Sequence[float], main: int) -> list[int]:
        """Places of the topics given, the main one first, for the probabilities of all 17."""
        if main == NO_TOPIC or any_of[main] < self._floor:
            return []
        further = [k for k, least in enumerate(self._threshold) if k != main and any_of[k] >= least]
        return [main, *sorted(further, key=lambda k: -any_of[k])][:MOST_TOPICS]


def steadied(scores: Floats) -> Floats:
    """Scores of one article or more, shape (…, 18), told by how far they stand out among all.

    In a language or a kind of source that the model knows little of, all scores are small. Set against their
    own spread they keep their meaning: of articles in a language left out of training, .58 instead of .25 of
    micro-F1 (French), and .004 more in the languages it knows, by cross-validation.
    """
    # The ufunc's own reduce: mean() takes ten microseconds more, which is much for 18 values.
    spread = np.sqrt(np.add.reduce(scores * scores, axis=-1, keepdims=True) / scores.shape[-1])
    result: Floats = scores / (_STEADY + spread)
    return result


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
