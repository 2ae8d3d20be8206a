"""How good the shipped topic model is on the articles held apart.

``python -m benchmarks.topics_quality --data DIR`` prints, by language: micro-F1 and macro-F1 over all topics
given, the share of right main topics, and the expected calibration error of the confidences (ECE, ten bins).
Looking often makes the figures too good: note each look in ``streams/tag/topics_model.md``.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from schemas.media_topics import MEDIA_TOPICS
from streams.tag.topics import TopicModel, TopicScore
from training.train_topics import LABELLED, NOT_FREE, Labelled, f1, read_labelled, split

Table = npt.NDArray[np.bool_]


def table(chosen: Sequence[Sequence[int]]) -> Table:
    """Which topics each article has. Shape (n, 17)."""
    result = np.zeros((len(chosen), len(MEDIA_TOPICS)), bool)
    for row, places in enumerate(chosen):
        result[row, list(places)] = True
    return result


def calibration_error(given: Sequence[Sequence[TopicScore]], truth: Table) -> float:
    """Mean gap between confidence and share of right topics, over ten bins weighted by size. 0 to 1."""
    pairs = [
        (score.confidence / 100, bool(truth[row, MEDIA_TOPICS.index(score.topic)]))
        for row, scores in enumerate(given)
        for score in scores
    ]
    confidence, right = (np.array(values, float) for values in zip(*pairs, strict=True))
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [abs((confidence - right)[bins == number].sum()) for number in range(10)]
    return float(sum(gaps) / len(pairs))


def report(name: str, articles: Sequence[Labelled], given: Sequence[Sequence[TopicScore]]) -> None:
    truth = table([article.topics for article in articles])
    found = table([[MEDIA_TOPICS.index(score.topic) for score in scores] for scores in given])
    by_topic = [f1(found[:, place], truth[:, place]) for place in np.flatnonzero(truth.any(axis=0))]
    news = [
        bool(scores) and MEDIA_TOPICS.index(scores[0].topic) == article.topics[0]
        for article, scores in zip(articles, given, strict=True)
        if article.topics
    ]
    print(
        f"{name:>5} {len(articles):5d} articles   micro-F1 {f1(found, truth):.3f}   "
        f"macro-F1 {np.mean(by_topic):.3f} ({len(by_topic)} topics)   main right {np.mean(news):6.1%}   "
        f"ECE {calibration_error(given, truth):.3f}"
    )


def report_by_language(articles: Sequence[Labelled], given: Sequence[Sequence[TopicScore]]) -> None:
    report("all", articles, given)
    for language in dict.fromkeys(article.language for article in articles):
        rows = [row for row, article in enumerate(articles) if article.language == language]
        report(language, [articles[row] for row in rows], [given[row] for row in rows])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {LABELLED}")
    parser.add_argument("--by-topic", action="store_true", help="also the F1 of each topic")
    arguments = parser.parse_args()
    source = arguments.data / LABELLED
    if not source.is_file():
        print(f"No labelled data: {source} is missing. See streams/tag/topics_model.md for what it is.")
        return 1
    _, held = split(read_labelled(source))
    model = TopicModel.load()
    model.topics("warm", "up")
    start = time.perf_counter()
    given = [model.topics(article.title, article.text) for article in held]
    spent = (time.perf_counter() - start) / len(held)
    print(f"model version {model.version}, {spent * 1e6:.0f} µs an article")
    known = [row for row, article in enumerate(held) if article.source not in NOT_FREE]
    print("Sources it was trained on:")
    report_by_language([held[row] for row in known], [given[row] for row in known])
    strange = [row for row, article in enumerate(held) if article.source in NOT_FREE]
    print("Sources it has never seen:")
    report_by_language([held[row] for row in strange], [given[row] for row in strange])
    if arguments.by_topic:
        truth = table([article.topics for article in held])
        found = table([[MEDIA_TOPICS.index(score.topic) for score in scores] for scores in given])
        for place, topic in enumerate(MEDIA_TOPICS):
            count = int(truth[:, place].sum())
            print(f"{topic.slug:>15} {count:4d} articles   F1 {f1(found[:, place], truth[:, place]):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
