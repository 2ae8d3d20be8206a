"""People and organisations known by name: whole names from two hand-written lists, found in any text.

``known_people.tsv`` and ``known_organisations.tsv`` hold a key and the forms in Arabic and in Latin letters of each;
their headers say how to write them. Arabic forms are found with «و», «ب», «لل» … written before them.
"""

from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.tag.mentions import Kind
from streams.tag.tokens import LONGEST, NEWLINE, Tokens, WordSet, tokens_of, word_hashes

_FILES: dict[Kind, str] = {"person": "known_people.tsv", "organisation": "known_organisations.tsv"}
_ARTICLE = "ال"
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
"""What may be written before an Arabic name, as one word with it."""
_DEFINITE = (*(f"{clitic}{_ARTICLE}" for clitic in _CLITICS if not clitic.endswith("ل")), "لل", "ولل", "فلل")
"""The same before a name that starts with the article."""


class Known(NamedTuple):
    """A name of the lists: its key, what it is, and whether the form is doubtful when alone."""

    key: str
    kind: Kind
    is_doubtful: bool


class Alias(NamedTuple):
    """A known name in a text: tokens ``first`` to ``last``, the latter not included; whose names it may be.

    ``name`` is how the text writes it, without what stands before it in the same word.
    """

    first: int
    last: int
    known: tuple[Known, ...]
    name: str


class _Form(NamedTuple):
    """One form of the lists and whose it is. ``is_definite``: without the Arabic article that it starts with."""

    written: str
    is_definite: bool
    known: list[Known]


class _Start(NamedTuple):
    """How a name may start: the hash of its first word, and what is written before that as one word with it."""

    word: int
    before: str


class Row(NamedTuple):
    """One line of a list."""

    key: str
    kind: Kind
    forms: tuple[str, ...]
    example: str


def read_rows() -> list[Row]:
    """Both lists."""
    rows = []
    for kind, name in _FILES.items():
        text = resources.files("streams.tag").joinpath(name).read_text(encoding="utf-8")
        for line in text.splitlines():
            if line and not line.startswith("#"):
                key, arabic, latin, example = line.split("\t")
                rows.append(Row(key, kind, tuple(filter(None, f"{arabic}|{latin}".split("|"))), example))
    return rows


class Aliases:
    """Finds the names of the lists. Immutable; ``load`` once, then call from any thread."""

    def __init__(self, rows: list[Row]) -> None:
        known_as: dict[str, list[Known]] = defaultdict(list)
        for row in rows:
            for form in row.forms:
                known = Known(row.key, row.kind, form.startswith("?"))
                if known not in known_as[form.removeprefix("?")]:
                    known_as[form.removeprefix("?")].append(known)
        forms = [_Form(written, written.startswith(_ARTICLE), known) for written, known in known_as.items()]
        texts = [form.written.removeprefix(_ARTICLE) if form.is_definite else form.written for form in forms]
        self._forms: dict[tuple[int, ...], list[_Form]] = defaultdict(list)
        self._sizes: dict[int, list[int]] = defaultdict(list)
        firsts: dict[tuple[str, ...], dict[int, str]] = defaultdict(dict)
        for (first, words), each in zip(_words_of(texts), forms, strict=True):
            self._forms[words].append(each)
            if len(words) not in self._sizes[words[0]]:
                self._sizes[words[0]].append(len(words))
            firsts[_before(each)][words[0]] = first
        for sizes in self._sizes.values():
            sizes.sort(reverse=True)
        self._starts: dict[int, list[_Start]] = defaultdict(list)
        for allowed, by_hash in firsts.items():
            plain, folded = list(by_hash), list(by_hash.values())
            for before in allowed:
                for word, start in zip(plain, word_hashes(folded, before).tolist(), strict=True):
                    self._starts[start].append(_Start(word, before))
        self._may_start = WordSet(self._starts)
        # What may follow a first word; None where it may be the whole name.
        seconds: dict[int, set[int | None]] = defaultdict(set)
        for words in self._forms:
            seconds[words[0]].add(words[1] if len(words) > 1 else None)
        self._seconds = {
            start: frozenset[int | None]().union(*(seconds[each.word] for each in starts))
            for start, starts in self._starts.items()
        }
        small = [form.written for form in forms if form.written[0].islower()]
        self._small = frozenset(words[0] for _, words in _words_of(small))

    @classmethod
    def load(cls) -> "Aliases":
        """Read the shipped lists."""
        return cls(read_rows())

    def find(self, text: str, tokens: Tokens) -> list[Alias]:
        """Known names in ``text``, the longest at each place, in order; none within another."""
        words = tokens.words.tolist()
        found: list[Alias] = []
        end = 0
        for first in self._may_start.may_hold(tokens.words):
            word = words[first]
            following = self._seconds.get(word) if first >= end else None
            if not following or not (words[first + 1] in following or None in following):
                continue
            if text[tokens.text_starts[first]].islower() and word not in self._small:
                continue
            if alias := self._longest(self._starts[word], words, text, tokens, first):
                found.append(alias)
                end = alias.last
        return found

    def _longest(self, starts: list[_Start], words: list[int], text: str, tokens: Tokens, first: int) -> Alias | None:
        """The longest name that starts at the token ``first``."""
        best: Alias | None = None
        for word, before in starts:
            for size in self._sizes[word]:
                if best and first + size <= best.last:
                    break
                forms = self._forms.get((word, *words[first + 1 : first + size]))
                end = int(tokens.text_ends[first + size - 1]) if forms else 0
                named = forms and _checked(forms, before, text[int(tokens.text_starts[first]) : end])
                if named:
                    best = Alias(first, first + size, *named)
                    break
        return best

    def marks(self, text: str, tokens: Tokens) -> npt.NDArray[np.uint8]:
        """``marks_of`` what is found and settled."""
        return marks_of(settled(self.find(text, tokens)), tokens)


