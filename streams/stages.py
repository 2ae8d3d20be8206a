"""The three stages as delivery runs them: from one record's bytes to the messages it becomes.

The only place where bytes, Kafka headers and topic names meet the pure functions of parse, tag and route.
Each ``*Stage`` builds its models in the process that runs it (see streams/delivery/stage_process.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import orjson
from pydantic import ValidationError

from schemas.dead_letter import Reason, Refusal
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams.delivery.dead_letters import attempt
from streams.delivery.stage import Headers, Output, Record, Stage
from streams.parse import ParseLimits, Parser, SiteRule, read_site_rules
from streams.route import RouteMatch, Router
from streams.settings import AgentName, Settings, Topics
from streams.tag import Tagger, topic_model
from streams.tag.why import to_json

ORIGIN = "rafid-origin"
REDRIVEN = "rafid-redriven"
ROUTES = "rafid-routes"
REASONS = "rafid-reasons"
TRACE = ("traceparent", "tracestate")  # W3C Trace Context
PASSED_ON = (*TRACE, ORIGIN, REDRIVEN)
NINJS_TYPE = "application/json"

Message = TypeVar("Message", ParsedArticle, NewsItem)


class ParseStage:
    """``articles.raw`` → ``articles.parsed``: a page becomes its articles."""

    def __init__(self, topics: Topics, limits: ParseLimits, sites: Sequence[SiteRule] = ()) -> None:
        self._topics = topics
        self._parser = Parser(limits, sites)

    def __call__(self, record: Record) -> list[Output]:
        """One message for each article of the page; raises ``Refusal``."""
        headers = {name.lower(): value.decode("utf-8", "replace") for name, value in record.headers if value}
        articles = self._parser.parse(record.value, headers=headers)
        passed = (*_passed_on(record.headers, TRACE), *_origin(record))
        return [
            Output(
                self._topics.parsed,
                article.id.encode(),
                article.to_json(),
                (*_cloud_event("article.parsed", article.id, "application/json"), *passed),
            )
            for article in articles
        ]


class TagStage:
    """``articles.parsed`` → ``articles.tagged``: an article becomes a news item."""

    def __init__(self, topics: Topics, tagger: Tagger, *, explains: bool = False) -> None:
        """``explains``: each item says in a header why it has its tags."""
        self._topics = topics
        self._tagger = tagger
        self._explains = explains

    def __call__(self, record: Record) -> list[Output]:
        """One news item; raises ``Refusal``."""
        article = read(ParsedArticle, record.value)
        item = self._tagger.tag(article)
        headers = (
            *_cloud_event("article.tagged", article.id, NINJS_TYPE),
            *_passed_on(record.headers, PASSED_ON),
        )
        if self._explains:
            headers = (*headers, (REASONS, to_json(self._tagger.explain(article))))
        return [Output(self._topics.tagged, article.id.encode(), item.to_json(), headers)]


class RouteStage:
    """``articles.tagged`` → the topic streams, or ``articles.unrouted``."""

    def __init__(self, topics: Topics, router: Router) -> None:
        self._topics = topics
        self._router = router

    def __call__(self, record: Record) -> list[Output]:
        """One message for each topic stream, with the routes that sent it there and why; raises ``Refusal``."""
        item = read(NewsItem, record.value)
        assert record.value is not None
        streams: dict[str, list[RouteMatch]] = {}
        for match in self._router.route(item):
            streams.setdefault(self._topics.stream(match.stream), []).append(match)
        headers = (
            *_cloud_event("article.routed", item.uri.removeprefix("urn:uuid:"), NINJS_TYPE),
            *_passed_on(record.headers, (*PASSED_ON, REASONS)),
        )
        if not streams:
            return [Output(self._topics.unrouted, record.key, record.value, headers)]
        return [
            Output(topic, record.key, record.value, (*headers, (ROUTES, _why(matches))))
            for topic, matches in streams.items()
        ]


@dataclass(frozen=True)
class StageBuilder:
    """Builds the stage of an agent, in the process that will run it.

    ``whole``: with all that is built when first needed otherwise, for a ``StageProcess``, whose inputs have a limit of
    time.
    """

    agent: AgentName
    settings: Settings
    whole: bool = False

    def __call__(self) -> Stage:
        """Load the models and rules; raises ``RoutesError``, ``SiteRulesError``, ``TopicModelError``."""
        settings = self.settings
        if self.agent == "parse":
            limits = ParseLimits(text_bytes=settings.text_bytes, html_bytes=settings.html_bytes)
            return ParseStage(settings.topics, limits, read_site_rules(settings.sources))
        if self.agent == "tag":
            tagger = Tagger(topic_model(settings.topic_model, settings.topic_thresholds))
            if self.whole:
                tagger.gazetteer.build()
            return TagStage(settings.topics, tagger, explains=settings.explain_tags)
        return RouteStage(settings.topics, Router.load(settings.routes))


def read(contract: type[Message], value: bytes | None) -> Message:
    """Read a message of ours; raises ``Refusal`` naming the field that is wrong."""
    try:
        return contract.from_json(value or b"")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise Refusal(Reason.INVALID_MESSAGE, f"not a {contract.__name__}: {field}: {first['msg']}") from error


def _cloud_event(kind: str, identifier: str, content_type: str) -> Headers:
    """CloudEvents attributes in Kafka's binary mode (CloudEvents Kafka protocol binding 1.0.2)."""
    return (
        ("content-type", content_type.encode()),
        ("ce_specversion", b"1.0"),
        ("ce_id", identifier.encode()),
        ("ce_type", f"rafid.{kind}".encode()),
        ("ce_source", b"rafid"),
    )


def _passed_on(headers: Headers, names: tuple[str, ...]) -> Iterator[tuple[str, bytes | None]]:
    return ((name, value) for name, value in headers if name in names)


def _origin(record: Record) -> Headers:
    """Where the raw article stands; of a redriven one, where it first stood, and where its copy does.

    A producer can write these headers too. Then the items say so beside where they really come from, and nothing
    else follows from it: Rafid decides nothing by an origin.
    """
    place = f"{record.topic}/{record.partition}/{record.offset}".encode()
    first = next((value for name, value in reversed(record.headers) if name == ORIGIN), None)
    if first is None or attempt(record.headers) == 1 or not _is_place(first, record.topic):
        return ((ORIGIN, place),)
    return ((ORIGIN, first), (REDRIVEN, place))


def _is_place(said: bytes, topic: str) -> bool:
    return re.fullmatch(rb"%b/[0-9]{1,10}/[0-9]{1,19}" % re.escape(topic.encode()), said) is not None


def _why(matches: list[RouteMatch]) -> bytes:
    return orjson.dumps([{"route": match.route, "reasons": match.reasons} for match in matches])
