"""Names of people, desks and agencies as metadata and bylines write them, one by one."""

import re
from typing import Any

from streams.fold import fold
from streams.parse.json_ld import Objects, read_text, types_of
from streams.parse.labels import LabelReader
from streams.parse.lexicon import Lexicon, Role
from streams.parse.lines import Line, tidy

_MOST_NAMES = 20
_MOST_LETTERS = 300
# The words of a byline in languages that have no file of labels yet.
_BY = re.compile(r"^(?:by|door|af|av|da)\s+(?=\S)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[;؛|、，]\s*|\s*[,،]\s+|\s+(?:and|und|et|y|e|ve|og|och|&)\s+")
# «Nora Fields (nof)», «Nora Fields (AFP)»
_IN_BRACKETS = re.compile(r"\s*\([^()]{1,30}\)$")
_ORGANISATIONS = frozenset(("Organization", "NewsMediaOrganization", "Corporation"))
_ADDRESS = ("http://", "https://", "//", "www.", "@", "/")


class NameReader:
    """Tells names in a value. Immutable."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._labels = LabelReader(lexicon)

    def split(self, value: str) -> list[str]:
        """The names in one value, without «By» and «بقلم:»; none in an address or in what is too long."""
        text = tidy(value[: _MOST_LETTERS * 2])
        if text is None or len(text) > _MOST_LETTERS or text.startswith(_ADDRESS):
            return []
        text = self._without_label(text)
        names = (_IN_BRACKETS.sub("", part.strip(" ,;")) for part in _BETWEEN.split(text))
        return [name for name in names if name and not name.isdigit() and "@" not in name and name[0] != "("]

    def read(self, value: Any, objects: Objects) -> list[str]:
        """Names in JSON-LD: strings, objects with a ``name``, lists of both, references to other objects."""
        names: list[str] = []
        for one in (value if isinstance(value, list) else [value])[:_MOST_NAMES]:
            node = objects.resolve(one) if isinstance(one, dict) else {"name": one}
            name = node.get("name")
            for part in (name if isinstance(name, list) else [name])[:_MOST_NAMES]:
                text = read_text(part) or ""
                # «Radio und Fernsehen» is one organisation.
                names += [tidy(text[:_MOST_LETTERS]) or ""] if types_of(node) & _ORGANISATIONS else self.split(text)
        return list(dict.fromkeys(filter(None, names)))[:_MOST_NAMES]

    def _without_label(self, text: str) -> str:
        labelled = self._labels.read(Line(1, text, fold(text), False))
        if len(labelled) == 1 and labelled[0].role == Role.BYLINE and labelled[0].value:
            return labelled[0].value
        return _BY.sub("", text)
