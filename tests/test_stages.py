"""The three stages as delivery runs them: bytes and headers in, messages with theirs out."""

import pickle
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from schemas.dead_letter import Reason, Refusal
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams.delivery.stage import Headers, Output, Record, Stage
from streams.parse import ParseLimits
from streams.route import Router
from streams.route.routes_file import RoutesError, parse
from streams.settings import AGENT_NAMES, Settings, Topics
from streams.stages import StageBuilder
from streams.stages.parse import ParseStage
from streams.stages.route import RouteStage
from streams.stages.tag import TagStage
from streams.tag import Tagger
from tests.commands import clean
from tests.parse.builders import EN_TITLE, english_page
from tests.route.items import item

TRACE = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
STATE = ("tracestate", b"vendor=1")
ORIGIN = ("rafid-origin", b"r.articles.raw/2/1041")
FOREIGN: Headers = (("x-mine", b"1"), ("ce_id", b"not ours"), ("null", None))
TOPICS = Topics("r.")
ARTICLE = ParsedArticle(id="0e3b9b8e-5c0f-5d53-9d0b-4f6f0a7f3a11", title=EN_TITLE, language="en")
FEED = b"""<rss version="2.0"><channel><title>Feed</title>
<item><title>A bridge opens</title><link>https://news.example/1</link>
<description>The city council opened a new bridge across the river on Monday.</description></item>
<item><title>A harbour closes</title><link>https://news.example/2</link>
<description>The harbour was closed by the storm on Tuesday, its master said.</description></item>
</channel></rss>"""


def record(value: bytes | None, *headers: tuple[str, bytes | None], key: bytes | None = b"key") -> Record:
    return Record("r.in", 1, 7, None, key, value, headers)


def routes(*names_and_streams: tuple[str, str]) -> RouteStage:
    """A stage of routes that take every item."""
    text = "\n".join(
        f'[[route]]\nname = "{name}"\nstream = "{stream}"\nall = true' for name, stream in names_and_streams
    )
    return RouteStage(TOPICS, Router(parse(text, "routes.toml")))


