"""How good the Arabic name model is on labelled sentences: precision, recall and F1 by kind, whole names as in CoNLL.

``python -m benchmarks.entities_quality FILE --held-apart --model FILE`` measures a model that was trained with
``training.train_entities --held-apart`` on the blocks held apart; without both options, the shipped model on all of
FILE, a file in ANERcorp's form (word and BIO label, an empty line after each sentence, may be packed with xz).
Sentences are read as texts of an article's length; ``--alone`` reads each by itself. Looking often makes the figures
too good: note each look in ``streams/tag/entities_model.md``.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from streams.tag.aliases import Aliases
from streams.tag.sequence_model import KINDS, NameModel
from streams.tag.tokens import tokens_of
from training.train_entities import Sentence, as_texts, read_sentences, split

MEASURED = KINDS[:3]
"""People, places and organisations; "MISC" is learned, so that those are cleaner, and not measured."""


def gold_spans(sentences: Iterable[Sentence]) -> set[tuple[int, int, str]]:
    """Names as (first word, the one after the last, kind), words counted through all sentences."""
    found: set[tuple[int, int, str]] = set()
    at = 0
    for sentence in sentences:
        start, kind = at, ""
        for label in (*(label for _, label in sentence), "O"):
            if kind and label != f"I-{kind}":
                found.add((start, at, kind))
                kind = ""
            if label != "O" and not kind:
                start, kind = at, label[2:]
            at += 1
        at -= 1  # the "O" that ended it
    return found


def model_spans(sentences: Sequence[Sentence], model: NameModel, aliases: Aliases) -> set[tuple[int, int, str]]:
    """What the model finds in sentences read as one text, as ``gold_spans``."""
    text = "\n".join(" ".join(word for word, _ in sentence) for sentence in sentences)
    tokens = tokens_of(text)
    starts = np.cumsum([0, *(len(word) + 1 for sentence in sentences for word, _ in sentence)])
    found = set()
    for span in model.spans(tokens, aliases.marks(text, tokens)):
        first, last = tokens.text_starts[span.first], tokens.text_ends[span.last - 1] - 1
        places = np.searchsorted(starts, [first, last], side="right") - 1
        found.add((int(places[0]), int(places[1]) + 1, span.kind))
    return found


def report(right: Counter[str], found: Counter[str], wanted: Counter[str]) -> None:
    """Print one line a kind, and one for all."""
    for name, kinds in (*((kind, (kind,)) for kind in MEASURED), ("all", MEASURED)):
        hits, given, gold = (sum(counts[kind] for kind in kinds) for counts in (right, found, wanted))
        precision, recall = hits / max(given, 1), hits / max(gold, 1)
        f1 = 2 * hits / max(given + gold, 1)
        print(f"{name:>5} {gold:5d} names   precision {precision:.3f}   recall {recall:.3f}   F1 {f1:.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path, help="labelled sentences in ANERcorp's form")
    parser.add_argument("--model", type=Path, help="model file, by default the shipped one")
    parser.add_argument("--held-apart", action="store_true", help="only the blocks that training holds apart")
    parser.add_argument("--alone", action="store_true", help="read each sentence by itself")
    arguments = parser.parse_args()
    sentences = read_sentences(arguments.file)
    if arguments.held_apart:
        sentences = split(sentences)[1]
    model, aliases = NameModel.load(arguments.model), Aliases.load()
    texts = [[sentence] for sentence in sentences] if arguments.alone else as_texts(sentences)
    right, found, wanted = Counter[str](), Counter[str](), Counter[str]()
    start = time.perf_counter()
    given = [model_spans(text, model, aliases) for text in texts]
    spent = (time.perf_counter() - start) / len(texts)
    for text, spans in zip(texts, given, strict=True):
        gold = gold_spans(text)
        right.update(kind for *_, kind in spans & gold)
        found.update(kind for *_, kind in spans)
        wanted.update(kind for *_, kind in gold)
    print(
        f"model version {model.version}, {len(sentences)} sentences in {len(texts)} texts, {spent * 1e6:.0f} µs a text"
    )
    report(right, found, wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
