"""From what the name model finds in an Arabic text to mentions as a reader would write them."""

import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

from streams.tag.arabic_organisations import ArabicOrganisations, Heads
from streams.tag.mentions import Kind, Mention
from streams.tag.sequence_model import SHARE_COLUMNS, Marks, NameModel, Span, Vocabulary
from streams.tag.tokens import Tokens, fold_words, word_hash

_KINDS: dict[str, Kind] = {"PERS": "person", "ORG": "organisation"}
_ARTICLE = "ال"
_MOST_WORDS = 9
_LEAST, _LEAST_WORD = 0.75, 0.95
"""Least confidence for a name, and for one of a single word: half of those below are wrong, by eye."""

_LEAST_LEVEL = 3  # of nine: a word seen so often as a name is one where it stands bare


class Words(NamedTuple):
    """Hand-written words, folded: titles, what no name of a person has or goes on with, heads."""

    titles: frozenset[str]
    never_people: frozenset[str]
    after_people: frozenset[str]
    heads: Heads


def read_words() -> Words:
    """The Arabic lists of the cues."""
    table = tomllib.loads(resources.files("streams.tag").joinpath("entity_cues.toml").read_text(encoding="utf-8"))

    def words(name: str) -> frozenset[str]:
        return frozenset(map(fold_words, table[f"arabic_{name}"]["ar"]))

    titles = words("titles")
    heads = Heads(words("sure_heads"), words("other_heads"), words("ends") | titles)
    return Words(titles, words("never_people"), words("after_people"), heads)


class ArabicNames:
    """Finds people and organisations by the name model. Immutable after ``load``."""

    def __init__(self, model: NameModel, words: Words) -> None:
        self.model = model
        self._words = words
        self._organisations = ArabicOrganisations(words.heads)

    @classmethod
    def load(cls) -> "ArabicNames":
        """Read the shipped model and cues."""
        return cls(NameModel.load(), read_words())

    def find(self, text: str, tokens: Tokens, marks: Marks) -> list[Mention]:
        """Names in ``text``, in order. ``marks`` as for ``NameModel.spans``."""
        found = [
            self._mention(span, text, tokens)
            for span in self.model.spans(tokens, marks)
            if span.kind in _KINDS and span.last - span.first <= _MOST_WORDS
        ]
        names = {fold_words(mention.name) for mention in found}
        likely = [_as_elsewhere(each, names) for each in found if self._is_likely(each)]
        # An organisation that its first word tells is whole; the model may have found a part of it.
        told = self._organisations.find(text, tokens)
        sure = [each for each in likely if each.confidence >= _least(each) and not _within(each, told)]
        # What is not sure counts as a short form of what is.
        known = {(each.kind, word) for each in sure for word in each.name.split()}
        short = [each for each in likely if each.confidence < _least(each) and (each.kind, each.name) in known]
        return sorted([*told, *sure, *(each for each in short if not _within(each, told))])

    def _mention(self, span: Span, text: str, tokens: Tokens) -> Mention:
        start, end = int(tokens.text_starts[span.first]), int(tokens.text_ends[span.last - 1])
        word, _, rest = text[start:end].partition(" ")
        word = bare(word, span.kind, self.model.vocabulary)
        name = f"{word} {rest}" if rest else word
        title = fold_words(text[max(0, start - 24) : start]).split()[-1:]
        why = f"name model {self.model.version}"
        if span.kind == "PERS":
            name = self.without_title(name)
            if title and title[0].removeprefix("و") in self._words.titles:
                why += f", after «{title[0]}»"
        return Mention(start, end, _KINDS[span.kind], name, None, span.confidence, why)

    def without_title(self, name: str) -> str:
        """«الأمير فيصل بن فرحان» without the first word, «عمر بن الخطاب رضي الله» without the last two.

        «الملك سلمان» stays, for one word is no name.
        """
        words = name.split()
        folded = fold_words(name).split()
        first, last = 0, len(words)
        while last - first > 2 and folded[first] in self._words.titles:
            first += 1
        for place in range(first + 1, last):
            if folded[place] in self._words.after_people:
                last = place
                break
        return " ".join(words[first:last])

    def _is_likely(self, mention: Mention) -> bool:
        words = fold_words(mention.name).split()
        if mention.kind == "person" and self._words.never_people.intersection(words):
            return False
        heads = self._words.heads
        is_head = words[0].removeprefix(_ARTICLE) in heads.sure | heads.other
        return len(words) > 1 or (len(words[0]) > 3 and not is_head)


def _least(mention: Mention) -> float:
    return _LEAST if " " in mention.name else _LEAST_WORD


def _within(mention: Mention, others: list[Mention]) -> bool:
    return any(mention.start < other.end and other.start < mention.end for other in others)


def _as_elsewhere(mention: Mention, names: set[str]) -> Mention:
    """«وصباح الدبي» as «صباح الدبي», if that is another name of the text."""
    if mention.name[:1] in "وفبلك" and fold_words(mention.name[1:]) in names:
        return mention._replace(name=mention.name[1:])
    return mention


def bare(word: str, kind: str, vocabulary: Vocabulary) -> str:
    """A name's first word without «و», «ب», «ل» … if the model takes it for such a name without them, oftener.

    As often is enough for «و», which starts few names and comes before most.
    """
    column = SHARE_COLUMNS[kind]
    best, best_level = word, vocabulary.level(word_hash(fold_words(word)), column)
    for candidate in _shorter(word):
        level = vocabulary.level(word_hash(fold_words(candidate)), column)
        least = best_level if word[:1] == "و" else best_level + 1
        if level >= max(least, _LEAST_LEVEL):
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
