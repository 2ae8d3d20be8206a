"""The whole path of a page for a person: what was found where, which topics and why, where it would go."""

from collections.abc import Callable
from typing import Any

from schemas.dead_letter import Refusal
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams.filters import Input
from streams.parse import Finding, ParseLimits, Parser, read_site_rules
from streams.route import Router
from streams.settings import Settings
from streams.tag import Tagger, topic_model

WIDTH = 90  # characters of a line of the page that are shown


def explain(settings: Settings, page: Input, show: Callable[[str], Any]) -> bool:
    """Show the path of ``page`` line by line; False when a stage refuses it."""
    limits = ParseLimits(text_bytes=settings.text_bytes, html_bytes=settings.html_bytes)
    parser = Parser(limits, read_site_rules(settings.sources))
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
    tagger = Tagger(topic_model(settings.topic_model, settings.topic_thresholds))
    router = Router.load(settings.routes)
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
    reasons = tagger.explain(article)
    for why in reasons:
        told = f"{why.value or 'none'}: {why.because}"
        words = f"; for: {'، '.join(why.words)}" if why.words and why.words != (why.value,) else ""
        creator = f"  [{why.creator}]" if why.creator else ""
        show(f"  {why.tag if why.is_given else f'no {why.tag}':<18} {told}{words}{creator}")
    if not any(why.is_given and why.tag == "topic" for why in reasons):
        show(f"  {'topic':<18} none")


def _show_routes(item: NewsItem, router: Router, settings: Settings, show: Callable[[str], Any]) -> None:
    show("goes to")
    matches = router.route(item)
    for match in matches:
        show(f"  {settings.topics.stream(match.stream)}  by route {match.route}: {', '.join(match.reasons)}")
    if not matches:
        show(f"  {settings.topics.unrouted}  no route fitted")


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
