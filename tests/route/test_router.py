"""A route takes an item when every kind of its conditions holds, and says why."""

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.media_topics import MEDIA_TOPICS
from schemas.news_item import NewsItem
from streams.fold import fold
from streams.route import RouteMatch, Router
from streams.route.facts import Facts
from streams.route.routes_file import parse
from tests.ninjs import violations
from tests.route.items import item

SLUGS = [topic.slug for topic in MEDIA_TOPICS]


def router(text: str) -> Router:
    return Router(parse(text, "routes.toml"))


def one(conditions: str) -> Router:
    return router(f'[[route]]\nname = "mine"\n{conditions}\n')


def reasons(conditions: str, news: NewsItem) -> tuple[str, ...]:
    """Why the route takes the item; empty when it does not."""
    return tuple(reason for match in one(conditions).route(news) for reason in match.reasons)


class TestEachCondition:
    def test_a_topic_of_the_list(self) -> None:
        news = item(topics={"politics": 87, "sport": 40})
        assert reasons('topics = ["economy", "politics"]', news) == ("topic politics 87",)

    def test_no_topic_of_the_list(self) -> None:
        assert not reasons('topics = ["economy"]', item(topics={"politics": 87}))

    @pytest.mark.parametrize(("confidence", "taken"), [(59, False), (60, True), (61, True), (None, False)])
    def test_a_topic_of_least_confidence(self, confidence: int | None, taken: bool) -> None:
        news = item(topics={"politics": confidence})
        assert bool(reasons('topics = ["politics"]\nmin_confidence = 60', news)) is taken

    def test_a_topic_without_confidence_where_none_is_asked_for(self) -> None:
        assert reasons('topics = ["politics"]', item(topics={"politics": None})) == ("topic politics",)

    def test_a_keyword_is_no_topic(self) -> None:
        assert not reasons('topics = ["politics"]', item(keywords=("politics",)))

    def test_a_country(self) -> None:
        news = item(countries=("RU", "SY"))
        assert reasons('countries = ["SY", "LB"]', news) == ("country SY",)
        assert not reasons('countries = ["LB"]', news)

    @pytest.mark.parametrize(
        ("asked", "tag", "taken"),
        [
            ("ar", "ar", True),
            ("ar", "ar-EG", True),
            ("ar", "AR_eg", True),
            ("AR", "ar", True),
            ("ar-EG", "ar-EG", True),
            ("ar-EG", "ar", False),
            ("ar", "arz", False),
            ("ar", "en", False),
            ("ar", None, False),
        ],
    )
    def test_a_language(self, asked: str, tag: str | None, taken: bool) -> None:
        found = reasons(f'languages = ["{asked}"]', item(language=tag))
        assert found == ((f"language {asked}",) if taken else ())

    @pytest.mark.parametrize("kind", ["sources", "people", "organisations"])
    @pytest.mark.parametrize(
        ("asked", "named", "taken"),
        [
            ("الأمم المتحدة", "الامم المتحدة", True),
            ("کوریا", "كوريا", True),
            ("REUTERS", "Reuters", True),
            ("الأمم", "الأمم المتحدة", False),
            ("الأمم المتحدة", "الأمم", False),
        ],
    )
    def test_a_name(self, kind: str, asked: str, named: str, taken: bool) -> None:
        news = item(**{kind: (named,)})  # type: ignore[arg-type]  # each kind is a tuple of names
        word = {"sources": "source", "people": "person", "organisations": "organisation"}[kind]
        assert reasons(f'{kind} = ["{asked}"]', news) == ((f"{word} {named}",) if taken else ())

    def test_names_of_another_kind_do_not_count(self) -> None:
        assert not reasons('people = ["Reuters"]', item(sources=("Reuters",), organisations=("Reuters",)))

    def test_a_phrase_in_the_title_is_told_before_one_in_the_text(self) -> None:
        phrases = 'phrases = ["بنك", "سعر الفائدة", "ذهب"]'
        news = item(title="البنك يرفع", text="قرر البنك رفع سعر\n\nالفائدة")
        assert reasons(phrases, news) == ("phrase «بنك» in title", "phrase «سعر الفائدة» in text")

    def test_a_phrase_does_not_reach_from_the_title_into_the_text(self) -> None:
        assert not reasons('phrases = ["central bank"]', item(title="The central", text="bank said"))

    def test_all(self) -> None:
        assert reasons("all = true", item()) == ("all",)


