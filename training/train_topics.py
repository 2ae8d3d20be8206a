"""Train the topic model: ``rafid train topics --data DIR``.

Learns from labelled articles in DIR, from JSON lines of the user's own, from the news items
written for Rafid (``training/written_items/``) and from words for each topic (``training/topic_words.tsv``);
writes the model file. A part of the articles, told by a hash of their text, is held apart and never looked at
here; all choices are made by five-fold cross-validation on the rest. ``benchmarks/topics_quality.py`` measures on
the part held apart. The same input gives the same file, byte for byte.
"""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from schemas.media_topics import MEDIA_TOPICS
from streams.tag.topics import NO_TOPIC, TopicModel, TopicModelError, TopicScore
from training.topic_articles import LABELLED, NOT_FREE, Labelled, read_labelled, split, word_articles, written_items
from training.topic_confidence import Decision, decide_how, parameters_of, probabilities
from training.topic_fit import Matrix, Table
from training.topic_quality import by_language, given_by

MODEL = Path(__file__).parent.parent / "streams" / "tag" / "topics_model.npz"


def train(data: Path | None, labelled: Sequence[Path], out: Path, version: str, tell: Callable[[str], object]) -> None:
    """Read, learn, write ``out`` and print a comparison with the model that was there; raises ``WrongLineError``."""
    articles = split(read_labelled(data / LABELLED))[0] if data else []
    articles = [article for article in articles if article.source not in NOT_FREE]
    own = [article for path in labelled for article in read_labelled(path)]
    own, own_apart = split(own)
    written, written_apart = written_items()
    tell(f"{len(articles)} labelled articles, {len(own)} of yours, {len(written)} written items")
    table = Table([*articles, *own, *written], word_articles())
    tell("how alike they are: known")
    scores = table.out_of_fold()
    tell("cross-validated")
    how = decide_how(scores, table.articles)
    parameters = parameters_of(table.fit(), how)
    old = _old(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, allow_pickle=False, version=np.array(version), **parameters._asdict())
    new = TopicModel.load(out)
    tell(f"{out}: {out.stat().st_size:,} bytes, version {version}")
    by_language("cross-validated", table.articles, chosen(scores, table.articles, how))
    apart = [*own_apart, *written_apart]
    by_language(
        f"held apart, {old.version if old else 'none'} → {new.version}",
        apart,
        given_by(new, apart),
        given_by(old, apart) if old else None,
    )


def _old(path: Path) -> TopicModel | None:
    """The model that ``path`` had, else the one shipped; None where neither can be read."""
    for each in (path, MODEL):
        with contextlib.suppress(TopicModelError, OSError):
            return TopicModel.load(each)
    return None


def chosen(scores: Matrix, articles: Sequence[Labelled], how: Decision) -> list[list[TopicScore]]:
    """The topics that ``TopicModel.topics`` would give for these scores."""
    model = TopicModel("", parameters_of(np.eye(NO_TOPIC + 1), how))
    probability, main = probabilities(scores, articles, how)
    return [
        [TopicScore(MEDIA_TOPICS[k], round(100 * row[k])) for k in model.choose(row, int(first))]
        for row, first in zip(probability.tolist(), main, strict=True)
    ]