def marks_of(named: list[tuple[Alias, Known]], tokens: Tokens) -> npt.NDArray[np.uint8]:
    """For each token 1 at the start of a person's name and 2 within, 3 and 4 of an organisation's, else 0."""
    result = np.zeros(tokens.starts.size, np.uint8)
    for alias, known in named:
        start = 1 if known.kind == "person" else 3
        result[alias.first] = start
        result[alias.first + 1 : alias.last] = start + 1
    return result


def _before(form: _Form) -> tuple[str, ...]:
    """What may be written before a form, as one word with it."""
    if not _is_arabic(form.written):
        return ("",)
    return _DEFINITE if form.is_definite else _CLITICS


def _is_arabic(form: str) -> bool:
    return "\u0600" <= form[0] <= "\u06ff"


def _words_of(texts: list[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The first word of each text, folded, and the hashes of all its words; many texts are read at a time."""
    batch: list[str] = []
    size = 0
    for text in (*texts, None):
        if text is None or size + len(text) + 1 > LONGEST:
            tokens = tokens_of("\n".join(batch))
            hashes = tokens.words.tolist()
            letters = tokens.units.tobytes().decode("utf-16-le")
            ends = np.flatnonzero(tokens.units[tokens.starts] == NEWLINE).tolist()
            for start, end in pairwise(ends):
                first = letters[tokens.starts[start + 1] : tokens.ends[start + 1]]
                yield first, tuple(hashes[start + 1 : end])
            batch, size = [], 0
        if text is not None:
            batch.append(text)
            size += len(text) + 1


def _checked(forms: list[_Form], before: str, written: str) -> tuple[tuple[Known, ...], str] | None:
    """Whose name it is, and the name, if capitals and digits are those of a form; hashes know neither."""
    fitting = [form for form in forms if before in _before(form) and _same_letters(written, form.written)]
    if not fitting:
        return None
    known = tuple(dict.fromkeys(known for form in fitting for known in form.known))
    name = written[len(before) :]
    # «للأمم المتحدة» is written without the article's first letter.
    return known, _ARTICLE + name if fitting[0].is_definite else name


def _same_letters(written: str, form: str) -> bool:
    if any(map(str.isdigit, form)) and _digits(written) != _digits(form):
        return False
    return _is_arabic(form) or _same_case(written, form)


def _digits(text: str) -> list[int]:
    return [int(char) for char in text if char.isdigit()]


def _same_case(written: str, form: str) -> bool:
    """Capitals stand where the form has them; a form of some length may be written in capitals only."""
    if written == form:
        return True
    if len(form) > 5 and written.isupper():
        return True
    return len(written) == len(form) and all(
        a == b or not (a.isalpha() and b.isalpha()) or a.isupper() == b.isupper()
        for a, b in zip(written, form, strict=True)
    )


def settled(aliases: list[Alias]) -> list[tuple[Alias, Known]]:
    """Each alias with the one whose name it is: a doubtful form needs a sure form of the same in the text.

    Of several, the one named last before it, else after it.
    """
    sure: list[tuple[int, Known]] = [
        (alias.first, known) for alias in aliases for known in alias.known if not known.is_doubtful
    ]
    named = {known.key for _, known in sure}
    result = []
    for alias in aliases:
        certain = [known for known in alias.known if not known.is_doubtful]
        fitting = certain or [known for known in alias.known if known.key in named]
        if not fitting:
            continue
        keys = {known.key for known in fitting}
        near = [known for first, known in sure if known.key in keys and first < alias.first]
        last = next((known for known in fitting if near and known.key == near[-1].key), fitting[0])
        result.append((alias, last))
    return result
