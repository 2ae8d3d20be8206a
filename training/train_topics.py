"""Train the topic model: ``python -m training.train_topics --data DIR``.

Reads labelled articles from DIR and our own words for topics from ``training/topic_words.tsv``, and
writes ``streams/tag/topics_model.npz``. A part of the articles, told by a hash of their text, is held apart
and never looked at here; all choices are made by five-fold cross-validation on the rest.
``benchmarks/topics_quality.py`` measures on the part held apart.

The learner is ridge regression, one against the rest, on the hashed features of ``streams.tag.topics``,
solved for all topics at once in its dual form. Confidence is Platt's sigmoid, fitted on out-of-fold scores.
"""

import argparse
import hashlib
import json
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from schemas.media_topics import BY_SLUG, MEDIA_TOPICS
from streams.fold import fold
from streams.tag.topics import BITS, MOST_TOPICS, features, steadied

LABELLED = "topics_train.jsonl.xz"
WORDS = Path(__file__).parent / "topic_words.tsv"
FOLDS = 5
HELD_APART_PERCENT = 18
RIDGE = 0.1
"""From .03, .1, .2, .3 and 1 by cross-validation; .1 to .2 are alike, both ends lose."""

NOT_FREE = ("masakhanews",)
"""Sources never trained on: MasakhaNEWS is licensed for non-commercial use only, and the model is shipped
under Apache-2.0. ``benchmarks/topics_quality.py`` measures on them, as sources the model has never seen."""

STRANGE = ("ru", "fa")
"""Languages left out in turn, so that confidence is fitted to languages without labelled articles as well."""

STRANGE_COUNTS = 2
"""How often such an article counts in fitting confidence; from 1, 2 and 4: more costs the languages known."""

FLOOR = 0.03
"""Least probability of a main topic. Too few labelled articles have no topic (17) to tune it: tuned, it
denied a topic to most articles of a language left out, of which two in three main topics were right."""

Matrix = npt.NDArray[np.float64]


class Labelled(NamedTuple):
    """An article with its topics as places in ``MEDIA_TOPICS``, the main one first; none if it is no news."""

    id: str
    language: str
    title: str | None
    text: str
    topics: tuple[int, ...]

    @property
    def source(self) -> str:
        """The data set it is from."""
        return self.id.partition("/")[0]


class Fitted(NamedTuple):
    """Weights and rarity of a model. Shapes (2**BITS, 17), (2**BITS,)."""

    weights: Matrix
    rarity: Matrix

    def scores(self, counts: sparse.csr_matrix) -> Matrix:
        """Shape (n, 17)."""
        return np.asarray(steadied(weighted(counts, self.rarity) @ self.weights))


