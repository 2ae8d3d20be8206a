"""Parse as delivery runs it."""

import re
from collections.abc import Sequence

from streams.delivery.dead_letters import attempt
from streams.delivery.stage import Headers, Output, Record
from streams.parse import ParseLimits, Parser, SiteRule
from streams.settings import Topics
from streams.stages.message import ORIGIN, REDRIVEN, TRACE, cloud_event, passed_on


class ParseStage:
    """``articles.raw`` → ``articles.parsed``: a page becomes its articles."""

    def __init__(self, topics: Topics, limits: ParseLimits, sites: Sequence[SiteRule] = ()) -> None:
        self._topics = topics
        self._parser = Parser(limits, sites)

    def __call__(self, record: Record) -> list[Output]:
        """One message for each article of the page; raises ``Refusal``."""
        headers = {name.lower(): value.decode("utf-8", "replace") for name, value in record.headers if value}
        articles = self._parser.parse(record.value, headers=headers)
        passed = (*passed_on(record.headers, TRACE), *_origin(record))
        return [
            Output(
                self._topics.parsed,
                article.id.encode(),
                article.to_json(),
                (*cloud_event("article.parsed", article.id), *passed),
            )
            for article in articles
        ]


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