class TestConditionsTogether:
    ROUTE = 'topics = ["politics"]\ncountries = ["SY"]\nlanguages = ["ar"]'

    def test_kinds_must_all_hold(self) -> None:
        news = item(topics={"politics": 87}, countries=("SY",), language="ar")
        assert reasons(self.ROUTE, news) == ("topic politics 87", "language ar", "country SY")

    @pytest.mark.parametrize(
        "news",
        [
            item(topics={"sport": 87}, countries=("SY",), language="ar"),
            item(topics={"politics": 87}, countries=("LB",), language="ar"),
            item(topics={"politics": 87}, countries=("SY",), language="fr"),
            item(),
        ],
    )
    def test_one_kind_that_does_not_hold_is_enough(self, news: NewsItem) -> None:
        assert not reasons(self.ROUTE, news)

    def test_every_kind_at_once(self) -> None:
        route = """
            topics = ["economy"]
            min_confidence = 50
            countries = ["EG"]
            languages = ["ar"]
            sources = ["رويترز"]
            people = ["حسن عبد الله"]
            organisations = ["البنك المركزي المصري"]
            phrases = ["سعر الفائدة"]
        """
        news = item(
            topics={"economy": 50},
            countries=("EG",),
            language="ar-EG",
            sources=("رويترز",),
            people=("حسن عبد اللّه",),
            organisations=("البنك المركزي المصرى",),
            text="أبقى على سعر الفائدة",
        )
        assert len(reasons(route, news)) == 7


class TestSeveralRoutes:
    FILE = """
        [[route]]
        name = "syria"
        stream = "levant"
        countries = ["SY"]
        [[route]]
        name = "politics"
        topics = ["politics"]
        [[route]]
        name = "lebanon"
        stream = "levant"
        countries = ["LB"]
    """

    def test_all_that_take_the_item_are_told_in_the_order_of_the_file(self) -> None:
        assert router(self.FILE).route(item(topics={"politics": 70}, countries=("LB", "SY"))) == [
            RouteMatch("syria", "levant", ("country SY",)),
            RouteMatch("politics", "politics", ("topic politics 70",)),
            RouteMatch("lebanon", "levant", ("country LB",)),
        ]

    def test_a_stream_that_several_lead_to_is_named_once(self) -> None:
        assert router(self.FILE).streams == ("levant", "politics")

    def test_none_takes_it(self) -> None:
        assert router(self.FILE).route(item(countries=("FR",))) == []


class TestTheDefaultFile:
    def test_has_a_stream_for_each_topic(self) -> None:
        assert Router.load().streams == tuple(SLUGS)

    @pytest.mark.parametrize("slug", SLUGS)
    def test_sends_a_topic_to_its_stream(self, slug: str) -> None:
        assert Router.load().route(item(topics={slug: 55})) == [RouteMatch(slug, slug, (f"topic {slug} 55",))]

    def test_leaves_an_item_without_topic_unrouted(self) -> None:
        assert Router.load().route(item(countries=("SY",), language="ar")) == []

    def test_its_commented_examples_are_valid(self) -> None:
        text = resources.files("streams.route").joinpath("routes.toml").read_text(encoding="utf-8")
        _, _, examples = text.partition('without their leading "# ":\n#\n')
        shown = [line[2:] for line in examples.splitlines() if line.startswith("# ")]
        streams = router("\n".join(line for line in shown if line.startswith("[[") or " = " in line)).streams
        assert streams == ("levant", "banks", "everything")

    def test_a_file_of_ones_own_takes_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        path.write_text('[[route]]\nname = "mine"\nall = true\n', encoding="utf-8")
        assert Router.load(path).streams == ("mine",)


items = st.builds(
    item,
    topics=st.dictionaries(st.sampled_from(SLUGS), st.integers(0, 100) | st.none()),
    countries=st.lists(st.sampled_from(["SY", "LB", "EG"]), unique=True).map(tuple),
    language=st.sampled_from([None, "ar", "ar-EG", "en"]),
    sources=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    title=st.none() | st.text(max_size=20),
    text=st.none() | st.text(max_size=40),
)


@given(items)
def test_the_default_routes_are_the_topics_of_the_item(news: NewsItem) -> None:
    about = {subject.literal for subject in news.subjects if subject.rel == "about"}
    assert {match.stream for match in Router.load().route(news)} == about


@given(items)
def test_routing_is_the_same_on_every_replay(news: NewsItem) -> None:
    again = NewsItem.from_json(news.to_json())
    assert Router.load().route(news) == Router.load().route(again)


@given(items, st.sampled_from(SLUGS), st.integers(0, 100))
def test_another_condition_never_takes_more(news: NewsItem, slug: str, confidence: int) -> None:
    wide = one(f'topics = ["{slug}"]')
    narrow = one(f'topics = ["{slug}"]\nmin_confidence = {confidence}\ncountries = ["SY"]')
    assert not narrow.route(news) or wide.route(news)


@given(items)
def test_the_index_by_topic_changes_nothing(news: NewsItem) -> None:
    """A route with topics is found by the index; asked directly, it says the same."""
    routes = parse('[[route]]\nname = "x"\ntopics = ["sport", "arts"]\n[[route]]\nname = "y"\nall = true', "f")
    asked = [route.name for route in routes if route.takes(Facts(news))]
    assert [match.route for match in Router(routes).route(news)] == asked


def test_the_items_of_these_tests_are_valid_ninjs() -> None:
    news = item(topics={"economy": 50}, countries=("EG",), language="ar-EG", sources=("رويترز",), title="أ", text="ب")
    assert violations(news.to_json()) == []


def test_names_are_compared_as_folded_ones() -> None:
    assert fold("الأمم المتّحدة") == fold("الامم المتحده")
