"""Training is deterministic, learns what it is shown, and reads what is its own at run time."""

from pathlib import Path

import numpy as np
import pytest

from schemas.media_topics import BY_SLUG, MEDIA_TOPICS
from streams.tag.topics import NO_TOPIC, TopicModel
from tests.commands import run
from training.topic_articles import Labelled
from training.topic_confidence import NO_NEWS_SHARE, Decision, decide_how, parameters_of, weights_of
from training.topic_fit import Table, feature_matrix, rarity_of
from training.train_topics import chosen

SUBJECTS = {slug: [f"{slug}{letter}word" for letter in "abcdefgh"] for slug in BY_SLUG}


def articles() -> list[Labelled]:
    """Ten made-up articles a topic, of words of their own and one that all share."""
    made = []
    for place, topic in enumerate(MEDIA_TOPICS):
        for number in range(10):
            words = SUBJECTS[topic.slug][number % 4 :: 2]
            made.append(Labelled(f"made/{topic.slug}/{number}", "en", None, " ".join(["the", *words]), (place,)))
    return made


def fitted() -> tuple[Table, Decision, TopicModel]:
    table = Table(articles(), [Labelled("words", "en", None, "football", (MEDIA_TOPICS.index(BY_SLUG["sport"]),))])
    how = decide_how(table.out_of_fold(), table.articles)
    return table, how, TopicModel("test", parameters_of(table.fit(), how))


@pytest.fixture(scope="module")
def trained() -> tuple[Table, Decision, TopicModel]:
    return fitted()


@pytest.mark.parametrize("none", [0, 1, 300])
def test_what_is_no_news_counts_for_its_share_at_most(none: int) -> None:
    main = np.array([0] * 900 + [NO_TOPIC] * none)
    weights = weights_of(main)
    assert (weights[:900] == 1).all()
    assert weights[900:].sum() == pytest.approx(min(none, 900 * NO_NEWS_SHARE / (1 - NO_NEWS_SHARE)))


def test_it_learns_what_it_is_shown(trained: tuple[Table, Decision, TopicModel]) -> None:
    _, _, model = trained
    for slug, words in SUBJECTS.items():
        assert model.topics(None, " ".join(words), "en")[0].topic is BY_SLUG[slug]


def test_the_same_input_gives_the_same_model(trained: tuple[Table, Decision, TopicModel]) -> None:
    table, how, _ = trained
    again, how_again, _ = fitted()
    assert (table.fit() == again.fit()).all()
    assert all((a == b).all() for a, b in zip(how, how_again, strict=True))


def test_cross_validation_decides_as_the_model_does(trained: tuple[Table, Decision, TopicModel]) -> None:
    """``chosen`` on scores and ``TopicModel.topics`` on texts are one decision."""
    table, how, model = trained
    texts = [article.text for article in table.articles]
    scores = np.array([model._scores(None, text, "en") for text in texts])
    assert chosen(scores, table.articles, how) == [model.topics(None, text, "en") for text in texts]


def test_a_word_that_is_common_in_its_language_tells_little() -> None:
    few = [Labelled(f"fr/{n}", "fr", None, f"avec mot{n}", ()) for n in range(20)]
    many = [Labelled(f"en/{n}", "en", None, f"with word{n}", ()) for n in range(2000)]
    languages = np.array(["fr"] * 20 + ["en"] * 2000)
    counts = feature_matrix([*few, *many])
    rarity = rarity_of(counts, counts[:0], languages)
    of = feature_matrix([Labelled("x", "fr", None, "avec", ())]).indices
    assert rarity[of].max() < 1 < np.log(2020 / 20)


def test_a_trained_file_is_read_as_it_was_written(trained: tuple[Table, Decision, TopicModel], tmp_path: Path) -> None:
    table, how, model = trained
    parameters = parameters_of(table.fit(), how)
    path = tmp_path / "mine.npz"
    np.savez_compressed(path, allow_pickle=False, version=np.array("test"), **parameters._asdict())
    loaded = TopicModel.load(path)
    assert loaded.version == "test"
    assert loaded.topics(None, "football healthaword", "en") == model.topics(None, "football healthaword", "en")


def test_labelled_articles_that_are_wrong_stop_the_command(tmp_path: Path) -> None:
    path = tmp_path / "en.jsonl"
    path.write_text('{"text": "x", "topics": ["polticis"]}\n', encoding="utf-8")
    done = run("train", "topics", str(path), "--out", str(tmp_path / "mine.npz"))
    assert done.returncode == 78
    assert b"en.jsonl, line 1" in done.stderr
    assert not (tmp_path / "mine.npz").exists()


def test_a_missing_folder_of_data_is_told(tmp_path: Path) -> None:
    done = run("train", "topics", "--data", str(tmp_path), "--out", str(tmp_path / "mine.npz"))
    assert done.returncode == 66
    assert b"topics_train.jsonl.xz" in done.stderr
