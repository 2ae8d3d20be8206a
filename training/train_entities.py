"""Train the name model: ``python -m training.train_entities --data DIR``.

Reads ANERcorp's training part and Arabic articles without labels from DIR, writes ``streams/tag/entities_model.npz``.
Every fifth block of sentences is held apart: ``--held-apart`` trains without them and writes the model elsewhere, for
``benchmarks/entities_quality.py`` to measure; ``entities_model.md`` says which one is shipped.
Deterministic, about ten minutes.

In three steps: group words by their neighbours (``cluster_words``); train on each half of the sentences and count, in
the articles without labels, how often each word is taken for a person, a place, an organisation; train again with
those counts as features, where each half reads the counts that the other half made, so that they are as good as
they will be for words never labelled.
"""

import argparse
import lzma
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.tag.aliases import Aliases
from streams.tag.sequence_model import KINDS, LABELS, NameModel, Weights
from streams.tag.tokens import NEWLINE, tokens_of, word_hash
from streams.tag.word_features import NONE, Vocabulary
from training.cluster_words import arabic_texts, clusters_of, count_neighbours, folded_words, vectors_of
from training.fit_chains import Example, fit

LABELLED = "anercorp_train.txt.xz"
CITIES = "cities15000_ar.tsv.xz"
COUNTRIES = Path(__file__).parent.parent / "streams" / "tag" / "countries.tsv"
BLOCK = 40
"""Sentences of a block: about an article's; the corpus has no marks between articles."""

EVERY = 5
"""Of so many blocks one is held apart."""

GROUPS = (1000, 200)
"""Numbers of groups of words. A third grouping, of 50, adds nothing in cross-validation."""

SHARES = (0.01, 0.03, 0.08, 0.2, 0.4, 0.6, 0.8, 0.93)
"""Bounds of the eight levels of "how often is this word a person's", and so on."""

RIDGE = 1.0
"""From .25, .5 and 1 by cross-validation, .789, .786 and .788 of F1: the largest gives the smallest file."""

STEPS = 70
LEAST_COUNT = 4
BATCH = 2000
BIG_CITY = 500_000
STEP = 0.03
"""Weights are whole numbers of this; those beyond 127 of it are cut."""

Sentence = list[tuple[str, str]]
Counts = dict[int, npt.NDArray[np.float64]]


class Block(NamedTuple):
    """Sentences that follow each other, as one text; ``labels`` has the number in ``LABELS`` of each token."""

    text: str
    labels: npt.NDArray[np.intp]


def read_sentences(path: Path) -> list[Sentence]:
    """Sentences as pairs of a word and its BIO label."""
    sentences: list[Sentence] = [[]]
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                word, label = line.rstrip("\n").rsplit(" ", 1)
                sentences[-1].append((word, label))
            elif sentences[-1]:
                sentences.append([])
    return [sentence for sentence in sentences if sentence]


