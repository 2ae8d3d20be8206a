"""The words by which parts of a news page are recognised, read from ``languages/*.toml``.

All languages are one lexicon: pages mix them («Tags» under an Arabic story), and the language is known only
later.
Every form is folded when it is read (streams/fold.py), so a lookup is one on a folded line.
"""

import re
import tomllib
from enum import StrEnum
from importlib import resources
from typing import Any, NamedTuple

from streams.fold import fold

LANGUAGES = ("ar", "en", "fr", "fa", "ur", "tr", "es", "de")

# What a label or a boilerplate line may be wrapped in.
WRAPPING = " .:!*-–—|[](){}«»\"'“”‹›><•·/\\=_،,؛;ـ~+#→←▼▲●■►"


_MOST_END_LETTERS = 100  # of a line, that "ends" patterns are tried on


class Role(StrEnum):
    """What a line of a page is."""

    TITLE = "title"
    PUBLISHED = "published"
    UPDATED = "updated"
    SOURCE = "source"
    BYLINE = "byline"
    KEYWORDS = "keywords"
    DESCRIPTION = "description"
    SECTION = "section"
    ASIDE = "aside"
    EMBEDDED = "embedded"
    CLOSING = "closing"
    BOILERPLATE = "boilerplate"
    PARAGRAPH = "paragraph"
    LINK = "link"


class Label(NamedTuple):
    """What a label announces. ``bare``: also recognised without a colon, before a short value."""

    role: Role
    bare: bool


class _Rule(NamedTuple):
    text: str
    most_words: int
    about: str


class Lexicon:
    """Labels, boilerplate and agencies of all languages. Immutable once built; lookups take folded text."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        self.labels: dict[str, Label] = {}
        self.agencies: set[str] = set()  # known wherever they stand
        self.outlets: set[str] = set()  # and those whose names are words too: in credits and datelines only
        self._whole: dict[str, str] = {}
        self._starts: dict[str, list[_Rule]] = {}
        self._has: list[_Rule] = []
        patterns: list[str] = []
        ends: list[str] = []
        for language in entries.values():
            for entry in language.get("label", ()):
                self._add_label(entry)
            for entry in language.get("boilerplate", ()):
                self._add_boilerplate(entry)
                patterns += entry.get("patterns", ())
                ends += entry.get("ends", ())
            for entry in language.get("agency", ()):
                forms = {fold(form) for form in entry["forms"]}
                self.outlets |= forms
                if not entry.get("only_in_credits", False):
                    self.agencies |= forms
        self._pattern = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
        self._end = re.compile("(?:" + "|".join(ends or ["(?!)"]) + ")$")
        self.longest_label = max(len(label.split()) for label in self.labels)
        self.first_words = frozenset(label.split()[0] for label in self.labels)

    @classmethod
    def load(cls) -> "Lexicon":
        """Read the packaged files."""
        return cls(read_languages())

    def label(self, folded: str) -> Label | None:
        """The label that ``folded`` is, whole; null if it is none."""
        return self.labels.get(folded) or self.labels.get(folded.strip(WRAPPING))

    def boilerplate(self, folded: str) -> str | None:  # noqa: PLR0911 - one return a case
        """Which boilerplate a folded line is («about» of the entry), or null."""
        if len(folded) > 400:
            return None
        bare = folded.strip(WRAPPING).replace(" :", ":")
        if not bare:
            return "nothing but marks"
        if (about := self._whole.get(bare)) is not None:
            return about
        words = folded.count(" ") + 1
        if (about := self._begun(bare, words)) is not None:
            return about
        for rule in self._has:
            if words <= rule.most_words and rule.text in folded:
                return rule.about
        if self._end.search(folded, max(0, len(folded) - _MOST_END_LETTERS)) is not None:
            return "it ends as a caption does"
        if len(folded) <= 80 and self._pattern.fullmatch(bare):
            return "a counter or reading time"
        return None

    def _begun(self, bare: str, words: int) -> str | None:
        """Which boilerplate a line begins as."""
        first = bare.partition(" ")[0].rstrip(":,.;،")
        for rule in self._starts.get(first, ()):
            if words <= rule.most_words and bare.startswith(rule.text):
                after = bare[len(rule.text) : len(rule.text) + 1]
                if not (after.isalnum() and rule.text[-1].isalnum()):
                    return rule.about
        for rule in self._starts.get(bare[:1], ()) if not bare[0].isalnum() else ():
            if words <= rule.most_words and bare.startswith(rule.text):
                return rule.about
        return None

    def _add_label(self, entry: dict[str, Any]) -> None:
        role, bare = Role(entry["role"]), bool(entry.get("bare", False))
        for form in entry["forms"]:
            folded = fold(form)
            known = self.labels.get(folded)
            if known is None:
                self.labels[folded] = Label(role, bare)
            elif known.role == role:
                self.labels[folded] = Label(role, known.bare or bare)

    def _add_boilerplate(self, entry: dict[str, Any]) -> None:
        about, most = entry["about"], entry.get("most_words", 12)
        for form in entry.get("whole", ()):
            self._whole[fold(form).strip(WRAPPING)] = about
        for form in entry.get("starts", ()):
            text = fold(form)
            if text[0].isalnum():
                key = text.partition(" ")[0].rstrip(":,.;،")
            else:
                text = text.lstrip(WRAPPING) or text
                key = text.partition(" ")[0].rstrip(":,.;،") if text[0].isalnum() else text[0]
            self._starts.setdefault(key, []).append(_Rule(text, most, about))
        for form in entry.get("has", ()):
            self._has.append(_Rule(fold(form), most, about))


def read_languages() -> dict[str, dict[str, Any]]:
    """The packaged files as they are, by language."""
    folder = resources.files("streams.parse") / "languages"
    return {name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in LANGUAGES}
