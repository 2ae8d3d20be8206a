"""Key phrases: what a reader would note down of an article that brings no keywords of its own.

A phrase is one to four words of one sentence part, without little words at its edges (``edge_words.toml``),
that the article repeats or its title has. What is said more often than articles usually say it
(``word_rarity.txt``, made by training/count_words.py), in the title, early, by a name, in more than one word,
comes first. Spellings and Arabic clitics are joined; a phrase is shown as the article writes it.
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from itertools import compress, count, pairwise, repeat
from typing import NamedTuple

from streams.fold import fold
from streams.tag.article_fold import folded, written_words
from streams.tag.topic_features import OPENING as READ_BY_TOPICS

Phrase = tuple[str, ...]
Place = tuple[int, int]

CREATOR = "rafid-key-phrases/1"
"""Tells our phrases from the page's own keywords; its number grows when the same article gets others."""

MOST = 8
MOST_READ = 260
"""Words of the body that are read: with 320 as many of the pages' own keywords are among the phrases, with 200
a twentieth fewer of the English and German (benchmarks/key_phrases_quality.py)."""

LEAST_LETTERS = 3
"""A shorter word is no phrase by itself, unless in capitals: "UN", "AI"."""

_TITLE_LONGEST = 300
_MOST_WORDS = 4
_MOST_WORDS_ARABIC = 3
_MOST_BETWEEN = 2  # "Presidency of the Council"
_LONGEST_WORD = 40
_UNKNOWN = 2  # a word that is not in the table is so much rarer than the rarest that is
_RARE = 5  # in fewer than one of 32 articles: then a word that is neither in the title nor a name may be a phrase
_TITLE_COUNTS = 3  # so many mentions is one in the title worth
_EARLY = 0.25  # part of the body in which a first mention counts more
_BY_WORDS = (0.0, 1.0, 1.7, 1.9, 2.0)  # a phrase of so many words says so much more than one word
_AT_LEAST = 0.3  # of the best phrase's score: the eighth phrase of a short note would be any word

# Signs at the edges of words: no phrase goes past one.
_MARKS = ".,:;!?()[]{}<>«»\"“”„‘’'`…–—-|•*،؛؟۔·"
# «والنفط», «بالنفط» and «للنفط» are «النفط».
_LETTER_CLITICS = "وبلفك"
_TWO_LAMS = ("لل", "ولل")
_LAM = "ل"
_ARTICLE = "ال"
_TWO_CLITICS = "وبال"
_BAR = " | "  # between names that are folded together: a fold costs much the same for one and for ten
_POSSESSIVE = ("'s", "’s")
_WITH_APOSTROPHE = ("fr", "it", "ca", "tr")  # «l'Union», «İstanbul'da» are two words
_WITHOUT_CASE = ("ar", "fa", "ur")


class KeyPhrase(NamedTuple):
    """A phrase as the article writes it, how often it stands there, and its score beside others of the article."""

    text: str
    mentions: int
    in_title: bool
    score: float


class _Candidate(NamedTuple):
    at: int  # where in the words it stands first: its first word, its last
    end: int
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
                    frozenset(plain_words(fold(entry["words"]).split())),
                    frozenset(plain_words(fold(entry.get("inside", "")).split())),
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


def readable(text: str, language: str) -> str:
    """``text`` with blanks where else a word ends."""
    return text.replace("’", "'").replace("'", "' ") if language in _WITH_APOSTROPHE else text


def plain_words(folded: Iterable[str]) -> list[str]:
    """The words without the signs at their edges; what was all signs is empty."""
    return list(map(str.strip, folded, repeat(_MARKS)))


