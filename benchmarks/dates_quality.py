"""How many Arabic dates are read right: Microsoft Recognizers' specs, of the forms that news pages print.

``python -m benchmarks.dates_quality --data DIR`` prints, by spec file: cases, expressions in scope, right ones, and
expressions out of scope that are no date of any kind (durations, times, repetitions) and were read as one all the same.
``--wrong`` lists what is in scope and wrong, ``--out`` what is out of scope and why.

The specs are those of an assistant that plans meetings; a news page prints when something was published. So the form of
an expression decides whether it is in scope (``FORMS``), never whether we can read it:

In scope
- a day with its month by name, day in figures or as an ordinal, with or without year or weekday («2 أكتوبر»,
  «الأول من أبريل 2018»); a whole date in figures with a year of four digits (2016/02/22, 21-04-2016)
- a month by name with its year («أيار 2001»)
- the same with a time of day in figures («8:00 صباحا», «الساعة 8 مساء»)
- told from now, into the past: «قبل يومين», «منذ شهر واحد ويومين», «أمس», «اليوم», «قبل يوم أمس», «الآن», also with a
  time of day in figures («اليوم الساعة 8:00»)
- an input without any date in it: nothing must be read
- a day that does not exist (2016-2-30): nothing must be read

Out of scope
- durations, sets («كل يوم»), ranges of days or times, times of day without a day, holidays, seasons, parts of the day
  («الليلة»): they are no publication date
- the future told from now («غدا», «بعد يومين»)
- a weekday or a day of the month without its month («الجمعة», «يوم 27», «الخميس 21»), a month without its year
- a day and month in figures without a year (4/22, 4.22): a score, a fraction, a chapter
- a year of two digits beside figures (16/04/21, 18-9-15): the specs themselves read it in two orders
- figures with the year behind a comma, month first (08/12, 2015): an American habit that Arabic pages do not have
- cardinal or feminine numbers as days, hours and years in words: no dateline has them
- a number that is not told («بضعة أشهر»)
- a year before 1900; a Gregorian year behind a Hijri month («محرم 2001»): no such date
- an expression that does not stand in its own input (spoiled by a spreadsheet: «8:01» for 8:00) or has lost a space

Read is the expression alone, as a dateline is, from the specs' reference time (or 2016-11-07, theirs most often).
Right is: nothing but a date was found, as precisely as the form allows («قبل شهر» is a month and no day, unlike the
specs), and it is the one of the specs (the past one where they give two). Extractor specs have no values: there the
precision counts.
"""

import argparse
import json
import re
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from schemas.parsed_article import Precision
from streams.fold import fold
from streams.parse.date_words import DateWords
from streams.parse.dates import DateReader
from streams.parse.lexicon import read_languages

SPECS = "dates_arabic_recognizers.tar.xz"
GOAL = 0.98

MONTH = (
    "(?:يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر"
    "|كانون الثاني|شباط|اذار|نيسان|ايار|حزيران|تموز|اب|ايلول|تشرين الاول|تشرين الثاني|كانون الاول)"
)
_ONES = "الاول|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع"
ORDINAL = f"(?:اول|العاشر|(?:الحادي|{_ONES})(?: عشر| وال(?:عشر|ثلاث)(?:ين|ون))?|ال(?:عشر|ثلاث)(?:ين|ون))"
DAY = rf"(?:\d{{1,2}}|{ORDINAL})"
YEAR = r"(?:19|20)\d\d"
WEEKDAY = "(?:(?:يوم )?(?:ال)?(?:احد|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت) ?[,،]? ?)"
BEFORE = "(?:(?:في|يوم|بتاريخ) ?)*"
GAP = r" ?[./,،-]? ?"
HALF = "(?:صباحا|مساء|ظهرا|عصرا|ليلا|ص|م)"
TIME = rf"(?:(?:في|حوالي|الساعه|تمام|عند) ?)*\d{{1,2}}(?:[:.]\d\d(?::\d\d)?(?: ?{HALF})?| ?{HALF})\.?"
NAMED = (
    rf"{DAY}{GAP}(?:من )?{MONTH}(?:{GAP}(?:من )?(?:عام )?{YEAR})?"
    rf"|{MONTH}{GAP}{DAY}(?:{GAP}{YEAR})?"
    rf"|{YEAR}{GAP}{MONTH}{GAP}\d{{1,2}}"
)
FIGURES = rf"{YEAR}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]{YEAR}"
DATE = rf"(?:اليوم )?{BEFORE}{WEEKDAY}?{BEFORE}(?:{NAMED}|{FIGURES})\.?"
UNIT = (
    "(?:دقيقه|دقيقتين|دقيقتان|دقايق|ساعه|ساعتين|ساعتان|ساعات|يوم|يومين|يومان|ايام|يوما|اسبوع|اسبوعين|اسابيع"
    "|شهر|شهرين|شهران|اشهر|شهور|سنه|سنتين|سنوات|عام|عامين|اعوام)(?: واحده?)?"
)
LENGTH = rf"(?:\d+ )?{UNIT}(?: ?[,،]? ?و? ?(?:\d+ )?{UNIT})*"
DAYS_AGO = "(?:ب?الامس|امس|(?:هذا )?اليوم|قبل يوم امس|اول امس)"

