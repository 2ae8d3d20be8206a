"""Copies of one story share a key, however a paper reworks them; other stories do not."""

import subprocess
import sys
import time

import pytest

from streams.tag.fingerprint import KEYS, LEAST_RUNS, Fingerprint, Fingerprinter, similarity

STORY = (
    "افتتحت بلدية المدينة الساحلية صباح اليوم جسرا جديدا يربط ضفتي النهر بعد عامين من الأشغال المتواصلة. "
    "وقالت رئيسة البلدية هناء الخطيب إن الجسر سيختصر الطريق إلى الميناء بنحو عشرين دقيقة على الأقل، وإن "
    "كلفته لم تتجاوز ما رصد له في موازنة العام الماضي. وأضافت أن المرحلة الثانية تشمل رصيفا للمشاة ومسارا "
    "للدراجات، على أن تنجز قبل نهاية العام المقبل. ويعبر الجسر القديم يوميا نحو ثلاثين ألف مركبة، وكان قد "
    "شيد قبل ستين عاما ولم يعد يحتمل الشاحنات الثقيلة. وطالب صيادون في الحي القديم بإبقاء ممر لقواربهم تحت "
    "القوس الأوسط، فوعدتهم البلدية بدراسة الأمر مع المهندسين في الأسابيع القادمة."
)
OTHER = (
    "خسر فريق الميناء مباراته الأخيرة أمام ضيفه بهدفين دون رد، وغادر مدربه الملعب قبل صافرة النهاية غاضبا من "
    "قرارات الحكم. وقال قائد الفريق إن اللاعبين تأثروا بالحرارة الشديدة وبغياب ثلاثة من زملائهم عن الدفاع، وإنهم "
    "سيعوضون جمهورهم في الجولة المقبلة التي تقام على أرضهم بعد أسبوعين من الراحة."
)
# Of STORY, as first computed: keys are kept for years, so they must never change by themselves.
FIRST_KEY = "a939dc04d45a559c"


@pytest.fixture(scope="module")
def fingerprinter() -> Fingerprinter:
    return Fingerprinter()


def made(fingerprinter: Fingerprinter, text: str) -> Fingerprint:
    fingerprint = fingerprinter.fingerprint(text)
    assert fingerprint is not None
    return fingerprint


def shared(fingerprinter: Fingerprinter, one: str, other: str) -> int:
    return len({*made(fingerprinter, one).keys} & {*made(fingerprinter, other).keys})


@pytest.mark.parametrize(
    "copy",
    [
        STORY,
        f"رويترز - {STORY}",
        f"{STORY} وللمزيد تابعونا.",
        STORY.replace(" صباح اليوم", "").replace(" على الأقل", ""),
        STORY.replace("أ", "ا").replace("إ", "ا").replace("ة", "ه").replace("ي", "ی"),
        "\n\n".join(STORY.split(". ")),
        STORY.replace("،", "").replace(".", " -"),
        STORY.upper(),
    ],
    ids=["same", "agency before", "line after", "words left out", "spelling", "paragraphs", "punctuation", "case"],
)
def test_a_reworked_copy_shares_a_key(fingerprinter: Fingerprinter, copy: str) -> None:
    assert shared(fingerprinter, STORY, copy)
    assert (similarity(made(fingerprinter, STORY).sketch, made(fingerprinter, copy).sketch) or 0) > 0.6


def test_another_story_shares_none(fingerprinter: Fingerprinter) -> None:
    assert shared(fingerprinter, STORY, OTHER) == 0
    assert similarity(made(fingerprinter, STORY).sketch, made(fingerprinter, OTHER).sketch) == pytest.approx(
        0, abs=0.05
    )


def test_the_sketch_tells_how_much_is_shared(fingerprinter: Fingerprinter) -> None:
    half = " ".join(f"word{number}" for number in range(1000))
    part = " ".join(f"word{number}" for number in range(500))
    found = similarity(made(fingerprinter, half).sketch, made(fingerprinter, part).sketch)
    assert found == pytest.approx(498 / 998, abs=0.12)


def test_sketches_made_in_another_way_are_not_compared(fingerprinter: Fingerprinter) -> None:
    sketch = made(fingerprinter, STORY).sketch
    assert similarity(sketch, sketch) == 1
    assert similarity(sketch, "minhash-0:" + sketch.partition(":")[2]) is None
    assert similarity("", "") is None


def test_a_key_is_sixteen_digits_and_none_stands_twice(fingerprinter: Fingerprinter) -> None:
    keys = made(fingerprinter, STORY).keys
    assert len(set(keys)) == KEYS
    assert all(len(key) == 16 and set(key) <= set("0123456789abcdef") for key in keys)


@pytest.mark.parametrize("text", ["", "\n", "، . !", "هدف", "word " * (LEAST_RUNS + 1), "\u0640\u200f"])
def test_too_few_words_have_no_fingerprint(fingerprinter: Fingerprinter, text: str) -> None:
    assert fingerprinter.fingerprint(text) is None


@pytest.mark.parametrize("words", [LEAST_RUNS + 2, 100, 3000])
def test_a_text_of_any_length_has_a_whole_one(fingerprinter: Fingerprinter, words: int) -> None:
    text = " ".join(f"w{number}" for number in range(words))
    assert shared(fingerprinter, text, text) == KEYS


def test_scripts_without_blanks_are_read_by_letter(fingerprinter: Fingerprinter) -> None:
    chinese = "市议会周一在河上开通了一座新桥市长说这座桥将把到港口的路程缩短二十分钟第二期工程将于明年年底前完成"
    assert shared(fingerprinter, chinese, "本报讯" + chinese)
    thai = "สภาเทศบาลเมืองเปิดสะพานใหม่ข้ามแม่น้ำเมื่อวันจันทร์หลังจากก่อสร้างมาสองปี"
    assert shared(fingerprinter, thai, thai + " จบ")


@pytest.mark.parametrize("text", ["a" * 100_000, "ab " * 100_000, "😀 " * 50_000, "界" * 100_000, "\ud800 " * 20])
def test_hostile_text_takes_no_time(fingerprinter: Fingerprinter, text: str) -> None:
    start = time.perf_counter()
    fingerprinter.fingerprint(text)
    assert time.perf_counter() - start < 0.5


def test_keys_are_the_same_in_every_process_and_version(fingerprinter: Fingerprinter) -> None:
    code = (
        "import sys; from streams.tag.fingerprint import Fingerprinter; "
        "print(Fingerprinter().fingerprint(sys.argv[1]).keys[0])"
    )
    run = subprocess.run([sys.executable, "-c", code, STORY], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == made(fingerprinter, STORY).keys[0] == FIRST_KEY
