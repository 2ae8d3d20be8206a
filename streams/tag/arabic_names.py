"""From what the name model finds in an Arabic text to mentions as a reader would write them."""

import tomllib
from collections.abc import Iterator
from importlib import resources

from streams.fold import fold
from streams.tag.mentions import Kind, Mention
from streams.tag.sequence_model import SHARE_COLUMNS, Marks, NameModel, Span, Vocabulary
from streams.tag.tokens import Tokens, word_hash

_KINDS: dict[str, Kind] = {"PERS": "person", "ORG": "organisation"}
_ARTICLE = "ال"
_MOST_WORDS = 9


def read_titles() -> frozenset[str]:
    """Words before the name of a person, folded."""
    table = tomllib.loads(resources.files("streams.tag").joinpath("entity_cues.toml").read_text(encoding="utf-8"))
    return frozenset(fold(title) for title in table["arabic_titles"]["ar"])


class ArabicNames:
    """Finds people and organisations by the name model. Immutable after ``load``."""

    def __init__(self, model: NameModel, titles: frozenset[str]) -> None:
        self.model = model
        self._titles = titles

    @classmethod
    def load(cls) -> "ArabicNames":
        """Read the shipped model and cues."""
        return cls(NameModel.load(), read_titles())

    def find(self, text: str, tokens: Tokens, marks: Marks) -> list[Mention]:
        """Names in ``text``, in order. ``marks`` as for ``NameModel.spans``."""
        return [
            self._mention(span, text, tokens)
            for span in self.model.spans(tokens, marks)
            if span.kind in _KINDS and span.last - span.first <= _MOST_WORDS
        ]

    def _mention(self, span: Span, text: str, tokens: Tokens) -> Mention:
        start, end = int(tokens.text_starts[span.first]), int(tokens.text_ends[span.last - 1])
        written = text[start:end]
        word, _, rest = written.partition(" ")
        word = bare(word, span.kind, self.model.vocabulary)
        name = f"{word} {rest}" if rest else word
        title = fold(text[max(0, start - 24) : start]).split()[-1:]
        why = f"name model {self.model.version}"
        if span.kind == "PERS":
            name = self.without_title(name)
            if title and title[0].removeprefix("و") in self._titles:
                why += f", after «{title[0]}»"
        return Mention(start, end, _KINDS[span.kind], name, None, span.confidence, why)

    def without_title(self, name: str) -> str:
        """«الأمير فيصل بن فرحان» without the first word; «الملك سلمان» stays, for one word is no name."""
        words = name.split()
        while len(words) > 2 and fold(words[0]) in self._titles:
            words = words[1:]
        return " ".join(words)


def bare(word: str, kind: str, vocabulary: Vocabulary) -> str:
    """A name's first word without «و», «ب», «ل» … if the model has seen it without them as such a name, oftener."""
    column = SHARE_COLUMNS[kind]
    best, best_level = word, -1
    for candidate in dict.fromkeys((word, *_shorter(word))):
        level = vocabulary.level(word_hash(fold(candidate)), column)
        if level > best_level:
            best, best_level = candidate, level
    return best


def _shorter(word: str) -> Iterator[str]:
    """What a word may be without what is written before it."""
    rest = word
    if word[:1] in "وف" and len(word) > 3:
        rest = word[1:]
        yield rest
    if rest.startswith("لل") and len(rest) > 4:
        yield _ARTICLE + rest[2:]
        yield _ARTICLE + rest[1:]
    elif rest[:1] in "بلك" and len(rest) > 3:
        yield rest[1:]
