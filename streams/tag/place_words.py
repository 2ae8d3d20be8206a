"""The gazetteer's words: what a row of ``countries.tsv`` says, and all spellings under which a form is looked up."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from streams.fold import fold


class Kind(StrEnum):
    """How much a word says. ``training/country_words.tsv`` tells what each is for."""

    TITLE = "title"
    NAME = "name"
    CITY = "city"
    INSTITUTION = "institution"
    ADJECTIVE = "adjective"
    SURNAME = "surname"
    WEAK = "weak"
    AMBIGUOUS = "ambiguous"
    NOT = "not"
    SPELLED = "spelled"


class Sense(NamedTuple):
    """One reading of a form. ``city`` is a row of the table of cities, or -1."""

    country: str
    kind: Kind
    is_default: bool = False
    city: int = -1


class Row(NamedTuple):
    """A line of the table: ISO 3166-1 alpha-2 (or XK, two joined by +, or - for none), language, kind, forms.

    A country marked * is the one meant when nothing else tells.
    """

    country: str
    language: str
    kind: Kind
    forms: tuple[str, ...]


ARABIC_SCRIPT = frozenset(("ar", "fa", "ur"))

# What may stand before an Arabic word and be written with it. With the article, ل + ال is written لل.
_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")
BARE = frozenset(map(fold, _CLITICS))
ARTICLE = "ال"
DEFINITE = frozenset([clitic + ARTICLE for clitic in ("", "و", "ف", "ب", "ك", "وب", "وك", "فب")] + ["لل", "ولل", "فلل"])
# Genders, numbers and cases of an Arabic adjective in ي, folded. ا is the accusative «روسيًا».
_ADJECTIVE_ENDINGS = ("", "ه", "ا", "ين", "ون", "ان", "تان", "تين", "ات")
# An adjective that is written out in one of these is no family name: «سودانية», «سودانيين».
_INFLECTED = ("يه", "يون", "يين", "يات")

# Endings of a Russian name in its cases, by the nominative's ending.
_RUSSIAN_CASES = (
    ("ия", ("ия", "ии", "ию", "ией")),
    ("а", ("а", "ы", "и", "е", "у", "ой")),
    ("ь", ("ь", "и", "ью")),
    ("й", ("й", "я", "ю", "ем", "е")),
)
# Endings that a stem marked * in the table may take.
_RUSSIAN_ENDINGS = "|а|у|ом|е|ы|ой|и|я|ю|ем|ий|ая|ое|ого|ому|им|их|ую|ие|ими|ь|ля|лю|ле|лем|ев|ам|ами|ах|цы|цев"
_GERMAN_ENDINGS = ("", "e", "en", "er", "es", "em")
_PROPER = frozenset({Kind.TITLE, Kind.NAME, Kind.CITY})
_LONGEST_CODE = 3  # letters; "US" and "us" are told apart by case
# Of Turkish nouns, after the vowel harmony of back and front vowels; an apostrophe needs none of these.
_TURKISH_PLURALS = ("lar", "ler", "ların", "lerin", "lara", "lere", "ları", "leri")


def searched(text: str, language: str) -> str:
    """``text`` as it is searched: Arabic script folded; others as written, for case matters there."""
    return fold(text) if language in ARABIC_SCRIPT else text.replace("’", "'").replace("\u00a0", " ")


def spellings(language: str, form: str, kind: Kind) -> Iterator[tuple[str, bool]]:
    """All spellings of a form already ``searched``, each with whether the Arabic article must precede it."""
    if language not in ARABIC_SCRIPT and kind in _PROPER and len(form) > _LONGEST_CODE:
        yield form.upper(), False  # datelines and headlines: "LONDON (AP)"
    adjective = kind in (Kind.ADJECTIVE, Kind.SURNAME, Kind.AMBIGUOUS)
    if language == "ar":
        yield from _arabic(form, kind)
    elif language == "ru":
        yield from ((spelling, False) for spelling in _russian(form))
    elif language == "de":
        endings = _GERMAN_ENDINGS if adjective else ("", "s")
        yield from ((form + ending, False) for ending in endings)
    elif language == "tr" and adjective:
        yield from ((form + ending, False) for ending in ("", *_TURKISH_PLURALS))
    elif adjective and language in ("fr", "es"):
        inflected = _french(form) if language == "fr" else _spanish(form)
        for spelling in inflected:
            yield spelling, False
            yield spelling[:1].upper() + spelling[1:], False
    else:
        yield form, False


def _arabic(form: str, kind: Kind) -> Iterator[tuple[str, bool]]:
    is_adjective = kind in (Kind.ADJECTIVE, Kind.SURNAME, Kind.AMBIGUOUS, Kind.NOT)
    words = form.split(" ")
    if is_adjective and all(word.endswith("ي") and not word.startswith(ARTICLE) for word in words):
        for ending in _ADJECTIVE_ENDINGS:  # adjectives in a row agree
            inflected = [word + ending for word in words]
            yield " ".join(inflected), False
            yield f" {ARTICLE}".join(inflected), True
        return
    if words[0].startswith(ARTICLE):
        yield form.removeprefix(ARTICLE), True
        return
    # A broken plural is sure with its article only: «الروس» are Russians, «بروس» is Bruce.
    yield form, kind is Kind.ADJECTIVE
    if kind is Kind.ADJECTIVE and form.endswith(_INFLECTED):
        yield form, False


def _russian(form: str) -> Iterator[str]:
    if form.endswith("*"):
        stem = form.removesuffix("*")
        endings = _RUSSIAN_ENDINGS.split("|")
        yield from (stem + ending for ending in endings)
        yield from (stem.capitalize() + ending for ending in endings)
        return
    for ending, cases in _RUSSIAN_CASES:
        if form.endswith(ending):
            yield from (form.removesuffix(ending) + case for case in cases)
            return
    yield form
    if form[-1:].isalpha() and form[-1] not in "аеёиоуыэюяАЕИОУЮЯ" and not form.isupper():
        yield from (form + case for case in ("а", "у", "ом", "е"))


def _french(form: str) -> Iterator[str]:
    feminine = form[:-1] + "que" if form.endswith("c") else form + "ne" if form.endswith("en") else form + "e"
    yield form
    yield feminine if not form.endswith("e") else form
    yield form if form.endswith("s") else form + "s"
    yield feminine + "s" if not form.endswith("e") else form + "s"


def _spanish(form: str) -> Iterator[str]:
    """«argentino», «español», «francés», «alemán», «estadounidense», «israelí»."""
    plain = form[:-2] + form[-2:].translate(str.maketrans("áéíóú", "aeiou"))
    yield form
    if form.endswith("o"):
        yield from (form[:-1] + ending for ending in ("a", "os", "as"))
    elif form.endswith(("n", "s", "l", "r")):
        yield from (plain + ending for ending in ("a", "es", "as"))
    elif form.endswith("í"):
        yield from (form + "es", form + "s")
    else:
        yield form + "s"
