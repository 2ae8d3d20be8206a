"""The words of places of one language: countries' words and cities' names, found in a text."""

from collections import defaultdict
from collections.abc import Sequence

from streams.tag.cities import SURE as SURE_FORM
from streams.tag.cities import Cities
from streams.tag.place_evidence import SURE, Mention
from streams.tag.place_finder import Finder, Found, Readings
from streams.tag.place_words import Kind, Row, Sense, searched, spellings

Senses = tuple[Sense, ...]

# What says that a name after it is a place: small cities are named like persons and things.
_CUES = {
    "ar": "في مدينه بمدينه لمدينه الي بلده ببلده قريه محافظه بمحافظه ولايه بولايه قضاء معتمديه ناحيه مطار ضواحي قرب",
    "fa": "در شهر شهرستان استان مردم جمعه",
    "ur": "شهر ضلع",
    "en": "in near at",
    "fr": "à près",
    "es": "en",
    "de": "in nahe bei",
    "tr": "",
    "ru": "в под",
}
_LONGEST_CUE = 12
# Cues that leave no doubt, in Arabic and Persian as folded: «ولاية سوسة», «مدينة نيس».
_SURE_CUES = frozenset(
    {"مدينه", "بمدينه", "لمدينه", "ولايه", "بولايه", "لولايه", "محافظه", "بمحافظه", "والي", "معتمديه", "بلديه"}
    | {"شهر", "شهرستان"}
)
# Written with the Arabic word: «ببنزرت».
_IN = frozenset(("ب", "وب", "بال", "وبال"))
_LEAST_WITH_IN = 5  # letters: «بايلي» is Bailey, not "in Ely"
_MAY_BE_CITY = frozenset({Kind.CITY, Kind.WEAK, Kind.AMBIGUOUS})


class Index:
    """Immutable. Takes and finds text as ``searched``."""

    def __init__(self, language: str, rows: Sequence[Row], cities: Cities | None) -> None:
        self.language = language
        self._cities = cities
        self._spelled = [(form, row.country) for row in rows if row.kind is Kind.SPELLED for form in row.forms]
        words = _readings(language, rows)
        if cities is not None:
            names = cities.finder(language)
            words = {form: _with_cities(reading, names.reading(form), cities) for form, reading in words.items()}
        self._words = Finder(words, clitics=language == "ar")
        self._cues = frozenset(_CUES[language].split())

    def spelled(self, text: str) -> list[str]:
        """Countries whose marked spelling stands in ``text`` as written, once each."""
        return [country for form, country in self._spelled if form in text]

    def mentions(self, text: str) -> list[Mention]:
        """The words of places in order, the longest where they overlap."""
        words = self._words.find(text)
        found = [Mention(word.start, word.end, word.core, self._meant(text, word)) for word in words]
        if self._cities is not None:
            ours = {(word.core, word.end) for word in words}  # a word of ours wins over a city's name
            found += [
                Mention(name.start, name.end, name.core, self._cities.senses(name.value))
                for name in self._cities.finder(self.language).find(text)
                if (name.core, name.end) not in ours and (name.value[0] == SURE_FORM or self._has_cue(text, name))
            ]
        found.sort(key=_place)
        kept: list[Mention] = []
        for mention in found:
            if not kept or mention.start >= kept[-1].end:
                kept.append(mention)
            elif mention.end - mention.start > kept[-1].end - kept[-1].start:
                kept[-1] = _sharpened(mention, kept[-1])
            else:
                kept[-1] = _sharpened(kept[-1], mention)
        return kept

    def _meant(self, text: str, word: Found[Senses]) -> Senses:
        """What a word of ours means where it stands."""
        first = word.value[0]
        if first.kind is Kind.WEAK and first.city >= 0 and len(word.value) == 1:
            return (first._replace(kind=Kind.CITY),) if _word_before(text, word.start) in _SURE_CUES else word.value
        return word.value

    def _has_cue(self, text: str, word: Found[str]) -> bool:
        """Whether a small city's name stands where it is one."""
        if self.language == "tr":
            return text[word.end : word.end + 1] == "'"
        is_written_with_in = text[word.start : word.core] in _IN and word.end - word.core >= _LEAST_WITH_IN
        return is_written_with_in or _word_before(text, word.start) in self._cues


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, -mention.end


def _word_before(text: str, start: int) -> str:
    return text[max(0, start - _LONGEST_CUE) : start].rstrip().rpartition(" ")[2]


def _sharpened(longer: Mention, shorter: Mention) -> Mention:
    """A doubtful name around a sure word of its country is sure: "New York City". New London is not London."""
    first, inner = longer.senses[0], shorter.senses[0]
    if first.kind is Kind.WEAK and inner.kind in SURE and inner.country == first.country:
        return longer._replace(senses=(first._replace(kind=inner.kind),))
    return longer


def _readings(language: str, rows: Sequence[Row]) -> dict[str, Readings[Senses]]:
    """All spellings of all forms. Our own word on a form wins over CLDR's."""
    senses: dict[tuple[str, bool], list[Sense]] = defaultdict(list)
    rows = [row for row in rows if row.kind is not Kind.SPELLED]
    own = {searched(form, language) for row in rows if row.kind is not Kind.TITLE for form in row.forms}
    for row in rows:
        is_title = row.kind is Kind.TITLE
        sense = Sense(row.country.removesuffix("*"), Kind.NAME if is_title else row.kind, row.country.endswith("*"))
        for form in (searched(form, language) for form in row.forms):
            if is_title and form in own:
                continue
            for key in set(spellings(language, form, row.kind)):
                if not any(other.country == sense.country for other in senses[key]):
                    senses[key].append(sense)
    forms: dict[str, Readings[Senses]] = {}
    for (form, is_definite), readings in senses.items():
        bare, definite = forms.get(form, (None, None))
        forms[form] = (bare, tuple(readings)) if is_definite else (tuple(readings), definite)
    return forms


def _with_cities(ours: Readings[Senses], names: Readings[str], cities: Cities) -> Readings[Senses]:
    """A reading of a word of ours, with the rows of the cities of that name."""
    return _joined(ours[0], names[0], cities), _joined(ours[1], names[1], cities)


def _joined(ours: Senses | None, name: str | None, cities: Cities) -> Senses | None:
    if ours is None or name is None:
        return ours
    rows = {sense.country: sense.city for sense in reversed(cities.senses(name))}
    return tuple(
        sense._replace(city=rows.get(sense.country, -1)) if sense.kind in _MAY_BE_CITY else sense for sense in ours
    )