class _Article:
    """The words of one article: those of the title, then those of the body."""

    def __init__(self, title: str, text: str, language: str, known: _Language) -> None:
        self._known = known
        self._is_arabic = language == "ar"
        self._has_case = language not in _WITHOUT_CASE
        head, head_written = _split(title[:_TITLE_LONGEST], language)
        body, body_written = _split(text[:READ_BY_TOPICS], language)
        self._folded = head + body
        self._written = (*head_written, *body_written)
        self._title_size = len(head)
        self._plain = plain_words(self._folded)
        bare = self._bare_words()
        self._words = list(map(bare.get, self._plain, self._plain)) if bare else self._plain

    def best(self, names: Collection[str]) -> list[KeyPhrase]:
        """The phrases, the best first, none of them in another or across one."""
        named = set(fold(_BAR.join(names)).split(_BAR)) if names else set()
        candidates = sorted(self._candidates(named), key=_rank)
        chosen: list[_Candidate] = []
        taken: list[tuple[set[str], range]] = []
        for candidate in candidates:
            if len(chosen) == MOST or candidate.score < _AT_LEAST * candidates[0].score:
                break
            at, end = candidate.at, candidate.end
            stems = {_stem(word) for word in self._words[at : end + 1]} - self._known.inside
            for other, place in taken:
                if stems <= other or other <= stems or (at < place.stop and end >= place.start):
                    break
            else:
                chosen.append(candidate)
                taken.append((stems, range(at, end + 1)))
        return [KeyPhrase(self._as_written(each), each.mentions, each.in_title, each.score) for each in chosen]

    def _bare_words(self) -> dict[str, str]:
        """Words with a clitic that are, without it, words of the article or commoner ones; and possessives."""
        distinct = set(self._plain)
        if not self._is_arabic:
            return {word: word[:-2] for word in distinct if word[-2:] in _POSSESSIVE}
        rarity, unknown = self._known.rarity, self._known.unknown
        bare = {}
        for word in distinct - self._known.edges:
            if word[:1] not in _LETTER_CLITICS or len(word) < 4:
                continue
            if word.startswith(_TWO_LAMS):
                bare[word] = _ARTICLE + word[word.index(_LAM) + 2 :]
                continue
            rest = word[2:] if word.startswith(_TWO_CLITICS) else word[1:]
            # «والد» has no clitic: there is no word «الد».
            if rest in distinct or rarity.get(rest, unknown) < rarity.get(word, unknown):
                bare[word] = rest
        return bare

    def _candidates(self, named: Collection[str]) -> Iterator[_Candidate]:
        rarity, unknown, inside = self._known.rarity, self._known.unknown, self._known.inside
        places = self._places()
        contained = _contained(places)
        early = self._title_size + _EARLY * (len(self._words) - self._title_size)
        for phrase, found in places.items():
            at, end = found[0]
            in_title = at < self._title_size
            is_name = (self._has_case and self._is_capitalised(found)) or (bool(named) and " ".join(phrase) in named)
            if len(phrase) == 1:
                size, rare = 1, float(rarity.get(phrase[0], unknown))
                if not self._stands_alone(found, rare, is_preferred=in_title or is_name):
                    continue
            else:
                content = [rarity.get(word, unknown) for word in phrase if word not in inside]
                size, rare = len(content), sum(content) / len(content)
            mentions = max(1, len(found) - contained.get(phrase, 0))
            score = (mentions + (_TITLE_COUNTS - 1) * in_title) ** 0.7 * rare * _BY_WORDS[size]
            if at < early:
                score *= 1.2
            if is_name:
                score *= 1.4
            yield _Candidate(at, end, len(found), in_title, score)

    def _places(self) -> dict[Phrase, list[Place]]:
        """Each phrase that is said twice, in the body once at least, and where: first word and last."""
        spots = self._spots()
        links = self._links(spots)
        found: dict[Phrase, list[Place]] = {}
        level: Iterable[Place] = zip(spots, spots, strict=True)
        for _ in range(_MOST_WORDS_ARABIC if self._is_arabic else _MOST_WORDS):
            by_phrase: dict[Phrase, list[Place]] = defaultdict(list)
            for place in level:
                by_phrase[tuple(self._words[place[0] : place[1] + 1])].append(place)
            repeated = {
                phrase: places
                for phrase, places in by_phrase.items()
                if len(places) > 1 and places[-1][0] >= self._title_size
            }
            if not repeated:
                break
            found |= repeated
            # Only what is repeated can be the beginning of a longer phrase that is.
            level = [
                (first, links[last])
                for places in repeated.values()
                for first, last in places
                if last in links and self._goes_on(first, links[last])
            ]
        return found

    def _spots(self) -> list[int]:
        """Where words stand that the article repeats, title included, and that may be at a phrase's edge."""
        repeated = {word for word, count in Counter(self._words).items() if count > 1}
        kept = {word for word in repeated - self._known.edges - self._known.inside if self._is_word(word)}
        return list(compress(count(), map(kept.__contains__, self._words)))

    def _is_word(self, word: str) -> bool:
        if not 2 <= len(word) <= _LONGEST_WORD or not word[0].isalpha():
            return False
        if self._is_arabic and word[0] in "يو" and len(word) > 3:
            # «يواصل» is a verb unless the list says otherwise; «وقتلهم» is two words unless the table knows it.
            return word in (self._known.nouns if word[0] == "ي" else self._known.rarity)
        return "'" not in word and "’" not in word

    def _links(self, spots: Sequence[int]) -> dict[int, int]:
        """For a spot the next, where nothing but words that may be inside a phrase stands between."""
        folded, inside = self._folded, self._known.inside
        links = {}
        for at, after in pairwise(spots):
            if after - at > _MOST_BETWEEN + 1 or folded[at][-1] in _MARKS or folded[after][0] in _MARKS:
                continue
            if at < self._title_size <= after:  # the title's last word and the body's first
                continue
            # A word between that is in the list as the article folds it has no sign at its edges.
            if after - at == 1 or inside.issuperset(folded[at + 1 : after]):
                links[at] = after
        return links

    def _goes_on(self, first: int, at: int) -> bool:
        """Whether an Arabic phrase goes on with this word: «التبرع بالدم», «التربية والتعليم», else no clitic."""
        plain, word = self._plain[at], self._words[at]
        if plain == word or not self._is_arabic:
            return True
        if plain[0] == "و":
            return word.startswith(_ARTICLE) and self._words[at - 1].startswith(_ARTICLE)
        return at == first + 1

    def _stands_alone(self, found: Sequence[Place], rare: float, *, is_preferred: bool) -> bool:
        """Whether one word is a phrase: one of the title or a name, or a rare one that is repeated."""
        at = found[-1][0]
        if len(self._words[at]) < LEAST_LETTERS:
            return self._written[at].isupper()
        return is_preferred or (len(found) > 2 and rare >= _RARE)

    def _is_capitalised(self, found: Sequence[Place]) -> bool:
        """A name: written so in the body, not only at the start of a sentence."""
        for at, end in reversed(found):
            if at > self._title_size and self._folded[at - 1][-1] not in _MARKS:
                return self._written[at].lstrip(_MARKS)[0].isupper() and self._written[end].lstrip(_MARKS)[0].isupper()
        return False

    def _as_written(self, candidate: _Candidate) -> str:
        words = [word.strip(_MARKS) for word in self._written[candidate.at : candidate.end + 1]]
        plain, joined = self._plain[candidate.at], self._words[candidate.at]
        if self._is_arabic and plain != joined and len(words[0]) == len(plain):  # else marks between the letters
            clitic = len(plain) - len(joined)
            if plain.startswith(_TWO_LAMS):
                words[0] = _ARTICLE + words[0][clitic + len(_ARTICLE) :]
            else:
                words[0] = words[0][clitic:]
        elif not self._is_arabic and self._plain[candidate.end] != self._words[candidate.end]:
            words[-1] = words[-1].removesuffix(_POSSESSIVE[0]).removesuffix(_POSSESSIVE[1])
        return " ".join(words)


def _split(text: str, language: str) -> tuple[list[str], Sequence[str]]:
    """At most ``MOST_READ`` words, folded and as written."""
    read = folded(text)
    if language in _WITH_APOSTROPHE:
        read, text = " ".join(readable(read, language).split()), readable(text, language)
    some = read.split(None, MOST_READ)[:MOST_READ]
    return some, written_words(text, read.count(" ") + 1)[:MOST_READ] or some


def _contained(places: Mapping[Phrase, Sequence[Place]]) -> dict[Phrase, int]:
    """How many of a phrase's mentions are within the longer phrase that is repeated most."""
    contained: dict[Phrase, int] = {}
    for phrase, found in places.items():
        if len(phrase) > 1:
            for part in (phrase[1:], phrase[:-1]):
                if part in places:
                    contained[part] = max(contained.get(part, 0), len(found))
    return contained


def _rank(candidate: _Candidate) -> tuple[float, int]:
    return -candidate.score, candidate.at


def _stem(word: str) -> str:
    """The same for singular and plural in s, and with and without the Arabic article."""
    return word.removeprefix(_ARTICLE).removesuffix("s").removesuffix("e")
