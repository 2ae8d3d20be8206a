"""From scores to topics: the main one, how sure, and which thresholds. Fitted on scores of articles not seen."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from streams.tag.topics import NO_TOPIC, Parameters
from training.topic_articles import Labelled
from training.topic_fit import Matrix

FLOOR = 0.03
"""Least probability of a main topic: what is not news is told by its own score, not by this."""

NO_NEWS = 0.65
"""Least share of "no topic" for it to win: to deny a topic to news is worse than to give one to a cookie notice.
From .5 and .8 by cross-validation and the first 1,232 of ``benchmarks/topic_items``."""

NO_NEWS_SHARE = 0.03
"""How much of what comes in counts as no news, whatever share of the articles here it is. With a higher one, topics
of news would count as less sure than they are. From .02, .05 and .08 by cross-validation."""

MIX = 0.05
"""How freely the main topic may be told from the scores of all (C of scikit-learn). From .03, .1 and .3 by
cross-validation."""

GRID = np.arange(0.2, 0.61, 0.02)


class Decision(NamedTuple):
    """The same as in ``streams.tag.topics.Parameters``, but for the weights."""

    main_mix: Matrix
    main_offset: Matrix
    any_slope: Matrix
    any_offset: Matrix
    languages: npt.NDArray[np.str_]
    language_slope: Matrix
    language_offset: Matrix
    main_sure: Matrix
    threshold: Matrix
    floor: Matrix
    no_news: Matrix


def decide_how(scores: Matrix, articles: Sequence[Labelled]) -> Decision:
    """Fit all of it; thresholds half way between a topic's own best and the best for all."""
    main = np.array([article.main for article in articles])
    weights = weights_of(main)
    mix, offset = _main_of(scores, main, weights)
    languages = np.array(sorted({article.language for article in articles}))
    spoken = np.searchsorted(languages, [article.language for article in articles])
    truth = truth_of(articles)
    slope, level, own_slope, own_level = _any_of(scores[:, :NO_TOPIC], truth, spoken, len(languages), weights)
    how = Decision(
        mix, offset, slope, level, languages, own_slope, own_level,
        np.array([0.0, 1.0, 0.0]), np.full(NO_TOPIC, 0.5), np.array(FLOOR), np.array(NO_NEWS),
    )  # fmt: skip
    how = how._replace(main_sure=_main_sure(scores, articles, truth, how, weights))
    probability = probabilities(scores, articles, how)[0]
    of_all = max(GRID, key=lambda least: f1(probability >= least, truth))
    own = [max(GRID, key=lambda least: f1(probability[:, k] >= least, truth[:, k])) for k in range(NO_TOPIC)]
    return how._replace(threshold=(np.array(own) + of_all) / 2)


def weights_of(main: npt.NDArray[np.intp]) -> Matrix:
    """Of each article in fits; what is no news counts for its share of what comes in. Shape (n,)."""
    none = main == NO_TOPIC
    each = NO_NEWS_SHARE / (1 - NO_NEWS_SHARE) * (~none).sum() / max(none.sum(), 1)
    return np.where(none, min(each, 1.0), 1.0)


def _main_of(scores: Matrix, main: npt.NDArray[np.intp], weights: Matrix) -> tuple[Matrix, Matrix]:
    """Softmax regression on the scores of all topics; what no article has stays as it is."""
    fitted = LogisticRegression(C=MIX, max_iter=1000).fit(scores, main, weights)
    mix, offset = np.eye(NO_TOPIC + 1) * 1e-3, np.full(NO_TOPIC + 1, -99.0)
    mix[:, fitted.classes_], offset[fitted.classes_] = fitted.coef_.T, fitted.intercept_
    return mix, offset


