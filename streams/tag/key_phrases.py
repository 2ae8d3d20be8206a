"""Key phrases: what a reader would note down of an article that brings no keywords of its own.

A phrase is one to four words of one sentence part, without little words at its edges (``edge_words.toml``),
that the article repeats or its title has. What is said more often than articles usually say it
(``word_rarity.txt``, made by training/count_words.py), in the title, early, by a name, in more than one word,
comes first. Spellings and Arabic clitics are joined; a phrase is shown as the article writes it.
"""

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from streams.fold import fold

MOST = 8
LONGEST = 2500
"""Characters of the body that are read: what a story is about, it says by then."""

LEAST_LETTERS = 3
"""A shorter word is no phrase by itself, unless in capitals: "UN", "AI"."""

_TITLE_LONGEST = 300
_MOST_WORDS = 4
_MOST_WORDS_ARABIC = 3
_LONGEST_WORD = 40
_UNKNOWN = 2  # a word that is not in the table is so much rarer than the rarest that is
_RARE = 5  # in fewer than one of 32 articles: then a word that is neither in the title nor a name may be a phrase
_TITLE_COUNTS = 3  # so many mentions is one in the title worth
_EARLY = 0.25  # part of the body in which a first mention counts more
_BY_WORDS = (0.0, 1.0, 1.7, 1.9, 2.0)  # a phrase of so many words says so much more than one word
_AT_LEAST = 0.3  # of the best phrase's score: the eighth phrase of a short note would be any word

# What ends a part of a sentence, told by str.replace: a pattern would take four times as long.
_STOPS = ("،", "؛", "؟", "!", "?", ";", "(", ")", "[", "]", "«", "»", '"', "“", "”", "„", "…", "–", "—", "|", "•", "\n", "..")
_STOPS_BEFORE_BLANK = (".", ",", ":", "-", "۔", "'s", "’s", "'", "’")
_STOPS_AFTER_BLANK = ("'", "‘")
_STOP = "·"
# «والنفط», «بالنفط» and «للنفط» are «النفط».
_CLITICS = ("وال", "بال", "فال", "كال", "وبال", "لل", "ولل")
_LETTER_CLITICS = "وبل"
_ARTICLE = "ال"
_WITH_APOSTROPHE = ("fr", "it", "ca")  # «l'Union» is two words


class KeyPhrase(NamedTuple):
    """A phrase as the article writes it, how often it stands there, and its score beside others of the article."""

    text: str
    mentions: int
    in_title: bool
    score: float


class _Candidate(NamedTuple):
    at: int  # where in the words it stands first
    size: int
    mentions: int
    in_title: bool
    score: float


class _Language(NamedTuple):
    edges: frozenset[str]
    inside: frozenset[str]
    nouns: frozenset[str]
    rarity: Mapping[str, int]
    unknown: int


class KeyPhrases:
    """The word lists. Immutable; ``load`` once, then call from any thread."""

    def __init__(self, languages: Mapping[str, _Language]) -> None:
        self._languages = languages

    @classmethod
    def load(cls) -> "KeyPhrases":
        """Read the word lists shipped beside this module."""
        folder = resources.files("streams.tag")
        edges = tomllib.loads(folder.joinpath("edge_words.toml").read_text("utf-8"))
        rarity: dict[str, dict[str, int]] = {language: {} for language in edges}
        for line in folder.joinpath("word_rarity.txt").read_text("utf-8").splitlines():
            language, value, *words = line.split(" ")
            if language in rarity:
                rarity[language].update(dict.fromkeys(words, int(value)))
        return cls(
            {
                language: _Language(
                    frozenset(fold(entry["words"]).split()),
                    frozenset(fold(entry.get("inside", "")).split()),
                    frozenset(fold(entry.get("nouns", "")).split()),
                    rarity[language],
                    max(rarity[language].values(), default=_RARE) + _UNKNOWN,
                )
                for language, entry in edges.items()
            }
        )

    def phrases(
        self, title: str | None, text: str, language: str | None, names: Collection[str] = ()
    ) -> list[KeyPhrase]:
        """At most ``MOST`` phrases, the best first; none in a language without word lists.

        ``language`` is a BCP 47 tag; ``names`` are people, places, organisations of the article: they are preferred.
        """
        primary = (language or "").partition("-")[0].lower()
        known = self._languages.get(primary)
        if known is None:
            return []
        return _Article(title or "", text, primary, known).best(names)