class Decision(NamedTuple):
    """How scores become topics: two Platt sigmoids a topic, thresholds, and a floor. Shapes (17,) and ()."""

    any_slope: Matrix
    any_offset: Matrix
    main_slope: Matrix
    main_offset: Matrix
    threshold: Matrix
    floor: float


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled articles of one xz-packed JSON-lines file."""
    places = {topic.code: place for place, topic in enumerate(MEDIA_TOPICS)}
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Labelled(
            row["id"],
            row["lang"],
            row["title"] or None,
            row["text"],
            tuple(places[code] for code in row["topics"]),
        )
        for row in rows
    ]


def split(articles: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """(to train on, held apart). By a hash of the opening; near-copies of what is held apart are left out."""
    held = [article for article in articles if _draw(fold(article.text[:600])) % 100 < HELD_APART_PERCENT]
    kept_ids = {article.id for article in held}
    by_shingle: dict[str, list[int]] = defaultdict(list)
    shingles = [_shingles(article) for article in held]
    for number, of_held in enumerate(shingles):
        for shingle in of_held:
            by_shingle[shingle].append(number)
    train = []
    for article in articles:
        if article.id in kept_ids:
            continue
        own = _shingles(article)
        shared = Counter(number for shingle in own for number in by_shingle.get(shingle, ()))
        if all(count <= 0.3 * min(len(own), len(shingles[number])) for number, count in shared.items()):
            train.append(article)
    return train, held


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _shingles(article: Labelled) -> set[str]:
    """Runs of five words of title and opening."""
    words = fold(f"{article.title or ''} {article.text[:600]}").split()[:90]
    return {" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))}


def feature_matrix(articles: Sequence[Labelled]) -> sparse.csr_matrix:
    """One row an article. Shape (n, 2**BITS)."""
    rows = [features(article.title, article.text) for article in articles]
    ends = np.cumsum([0, *(row.buckets.size for row in rows)])
    values = np.concatenate([row.counts for row in rows])
    return sparse.csr_matrix((values, np.concatenate([row.buckets for row in rows]), ends), (len(rows), 2**BITS))


def word_articles(path: Path = WORDS) -> list[Labelled]:
    """Our own words, as short made-up articles of one topic each, some eight words long.

    They teach the languages that the labelled articles lack: with a language left out of training, they raise
    its share of right main topics from .43 to .60 (French).
    """
    articles = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        slug, language, text = line.split("\t")
        words = text.split()
        parts = max(1, len(words) // 8)
        for part in range(parts):
            name, place = f"words/{slug}/{language}/{part}", MEDIA_TOPICS.index(BY_SLUG[slug])
            articles.append(Labelled(name, language, None, " ".join(words[part::parts]), (place,)))
    return articles


def rarity_of(counts: sparse.csr_matrix, words: sparse.csr_matrix) -> Matrix:
    """Inverse document frequency in articles and words. Shape (2**BITS,).

    0 for what only one article has, unless it is in the words: those are there on purpose.
    """
    in_articles, in_words = (np.bincount(rows.indices, minlength=2**BITS) for rows in (counts, words))
    # A word in the articles keeps the frequency it has there: the words are no sample of anything.
    frequency = np.where(in_articles >= 2, in_articles, in_articles + in_words)
    rarity: Matrix = np.log((counts.shape[0] + 1) / (frequency + 1))
    rarity[(in_articles < 2) & (in_words == 0)] = 0
    return rarity.astype(np.float16).astype(np.float64)  # as it is shipped


def weighted(counts: sparse.csr_matrix, rarity: Matrix) -> sparse.csr_matrix:
    """Rows times rarity, scaled to length 1."""
    product = sparse.csr_matrix(counts @ sparse.diags_array(rarity))
    length = np.sqrt(np.asarray(product.multiply(product).sum(axis=1)).ravel())
    length[length == 0] = 1
    return sparse.csr_matrix(sparse.diags_array(1 / length) @ product)


def targets_of(articles: Sequence[Labelled]) -> Matrix:
    """+1 where an article has the topic, else -1. Shape (n, 17)."""
    targets = np.full((len(articles), len(MEDIA_TOPICS)), -1.0)
    for row, article in enumerate(articles):
        targets[row, list(article.topics)] = 1
    return targets


def fit(counts: sparse.csr_matrix, targets: Matrix) -> Fitted:
    """Ridge regression of all topics at once, on articles and words."""
    words = word_articles()
    word_counts = feature_matrix(words)
    rarity = rarity_of(counts, word_counts)
    rows = sparse.vstack([weighted(counts, rarity), weighted(word_counts, rarity)], "csr")
    bias = targets.mean(axis=0)
    similar = (rows @ rows.T).toarray()
    similar[np.diag_indices_from(similar)] += RIDGE
    dual = np.linalg.solve(similar, np.vstack([targets, targets_of(words)]) - bias)
    return Fitted(np.asarray(rows.T @ dual), rarity)


def out_of_fold(articles: Sequence[Labelled]) -> Matrix:
    """Scores of each article by a model that has not seen it. Shape (n, 17)."""
    counts, targets = feature_matrix(articles), targets_of(articles)
    part = np.array([_draw("fold " + article.id) % FOLDS for article in articles])
    scores = np.zeros(targets.shape)
    for number in range(FOLDS):
        seen = part != number
        fitted = fit(counts[seen], targets[seen])
        scores[~seen] = fitted.scores(counts[~seen])
        print(f"cross-validation: part {number + 1} of {FOLDS}", file=sys.stderr, flush=True)
    return scores


def as_strangers(articles: Sequence[Labelled]) -> tuple[Matrix, list[Labelled]]:
    """Articles in the STRANGE languages, with scores by models that have not seen their language."""
    counts, targets = feature_matrix(articles), targets_of(articles)
    spoken = np.array([article.language for article in articles])
    scores, strangers = [], []
    for language in STRANGE:
        strange = spoken == language
        scores.append(fit(counts[~strange], targets[~strange]).scores(counts[strange]))
        strangers += [article for article in articles if article.language == language]
    return np.vstack(scores), strangers


def decide_how(scores: Matrix, articles: Sequence[Labelled]) -> Decision:
    """Fit the sigmoids, then choose thresholds: half way between a topic's own best and the best for all."""
    targets = targets_of(articles) > 0
    main = np.array([article.topics[0] if article.topics else -1 for article in articles])
    count = len(MEDIA_TOPICS)
    any_fit = [_platt(scores[:, place], targets[:, place]) for place in range(count)]
    main_fit = [_platt(scores[:, place], main == place) for place in range(count)]
    any_slope, any_offset = (np.array(values) for values in zip(*any_fit, strict=True))
    main_slope, main_offset = (np.array(values) for values in zip(*main_fit, strict=True))
    grid = np.arange(0.2, 0.61, 0.02)
    probability = 1 / (1 + np.exp(-(any_slope * scores + any_offset)))
    of_all = max(grid, key=lambda least: f1(probability >= least, targets))
    own = [max(grid, key=lambda least: f1(probability[:, place] >= least, targets[:, place])) for place in range(count)]
    thresholds = (np.array(own) + of_all) / 2
    return Decision(any_slope, any_offset, main_slope, main_offset, thresholds, FLOOR)


