"""Route as delivery runs it."""

import orjson

from schemas.news_item import NewsItem
from streams.delivery.stage import Output, Record
from streams.route import RouteMatch, Router
from streams.settings import Topics
from streams.stages.message import PASSED_ON, REASONS, ROUTES, cloud_event, passed_on, read


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
            *cloud_event("article.routed", item.uri.removeprefix("urn:uuid:")),
            *passed_on(record.headers, (*PASSED_ON, REASONS)),
        )
        if not streams:
            return [Output(self._topics.unrouted, record.key, record.value, headers)]
        return [
            Output(topic, record.key, record.value, (*headers, (ROUTES, _why(matches))))
            for topic, matches in streams.items()
        ]


def _why(matches: list[RouteMatch]) -> bytes:
    return orjson.dumps([{"route": match.route, "reasons": match.reasons} for match in matches])
