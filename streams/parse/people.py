"""Whether a line is the name of those who wrote the story: «ليلى حداد وسامر عيسى», "Nora Fields, Economics Editor"."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from streams.fold import fold
from streams.parse.labels import is_sentence

_MOST_LETTERS = 90
# What may follow a name on its line: a place or a role after a comma, dash or bar.
_AFTER = re.compile(r"\s+\S+@\S+|\s*[|/]\s*|\s+[ـ\-–—]+\s*|\s*[،,]\s+|\s*\(")
_BETWEEN = re.compile(r"\s+(?:and|&|et|y|und|ve|و|اور)\s+|\s+و(?=\w{3})", re.IGNORECASE)
_FROM = re.compile(r"\s+(?:من|in|à|en|aus|از)\s+")
_FORBIDDEN = re.compile(r"[\d:؟?!+«»\"“”@#©…]")
_PARTICLES = frozenset(
    ("de", "da", "di", "del", "la", "le", "el", "al", "bin", "ibn", "van", "von", "der", "den", "du", "dos")
)
_HONORIFICS = frozenset(
    ("د", "أ", "ا", "م", "الدكتور", "الدكتوره", "المهندس", "dr", "prof", "mr", "ms", "mrs", "الشيخ", "اللواء")
)


# Between the parts of a credit line.
_PIECES = re.compile(
    r"\s*[|/·•]\s*|\s+[ـ\-–—]+\s*|\s*[-–—]+\s+|\s*[,،]\s+|\s+[,،]\s*|:\s*|\s*[()]+\s*|\s+(?:من|for|in|avec|mit|con|with)\s+|(?<=[\u0600-\u06ff])[-–—](?=[\u0600-\u06ff])"
)
_PLACE_WORDS = 3
_DATELINE_WORDS = 5


class PeopleReader:
    """Tells names by given names, desks and roles of all languages. Immutable."""

    def __init__(self, entries: dict[str, dict[str, Any]]) -> None:
        words: dict[str, set[str]] = {"given": set(), "desk": set(), "role": set(), "outlet": set()}
        for language in entries.values():
            for entry in language.get("people", ()):
                words[entry["kind"]].update(fold(word) for word in entry["words"])
        self._given, self._desks, self._roles = words["given"], words["desk"], words["role"]
        self.outlets = words["outlet"]
        common = {fold(word) for language in entries.values() for word in language.get("common_words", ())}
        self._of_sentences = common - self._given - {"ال"}

    def read(self, text: str, *, likely: bool = False) -> str | None:  # noqa: PLR0911 - one return a case
        """The names in a line that is nothing but names (and a place or role after them), as written; else null.

        ``likely``: where it stands a byline is to be expected, so a name need not be a known one.
        """
        line = text.strip(" -–—ـ|•·،,.:/").removeprefix("من ")
        if line.startswith("From "):
            line, likely = line[5:], True
        if not line or len(line) > _MOST_LETTERS or is_sentence(line):
            return None
        head, *after = _AFTER.split(line, maxsplit=1)
        head = _FROM.split(head, maxsplit=1)[0].strip()
        if (after and len(after[0].split()) > 5) or _FORBIDDEN.search(head) or not head:
            return None
        words = head.split()
        role = next((place for place, word in enumerate(words) if fold(word) in self._roles), 0)
        if role >= 2:  # «رنا سليمان مراسلة صحافية»
            head = " ".join(words[:role])
        names = [name.strip() for name in _BETWEEN.split(head)]
        if after and self._is_person(head) and self._is_person(after[0].strip()):
            return line  # «مصطفى رجب، أحمد الشاذلي»
        if after and not self._is_person(head) and self._is_person(there := after[0].strip()):
            return there  # «أسيوط - حنان سيف الدين»
        if len(names) > 4 or (after and not self.is_role(fold(after[0])) and not _is_place(after[0])):
            return None
        if self._is_desk(fold(head)) or self._is_person(head) or all(map(self._is_person, names)):
            return head
        if likely and (
            self._may_be_person(head) if len(names) == 1 else head.isascii() and all(map(self._may_be_person, names))
        ):
            return head
        return None

    def is_role(self, folded: str) -> bool:
        """Whether a line tells a job and nothing else: «مراسلة الشؤون الأفريقية», "Staff Writer"."""
        words = folded.strip(" .-–—|،,()*").split()
        return 0 < len(words) <= 6 and any(word.strip("،,.-") in self._roles for word in words)

    def without_role(self, names: str) -> str:
        """Names without the job after a comma: "Nora Fields, Economics Correspondent"."""
        head, *after = re.split(r"\s*[,،]\s+", names, maxsplit=1)
        return head if after and self.is_role(fold(after[0])) else names

    def _is_desk(self, folded: str) -> bool:
        words = folded.split()
        pairs = (f"{first} {second}" for first, second in pairwise(words))
        return len(words) <= 5 and any(name in self._desks for name in (*words, *pairs))

    def _is_person(self, name: str) -> bool:
        words = [word for word in fold(name).replace(".", " ").split() if word not in _HONORIFICS]
        given = bool(words) and (words[0] in self._given or (len(words[0]) == 1 and len(words) > 1))
        return given and self._may_be_person(name)

    def _may_be_person(self, name: str) -> bool:
        """Two to five words; in scripts with capitals each begins with one."""
        words = [word for word in name.split() if fold(word).strip(".") not in _HONORIFICS]
        if not 2 <= len(words) <= 5 or not all(word[0].isalpha() for word in words):
            return False
        folded = [fold(word) for word in words]
        if any(word in self._roles or word in self.outlets or word in self._of_sentences for word in folded):
            return False
        if folded[0].startswith("ال") and folded[0] not in self._given and folded[0] > "\u0600":
            return False
        return all(not word[0].islower() or word.lower() in _PARTICLES for word in words)


class Credit(NamedTuple):
    """What a credit line says: who wrote, and for whom. Null where it does not."""

    people: str | None
    source: str | None


class CreditReader:
    """Reads credit lines: «الحرة - واشنطن», "Emma Laroche · CBC News", «دكار/ نور الكيلاني/ الأناضول». Immutable.

    ``is_agency`` tells a folded name of an agency or outlet.
    """

    def __init__(self, people: PeopleReader, is_agency: Callable[[str], bool]) -> None:
        self._people, self._is_agency = people, is_agency

    def read(self, text: str, *, likely: bool = False) -> Credit | None:
        """The credit of a line that is nothing else, or null. ``likely`` as in ``PeopleReader.read``."""
        if len(text) > _MOST_LETTERS:
            return None
        pieces = [piece for piece in (part.strip(" -–—ـ:،,.") for part in _PIECES.split(text)) if piece]
        if is_sentence(text.rstrip(".:")) or not 1 <= len(pieces) <= 4:
            return None
        sources = [piece for piece in pieces if self._is_agency(fold(piece).strip('«»"“”'))]
        rest = [piece for piece in pieces if piece not in sources]
        people = next((names for piece in rest if (names := self._people.read(piece)) is not None), None)
        if people is None and likely and rest:
            people = self._people.read(rest[-1], likely=True)  # «ود مدني : إخلاص النور»
        if any(len(piece.split()) > _PLACE_WORDS and piece != people for piece in rest):
            people = None if not sources else people
        if sources and all(len(piece.split()) <= _DATELINE_WORDS or piece == people for piece in rest):
            return Credit(people, sources[0].strip('«»"“” ') if rest else text.strip(" -–—ـ:،,.()[]"))
        whole = self._people.read(text, likely=likely)
        if whole is not None:
            return Credit(whole, None)
        placed = (
            people is not None
            and len(pieces) == 2
            and all(len(piece.split()) <= _PLACE_WORDS for piece in pieces if piece != people)
        )
        return Credit(people, None) if placed else None


def _is_place(text: str) -> bool:
    words = text.strip(" )").split()
    return len(words) <= 3 and not any(character.isdigit() for character in text)
