"""The agency that a story names without a label: in brackets at its end, or in its dateline."""

import re
from collections.abc import Callable

from streams.fold import fold

_BRACKETS_AT_END = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\s*[.،]?\s*$")
_NAME_AT_END = re.compile(r"[.۔!?؟»\"”]\s+([^\s.()]{2,12}(?: [^\s.()]{1,4}){0,2})\.?$")  # "… 410.000 personas. EFE"
# "HARBOUR CITY, July 3 (Reuters) - …", «عطبرة (سونا) –»: the dash makes it a dateline.
_BRACKETS_IN_DATELINE = re.compile(r"^[^(:]{2,60}\(([^()]{2,30})\)\s*(?:[-–—ـ]+|:)\s*\S")
# «الدوحة - قنا :», «القاهرة- رويترز:», "PARIS/Reuters - "
_AFTER_PLACE = re.compile(r"^[^(:.،-]{2,30}?\s?[-–—ـ/،,:]\s?([^(:.،-]{2,25}?)\s?[-–—ـ:]")
# «شفق نيوز/ …», «الغد- …», «الأخبار (كيفه) - …»: the outlet itself
_BEFORE_DASH = re.compile(r"^([^-–—ـ/(:،.]{2,25}?)\s?(?:\([^()]{2,25}\)\s?)?[-–—ـ/:]+\s?\S")
_KNOWN_IN_BRACKETS = re.compile(r"[(/]+([^()/]{2,30})[)/]+")  # «طنطا، مصر 5 مارس 2024 (شينخوا) في حقل …», "/TASS/."
_BY_REPORT_OF = re.compile(r"^به گزارش(?: خبرگزاری)? ([^،,:؛]{2,25})[،,:؛]")  # «به گزارش ایسنا، …»
_YEAR = re.compile(r"\d{2}")


def find_source(first: str, last: str, is_agency: Callable[[str], bool]) -> str | None:
    """The source in the first or last paragraph, as written; null when there is none."""
    for pattern in (_BRACKETS_AT_END, _NAME_AT_END):
        match = pattern.search(last[-80:])
        if match is not None and is_agency(fold(match[1])):
            return match[1].strip()
    match = _BRACKETS_IN_DATELINE.match(first[:120])
    if match is not None and not _YEAR.search(match[1]) and len(match[1].split()) <= 4:
        bracketed: str | None = match[1].strip()
    else:
        bracketed = None
    known = (
        match[1].strip(' «»"“”')
        for pattern in (_BY_REPORT_OF, _BEFORE_DASH, _AFTER_PLACE)
        if (match := pattern.match(first[:80])) is not None and is_agency(fold(match[1]))
    )
    in_brackets = (match[1].strip() for match in _KNOWN_IN_BRACKETS.finditer(first[:70]) if is_agency(fold(match[1])))
    return next(known, None) or next(in_brackets, None) or bracketed
