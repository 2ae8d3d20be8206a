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

from streams.tag.tokens import LONGEST, NEWLINE, Tokens, tokens_of

_FILES = {"person": "known_people.tsv", "organisation": "known_organisations.tsv"}
_ARTICLE = "ال"
_CLITICS = frozenset(("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"))
"""What may be written before an Arabic name, as one word with it."""
_DEFINITE = {f"{clitic}{_ARTICLE}" for clitic in _CLITICS if not clitic.endswith("ل")} | {"لل", "ولل", "فلل"}
"""The same before a name that starts with the article."""


class Known(NamedTuple):
    """A name of the lists: its key, "person" or "organisation", and whether the form is doubtful when alone."""

    key: str
    kind: str
    is_doubtful: bool


class Alias(NamedTuple):
    """A known name in a text: tokens ``first`` to ``last``, the latter not included; whose names it may be.

    ``name`` is how the text writes it, without what stands before it in the same word.
    """

    first: int
    last: int
    known: tuple[Known, ...]
    name: str


class _Spelling(NamedTuple):
    """One way to write a form, with what stands before it in the same word."""

    form: str
    before: str
    known: list[Known]


class Row(NamedTuple):
    """One line of a list."""

    key: str
    kind: str
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
                rows.append(Row(key, kind, tuple(f"{arabic}|{latin}".split("|")), example))
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
        spellings = [
            (before + rest, _Spelling(form, before, known))
            for form, known in known_as.items()
            for before, rest in _written(form)
        ]
        self._spellings: dict[tuple[int, ...], list[_Spelling]] = defaultdict(list)
        sizes: dict[int, set[int]] = defaultdict(set)
        for words, (_, spelling) in zip(_words_of([text for text, _ in spellings]), spellings, strict=True):
            self._spellings[words].append(spelling)
            sizes[words[0]].add(len(words))
        self._sizes = {word: sorted(found, reverse=True) for word, found in sizes.items()}
        self._firsts = np.array(sorted(sizes), np.uint64)

    @classmethod
    def load(cls) -> "Aliases":
        """Read the shipped lists."""
        return cls(read_rows())

    def find(self, text: str, tokens: Tokens) -> list[Alias]:
        """Known names in ``text``, the longest at each place, in order; none within another."""
        hashes = tokens.hashes(tokens.starts, tokens.ends)
        places = np.minimum(np.searchsorted(self._firsts, hashes), self._firsts.size - 1)
        words = hashes.tolist()
        found: list[Alias] = []
        end = 0
        for first in np.flatnonzero(self._firsts[places] == hashes).tolist():
            if first < end:
                continue
            for size in self._sizes[words[first]]:
                spellings = self._spellings.get(tuple(words[first : first + size]))
                alias = spellings and _checked(spellings, text, tokens, first, first + size)
                if alias:
                    found.append(alias)
                    end = first + size
                    break
        return found


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


def _written(form: str) -> Iterator[tuple[str, str]]:
    """The ways to write a form: what stands before it in the same word, and the rest."""
    if not "\u0600" <= form[0] <= "\u06ff":
        yield "", form
    elif form.startswith(_ARTICLE):
        yield from ((before, form.removeprefix(_ARTICLE)) for before in _DEFINITE)
    else:
        yield from ((before, form) for before in _CLITICS)


def _words_of(texts: list[str]) -> Iterator[tuple[int, ...]]:
    """The hashes of the words of each text, many texts read at a time."""
    batch: list[str] = []
    size = 0
    for text in (*texts, None):
        if text is None or size + len(text) + 1 > LONGEST:
            tokens = tokens_of("\n".join(batch))
            hashes = tokens.hashes(tokens.starts, tokens.ends).tolist()
            ends = np.flatnonzero(tokens.units[tokens.starts] == NEWLINE).tolist()
            yield from (tuple(hashes[start + 1 : end]) for start, end in pairwise(ends))
            batch, size = [], 0
        if text is not None:
            batch.append(text)
            size += len(text) + 1


def _checked(spellings: list[_Spelling], text: str, tokens: Tokens, first: int, last: int) -> Alias | None:
    """The alias, if capitals and digits are those of a form; hashes know neither."""
    written = text[int(tokens.text_starts[first]) : int(tokens.text_ends[last - 1])]
    fitting = [spelling for spelling in spellings if _same_letters(written, spelling)]
    if not fitting:
        return None
    known = tuple(dict.fromkeys(known for spelling in fitting for known in spelling.known))
    before = fitting[0].before
    if before in _DEFINITE:  # «للأمم المتحدة» is written without the article's first letter
        return Alias(first, last, known, _ARTICLE + written[len(before) :])
    return Alias(first, last, known, written[len(before) :])


def _same_letters(written: str, spelling: _Spelling) -> bool:
    form = spelling.form
    if any(map(str.isdigit, form)) and _digits(written) != _digits(form):
        return False
    return "\u0600" <= form[0] <= "\u06ff" or _same_case(written, form)


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