def blocks_of(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Runs of ``BLOCK`` sentences."""
    return [list(sentences[at : at + BLOCK]) for at in range(0, len(sentences), BLOCK)]


def split(sentences: Sequence[Sentence], *, held: int = EVERY - 1) -> tuple[list[Sentence], list[Sentence]]:
    """(to train on, held apart): every fifth block."""
    blocks = blocks_of(sentences)
    train = [sentence for at, block in enumerate(blocks) if at % EVERY != held for sentence in block]
    return train, [sentence for at, block in enumerate(blocks) if at % EVERY == held for sentence in block]


def as_texts(sentences: Iterable[Sentence], most: int = 3000) -> list[list[Sentence]]:
    """Sentences grouped to texts as long as the model reads."""
    texts: list[list[Sentence]] = [[]]
    size = 0
    for sentence in sentences:
        length = sum(len(word) + 1 for word, _ in sentence)
        if texts[-1] and size + length > most:
            texts.append([])
            size = 0
        texts[-1].append(sentence)
        size += length
    return texts


def block_of(sentences: Sequence[Sentence]) -> Block:
    """The text of the sentences, one a line, and the labels of its tokens."""
    words = [pair for sentence in sentences for pair in sentence]
    text = "\n".join(" ".join(word for word, _ in sentence) for sentence in sentences)
    starts = np.cumsum([0, *(len(word) + 1 for word, _ in words)])
    tokens = tokens_of(text)
    of_word = np.searchsorted(starts, tokens.text_starts, side="right") - 1
    labels = np.zeros(of_word.size, np.intp)
    before = -1
    for place in np.flatnonzero(tokens.units[tokens.starts] != NEWLINE).tolist():
        label = words[of_word[place]][1]
        inside = of_word[place] == before and label.startswith("B-")
        labels[place] = LABELS.index("I-" + label[2:] if inside else label)
        before = of_word[place]
    return Block(text, labels)


def examples(sentences: Iterable[Sentence], vocabulary: Vocabulary, aliases: Aliases) -> list[Example]:
    """What the model sees of each text, and the labels it should give."""
    blocks = [block_of(text) for text in as_texts(sentences)]
    return [Example.of(block.text, block.labels, vocabulary, aliases) for block in blocks]


def place_words(data: Path) -> dict[str, int]:
    """Words of place names: 1 a country, 2 a large city or a capital, 3 a city, 4 part of a longer name."""
    kinds: dict[str, int] = {}

    def note(name: str, kind: int) -> None:
        words = [word for word in folded_words(name) if word != "\n"]
        for word in words[:2] if len(words) > 1 else words:
            if len(words) == 1 or len(word) > 3:
                kinds[word] = min(kinds.get(word, 9), kind if len(words) == 1 else 4)

    for line in COUNTRIES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            _, language, kind, forms = line.split("\t")
            if language == "ar" and kind in ("title", "name", "city"):
                for form in forms.split("|"):
                    note(form, 2 if kind == "city" else 1)
    with lzma.open(data / CITIES, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            *_, population, names = line.rstrip("\n").split("\t")
            for name in names.split("|"):
                if all("\u0621" <= char <= "\u064a" or char == " " for char in name):
                    note(name, 2 if int(population) > BIG_CITY else 3)
    return kinds


class Lexicon(NamedTuple):
    """What is known of words before any label: their groups and whether they name places."""

    groups: dict[int, npt.NDArray[np.uint16]]
    places: dict[int, int]

    @classmethod
    def learn(cls, texts: Iterable[str], data: Path) -> "Lexicon":
        """From articles without labels and lists of places."""
        counts = count_neighbours(texts)
        groups = clusters_of(vectors_of(counts), GROUPS)
        by_word = {_key(word): row for word, row in zip(counts.words, groups, strict=True) if word != "\n"}
        return cls(by_word, {_key(word): kind for word, kind in place_words(data).items()})

    def vocabulary(self, counts: Counts | None) -> Vocabulary:
        """With levels from ``counts`` where they are given."""
        rows: dict[int, list[int]] = {}
        unknown = [NONE] * (len(GROUPS) + 3) + [0]
        for key, group in self.groups.items():
            rows[key] = [*group.tolist(), NONE, NONE, NONE, 0]
        for key, kind in self.places.items():
            rows.setdefault(key, [*unknown])[-1] = kind
        for key, count in (counts or {}).items():
            levels = np.digitize((count[:3] + 0.02) / (count[4] + 0.5), SHARES)
            if key in rows or levels.max() > 1:
                rows.setdefault(key, [*unknown])[-4:-1] = levels.tolist()
        keys = sorted(rows)
        return Vocabulary(np.array(keys, np.uint32), np.array([rows[key] for key in keys], np.uint16))


def _key(word: str) -> int:
    return word_hash(word) >> 32


def count_names(model: NameModel, aliases: Aliases, texts: Sequence[str]) -> Counts:
    """How often each word is taken for part of a name of each kind, and how often it stands at all, last."""
    keys, totals = np.empty(0, np.uint64), np.empty((0, len(KINDS) + 1))
    for at in range(0, len(texts), BATCH):
        hashes, counts = [keys], [totals]
        for text in texts[at : at + BATCH]:
            tokens = tokens_of(text)
            places, probabilities = model.probabilities(tokens, aliases.marks(text, tokens))
            by_kind = np.zeros((tokens.words.size, len(KINDS)), np.float32)
            by_kind[places] = probabilities[:, 1::2] + probabilities[:, 2::2]
            hashes.append(tokens.words >> np.uint64(32))
            counts.append(np.column_stack((by_kind, np.ones(len(by_kind)))))
        keys, place = np.unique(np.concatenate(hashes), return_inverse=True)
        stacked = np.concatenate(counts)
        totals = np.stack([np.bincount(place, column) for column in stacked.T], axis=1)
    often = totals[:, -1] >= LEAST_COUNT
    return dict(zip(keys[often].tolist(), totals[often], strict=True))


def quantised(
    words: npt.NDArray[np.float64], pairs: npt.NDArray[np.float64], steps: npt.NDArray[np.float64]
) -> Weights:
    """Weights as they are stored: whole numbers of a byte."""
    whole = [np.clip(np.round(weights / STEP), -127, 127).astype(np.int16) for weights in (words, pairs)]
    return Weights(whole[0], whole[1], steps.astype(np.float32), STEP)


def train(sentences: list[Sentence], data: Path, version: str) -> NameModel:
    """All three steps."""
    aliases = Aliases.load()
    texts = list(arabic_texts(data))
    _say(f"{len(sentences)} sentences with labels, {len(texts)} articles without")
    lexicon = Lexicon.learn(texts, data)
    _say(f"{len(lexicon.groups)} words grouped")
    plain = lexicon.vocabulary(None)
    blocks = blocks_of(sentences)
    halves = [[sentence for block in blocks[half::2] for sentence in block] for half in (0, 1)]

    def counts_by(part: list[Sentence]) -> Counts:
        weights = quantised(*fit(examples(part, plain, aliases), RIDGE, STEPS))
        counts = count_names(NameModel(version, plain, weights), aliases, texts)
        _say(f"counted names with a model of {len(part)} sentences")
        return counts

    by_half = [lexicon.vocabulary(counts_by(half)) for half in halves]
    learned = [example for half in (0, 1) for example in examples(halves[half], by_half[1 - half], aliases)]
    weights = quantised(*fit(learned, RIDGE, STEPS))
    return NameModel(version, lexicon.vocabulary(counts_by(sentences)), weights)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {LABELLED} and the articles")
    default = Path(__file__).parent.parent / "streams" / "tag" / "entities_model.npz"
    parser.add_argument("--out", type=Path, default=default)
    parser.add_argument("--version", default="1", help="version written into the model")
    parser.add_argument("--held-apart", action="store_true", help="train without the blocks held apart")
    arguments = parser.parse_args()
    source = arguments.data / LABELLED
    if not source.is_file():
        print(f"No training data: {source} is missing. See streams/tag/entities_model.md for what it is.")
        return 1
    if arguments.held_apart and arguments.out == default:
        print("--held-apart is for measuring: give another file with --out.")
        return 1
    sentences = read_sentences(source)
    model = train(split(sentences)[0] if arguments.held_apart else sentences, arguments.data, arguments.version)
    model.save(arguments.out)
    print(f"{arguments.out.name}: {arguments.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
