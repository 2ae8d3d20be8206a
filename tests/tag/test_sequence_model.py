"""The shipped name model finds names that it never read, says how sure it is, and is always the same."""

import time
from pathlib import Path

import numpy as np
import pytest

import streams.tag.sequence_model as module
from streams.tag.sequence_model import LABELS, NameModel, _steadied
from streams.tag.tokens import tokens_of
from streams.tag.word_features import BITS, PAIR_BITS, seen

MODEL = Path(module.__file__).with_name("entities_model.npz")


@pytest.fixture(scope="module")
def model() -> NameModel:
    return NameModel.load()


def found(model: NameModel, text: str) -> list[tuple[str, str]]:
    """Kinds and names as the text writes them."""
    tokens = tokens_of(text)
    spans = model.spans(tokens, np.zeros(tokens.words.size, np.uint8))
    return [(span.kind, text[tokens.text_starts[span.first] : tokens.text_ends[span.last - 1]]) for span in spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وقال الوزير سليم الخطيب إن الاجتماع ناجح", ("PERS", "سليم الخطيب")),
        ("وقالت الدكتورة هناء الزيات في مؤتمر صحفي", ("PERS", "هناء الزيات")),
        ("وصل الوفد إلى القاهرة أمس", ("LOC", "القاهرة")),
        ("قوات من إسرائيل ولبنان", ("LOC", "إسرائيل")),
        ("أعلن حزب الله ذلك", ("ORG", "حزب الله")),
    ],
)
def test_names_are_found(model: NameModel, text: str, expected: tuple[str, str]) -> None:
    assert expected in found(model, text)


@pytest.mark.parametrize("text", ["", "\n", "وقال إن الاجتماع كان ناجحا", "... !!", "1 2 3", "\ud800"])
def test_where_no_name_is_none_is_found(model: NameModel, text: str) -> None:
    assert found(model, text) == []


def test_a_name_sure_in_one_place_decides_where_it_is_doubtful() -> None:
    outside, person = LABELS.index("O"), LABELS.index("B-PERS")
    probabilities = np.zeros((3, len(LABELS)), np.float32)
    probabilities[[0, 1, 2], [person, outside, outside]] = 0.9, 0.8, 0.8
    probabilities[[0, 1, 2], [outside, person, person]] = 0.1, 0.2, 0.2
    same_word, another = 5, 6
    found = _steadied(probabilities, np.array([3, 8, 9]), np.array([same_word, same_word, another]))
    assert found.argmax(axis=1).tolist() == [person, person, outside]


def test_names_keep_within_a_line(model: NameModel) -> None:
    assert not any("\n" in name for _, name in found(model, "وقال الوزير سليم\nالخطيب وصل"))


def test_probabilities_are_probabilities(model: NameModel) -> None:
    tokens = tokens_of("وقال الوزير سليم الخطيب في القاهرة إن حزب الله")
    uncertain, probabilities = model.probabilities(tokens, np.zeros(tokens.words.size, np.uint8))
    assert 0 < uncertain.size < tokens.words.size
    assert probabilities.shape == (uncertain.size, len(LABELS))
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert probabilities.min() >= 0


@pytest.mark.parametrize("text", ["x", "و", "ولل " * 900, "م" * 4000, "👍\ud800 ﷺ", "أ\nب\nت"])
def test_any_text_is_seen_within_the_tables(model: NameModel, text: str) -> None:
    tokens = tokens_of(text)
    read = seen(tokens, model.vocabulary, np.zeros(tokens.words.size, np.uint8))
    assert read.words.min() >= 0
    assert read.words.max() < 2**BITS
    assert read.pairs.min() >= 0
    assert read.pairs.max() < 2**PAIR_BITS
    assert len(read.pairs) == tokens.words.size - 1


def test_a_saved_model_is_the_same(model: NameModel, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    text = "وقال الوزير سليم الخطيب في القاهرة إن حزب الله"
    assert found(NameModel.load(path), text) == found(model, text)


def test_the_model_is_small_and_quickly_loaded() -> None:
    assert MODEL.stat().st_size < 2_000_000
    start = time.perf_counter()
    NameModel.load()
    assert time.perf_counter() - start < 1  # 0.1 s; ten times as much for a busy machine