BETWEEN = "(?: ?[,،-] ?| )"
FORMS: tuple[tuple[re.Pattern[str], Precision | None], ...] = tuple(
    (re.compile(form), known)
    for form, known in (
        (rf"{DATE}{BETWEEN}{TIME}|{TIME}{BETWEEN}{DATE}", None),
        (DATE, Precision.DAY),
        (rf"{BEFORE}(?:شهر )?{MONTH}{GAP}{YEAR}", Precision.MONTH),
        (rf"{DAYS_AGO}{BETWEEN}{TIME}|{TIME}{BETWEEN}{DAYS_AGO}", None),
        (DAYS_AGO, Precision.DAY),
        (rf"(?:قبل|منذ) {LENGTH}", None),
        ("الان", Precision.MINUTE),
    )
)
"""The forms in scope, on folded text, and how precisely they tell; null: see ``precision``."""
# Types that are no date whatever the form, and never must be read as one.
NO_DATES = ("duration", "set", "time", "timerange")
DATES = ("date", "datetime", "daterange")


# How fast: lines as pages have them.
TIMED = (
    *("3 تموز 2021", "2023-11-09", "الأحد 4/6/2022 - 21:40", "12 رمضان 1445 هـ", "7 كانون الثاني/يناير 2022"),
    *("22/أكتوبر/2023 - 01:45 م", "5 آب 2020 الساعة 5:05 مساءً بتوقيت غرينتش", "Sept. 3, 2021 5:05 p.m. EDT"),
    *("09.11.2023, 14:20 Uhr", "الخميس 25 ربيع الآخر 1445هـ الموافق 9 نوفمبر 2023م"),
)


class Case(NamedTuple):
    """One expression of a spec. ``value``: ISO 8601, null where the spec has none, "" where there must be none."""

    text: str
    kind: str
    value: str | None
    ground: datetime


def precision(text: str) -> Precision | None:
    """How precisely an expression tells, if its form is in scope."""
    for form, known in FORMS:
        if form.fullmatch(text):
            if known is not None:
                return known
            for word, unit in (
                ("دقيق|دقايق|ساع", Precision.MINUTE),
                ("يوم|ايام|اسب|اساب", Precision.DAY),
                ("شهر|شهور|اشهر", Precision.MONTH),
                ("سن|عام|اعوام", Precision.YEAR),
            ):
                if text.startswith(("قبل ", "منذ ")) and re.search(word, text):
                    return unit
            return Precision.SECOND if re.search(r":\d\d:\d\d", text) else Precision.MINUTE
    return None


