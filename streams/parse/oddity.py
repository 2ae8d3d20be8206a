"""How odd a decoded text looks: what no writer sets, and every wrong charset does.

A wrong charset gives itself away inside words: letters of two scripts («نçن»), a capital after a small letter
(«пРИВЕТ» out of koi8-r), a symbol between letters («za¿ó³æ»), accents on nearly every letter («ÇáãÏíäÉ»).
"""

import functools
import re
from collections import Counter
from itertools import pairwise

# Words are cut where ASCII has no letter or digit.
_GAP = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
_NOT_TEXT = re.compile("[\x80-\x9f\ufffd\ufffe\uffff]")
# Never between letters; a middle dot, an apostrophe, a soft hyphen may be.
_SYMBOLS = frozenset("¡¢£¤¥¦§¨©«¬®¯°±²³´µ¶¸¹»¼½¾¿×÷€‚ƒ„†‡ˆ‰‹›™˜\u200e\u200f")
_ASCII, _LATIN, _GREEK, _CYRILLIC, _HEBREW, _ARABIC, _THAI = range(7)
_SCRIPTS = (
    (0x00C0, 0x024F, _LATIN),
    (0x1E00, 0x1EFF, _LATIN),
    (0x0370, 0x03FF, _GREEK),
    (0x0400, 0x052F, _CYRILLIC),
    (0x0590, 0x05FF, _HEBREW),
    (0x0620, 0x0652, _ARABIC),
    (0x0671, 0x06D3, _ARABIC),
    (0x0E01, 0x0E5B, _THAI),
)
# Letters beyond ASCII of languages in Latin script: a text in one of them has hardly any other.
_ALPHABETS = (
    "àâæçèéêëîïôœùûüÿ",  # French
    "äöüßé",  # German
    "áéíñóúüàèòçï",  # Spanish, Catalan
    "àáâãçéêíóôõúü",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "åäöæøéáü",  # the North
    "áðéíóúýþæö",  # Icelandic
    "çğıöşüâîû",  # Turkish
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýžäĺľôŕ",  # Czech, Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîșțşţ",  # Romanian
    "čćđšž",  # Croatian, Slovene
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äõöüšž",  # Estonian
)
_ARABIC_WORD = re.compile("[\u0621-\u0652\u0671-\u06d3،؛؟]+")
# One letter in eight of Arabic, Persian and Urdu is an alef.
_ALEF, _LEAST_ALEF = "اأآ", 0.03
_WORDS = 300
_WORD_LETTERS = 60


def oddity(text: str) -> float:
    """The odd share of what stands beyond ASCII in ``text``: 0 in good text, 1 where every letter is odd.

    Looks at the first 300 words that are not ASCII; 0.5 to 2 ms.
    """
    words = [word[:_WORD_LETTERS] for word in _GAP.split(text) if not word.isascii()][:_WORDS]
    letters = Counter(letter for word in words for letter in word if letter > "\x7f")
    foreign = letters.total()
    odd = sum(map(_odd_letters, words)) + _strangers(letters)
    return odd / foreign if foreign else 0.0


def _strangers(letters: Counter[str]) -> float:
    """How many letters are of no one alphabet with the others."""
    scripts: Counter[int | None] = Counter()
    accented: Counter[str] = Counter()
    for letter, times in letters.items():
        script = _script(letter)
        scripts[script] += times
        if script == _LATIN:
            accented[letter.lower()[0]] += times
    latin, arabic = accented.total(), scripts[_ARABIC]
    if latin * 2 > sum(times for script, times in scripts.items() if script is not None):
        return latin - max(sum(accented[letter] for letter in alphabet) for alphabet in _ALPHABETS)
    if arabic > 12 and sum(letters[alef] for alef in _ALEF) < arabic * _LEAST_ALEF:
        return arabic * 0.1
    return 0.0


def _odd_letters(word: str) -> int:
    """How many letters of one word are odd, at most all beyond ASCII."""
    if _ARABIC_WORD.fullmatch(word):
        return 0  # most words, and nothing in them that could be odd
    odd = len(_NOT_TEXT.findall(word)) * 2
    scripts = [_script(letter) for letter in word]
    written = [script for script in scripts if script is not None]
    changes = accents = 0
    for one, next_one in pairwise(written):
        if one != next_one and max(one, next_one) > _LATIN:
            changes += 1 + (min(one, next_one) > _ASCII)
    if changes:
        # «والـFBI» is usual; a wrong charset puts one letter in a word of the other script, or accents.
        odd += max(changes, min(written.count(_ASCII), sum(script > _LATIN for script in written)))
    for place, letter in enumerate(word):
        if letter <= "\x7f":
            continue
        accents += scripts[place] == _LATIN
        before, after = word[place - 1 : place], word[place + 1 : place + 2]
        odd += letter in _SYMBOLS and before.isalpha() and after.isalpha()
        odd += letter.isupper() and before.islower()
        odd += letter.islower() and after.isupper()
    if accents > 4 and accents > len(written) * 0.6:
        odd += accents
    return min(odd, sum(letter > "\x7f" for letter in word) * 2)


@functools.lru_cache(maxsize=4_096)
def _script(letter: str) -> int | None:
    """The script of a letter; null for what has none of those that wrong charsets mix."""
    if letter <= "\x7f":
        return _ASCII if letter.isalpha() else None
    code = ord(letter)
    for first, last, script in _SCRIPTS:
        if first <= code <= last:
            return script
    return None
