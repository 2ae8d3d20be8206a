"""The shipped model names topics, says how sure it is and why; always the same, and nothing for nothing."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from schemas.media_topics import BY_SLUG, MEDIA_TOPICS
from streams.tag.topic_features import BITS, features
from streams.tag.topics import TopicModel, TopicModelError
from streams.tag.topics_file import topic_model

FOOTBALL = "سجل المهاجم هدفين في مباراة الدوري وقاد فريقه إلى الفوز على ضيفه، وأشاد المدرب باللاعبين"
# Sum and number of the buckets of one short text, as computed when the shipped model was trained.
FIXED = (3176841, 23)


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return TopicModel.load()


@pytest.mark.parametrize(
    ("title", "text", "slug"),
    [
        ("فوز كبير في الدوري", FOOTBALL, "sport"),
        (None, FOOTBALL, "sport"),
        (
            "ارتفاع أرباح البنك",
            "أعلن البنك ارتفاع أرباحه الفصلية وصعدت أسهمه في البورصة مع زيادة الإيرادات",
            "economy",
        ),
        ("أمطار غزيرة", "توقعت الأرصاد الجوية هطول أمطار رعدية ورياحا قوية وانخفاض درجات الحرارة", "weather"),
        (
            "Hospital warns",
            "Doctors said patients with the virus need a vaccine, the hospital reported",
            "health",
        ),
        (
            "Elections called",
            "The prime minister told parliament that an election will be held in May",
            "politics",
        ),
        ("Victoire", "L'entraîneur de l'équipe nationale de football a salué le but de l'attaquant", "sport"),
        ("انتخابات", "مجلس نمایندگان و وزیر درباره انتخابات و احزاب سیاسی گفتگو کردند", "politics"),
        ("Матч", "Нападающий забил гол, сборная выиграла матч чемпионата, сказал тренер", "sport"),
        (
            "Bundesliga",
            "Der Trainer lobte seine Mannschaft nach dem Sieg im Spiel, der Stürmer schoss zwei Tore",
            "sport",
        ),
        ("Terremoto", "Un terremoto dejó muertos y heridos, los bomberos buscan víctimas", "disaster"),
        ("Faiz kararı", "Merkez Bankası faiz oranını açıkladı, enflasyon ve dolar yükseldi", "economy"),
        ("بارش", "محکمہ موسمیات نے بارش اور برفباری کی پیشگوئی کی ہے، درجہ حرارت کم ہوگا", "weather"),
    ],
)
def test_the_main_topic_comes_first(model: TopicModel, title: str | None, text: str, slug: str) -> None:
    assert model.topics(title, text)[0].topic is BY_SLUG[slug]


@pytest.mark.parametrize(("title", "text"), [(None, ""), ("", "   \n"), (None, "!? … ؟"), ("", "\u0640\u200f")])
def test_nothing_has_no_topic(model: TopicModel, title: str | None, text: str) -> None:
    assert model.topics(title, text) == []


def test_letters_never_seen_have_no_topic(model: TopicModel) -> None:
    assert len(model.topics(None, "ꙮ" * 3)) <= 3


def test_at_most_three_topics_with_confidence_in_percent(model: TopicModel) -> None:
    scores = model.topics(FOOTBALL, "حرب اقتصاد صحة مدرسة محكمة مطر علوم دين سفر " * 20)
    assert 1 <= len(scores) <= 3
    assert all(0 <= score.confidence <= 100 for score in scores)
    assert len({score.topic for score in scores}) == len(scores)


def test_spelling_does_not_matter(model: TopicModel) -> None:
    plain = "اعلنت الشرکة ارباحها"
    marked = "أعلنتِ الشّركة أرباحَها"
    assert model.topics(None, plain) == model.topics(None, marked)


def test_only_the_opening_is_read(model: TopicModel) -> None:
    opening = (FOOTBALL + " ") * 40
    assert model.topics(None, opening) == model.topics(None, opening + "زلزال " * 1000)


def test_the_reasons_are_words_of_the_article(model: TopicModel) -> None:
    words = model.explain("فوز كبير", FOOTBALL, BY_SLUG["sport"], n=5)
    assert len(words) == 5
    assert all(word in f"فوز كبير {FOOTBALL}" for word, _ in words)
    assert [weight for _, weight in words] == sorted((weight for _, weight in words), reverse=True)
    assert {"مباراة", "الدوري"} & {word for word, _ in words}


def test_reasons_add_up_to_the_score(model: TopicModel) -> None:
    """Each piece of the score is given to words and to words only, so no word is counted twice."""
    once = dict(model.explain(None, "مباراة الدوري", BY_SLUG["sport"], n=99))
    twice = dict(model.explain(None, "مباراة الدوري مباراة الدوري", BY_SLUG["sport"], n=99))
    assert once == pytest.approx(twice)


def test_there_is_no_reason_in_nothing(model: TopicModel) -> None:
    assert model.explain(None, "", BY_SLUG["sport"]) == []


def test_features_are_the_same_in_every_process() -> None:
    """Fixed figures: a change here means that the shipped model no longer fits and must be trained again."""
    found = features("وكالة", "قال المتحدث 2024 said")
    assert found.buckets.size == np.unique(found.buckets).size
    assert (int(found.buckets.sum()), found.buckets.size) == FIXED
    code = "from streams.tag.topic_features import features; print(int(features('وكالة', 'قال المتحدث 2024 said').buckets.sum()))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert int(other.stdout) == FIXED[0]


def test_all_digits_are_one() -> None:
    assert features(None, "2023").buckets.tolist() == features(None, "١٩٩٩").buckets.tolist()


@pytest.mark.parametrize("text", ["a", "ab", "x" * 5000, "a " * 3000, "م" * 2999 + " ك", "👍 text 🌍", "\ud800 x"])
def test_any_text_has_features_within_the_table(text: str) -> None:
    found = features(text, text)
    assert found.buckets.size == found.counts.size > 0
    assert found.buckets.max() < 2**BITS


def test_the_model_is_small_and_quickly_loaded() -> None:
    path = Path(sys.modules[TopicModel.__module__].__file__ or "").with_name("topics_model.npz")
    assert path.stat().st_size < 3_000_000
    start = time.perf_counter()
    TopicModel.load(path)
    assert time.perf_counter() - start < 0.5  # 30 ms; ten times as much for a busy machine


def test_every_topic_can_be_explained(model: TopicModel) -> None:
    for topic in MEDIA_TOPICS:
        assert all(weight > 0 for _, weight in model.explain(None, FOOTBALL, topic))


class TestConsidered:
    def test_tells_all_topics_and_which_are_given(self, model: TopicModel) -> None:
        weighed = model.considered("فوز كبير", FOOTBALL, "ar")
        given = model.topics("فوز كبير", FOOTBALL, "ar")
        assert len(weighed) == len(MEDIA_TOPICS)
        assert {each.topic for each in weighed if each.given} == {score.topic for score in given}
        assert [each.confidence for each in weighed] == sorted((each.confidence for each in weighed), reverse=True)

    def test_a_language_without_a_model_has_none(self, model: TopicModel) -> None:
        assert model.considered("Sigur", "Liðið vann leikinn", "is") == []
        assert model.topics("Sigur", "Liðið vann leikinn", "is") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Accept all cookies. Manage preferences. Privacy policy. Sign in. Add to cart. Free shipping. Buy now."),
        ("ar", "أضف إلى السلة، شحن مجاني، السعر شامل الضريبة، تسجيل الدخول، سياسة الخصوصية، ملفات تعريف الارتباط"),
    ],
)
def test_what_is_no_news_has_no_topic(model: TopicModel, language: str, text: str) -> None:
    assert model.topics(None, text, language) == []


class TestThresholds:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "thresholds.toml"

    def test_a_lower_one_gives_a_further_topic(self, model: TopicModel, path: Path) -> None:
        given = [score.topic.slug for score in model.topics("فوز كبير", FOOTBALL, "ar")]
        path.write_text("crime = 0\n# the rest as trained\n")
        more = topic_model(None, path).topics("فوز كبير", FOOTBALL, "ar")
        assert [score.topic.slug for score in more] == [*given, "crime"]

    def test_main_denies_topics_that_are_less_sure(self, path: Path) -> None:
        path.write_text("main = 100")
        assert topic_model(None, path).topics(None, "مباراة") == []

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("polticis = 40", "no topic polticis"),
            ("politics = 140", "from 0 to 100"),
            ("politics = 0.4", "whole number"),
            ("politics: 40", "not TOML"),
        ],
    )
    def test_a_wrong_file_is_told(self, path: Path, text: str, says: str) -> None:
        path.write_text(text)
        with pytest.raises(TopicModelError, match=says):
            topic_model(None, path)

    def test_a_missing_file_is_told(self, path: Path) -> None:
        with pytest.raises(TopicModelError, match="cannot be read"):
            topic_model(None, path)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_no_model_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    with pytest.raises(TopicModelError, match="train it again"):
        TopicModel.load(path)