def read_specs(source: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Spec files by name with their cases."""
    with tarfile.open(source) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            file = archive.extractfile(member) if member.name.endswith(".json") else None
            if file is not None:
                yield PurePosixPath(member.name).stem, json.loads(file.read().decode("utf-8-sig"))


def cases(spec: dict[str, Any]) -> Iterator[Case]:
    """The expressions of one spec; of an input without any: itself."""
    reference = spec.get("Context", {}).get("ReferenceDateTime", "2016-11-07T00:00:00")
    ground = datetime.fromisoformat(reference[:19])
    if not spec["Results"]:
        yield Case(fold(spec["Input"]), "nothing", "", ground)
    for result in spec["Results"]:
        kind = (result.get("Type") or result.get("TypeName")).rpartition(".")[2]
        text = fold(result["Text"])
        yield Case(text if text and text in fold(spec["Input"]) else "", kind, _value(result), ground)


def _value(result: dict[str, Any]) -> str | None:
    known = result.get("Value") or result.get("Resolution")
    if not isinstance(known, dict):
        return None
    if "values" in known:
        first = known["values"][0]
        value = first.get("value") or first.get("start") if isinstance(first, dict) else None
        if value == "not resolved":
            return ""
    else:
        past = known.get("PastResolution", {})
        value = past.get("date") or past.get("dateTime") or past.get("startDate")
    return str(value).replace(" ", "T") if value else None


def in_scope(case: Case) -> bool:
    if case.kind == "nothing":
        return True
    return case.kind in DATES and precision(case.text) is not None


def is_right(reader: DateReader, case: Case) -> bool:
    reading = reader.read(case.text, "ar", case.ground)
    if case.value == "":
        return reading is None or not reading.whole if case.kind == "nothing" else reading is None
    if reading is None or not reading.whole or reading.precision != precision(case.text):
        return False
    return case.value is None or case.value.startswith(reading.value)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {SPECS}")
    parser.add_argument("--wrong", action="store_true", help="list what is in scope and wrong")
    parser.add_argument("--out", action="store_true", help="list what is out of scope")
    arguments = parser.parse_args()
    source = arguments.data / SPECS
    if not source.is_file():
        print(f"No specs: {source} is missing. It holds Specs/DateTime/Arabic of Microsoft Recognizers-Text (MIT).")
        return 1
    reader = DateReader(DateWords(read_languages()))
    total: Counter[str] = Counter()
    print(f"{'spec':22} {'cases':>6} {'in scope':>9} {'right':>6} {'share':>7}   no date, yet read as one")
    for name, specs in read_specs(source):
        counts = Counter(cases=len(specs))
        for spec in specs:
            for case in cases(spec):
                if in_scope(case):
                    right = is_right(reader, case)
                    counts.update(scope=1, right=right)
                    if arguments.wrong and not right:
                        reading = reader.read(case.text, "ar", case.ground)
                        print(f"  wrong: {case.text} ({case.kind}, {case.value}): {reading}")
                    continue
                if arguments.out:
                    print(f"  out: {case.text or 'not in its input'} ({case.kind})")
                reading = reader.read(case.text, "ar", case.ground)
                if case.kind in NO_DATES and reading is not None and reading.whole:
                    counts["false"] += 1
                    if arguments.wrong:
                        print(f"  no date: {case.text} ({case.kind}): {reading.value}")
        report(name, counts)
        total.update(counts)
    report("all", total)
    report_time(reader)
    met = total["right"] >= GOAL * total["scope"]
    print(f"Goal {GOAL:.0%} of those in scope: {'met' if met else 'not met'}")
    return 0


def report_time(reader: DateReader) -> None:
    lines = [fold(line) for line in TIMED]
    rounds = 500
    best = min(_seconds(reader, lines, rounds) for _ in range(7))
    print(f"{best / rounds / len(lines) * 1e6:.1f} µs a line (best of 7 rounds over {len(lines)} forms of datelines)")


def _seconds(reader: DateReader, lines: list[str], rounds: int) -> float:
    start = time.perf_counter()
    for _ in range(rounds):
        for line in lines:
            reader.read(line, "ar")
    return time.perf_counter() - start


def report(name: str, counts: Counter[str]) -> None:
    share = f"{counts['right'] / counts['scope']:7.1%}" if counts["scope"] else "      –"
    print(f"{name:22} {counts['cases']:6} {counts['scope']:9} {counts['right']:6} {share}   {counts['false'] or '–'}")


if __name__ == "__main__":
    sys.exit(main())
