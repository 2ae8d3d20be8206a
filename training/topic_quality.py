"""How good given topics are: by language, by topic, confusion and calibration. Prints tables."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from schemas.media_topics import MEDIA_TOPICS
from streams.tag.topics import TopicModel, TopicScore
from training.topic_articles import Labelled
from training.topic_confidence import f1, truth_of

Given = Sequence[Sequence[TopicScore]]


class Quality(NamedTuple):
    """Shares of 1; NaN where there is nothing to count. ``main``: the first topic given is the first labelled;
    ``main_among``: it is one of the labelled; ``no_news``: of what is no news, how much got no topic."""

    articles: int
    micro: float
    macro: float  # over the topics that occur
    main: float
    main_among: float
    calibration: float  # expected calibration error, ten bins
    no_news: float


def given_by(model: TopicModel, articles: Sequence[Labelled]) -> Given:
    return [model.topics(article.title, article.text, article.language) for article in articles]


def quality(articles: Sequence[Labelled], given: Given) -> Quality:
    """Count it; ``given[n]`` are the topics of ``articles[n]``."""
    truth, found = truth_of(articles), truth_of([_as_given(*pair) for pair in zip(articles, given, strict=True)])
    by_topic = [f1(found[:, place], truth[:, place]) for place in np.flatnonzero(truth.any(axis=0))]
    news = [(article, _places(scores)[:1]) for article, scores in zip(articles, given, strict=True) if article.topics]
    return Quality(
        len(articles),
        f1(found, truth),
        _mean(by_topic),
        _mean([first == [article.main] for article, first in news]),
        _mean([bool(first) and first[0] in article.topics for article, first in news]),
        sum(abs(row.confidence - row.right) * row.given for row in calibration(articles, given))
        / max(1, sum(map(len, given))),
        _mean([not scores for article, scores in zip(articles, given, strict=True) if not article.topics]),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


class CalibrationRow(NamedTuple):
    """Topics given with a confidence within a tenth: how many, mean confidence, share that is right."""

    tenth: int
    given: int
    confidence: float
    right: float


def calibration(articles: Sequence[Labelled], given: Given) -> list[CalibrationRow]:
    pairs = [
        (score.confidence / 100, MEDIA_TOPICS.index(score.topic) in article.topics)
        for article, scores in zip(articles, given, strict=True)
        for score in scores
    ]
    rows = []
    for tenth in range(10):
        own = [pair for pair in pairs if min(int(pair[0] * 10), 9) == tenth]
        if own:
            confidence, right = np.mean(own, axis=0)
            rows.append(CalibrationRow(tenth, len(own), float(confidence), float(right)))
    return rows


def by_language(name: str, articles: Sequence[Labelled], given: Given, old: Given | None = None) -> None:
    """A line for all and for each language; with ``old``, what was before stands behind an arrow."""
    print(
        f"{name}: {'articles':>14}  micro-F1       macro-F1       main right     main among     ECE            no news"
    )
    for language in ("all", *sorted({article.language for article in articles})):
        rows = [row for row, article in enumerate(articles) if language in ("all", article.language)]
        of = [articles[row] for row in rows]
        new = quality(of, [given[row] for row in rows])
        before = quality(of, [old[row] for row in rows]) if old is not None else None
        cells = [
            f"{before[at]:.3f} → {new[at]:.3f}" if before else f"{new[at]:.3f}        " for at in range(1, len(new))
        ]
        print(f"  {language:<6} {new.articles:>6}  {'  '.join(cells)}")


def by_topic(articles: Sequence[Labelled], given: Given) -> None:
    truth, found = truth_of(articles), truth_of([_as_given(*pair) for pair in zip(articles, given, strict=True)])
    print("topic           labelled  given  precision  recall  F1")
    for place, topic in enumerate(MEDIA_TOPICS):
        both, has, says = (found & truth)[:, place].sum(), truth[:, place].sum(), found[:, place].sum()
        f = f1(found[:, place], truth[:, place])
        print(f"{topic.slug:<15} {has:8d} {says:6d}  {both / max(says, 1):9.3f}  {both / max(has, 1):6.3f}  {f:.3f}")


def confusion(articles: Sequence[Labelled], given: Given) -> None:
    """Rows: the main topic as labelled; columns: as given. Counts."""
    names = [topic.slug[:5] for topic in MEDIA_TOPICS] + ["none"]
    counted = Counter(
        (article.main, (_places(scores) or [len(MEDIA_TOPICS)])[0])
        for article, scores in zip(articles, given, strict=True)
    )
    print("labelled \\ given" + "".join(f"{name:>6}" for name in names))
    for row, name in enumerate(names):
        print(f"{name:<16}" + "".join(f"{counted[row, column] or '·':>6}" for column in range(len(names))))


def _places(scores: Sequence[TopicScore]) -> list[int]:
    return [MEDIA_TOPICS.index(score.topic) for score in scores]


def _as_given(article: Labelled, scores: Sequence[TopicScore]) -> Labelled:
    return article._replace(topics=tuple(_places(scores)))
