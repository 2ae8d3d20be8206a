"""Every tag says why, by which model or rule; and what came close says why not."""

import orjson
import pytest

from schemas.parsed_article import ParsedArticle
from streams.tag import Tagger
from streams.tag.why import MOST_BYTES, Why, to_json
from tests.parse.builders import AR_STORY, AR_TITLE

FOOTBALL = (
    "سجل المهاجم هدفين في مباراة الدوري وقاد فريقه إلى الفوز على ضيفه في القاهرة، وأشاد المدرب باللاعبين.",
    "وقال المدرب إن مباراة الدوري المقبلة ستكون أصعب، وإن اللاعبين يستعدون لها في القاهرة من الآن.",
)


def article(**given: object) -> ParsedArticle:
    fields = {"id": "i", "title": "فوز كبير في مباراة الدوري", "paragraphs": FOOTBALL, "language": "ar"}
    return ParsedArticle.model_validate(fields | given)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


def of(reasons: list[Why], tag: str) -> list[Why]:
    return [why for why in reasons if why.tag == tag]


def test_every_subject_and_place_of_the_item_has_its_reason(tagger: Tagger) -> None:
    item, reasons = tagger.tag(article()), tagger.explain(article())
    given = {(why.tag, why.value) for why in reasons if why.is_given}
    assert {("topic", subject.literal) for subject in item.subjects if subject.rel == "about"} <= given
    assert {("keyword", subject.name) for subject in item.subjects if subject.rel == "keyword"} <= given
    assert {("country", place.literal) for place in item.places} <= given
    assert of(reasons, "near-duplicate")[0].value in {each.value for each in item.altIds}


def test_a_topic_tells_its_words_its_confidence_and_its_model(tagger: Tagger) -> None:
    sport = of(tagger.explain(article()), "topic")[0]
    assert (sport.value, sport.is_given) == ("sport", True)
    assert sport.because.startswith("confidence ")
    assert "المدرب" in sport.words
    assert sport.creator == f"rafid-topics/{tagger.topics.version}"


def test_people_and_organisations_tell_their_words_their_cue_and_their_version(tagger: Tagger) -> None:
    paragraphs = ("Prime Minister Wandera Okello met Antonio Guterres of the United Nations. Okello smiled.",)
    told = article(title="Talks in Nairobi", paragraphs=paragraphs, language="en")
    item, reasons = tagger.tag(told), tagger.explain(told)
    creator = f"rafid-entities/{tagger.entities.version}"
    assert [person.name for person in item.people] == [why.value for why in of(reasons, "person")]
    okello, guterres = of(reasons, "person")
    assert okello.words == ("Wandera Okello", "Okello")
    assert okello.because.endswith("2 ×: after «Prime Minister»; the last name of a person named here")
    assert guterres.because.endswith("list of the well known, antonio-guterres")
    (nations,) = of(reasons, "organisation")
    assert (nations.value, nations.creator, item.organisations[0].literal) == (
        "United Nations",
        creator,
        "united-nations",
    )


def test_a_topic_that_was_not_given_tells_what_it_had_and_what_it_needed(tagger: Tagger) -> None:
    rejected = [why for why in of(tagger.explain(article()), "topic") if not why.is_given]
    assert rejected
    for why in rejected:
        _, had, _, needed = why.because.replace(",", "").split()
        assert 0 <= int(had) < int(needed) <= 100


def test_a_language_that_the_model_does_not_know_is_the_reason_for_no_topic(tagger: Tagger) -> None:
    (why,) = of(tagger.explain(article(language="fi")), "topic")
    assert not why.is_given
    assert why.because == "the model does not know the language fi"


def test_the_pages_own_keywords_are_told_from_ours(tagger: Tagger) -> None:
    own = of(tagger.explain(article(keywords=("كرة قدم",))), "keyword")
    assert [(why.value, why.because, why.creator) for why in own] == [("كرة قدم", "the page's own", "")]
    ours = of(tagger.explain(article()), "keyword")
    assert {why.creator for why in ours} == {"rafid-key-phrases/1"}


def test_an_article_too_short_for_keys_says_so(tagger: Tagger) -> None:
    (why,) = of(tagger.explain(article(paragraphs=("خبر عاجل",))), "near-duplicate")
    assert not why.is_given
    assert "fewer than" in why.because


def test_what_is_given_comes_before_what_is_not(tagger: Tagger) -> None:
    given = [why.is_given for why in tagger.explain(article(title=AR_TITLE, paragraphs=AR_STORY))]
    assert given == sorted(given, reverse=True)


def test_reasons_as_json_are_whole_and_bounded(tagger: Tagger) -> None:
    reasons = tagger.explain(article())
    assert orjson.loads(to_json(reasons)) == [{**why._asdict(), "words": [*why.words]} for why in reasons]
    many = [Why("keyword", f"ك{number}" * 50, True, "…", (), "") for number in range(1000)]
    written = to_json(many)
    assert len(written) <= MOST_BYTES
    read = orjson.loads(written)
    assert read == [{**why._asdict(), "words": []} for why in many[: len(read)]]
    assert to_json([]) == b"[]"


class TestItem:
    """Where the results stand in the news item."""

    def test_the_pages_own_keywords_come_first_and_alone(self, tagger: Tagger) -> None:
        item = tagger.tag(article(keywords=("كرة قدم", "مصر")))
        keywords = [subject for subject in item.subjects if subject.rel == "keyword"]
        assert [(subject.name, subject.creator) for subject in keywords] == [("كرة قدم", None), ("مصر", None)]

    def test_key_phrases_stand_in_where_there_are_none(self, tagger: Tagger) -> None:
        keywords = [subject for subject in tagger.tag(article()).subjects if subject.rel == "keyword"]
        assert "مباراة الدوري" in [subject.name for subject in keywords]
        assert {subject.creator for subject in keywords} == {"rafid-key-phrases/1"}

    def test_keys_and_fingerprint_are_other_ids(self, tagger: Tagger) -> None:
        item = tagger.tag(article(url="https://news.example/1"))
        roles = [each.role for each in item.altIds]
        assert roles == ["url", *["near-duplicate"] * 16, "fingerprint"]

    def test_copies_in_two_papers_have_a_key_in_common(self, tagger: Tagger) -> None:
        one, other = (
            {each.value for each in tagger.tag(item).altIds if each.role == "near-duplicate"}
            for item in (article(), article(id="j", title="المهاجم يسجل هدفين", paragraphs=(*FOOTBALL, "وكالات")))
        )
        assert one & other