def _platt(scores: Matrix, truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    fitted = LogisticRegression(C=100.0).fit(scores[:, None], truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def decided(scores: Matrix, how: Decision) -> npt.NDArray[np.bool_]:
    """The topics that ``TopicModel.topics`` would give for these scores. Shape (n, 17)."""
    probability = 1 / (1 + np.exp(-(how.any_slope * scores + how.any_offset)))
    main = (how.main_slope * scores + how.main_offset).argmax(axis=1)
    rows = np.arange(len(scores))
    rank = np.where(probability >= how.threshold, probability, -1.0)
    rank[rows, main] = 2
    chosen = (rank >= 0) & (np.argsort(np.argsort(-rank, axis=1), axis=1) < MOST_TOPICS)
    chosen[probability[rows, main] < how.floor] = False
    return chosen


def f1(found: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    """Micro-averaged F1 of two boolean arrays of one shape."""
    both = found.sum() + truth.sum()
    return 2 * float((found & truth).sum()) / float(both) if both else 1.0


def save(path: Path, version: str, fitted: Fitted, how: Decision) -> None:
    """Write the model file: weights as bytes, a scale for each topic."""
    # The few heaviest weights are cut at twelve deviations, so that the rest keep more of their eight bits.
    spread = fitted.weights[fitted.rarity > 0].std(axis=0)
    scale = np.minimum(np.abs(fitted.weights).max(axis=0), 12 * spread) / 127
    np.savez_compressed(
        path,
        allow_pickle=False,
        version=np.array(version),
        weights=np.clip(np.round(fitted.weights / scale), -127, 127).astype(np.int8),
        scale=scale.astype(np.float32),
        rarity=fitted.rarity.astype(np.float16),
        any_slope=how.any_slope.astype(np.float32),
        any_offset=how.any_offset.astype(np.float32),
        main_slope=how.main_slope.astype(np.float32),
        main_offset=how.main_offset.astype(np.float32),
        threshold=how.threshold.astype(np.float32),
        floor=np.float32(how.floor),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {LABELLED}")
    default = Path(__file__).parent.parent / "streams" / "tag" / "topics_model.npz"
    parser.add_argument("--out", type=Path, default=default)
    parser.add_argument("--version", default="1", help="version written into the model")
    arguments = parser.parse_args()
    source = arguments.data / LABELLED
    if not source.is_file():
        print(f"No training data: {source} is missing. See streams/tag/topics_model.md for what it is.")
        return 1
    train, held = split(read_labelled(source))
    train = [article for article in train if article.source not in NOT_FREE]
    print(f"{len(train)} articles to train on, {len(held)} held apart")
    scores = out_of_fold(train)
    strange_scores, strangers = as_strangers(train)
    all_scores = np.vstack([scores, *[strange_scores] * STRANGE_COUNTS])
    how = decide_how(all_scores, [*train, *strangers * STRANGE_COUNTS])
    report("cross-validated", scores, how, train)
    report("language left out", strange_scores, how, strangers)
    fitted = fit(feature_matrix(train), targets_of(train))
    save(arguments.out, arguments.version, fitted, how)
    print(f"{arguments.out.name}: {arguments.out.stat().st_size:,} bytes")
    return 0


def report(name: str, scores: Matrix, how: Decision, articles: Sequence[Labelled]) -> None:
    """Print how good scores and decision are, by language."""
    found, truth = decided(scores, how), targets_of(articles) > 0
    best = (how.main_slope * scores + how.main_offset).argmax(axis=1)
    main = np.array([article.topics[0] if article.topics else -1 for article in articles])
    spoken = np.array([article.language for article in articles])
    for language in ("all", *dict.fromkeys(spoken)):
        of = (spoken == language) | (language == "all")
        by_topic = [f1(found[of, place], truth[of, place]) for place in np.flatnonzero(truth[of].any(axis=0))]
        print(
            f"  {name}, {language}: {of.sum()} articles, micro-F1 {f1(found[of], truth[of]):.3f}, "
            f"macro-F1 {np.mean(by_topic):.3f}, main right {(best == main)[of & (main >= 0)].mean():.1%}"
        )


if __name__ == "__main__":
    sys.exit(main())
