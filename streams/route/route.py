"""Route: one rule of the file. It takes an item when all its conditions hold."""

from dataclasses import dataclass

from streams.route.conditions import Condition, Topics
from streams.route.facts import Facts


@dataclass(frozen=True)
class Route:
    """A name, a topic stream and conditions; without conditions it takes every item (``all = true``)."""

    name: str
    stream: str
    conditions: tuple[Condition, ...]
    description: str = ""

    @property
    def topics(self) -> frozenset[str]:
        """Slugs of which an item must have one to be taken; none when the route asks for no topic."""
        return frozenset().union(*(each.slugs for each in self.conditions if isinstance(each, Topics)))

    def takes(self, facts: Facts) -> tuple[str, ...]:
        """Why the route takes the item; empty when it does not."""
        if not self.conditions:
            return ("all",)
        reasons: list[str] = []
        for condition in self.conditions:
            found = condition.met_by(facts)
            if not found:
                return ()
            reasons += found
        return tuple(reasons)