def spaced(text: str, language: str) -> str:
    """``text`` with a stop between its parts of sentences, and a blank between all words."""
    text += " "
    for stop in _STOPS_BEFORE_BLANK:
        if stop + " " in text:
            text = text.replace(stop + " ", f" {_STOP} ")
    for stop in _STOPS_AFTER_BLANK:
        if " " + stop in text:
            text = text.replace(" " + stop, f" {_STOP} ")
    for stop in _STOPS:
        if stop in text:
            text = text.replace(stop, f" {_STOP} ")
    if language in _WITH_APOSTROPHE:
        text = text.replace("’", "'").replace("'", "' ")
    elif language == "tr":
        text = text.replace("’", "'").replace("'", f" {_STOP} ")
    return text


class _Article:
    """The words of one article: title, a stop, body."""

    def __init__(self, title: str, text: str, language: str, known: _Language) -> None:
        self._known = known
        self._is_arabic = language == "ar"
        head = spaced(title[:_TITLE_LONGEST], language)
        whole = f"{head}{_STOP} {spaced(text[:LONGEST], language)}"
        self._written = whole.split()
        folded = f" {fold(whole)} "
        self._plain = folded.split()
        if len(self._plain) != len(self._written):  # a word of nothing but marks
            self._written = self._plain
        self._words = self._without_clitics(folded) if self._is_arabic else self._plain
        self._title_size = len(head.split()) + 1
        self._counts = Counter(self._words)

    def _without_clitics(self, folded: str) -> list[str]:
        """The words without and, by, for, like before them, where their rest is a word of the article or commoner."""
        for clitic in _CLITICS:
            folded = folded.replace(f" {clitic}", f" {_ARTICLE}")
        words = folded.split()
        distinct = set(words)
        rarity, unknown = self._known.rarity, self._known.unknown
        bare = {
            word: word[1:]
            for word in distinct
            if word[0] in _LETTER_CLITICS
            and len(word) > 3
            and word not in self._known.edges
            and (word[1:] in distinct or rarity.get(word[1:], unknown) + 1 < rarity.get(word, unknown))
        }
        return [bare.get(word, word) for word in words] if bare else words

    def best(self, names: Collection[str]) -> list[KeyPhrase]:
        """The phrases, the best first, none of them mostly in another."""
        named = {fold(name) for name in names}
        candidates = sorted(self._candidates(named), key=lambda each: (-each.score, each.at))
        chosen: list[_Candidate] = []
        taken: list[tuple[set[str], set[int]]] = []
        for candidate in candidates:
            if len(chosen) == MOST or candidate.score < _AT_LEAST * candidates[0].score:
                break
            words = set(map(_stem, self._words[candidate.at : candidate.at + candidate.size])) - self._known.inside
            spot = set(range(candidate.at, candidate.at + candidate.size))
            if all(not (words <= other or other <= words or spot & place) for other, place in taken):
                chosen.append(candidate)
                taken.append((words, spot))
        return [KeyPhrase(self._as_written(each), each.mentions, each.in_title, each.score) for each in chosen]

    def _candidates(self, named: Collection[str]) -> Iterator[_Candidate]:
        rarity, unknown = self._known.rarity, self._known.unknown
        places = self._places()
        contained = _contained(places)
        early = self._title_size + _EARLY * (len(self._words) - self._title_size)
        for phrase, found in places.items():
            in_title = found[0] < self._title_size
            in_body = sum(at >= self._title_size for at in found)
            # In a title alone, words stand side by side that belong to no phrase.
            if in_body < 2 - in_title:
                continue
            content = [word for word in phrase if word not in self._known.inside]
            rare = sum(rarity.get(word, unknown) for word in content) / len(content)
            is_name = " ".join(phrase) in named or self._is_capitalised(found, len(phrase))
            if len(phrase) == 1 and not self._stands_alone(found, rare, is_preferred=in_title or is_name):
                continue
            mentions = max(1, len(found) - contained[phrase])
            score = (mentions + (_TITLE_COUNTS - 1) * in_title) ** 0.7 * rare * _BY_WORDS[len(content)]
            if found[0] < early:
                score *= 1.2
            if is_name:
                score *= 1.4
            yield _Candidate(found[0], len(phrase), len(found), in_title, score)

    def _places(self) -> dict[tuple[str, ...], list[int]]:
        """Where each run of words that could be a phrase begins."""
        words, inside = self._words, self._known.inside
        most = _MOST_WORDS_ARABIC if self._is_arabic else _MOST_WORDS
        places: dict[tuple[str, ...], list[int]] = {}
        for start, end in self._runs():
            for first in range(start, end):
                if words[first] in inside:
                    continue
                size = 0
                for last in range(first, end):
                    if last > first and self._is_arabic and not self._goes_on(first, last):
                        break
                    if words[last] in inside:
                        continue
                    size += 1
                    if size > most:
                        break
                    places.setdefault(tuple(words[first : last + 1]), []).append(first)
        return places

    def _goes_on(self, first: int, at: int) -> bool:
        """Whether an Arabic phrase goes on with this word: «التبرع بالدم», «التربية والتعليم», else no clitic."""
        plain, word = self._plain[at], self._words[at]
        if plain == word:
            return True
        if plain[0] == "و":
            return word.startswith(_ARTICLE) and self._words[at - 1].startswith(_ARTICLE)
        return at == first + 1

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Where words that the article repeats, or has in its title, stand side by side: [start, end)."""
        title = set(self._words[: self._title_size])
        kept = {word for word, count in self._counts.items() if (count > 1 or word in title) and self._is_word(word)}
        inside = self._known.inside
        start = None
        for number, word in enumerate(self._words):
            if word in kept or (start is not None and word in inside):
                start = number if start is None else start
            elif start is not None:
                yield start, number
                start = None
        if start is not None:
            yield start, len(self._words)

    def _is_word(self, word: str) -> bool:
        if word in self._known.edges or not word[0].isalpha() or not 2 <= len(word) <= _LONGEST_WORD:
            return False
        if self._is_arabic:  # «يواصل»: a verb, unless the list says otherwise
            return word[0] != "ي" or len(word) < 4 or word in self._known.nouns
        return "'" not in word and "’" not in word

    def _stands_alone(self, found: Sequence[int], rare: float, *, is_preferred: bool) -> bool:
        """Whether one word is a phrase: one of the title or a name, or a rare one that is repeated."""
        word = self._words[found[0]]
        if len(word) < LEAST_LETTERS:
            return self._written[found[-1]].isupper()
        return is_preferred or (len(found) > 2 and rare >= _RARE)

    def _is_capitalised(self, found: Sequence[int], size: int) -> bool:
        """A name, where letters have case: written so in the body, not only at the start of a sentence."""
        for at in reversed(found):
            if at >= self._title_size and self._words[at - 1] != _STOP:
                return self._written[at][0].isupper() and self._written[at + size - 1][0].isupper()
        return False

    def _as_written(self, candidate: _Candidate) -> str:
        words = self._written[candidate.at : candidate.at + candidate.size]
        plain, joined = self._plain[candidate.at], self._words[candidate.at]
        if plain != joined and len(words[0]) == len(plain):  # else marks stand between the letters
            if not joined.startswith(_ARTICLE):
                words[0] = words[0][1:]
            elif joined in self._known.rarity or joined in self._plain:  # «القاهرة» of «بالقاهرة», not «الد» of «والد»
                words[0] = _ARTICLE + words[0][len(plain) - len(joined) + len(_ARTICLE) :]
        return " ".join(words)


def _contained(places: Mapping[tuple[str, ...], Sequence[int]]) -> Counter[tuple[str, ...]]:
    """How many of a phrase's mentions are within the longer phrase that is repeated most."""
    contained: Counter[tuple[str, ...]] = Counter()
    for phrase, found in places.items():
        if len(phrase) > 1 and len(found) > 1:
            for part in (phrase[1:], phrase[:-1]):
                if part in places:
                    contained[part] = max(contained[part], len(found))
    return contained


def _stem(word: str) -> str:
    """The same for singular and plural in s, and with and without the Arabic article."""
    return word.removeprefix(_ARTICLE).removesuffix("s").removesuffix("e")