def refused(stage: Stage, value: bytes | None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        stage(record(value))
    return caught.value


def only(outputs: list[Output]) -> tuple[Output, dict[str, bytes | None]]:
    (output,) = outputs
    assert len(dict(output.headers)) == len(output.headers), "a header twice"
    return output, dict(output.headers)


def stages_in(program: str) -> list[str]:
    """The stages whose modules a process has, once it has run a program."""
    program += """
import sys
print(*(name for name in ("parse", "tag", "route") if f"streams.{name}" in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=clean())
    return done.stdout.split()


@pytest.mark.parametrize("agent", AGENT_NAMES)
def test_a_process_imports_its_own_stage_alone(agent: str) -> None:
    assert stages_in(
        f"""
from streams.settings import Settings
from streams.stages import StageBuilder
StageBuilder({agent!r}, Settings())()
"""
    ) == [agent]


def test_a_worker_imports_no_stage_but_the_routes() -> None:
    assert stages_in("import streams.worker") == ["route"]


@pytest.fixture(scope="module")
def parse_stage() -> ParseStage:
    return ParseStage(TOPICS, ParseLimits())


@pytest.fixture(scope="module")
def tag_stage() -> TagStage:
    return TagStage(TOPICS, Tagger())


class TestParse:
    def test_a_page_becomes_a_message_with_the_article_as_key_value_and_event(self, parse_stage: ParseStage) -> None:
        output, headers = only(parse_stage(record(english_page().encode(), *FOREIGN)))
        article = ParsedArticle.from_json(output.value)
        assert output.topic == "r.articles.parsed"
        assert output.key == article.id.encode()
        assert article.title == EN_TITLE
        assert headers == {
            "content-type": b"application/json",
            "ce_specversion": b"1.0",
            "ce_id": article.id.encode(),
            "ce_type": b"rafid.article.parsed",
            "ce_source": b"rafid",
            "rafid-origin": b"r.in/1/7",
        }

    def test_the_trace_is_passed_on(self, parse_stage: ParseStage) -> None:
        _, headers = only(parse_stage(record(english_page().encode(), TRACE, STATE)))
        assert (headers["traceparent"], headers["tracestate"]) == (TRACE[1], STATE[1])

    def test_a_feed_becomes_a_message_for_each_entry_all_of_one_origin(self, parse_stage: ParseStage) -> None:
        outputs = parse_stage(record(FEED))
        assert [ParsedArticle.from_json(output.value).title for output in outputs] == [
            "A bridge opens",
            "A harbour closes",
        ]
        assert {dict(output.headers)["rafid-origin"] for output in outputs} == {b"r.in/1/7"}
        assert len({output.key for output in outputs}) == 2

    def test_names_of_headers_are_read_in_any_case(self, parse_stage: ParseStage) -> None:
        output, _ = only(parse_stage(record(english_page().encode(), ("URL", b"https://news.example/7"))))
        assert ParsedArticle.from_json(output.value).url == "https://news.example/7"

    def test_the_same_record_gives_the_same_messages(self, parse_stage: ParseStage) -> None:
        assert parse_stage(record(FEED, TRACE)) == parse_stage(record(FEED, TRACE))

    def test_no_value_is_refused(self, parse_stage: ParseStage) -> None:
        assert refused(parse_stage, None).reason is Reason.EMPTY


class TestTag:
    def test_an_article_becomes_an_item_with_its_id(self, tag_stage: TagStage) -> None:
        output, headers = only(tag_stage(record(ARTICLE.to_json(), *FOREIGN, ORIGIN)))
        assert output.topic == "r.articles.tagged"
        assert output.key == ARTICLE.id.encode()
        assert NewsItem.from_json(output.value).uri == f"urn:uuid:{ARTICLE.id}"
        assert headers == {
            "content-type": b"application/json",
            "ce_specversion": b"1.0",
            "ce_id": ARTICLE.id.encode(),
            "ce_type": b"rafid.article.tagged",
            "ce_source": b"rafid",
            "rafid-origin": ORIGIN[1],
        }

    def test_the_trace_is_passed_on(self, tag_stage: TagStage) -> None:
        _, headers = only(tag_stage(record(ARTICLE.to_json(), TRACE, STATE)))
        assert (headers["traceparent"], headers["tracestate"]) == (TRACE[1], STATE[1])

    def test_no_reasons_unless_asked_for(self, tag_stage: TagStage) -> None:
        assert "rafid-reasons" not in only(tag_stage(record(ARTICLE.to_json())))[1]

    def test_an_item_tells_why_it_has_its_tags_where_the_setting_asks(self) -> None:
        stage = StageBuilder("tag", Settings(explain_tags=True))()
        _, headers = only(stage(record(ARTICLE.to_json(), ORIGIN)))
        reasons = orjson.loads(headers["rafid-reasons"] or b"")
        assert {"topic", "near-duplicate"} <= {each["tag"] for each in reasons}
        assert all(each.keys() == {"tag", "value", "is_given", "because", "words", "creator"} for each in reasons)
        assert headers["rafid-origin"] == ORIGIN[1]

    @pytest.mark.parametrize(
        ("value", "field"),
        [
            (b'{"title": "no id"}', "id"),
            (b'{"id": 4}', "id"),
            (b'{"id": "a", "published": {"value": "2023"}}', "published.precision"),
            (b'{"id": "a", "paragraphs": ["one", 2]}', "paragraphs.1"),
            (b'{"id": "a", "position": -1}', "position"),
            (b"not JSON", "the whole"),
            (b"[]", "the whole"),
            (b"\xff", "the whole"),
            (b"", "the whole"),
            (None, "the whole"),
        ],
    )
    def test_what_is_no_article_is_refused_by_the_field_that_is_wrong(
        self, tag_stage: TagStage, value: bytes | None, field: str
    ) -> None:
        refusal = refused(tag_stage, value)
        assert refusal.reason is Reason.INVALID_MESSAGE
        assert refusal.detail.startswith(f"not a ParsedArticle: {field}: ")


class TestRoute:
    ITEM = item(title=EN_TITLE, language="en")

    def test_an_item_goes_out_as_it_came(self) -> None:
        value = b" " + self.ITEM.to_json()
        output, headers = only(routes(("everything", "news"))(record(value, *FOREIGN, ORIGIN, TRACE, key=b"its key")))
        assert (output.topic, output.key, output.value) == ("r.articles.topic.news", b"its key", value)
        assert headers == {
            "content-type": b"application/json",
            "ce_specversion": b"1.0",
            "ce_id": self.ITEM.uri.removeprefix("urn:uuid:").encode(),
            "ce_type": b"rafid.article.routed",
            "ce_source": b"rafid",
            "rafid-origin": ORIGIN[1],
            "traceparent": TRACE[1],
            "rafid-routes": b'[{"route":"everything","reasons":["all"]}]',
        }

    def test_reasons_are_passed_on(self) -> None:
        _, headers = only(routes(("all", "all"))(record(self.ITEM.to_json(), ("rafid-reasons", b"[]"))))
        assert headers["rafid-reasons"] == b"[]"

    def test_a_stream_gets_an_item_once_with_every_route_that_sent_it_there(self) -> None:
        stage = routes(("first", "a"), ("second", "b"), ("third", "a"))
        outputs = stage(record(self.ITEM.to_json()))
        why = {output.topic: orjson.loads(dict(output.headers)["rafid-routes"] or b"") for output in outputs}
        assert [output.topic for output in outputs] == ["r.articles.topic.a", "r.articles.topic.b"]
        assert [each["route"] for each in why["r.articles.topic.a"]] == ["first", "third"]
        assert [each["route"] for each in why["r.articles.topic.b"]] == ["second"]

    def test_an_item_that_no_route_takes_is_kept_without_routes(self) -> None:
        stage = RouteStage(TOPICS, Router(parse('[[route]]\nname = "s"\ntopics = ["sport"]', "routes.toml")))
        output, headers = only(stage(record(self.ITEM.to_json(), ORIGIN)))
        assert (output.topic, output.value) == ("r.articles.unrouted", self.ITEM.to_json())
        assert "rafid-routes" not in headers
        assert headers["rafid-origin"] == ORIGIN[1]

    @pytest.mark.parametrize(
        ("value", "field"),
        [
            (b"{}", "uri"),
            (b'{"uri": "u", "places": [{"literal": 3}]}', "places.0."),
            (b"{", "the whole"),
            (None, "the whole"),
        ],
    )
    def test_what_is_no_item_is_refused_by_the_field_that_is_wrong(self, value: bytes | None, field: str) -> None:
        refusal = refused(routes(("all", "all")), value)
        assert refusal.reason is Reason.INVALID_MESSAGE
        assert refusal.detail.startswith(f"not a NewsItem: {field}")


class TestStageBuilder:
    @pytest.mark.parametrize(("agent", "stage"), [("parse", ParseStage), ("tag", TagStage), ("route", RouteStage)])
    def test_builds_the_stage_of_its_agent_on_the_other_side_of_a_pipe(self, agent: str, stage: type) -> None:
        builder: StageBuilder = pickle.loads(pickle.dumps(StageBuilder(agent, Settings())))  # type: ignore[arg-type]
        assert isinstance(builder(), stage)

    def test_gives_parse_the_limits_of_the_settings(self) -> None:
        stage = StageBuilder("parse", Settings(text_bytes=100))()
        assert refused(stage, english_page().encode()).reason is Reason.TOO_LARGE

    def test_refuses_routes_that_are_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        path.write_text("[[route]]\n", encoding="utf-8")
        with pytest.raises(RoutesError, match="line 1"):
            StageBuilder("route", Settings(routes=path))()


class TestOfARedrivenArticle:
    """What redrive.py sends back: the copy says where it first stood."""

    FIRST = ("rafid-origin", b"r.in/0/3")
    AGAIN = ("rafid-attempt", b"2")

    def test_items_carry_the_first_origin_and_where_the_copy_stands(self, parse_stage: ParseStage) -> None:
        _, headers = only(parse_stage(record(english_page().encode(), self.FIRST, self.AGAIN)))
        assert headers["rafid-origin"] == b"r.in/0/3"
        assert headers["rafid-redriven"] == b"r.in/1/7"
        assert "rafid-attempt" not in headers, "the next stage's attempts are its own"

    @pytest.mark.parametrize(
        "claimed",
        [
            (FIRST,),
            (("rafid-origin", b"other/0/3"), AGAIN),
            (("rafid-origin", b"r.in/0/3\n"), AGAIN),
            (("rafid-origin", b"r.in/-1/3"), AGAIN),
            (("rafid-origin", None), AGAIN),
            (AGAIN,),
        ],
        ids=["no redrive", "another topic", "a line end", "no number", "null", "none"],
    )
    def test_an_origin_that_no_redrive_wrote_is_not_taken(self, parse_stage: ParseStage, claimed: Headers) -> None:
        _, headers = only(parse_stage(record(english_page().encode(), *claimed)))
        assert headers["rafid-origin"] == b"r.in/1/7"
        assert "rafid-redriven" not in headers

    def test_tag_and_route_pass_both_on(self) -> None:
        redriven = ("rafid-redriven", b"r.in/1/7")
        value = item(topics={"sport": 91}).to_json()
        for output in routes(("mine", "mine"))(record(value, self.FIRST, redriven, self.AGAIN)):
            assert {self.FIRST, redriven} <= set(output.headers)
            assert self.AGAIN not in output.headers
