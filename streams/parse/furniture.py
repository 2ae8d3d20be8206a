"""Furniture: lines that belong to the frame of a site, told by their words.

No list of whole lines is ever complete («حمّل تطبيقنا الآن لمتابعة المباريات», "Get live updates on the app. Download
now."); the words in them are few and the same everywhere. Two readings of them stand side by side: a word of a
``[[cue]]`` in the language files has a weight, and a line is furniture when it is short for that of its words; and
a linear model (``frame_words.tsv``, learned by training/train_frame_words.py) adds up what each word and pair says.
"""

import re
from enum import IntEnum
from importlib import resources
from itertools import pairwise
from typing import Any

from streams.fold import fold
from streams.parse.labels import is_sentence

_MOST_WORDS = 30
# For a weight, the words that a line may have: a story says "newsletter" too, but not three such words in ten.
_WORDS_FOR_WEIGHT = (0, 0, 7, 12, 18, 24, 30)
_WORD = re.compile(r"\d+|[^\W\d_]+|[@©|>»#/:?!()\[\]]")
_CLITICS = re.compile(r"^[وف]?(?:[بكل]?ال|لل)(?=\w{3})")
_STRONG = 3
_PREFIXES = ("", "ال", "و", "وال", "ل", "لل", "ب", "بال")


# Log-odds from which a line is furniture wherever it stands, and a sentence; measured by training/train_frame_words.py:
# over the first, 3 story lines in 1,000.
_SURE = 0.8
_SURE_OF_A_SENTENCE = 2.0
# And from which a line is, that shares no word with the story around it: under 15 story lines in 1,000 would.
_LIKELY = 0.3


class Certainty(IntEnum):
    """How sure it is that a line is furniture. A likely one that shares words with the story is none."""

    NO = 0
    LIKELY = 1
    SURE = 2


class FurnitureReader:
    """Weighs the words of lines. Immutable; about 10 µs a line. ``words`` are the model's: see ``read_frame_words``."""

    def __init__(self, entries: dict[str, dict[str, Any]], words: dict[str, float]) -> None:
        self._words = words
        self._cues: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for language in entries.values():
            for entry in language.get("cue", ()):
                for phrase in entry["words"]:
                    self._add(fold(phrase).split(), entry["weight"])
        for cues in self._cues.values():
            cues.sort(key=lambda cue: -len(cue[0]))

    def cues(self, text: str, folded: str) -> Certainty:
        """Whether a line asks, offers or counts as sites do: sure by strong words, likely by weaker ones."""
        count = folded.count(" ") + 1
        weight = self.weigh(folded) if count <= _MOST_WORDS else 0
        # A sentence needs a cue more: «وقالت إنها ستشترك في النشرة.»
        weight -= is_sentence(text)
        if weight < 2 or count > _WORDS_FOR_WEIGHT[min(weight, len(_WORDS_FOR_WEIGHT) - 1)]:
            return Certainty.NO
        return Certainty.SURE if weight > 2 else Certainty.LIKELY

    def sounds_like_furniture(self, text: str, folded: str) -> bool:
        """Whether the model is sure of a line that is no label, date or name."""
        sure = _SURE_OF_A_SENTENCE if is_sentence(text) else _SURE
        return folded.count(" ") < _MOST_WORDS and self.score(folded) > sure

    def may_be_furniture(self, folded: str) -> bool:
        """The same for a line that nothing else speaks for."""
        return self.score(folded) > _LIKELY

    def speaks_to_the_reader(self, folded: str) -> bool:
        """Whether a sentence has the words of a call: «Keep up to date with our coverage.»"""
        return self.weigh(folded) >= 3 or self.score(folded) > _SURE

    def score(self, folded: str) -> float:
        """The model's log-odds that a folded line belongs to a frame."""
        known = self._words
        return known[""] + sum(known.get(word, 0.0) for word in set(read_words(folded)))

    def weigh(self, folded: str) -> int:
        """The weight of all cues in a folded line, each place counted once."""
        return sum(self._weights(folded))

    def has_strong_cue(self, folded: str) -> bool:
        """Whether one cue of a line is sure by itself."""
        return max(self._weights(folded), default=0) >= _STRONG

    def _weights(self, folded: str) -> list[int]:
        words = [word.strip(".,:;!?()[]«»\"'“”|*،؛؟…-–—") for word in folded.split()]
        found: list[int] = []
        index = 0
        while index < len(words):
            for cue, its_weight in self._cues.get(words[index], ()):
                if tuple(words[index + 1 : index + len(cue)]) == cue[1:]:
                    found.append(its_weight)
                    index += len(cue) - 1
                    break
            index += 1
        return found

    def _add(self, words: list[str], weight: int) -> None:
        arabic = words[0] > "\u0600"
        for prefix in _PREFIXES if arabic else ("",):
            first = prefix + words[0]
            cue = (first, *words[1:])
            known = self._cues.setdefault(first, [])
            if all(there != cue for there, _ in known):
                known.append((cue, weight))


def read_frame_words() -> dict[str, float]:
    """The packaged model: a weight for each word or pair of words, the bias for the empty one."""
    lines = (resources.files("streams.parse") / "frame_words.tsv").read_text("utf-8").splitlines()[1:]
    return {word: float(weight) for word, _, weight in (line.rpartition("\t") for line in lines)}


def read_words(folded: str) -> list[str]:
    """The words of a folded line as they are weighed: each word, bare of Arabic clitics too, and each pair.

    Digits are one word whatever the number; the first and last mark of the line count as words.
    """
    words = _WORD.findall(folded)
    tokens = ["0" if word[0].isdigit() else word for word in words]
    found = list(tokens)
    found += [f"{first} {second}" for first, second in pairwise(["^", *tokens, "$"])]
    found += [bare for word in tokens if word > "\u0600" and (bare := _CLITICS.sub("", word, 1)) != word]
    if not folded.endswith((".", "۔", "!", "?", "؟", '"', "”", "»")):
        found.append("…")
    return found
