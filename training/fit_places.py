"""Fit the relevance of countries: ``python -m training.fit_places --data DIR``.

Prints the weights and the cut to put into ``streams/tag/place_evidence.py``. The articles are those of
``training/place_labels.tsv`` and of the tuning halves of the two sets of country labels in ``benchmarks``, without the
sources that are not free to train on. How good the model is is told by cross-validation over articles; the cut is
chosen on the tuning halves alone, for the other labels are of Arabic articles only.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from benchmarks.places_quality import LABELS, SECOND_LABELS, Labels, is_held_apart, read_articles, read_labels
from streams.tag.place_evidence import Features
from streams.tag.places import Gazetteer
from training.topic_articles import NOT_FREE

OWN_LABELS = Path(__file__).parent / "place_labels.tsv"
FOLDS = 5
STRENGTHS = (0.3, 1.0, 3.0, 10.0)
"""Inverse strengths of regularisation to choose from."""

CLOSE = 0.005
"""Of F1: less than the labels can tell apart."""

Array = npt.NDArray[np.float64]


class Pairs(NamedTuple):
    """Pairs of article and country named. ``missing``: countries of tuning halves that no word names."""

    features: Array  # (n, features)
    is_right: npt.NDArray[np.bool_]  # (n,)
    article: npt.NDArray[np.intp]  # (n,)
    is_tuning: npt.NDArray[np.bool_]  # (n,) of an article of a tuning half
    missing: int


def read_pairs(data: Path, tuning: list[Labels], own: list[Labels], *, show: bool) -> Pairs:
    by_id = {each.id: each for each in (*tuning, *own)}
    tuned = {each.id for each in tuning}
    gazetteer = Gazetteer.load()
    rows, right, of_article, is_tuning, missing = [], [], [], [], 0
    for number, article in enumerate(read_articles(data)):
        label = by_id.get(article.id)
        if label is None or article.id.startswith(NOT_FREE):
            continue
        named = gazetteer.candidates(article.title, article.text, article.language)
        unnamed = set(label.countries) - {country for country, _ in named} - label.doubtful
        is_tuned = article.id in tuned
        if is_tuned:
            missing += len(unnamed)
        if unnamed and show:
            print(article.id, ",".join(label.countries), "lacks", ",".join(sorted(unnamed)))
        for country, features in named:
            if country not in label.doubtful:
                rows.append(features)
                right.append(country in label.countries)
                of_article.append(number)
                is_tuning.append(is_tuned)
    return Pairs(np.array(rows), np.array(right), np.array(of_article), np.array(is_tuning), missing)


def best_cut(chances: Array, pairs: Pairs) -> tuple[float, float]:
    """The best micro-F1 on the tuning halves, and the middle one of the cuts that come close to it."""
    chances, is_right = chances[pairs.is_tuning], pairs.is_right[pairs.is_tuning]
    every = int(is_right.sum()) + pairs.missing
    scores = {}
    for cut in np.arange(0.2, 0.8, 0.01):
        given = chances >= cut
        scores[float(cut)] = 2 * float((given & is_right).sum()) / (float(given.sum()) + every)
    best = max(scores.values())
    near = [cut for cut, score in scores.items() if score > best - CLOSE]
    return best, near[len(near) // 2]


def out_of_fold(pairs: Pairs, strength: float) -> Array:
    chances = np.zeros(len(pairs.is_right))
    for fold in range(FOLDS):
        held = pairs.article % FOLDS == fold
        model = LogisticRegression(C=strength, max_iter=2000)
        model.fit(pairs.features[~held, :-1], pairs.is_right[~held])
        chances[held] = model.predict_proba(pairs.features[held, :-1])[:, 1]
    return chances


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="as for benchmarks.places_quality")
    parser.add_argument("--show", action="store_true", help="also each article with a country that no word names")
    arguments = parser.parse_args()
    labels = [*read_labels(LABELS), *read_labels(SECOND_LABELS)]
    tuning = [each for each in labels if not is_held_apart(each.id)]
    pairs = read_pairs(arguments.data, tuning, read_labels(OWN_LABELS), show=arguments.show)
    print(f"{len(set(pairs.article))} articles with {len(pairs.is_right)} countries named, {pairs.missing} not named")
    results = {strength: best_cut(out_of_fold(pairs, strength), pairs) for strength in STRENGTHS}
    for strength, (score, cut) in results.items():
        print(f"C {strength}: micro-F1 {score:.3f} in cross-validation, at a cut of {cut:.2f}")
    best = max(score for score, _ in results.values())
    strength = min(each for each, (score, _) in results.items() if score > best - CLOSE)  # the plainest good one
    model = LogisticRegression(C=strength, max_iter=2000).fit(pairs.features[:, :-1], pairs.is_right)
    weights = Features(*(round(float(weight), 2) for weight in (*model.coef_[0], model.intercept_[0])))
    print(f"WEIGHTS = {weights}")
    print(f"CUT = {results[strength][1]:.2f}")


if __name__ == "__main__":
    main()
