"""Route: from a news item to the topic streams it belongs on. Pure; the rules are data: routes.toml."""

from streams.route.router import RouteMatch, Router
from streams.route.routes_file import RoutesError

__all__ = ["RouteMatch", "Router", "RoutesError"]
