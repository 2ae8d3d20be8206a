"""The whole path of a page for a person: what was found where, which topics and why, where it would go."""

from collections.abc import Callable
from typing import Any

from schemas.dead_letter import Refusal
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams.filters import Input
from streams.parse import Finding, ParseLimits, Parser
from streams.route import Router
from streams.settings import Settings
from streams.tag import Tagger
from streams.tag.topics import LANGUAGES

WIDTH = 90  # characters of a line of the page that are shown


def explain(settings: Settings, page: Input, show: Callable[[str], Any]) -> bool:
    """Show the path of ``page`` line by line; False when a stage refuses it."""
    parser = Parser(ParseLimits(text_bytes=settings.text_bytes, html_bytes=settings.html_bytes))
    headers = {name: value.decode() for name, value in page.headers if value}
    trace: list[Finding] = []
    show(f"page      {page.name}, {len(page.value):,} bytes")
    try:
        articles = parser.parse(page.value, headers=headers, trace=trace)
    except Refusal as refusal:
        show(f"refused   {refusal.reason}: {refusal.detail}")
        show(f"          it would go to {settings.topics.dead_letter}")
        return False
    if trace:
        show("\nparse     line by line")
        for finding in trace:
            show(f"  {finding.line_number:4}  {finding.role:<12} {_short(finding.text)}")
            if finding.why:
                show(f"        {finding.why}")
    tagger, router = Tagger(), Router.load(settings.routes)
    for article in articles:
        item = tagger.tag(article)
        _show_article(article, show)
        _show_tags(article, tagger, show)
        _show_routes(item, router, settings, show)
    return True


def _show_article(article: ParsedArticle, show: Callable[[str], Any]) -> None:
    kind = f"embedded article {article.position}" if article.parent_id else "article"
    show(f"\n{kind}   {article.title or '(no title)'}")
    fields = {
        "id": article.id,
        "url": article.url,
        "published": article.published
        and f"{article.published.value} ({article.published.precision}, from «{article.published.text}»)",
        "updated": article.updated and article.updated.value,
        "source": article.source,
        "byline": article.byline,
        "keywords": "، ".join(article.keywords),
        "language": article.language,
        "summary": article.description and _short(article.description),
        "warnings": ", ".join(article.warnings),
    }
    for name, value in fields.items():
        if value:
            show(f"  {name:<10} {value}")
    show(f"  {'text':<10} {len(article.paragraphs)} paragraphs, {sum(map(len, article.paragraphs)):,} characters")


def _show_tags(article: ParsedArticle, tagger: Tagger, show: Callable[[str], Any]) -> None:
    show("tags")
    text = "\n\n".join(article.paragraphs)
    scores = tagger.topics.topics(article.title, text, article.language)
    for score in scores:
        words = tagger.topics.explain(article.title, text, score.topic)
        show(f"  {'topic':<10} {score.topic.slug} {score.confidence}, for: {'، '.join(word for word, _ in words)}")
    if not scores:
        known = article.language is None or article.language.partition("-")[0] in LANGUAGES
        show(f"  {'topic':<10} none{'' if known else f': the model does not know the language {article.language}'}")
    for reason in tagger.gazetteer.explain(article.title, text, article.language):
        given = "" if reason.is_given else ", named in passing and not given"
        said = "، ".join(f"{word} ({kind}{f' × {count}' if count > 1 else ''})" for word, kind, count in reason.words)
        show(f"  {'country':<10} {reason.country} {reason.relevance}{given}, for: {said}")
    for city, count, first in tagger.gazetteer.places(article.title, text, article.language).cities:
        show(f"  {'city':<10} {city.name}, {city.country}, {city.uri}, {count} × (first «{first}»)")


def _show_routes(item: NewsItem, router: Router, settings: Settings, show: Callable[[str], Any]) -> None:
    show("goes to")
    matches = router.route(item)
    for match in matches:
        show(f"  {settings.topics.stream(match.stream)}  by route {match.route}: {', '.join(match.reasons)}")
    if not matches:
        show(f"  {settings.topics.unrouted}  no route fitted")


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
