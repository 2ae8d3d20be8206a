"""What is remembered of words changes no result."""

import numpy as np
import pytest

import streams.tag.word_scores as module
from streams.tag.sequence_model import NameModel
from streams.tag.tokens import Tokens, tokens_of
from streams.tag.word_features import BITS, COARSE, Vocabulary, word_buckets
from streams.tag.word_scores import Scores, WordScores, summed

TEXTS = ("وصل الوزير سليم الخطيب", "وصل الوفد إلى القاهرة ووصل الوزير", "سليم سليم وسليم", "وصل الوزير سليم الخطيب")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return NameModel.load().vocabulary


@pytest.fixture(scope="module")
def weights() -> Scores:
    return np.random.default_rng(7).integers(-99, 99, (2**BITS, 3)).astype(np.int16)


def added_up(tokens: Tokens, vocabulary: Vocabulary, weights: Scores) -> tuple[list[list[int]], list[list[int]]]:
    buckets, groups = word_buckets(tokens, np.arange(tokens.words.size), vocabulary)
    return summed(weights, buckets).tolist(), groups.tolist()


@pytest.mark.parametrize("slot_bits", [15, 1])  # with two slots, words share them
def test_scores_are_those_that_adding_up_gives(
    vocabulary: Vocabulary, weights: Scores, slot_bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SLOT_BITS", slot_bits)
    monkeypatch.setattr(module, "_TO_SLOT", np.uint64(64 - slot_bits))
    scores = WordScores(vocabulary, weights)
    for text in TEXTS:
        tokens = tokens_of(text)
        found, groups = scores.of(tokens)
        assert (found.tolist(), groups.tolist()) == added_up(tokens, vocabulary, weights)
        assert groups.shape == (tokens.words.size, COARSE)


def test_a_word_is_added_up_once(vocabulary: Vocabulary, weights: Scores, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = WordScores(vocabulary, weights)
    scores.of(tokens_of(TEXTS[0]))
    monkeypatch.delattr(module, "word_buckets")
    scores.of(tokens_of(TEXTS[3]))
