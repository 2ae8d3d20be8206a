"""From what the name model finds in an Arabic text to mentions as a reader would write them."""

import functools
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

from streams.tag.arabic_organisations import ArabicOrganisations, Heads
from streams.tag.mentions import Kind, Mention
from streams.tag.sequence_model import NameModel, Span
from streams.tag.tokens import Tokens, fold_words, word_hash
from streams.tag.word_features import SHARE_COLUMNS, Marks, Vocabulary

_KINDS: dict[str, Kind] = {"PERS": "person", "ORG": "organisation"}
_ARTICLE = "ال"
_WITH_ARTICLE = ("بال", "وال", "كال", "فال")  # no person's name starts so
_MOST_WORDS = 9
_LEAST, _LEAST_WORD = 0.8, 0.95
"""Least confidence for a name, and for one of a single word: half of those below are wrong, by eye."""

_NAMED_AFTER = 0.85
_REMEMBERED = 4096  # first words
_SHORT = 3  # letters of a word that has nothing written before it
_LOOK = 40  # characters read before a name
_UNFINISHED = re.compile(r" (?:آل|ال|بن|ابن|بنت|عبد|أبو|ابو|أبي|ابي|أم|ام)$")
_NEXT = re.compile(r" [\u0621-\u064a]+")
_GOES_ON = re.compile(r" (?:آل|بن|ابن|بنت) [\u0621-\u064a]+")

_LEAST_LEVEL = 3  # of nine: a word seen so often as a name is one where it stands bare


class Words(NamedTuple):
    """Hand-written words, folded: titles, what no name of a person has or goes on with, heads."""

    titles: frozenset[str]
    never_people: frozenset[str]
    after_people: frozenset[str]
    named_after: frozenset[str]
    whole: frozenset[str]
    heads: Heads


def read_words() -> Words:
    """The Arabic lists of the cues."""
    table = tomllib.loads(resources.files("streams.tag").joinpath("entity_cues.toml").read_text(encoding="utf-8"))

    def words(name: str) -> frozenset[str]:
        return frozenset(map(fold_words, table[f"arabic_{name}"]["ar"]))

    titles = words("titles")
    heads = Heads(words("sure_heads"), words("other_heads"), words("ends") | titles)
    return Words(titles, words("never_people"), words("after_people"), words("named_after"), words("whole"), heads)


