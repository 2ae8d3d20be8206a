"""Router: all routes of a file, asked about one news item at a time."""

from collections import defaultdict
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import NamedTuple, Self

from schemas.news_item import NewsItem
from streams.route.facts import Facts
from streams.route.route import Route
from streams.route.routes_file import parse, read

DEFAULT = "routes.toml"  # beside this module


class RouteMatch(NamedTuple):
    """A route that sends an item to a topic stream, and why: "topic politics 87", "country SY"."""

    route: str
    stream: str
    reasons: tuple[str, ...]


class Router:
    """Immutable after loading: the same item takes the same routes on every replay."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)
        by_topic: dict[str, list[int]] = defaultdict(list)
        anywhere: list[int] = []
        for number, route in enumerate(self._routes):
            for slug in route.topics:
                by_topic[slug].append(number)
            if not route.topics:
                anywhere.append(number)
        # Most routes ask for a topic, and an item has few: only the routes of these are looked at.
        self._by_topic = dict(by_topic)
        self._anywhere = tuple(anywhere)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read a file of routes; None is the one shipped. Raises ``RoutesError``."""
        if path is not None:
            return cls(read(path))
        shipped = resources.files(__package__).joinpath(DEFAULT)
        return cls(parse(shipped.read_text(encoding="utf-8"), DEFAULT))

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the topic streams, in the file's order, each once."""
        return tuple(dict.fromkeys(route.stream for route in self._routes))

    def route(self, item: NewsItem) -> list[RouteMatch]:
        """Every route that takes the item, in the file's order. Several may lead to one stream."""
        facts = Facts(item)
        numbers = set(self._anywhere)
        for slug in facts.topics:
            numbers.update(self._by_topic.get(slug, ()))
        return [
            RouteMatch(route.name, route.stream, reasons)
            for route in (self._routes[number] for number in sorted(numbers))
            if (reasons := route.takes(facts))
        ]