def _any_of(
    scores: Matrix, truth: npt.NDArray[np.bool_], spoken: npt.NDArray[np.intp], languages: int, weights: Matrix
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """One logistic regression: a slope and an offset for each topic, and a small one of each for each language."""
    count = len(scores)
    topic = np.tile(np.eye(NO_TOPIC), (count, 1))
    language = np.repeat(np.eye(languages)[spoken], NO_TOPIC, axis=0)
    flat = scores.reshape(-1, 1)
    columns = np.hstack([topic * flat, topic, language * flat, language])
    fitted = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000).fit(
        columns, truth.ravel(), np.repeat(weights, NO_TOPIC)
    )
    slope, offset, own_slope, own_offset = np.split(fitted.coef_[0], np.cumsum([NO_TOPIC, NO_TOPIC, languages]))
    # Without a language, an article is judged as the mean of those it learnt from.
    share = np.bincount(spoken, minlength=languages) / count
    middle, level = own_slope @ share, own_offset @ share
    return slope + middle, offset + level, own_slope - middle, own_offset - level


def _main_sure(
    scores: Matrix, articles: Sequence[Labelled], truth: npt.NDArray[np.bool_], how: Decision, weights: Matrix
) -> Matrix:
    probability, main = probabilities(scores, articles, how)
    rows = np.flatnonzero(main != NO_TOPIC)
    given = main[rows]
    chance = probability[rows, given]
    columns = np.stack([np.ones(rows.size), np.log(chance / (1 - chance)), _main_shares(scores, how)[1][rows]], axis=1)
    right = truth[rows, given]
    if right.all():  # made-up articles
        return how.main_sure
    return np.asarray(LogisticRegression(C=100.0, fit_intercept=False).fit(columns, right, weights[rows]).coef_[0])


def _main_shares(scores: Matrix, how: Decision) -> tuple[npt.NDArray[np.intp], Matrix]:
    """Place of the main topic or NO_TOPIC, and the log of its share in the softmax. Shape (n,) each."""
    mixed = scores @ how.main_mix + how.main_offset
    shares = np.exp(mixed - mixed.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    main = np.where(shares[:, NO_TOPIC] >= how.no_news, NO_TOPIC, shares[:, :NO_TOPIC].argmax(axis=1))
    return main, np.log(shares[np.arange(main.size), main])


def probabilities(scores: Matrix, articles: Sequence[Labelled], how: Decision) -> tuple[Matrix, npt.NDArray[np.intp]]:
    """As ``TopicModel`` computes them: of each topic, shape (n, 17), and the place of the main one, shape (n,)."""
    spoken = np.searchsorted(how.languages, [article.language for article in articles])
    slope = how.any_slope + how.language_slope[spoken][:, None]
    odds = slope * scores[:, :NO_TOPIC] + how.any_offset + how.language_offset[spoken][:, None]
    main, share = _main_shares(scores, how)
    rows = np.flatnonzero(main != NO_TOPIC)
    own = odds[rows, main[rows]]
    odds[rows, main[rows]] = np.stack([np.ones(rows.size), own, share[rows]], axis=1) @ how.main_sure
    return 1 / (1 + np.exp(-odds)), main


def truth_of(articles: Sequence[Labelled]) -> npt.NDArray[np.bool_]:
    """Which topics each article has. Shape (n, 17)."""
    truth = np.zeros((len(articles), NO_TOPIC), bool)
    for row, article in enumerate(articles):
        truth[row, list(article.topics)] = True
    return truth


def f1(found: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    """Micro-averaged F1 of two boolean arrays of one shape."""
    both = found.sum() + truth.sum()
    return 2 * float((found & truth).sum()) / float(both) if both else 1.0


def parameters_of(weights: Matrix, how: Decision) -> Parameters:
    """As they are shipped: weights as bytes with a scale for each topic, the rest in 32 bits."""
    # The few heaviest weights are cut at twelve deviations, so that the rest keep more of their eight bits.
    spread = weights[weights.any(axis=1)].std(axis=0)
    scale = np.minimum(np.abs(weights).max(axis=0), 12 * spread) / 127
    scale[scale == 0] = 1  # a topic that nothing was labelled with
    return Parameters(
        weights=np.clip(np.round(weights / scale), -127, 127).astype(np.int8),
        scale=scale.astype(np.float32),
        **{name: value if name == "languages" else value.astype(np.float32) for name, value in how._asdict().items()},
    )
