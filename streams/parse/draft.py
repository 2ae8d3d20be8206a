"""An article while it is put together, before it has an id."""

from dataclasses import dataclass, field

from schemas.parsed_article import ArticleDate, Doubt


@dataclass
class Draft:
    """The parts found so far; null and empty where nothing was found."""

    title: str | None = None
    paragraphs: list[str] = field(default_factory=list)
    published: ArticleDate | None = None
    updated: ArticleDate | None = None
    source: str | None = None
    byline: str | None = None
    keywords: tuple[str, ...] = ()
    description: str | None = None
    url: str | None = None
    language: str | None = None
    warnings: list[Doubt] = field(default_factory=list)

    def warn(self, warning: Doubt) -> None:
        """Add a doubt, once."""
        if warning not in self.warnings:
            self.warnings.append(warning)
