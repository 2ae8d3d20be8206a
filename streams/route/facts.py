"""Facts: what conditions ask of a news item, found once and only when one asks."""

from functools import cached_property

from schemas.news_item import InfoSource, Named, NewsItem
from streams.fold import fold

# A folded name, and the name as the item has it.
FoldedNames = dict[str, str]


class Facts:
    """One item, as conditions see it."""

    def __init__(self, item: NewsItem) -> None:
        self._item = item
        # Slug → confidence, None where the tagger gave none. Without a cache: every item is asked for it.
        self.topics: dict[str, int | None] = {
            subject.literal: subject.confidence
            for subject in item.subjects
            if subject.rel == "about" and subject.literal
        }

    @cached_property
    def countries(self) -> frozenset[str]:
        """ISO 3166-1 alpha-2 codes."""
        return frozenset(place.literal for place in self._item.places)

    @cached_property
    def language(self) -> str:
        """The BCP 47 tag in lower case; empty when it is not known."""
        return (self._item.language or "").lower().replace("_", "-")

    @cached_property
    def sources(self) -> FoldedNames:
        """Publishers and agencies that the page names."""
        return _folded(self._item.infoSources)

    @cached_property
    def people(self) -> FoldedNames:
        """People that the item mentions."""
        return _folded(self._item.people)

    @cached_property
    def organisations(self) -> FoldedNames:
        """Organisations that the item mentions."""
        return _folded(self._item.organisations)

    @cached_property
    def title(self) -> str:
        """The headlines, folded."""
        return "\n".join(fold(headline.value) for headline in self._item.headlines)

    @cached_property
    def text(self) -> str:
        """The story, folded."""
        return "\n".join(fold(body.value) for body in self._item.bodies)


def _folded(named: tuple[Named, ...] | tuple[InfoSource, ...]) -> FoldedNames:
    return {fold(each.name): each.name for each in named}