class ArabicNames:
    """Finds people and organisations by the name model. Immutable after ``load``."""

    def __init__(self, model: NameModel, words: Words) -> None:
        self.model = model
        self._words = words
        self._organisations = ArabicOrganisations(words.heads)
        # First words of names come again and again.
        self._bare = functools.lru_cache(_REMEMBERED)(
            functools.partial(bare, vocabulary=model.vocabulary, whole=words.whole)
        )

    @classmethod
    def load(cls) -> "ArabicNames":
        """Read the shipped model and cues."""
        return cls(NameModel.load(), read_words())

    def find(self, text: str, tokens: Tokens, marks: Marks) -> list[Mention]:
        """Names in ``text``, in order. ``marks`` as for ``NameModel.spans``."""
        found = []
        end = -1
        for span in self.model.spans(tokens, marks):
            if span.kind in _KINDS and span.last - span.first <= _MOST_WORDS:
                found.append(self._mention(span, text, tokens, follows=span.first == end))
            end = span.last
        names = {fold_words(mention.name) for mention in found}
        likely = [_as_elsewhere(each, names) for each in found if self._is_likely(each)]
        # An organisation that its first word tells is whole; the model may have found a part of it.
        told = self._organisations.find(text, tokens)
        sure = [each for each in likely if each.confidence >= _least(each) and not _within(each, told)]
        # What is not sure counts as a short form of what is.
        known = {(each.kind, word) for each in sure for word in each.name.split()}
        short = [each for each in likely if each.confidence < _least(each) and (each.kind, each.name) in known]
        return sorted([*told, *sure, *(each for each in short if not _within(each, told))])

    def _mention(self, span: Span, text: str, tokens: Tokens, *, follows: bool) -> Mention:
        """``follows``: right after another name, so that «و» is probably "and"."""
        start, end = int(tokens.text_starts[span.first]), int(tokens.text_ends[span.last - 1])
        word, _, rest = text[start:end].partition(" ")
        word = self._bare(word, span.kind, follows=follows)
        name = f"{word} {rest}" if rest else word
        kind, why = _KINDS[span.kind], f"name model {self.model.version}"
        if kind == "person":
            more = (_NEXT if _UNFINISHED.search(name) else _GOES_ON).match(text, end)
            if more:
                end, name = more.end(), name + more[0]
            name = self.without_title(name)
            before = text[max(0, start - _LOOK) : start].split()
            title = before.pop() if before and fold_words(before[-1]).removeprefix("و") in self._words.titles else ""
            while before and fold_words(before[-1]) in self._words.titles:
                before.pop()
            if before and (institution := self._institution(before[-1], start, end, text)):
                return institution
            if title:
                why += f", after «{title}»"
        return Mention(start, end, kind, name, None, span.confidence, why)

    def _institution(self, before: str, start: int, end: int, text: str) -> Mention | None:
        """«جامعة الأمير محمد بن فهد» is an organisation; and nobody is in «شارع الأمير محمد بن فهد»."""
        for word in (before, *_shorter(before)):
            folded = fold_words(word)
            if folded in self._words.heads.sure or folded in self._words.heads.other:
                start = text.rindex(word, 0, start)
                return Mention(start, end, "organisation", text[start:end], None, _NAMED_AFTER, f"starts with «{word}»")
            if folded in self._words.named_after:
                return Mention(start, end, "person", text[start:end], None, 0.0, f"after «{word}»")
        return None

    def without_title(self, name: str) -> str:
        """«الأمير فيصل بن فرحان» without the first word, «عمر بن الخطاب رضي الله» without the last two.

        «الملك سلمان» stays, for one word is no name.
        """
        words = name.split()
        folded = fold_words(name).split()
        if len(folded) != len(words):  # a word of nothing but marks
            return name
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
        if mention.kind == "person" and (
            words[0].startswith(_WITH_ARTICLE) or not self._words.never_people.isdisjoint(words)
        ):
            return False
        if len(words) > 1:
            return True
        head = words[0].removeprefix(_ARTICLE)
        return len(words[0]) > _SHORT and head not in self._words.heads.sure and head not in self._words.heads.other


def _least(mention: Mention) -> float:
    return _LEAST if " " in mention.name else _LEAST_WORD


def _within(mention: Mention, others: list[Mention]) -> bool:
    return any(mention.start < other.end and other.start < mention.end for other in others)


def _as_elsewhere(mention: Mention, names: set[str]) -> Mention:
    """«وصباح الدبي» as «صباح الدبي», if that is another name of the text."""
    if mention.name[:1] in "وفبلك" and fold_words(mention.name[1:]) in names:
        return mention._replace(name=mention.name[1:])
    return mention


def bare(word: str, kind: str, vocabulary: Vocabulary, whole: frozenset[str], *, follows: bool = False) -> str:
    """A name's first word without «و», «ب», «ل» … if the model takes it for such a name without them, oftener.

    As often is enough for «و», which starts few names, those in ``whole``, and comes before most. Right after another
    name (``follows``) it is enough that the model does not know the word with «و».
    """
    folded = fold_words(word)
    if folded in whole:
        return word
    column = SHARE_COLUMNS[kind]
    best, best_level = word, vocabulary.level(word_hash(folded), column)
    is_joined = word[:1] == "و"
    if follows and is_joined and best_level < 0 and len(word) > _SHORT:
        return word[1:]
    for candidate in _shorter(word):
        level = vocabulary.level(word_hash(fold_words(candidate)), column)
        if level >= max(best_level + (not is_joined), _LEAST_LEVEL):
            best, best_level = candidate, level
    return best


def _shorter(word: str) -> Iterator[str]:
    """What a word may be without what is written before it."""
    rest = word
    if word[:1] in "وف" and len(word) > _SHORT:
        rest = word[1:]
        yield rest
    if rest.startswith("لل") and len(rest) > 4:
        yield _ARTICLE + rest[2:]
        yield _ARTICLE + rest[1:]
    elif rest[:1] in "بلك" and len(rest) > _SHORT:
        yield rest[1:]
