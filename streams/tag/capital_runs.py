"""Runs of words with capitals, and what may be a name in each."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from streams.tag.capital_cues import Cues

CAPITAL = "[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ]"
_REST = rf"(?:\.(?= ?{CAPITAL})|\w*(?:(?!['’]s\b)[.'’&-]\w+)*)"
_WORD = CAPITAL + _REST
_JOINING = "of|for|the|de|da|do|dos|del|della|di|la|le|van|von|der|den|ten|bin|bint|ibn|ben|al|el|du|des|&"
# Looks back from the first letter, not to it: re skips to a letter of a set that a pattern starts with.
_RUN = re.compile(
    rf"{CAPITAL}(?<![\w@#/].){_REST}(?:[ \u00a0]?(?<=[ \u00a0.])(?:(?:{_JOINING})[ \u00a0]){{0,2}}{_WORD})*"
)
_LINES = re.compile(r"[^\n]+")
_LEAST_WORDS = 6  # of a heading
_MOST_WORDS = 8  # of a run; longer ones are headings


class Core(NamedTuple):
    """What may be a name in a run of words with capitals: where it starts in the run, and the title before it there;
    None where what stands before the run may be one."""

    offset: int
    name: str
    title: str | None


def runs_of(text: str, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of words with capitals, cut where something is taken; headings are left out."""
    for line in _LINES.finditer(text):
        if _is_heading(line[0]):
            continue
        for run in _RUN.finditer(text, line.start(), line.end()):
            start = run.start()
            for first, last in taken:
                if start < last and first < run.end():
                    if start < first:
                        yield start, first
                    start = max(start, last)
            if start < run.end():
                yield start, run.end()


def _is_heading(line: str) -> bool:
    """Whether nearly all words of a line start with capitals."""
    words = line.split()
    if len(words) < _LEAST_WORDS:
        return False
    small = 0
    for word in words:
        if not word[0].isupper():
            small += 1
            if len(words) - small <= 0.8 * len(words):
                return False
    return True


def core_of(run: str, cues: Cues) -> Core | None:
    """A run without the titles and the first words of a sentence before a name, if anything is left."""
    if run in cues.never:  # most runs are the first word of a sentence
        return None
    words = run.split()
    first, title = _start_of_name(words, cues)
    last = len(words)
    if last - first > 1:
        last = next((at for at in range(first + 1, last) if words[at] in cues.breaks), last)
    while last - first > 2 and words[last - 1] in cues.after_people:
        last -= 1
    while first < last and not words[last - 1][:1].isupper():
        last -= 1
    if not first < last <= first + _MOST_WORDS:
        return None
    begin = len(run) - len(run.lstrip())
    if first:
        begin += len(" ".join(words[:first])) + 1  # one blank between words, but of two kinds
    name = run[begin : begin + len(" ".join(words[first:last]))].rstrip(".")
    if len(name) < 2:
        return None
    return Core(begin, name, title)


def _is_title(word: str, cues: Cues) -> bool:
    """Also "US-Präsident" and "Bundesministerin"."""
    return word in cues.titles or word.rpartition("-")[2] in cues.titles or word.lower().endswith(cues.title_ends)


def _start_of_name(words: list[str], cues: Cues) -> tuple[int, str | None]:
    """Where the name in a run starts, and the title before it, as in ``Core``."""
    first, last = 0, len(words)
    title = None
    while first < last:
        word = words[first].rstrip(".")
        if first + 1 < last and f"{word} {words[first + 1]}" in cues.titles:
            title = f"{word} {words[first + 1]}"
            first += 2
        elif _is_title(word, cues):
            title = word
            first += 1
        elif word in cues.never or not word[:1].isupper():
            title = ""
            first += 1
        else:
            break
    # "Finance Minister Okello Wandera": the last title within the run before a full name.
    for at in range(last - 2, first + 1, -1):
        office, word = words[at - 2], words[at - 1].rstrip(".")
        inner = next((each for each in (f"{office} {word}", word) if each in cues.inner_titles), None)
        if inner and office[:1].isupper() and all(each[:1].isupper() for each in words[at:]):
            return at, inner
    return first, title
