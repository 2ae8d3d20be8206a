"""What parse does differently on the pages of one site: its rule made ready to use."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from schemas.parsed_article import ArticleDate
from streams.parse.body import Selection
from streams.parse.draft import Draft
from streams.parse.lines import tidy
from streams.parse.site_rules import Selector, SiteRule, compile_selector, rule_for
from streams.parse.text import TextReader

ReadDate = Callable[[str | None], ArticleDate | None]


class Site(NamedTuple):
    """A site's rule, compiled. ``text`` is null where the general text rules hold."""

    text: TextReader | None
    selection: Selection
    fields: dict[str, Selector]

    def read(self, tree: Any, read_date: ReadDate) -> Draft:
        """The fields that the rule selects on a page, nothing else."""
        draft = Draft()
        draft.title, draft.byline, draft.source = (self._first(tree, name) for name in ("title", "byline", "source"))
        draft.published = read_date(self._first(tree, "published"))
        draft.updated = read_date(self._first(tree, "updated"))
        draft.keywords = tuple(dict.fromkeys(self._values(tree, "keywords")))
        return draft

    def _first(self, tree: Any, name: str) -> str | None:
        return next(iter(self._values(tree, name)), None)

    def _values(self, tree: Any, name: str) -> list[str]:
        selector = self.fields.get(name)
        elements = selector(tree) if selector is not None else []
        values = (tidy(one.get("datetime") or one.get("content") or "".join(one.itertext())) for one in elements)
        return [value for value in values if value is not None]


class Sites:
    """The sites that have a rule. Immutable. ``text_of`` makes a text reader with a rule's own words."""

    def __init__(self, rules: Sequence[SiteRule], text_of: Callable[[dict[str, Any]], TextReader]) -> None:
        self._rules = {rule.domain: rule for rule in rules}
        self._sites = {rule.domain: _compile(rule, text_of) for rule in rules}

    def of(self, url: str | None) -> Site | None:
        """The site of an address; null where no rule is for it."""
        rule = rule_for(self._rules, url)
        return self._sites[rule.domain] if rule is not None else None


def _compile(rule: SiteRule, text_of: Callable[[dict[str, Any]], TextReader]) -> Site:
    select = rule.select
    removers = [compile_selector(selector) for selector in select.remove]
    selection = Selection(
        body=compile_selector(select.body) if select.body else None,
        remove=(lambda tree: [element for remove in removers for element in remove(tree)]) if removers else None,
    )
    names = ("title", "published", "updated", "byline", "source", "keywords")
    fields = {name: compile_selector(selector) for name in names if (selector := getattr(select, name))}
    return Site(text_of(rule.entries) if rule.entries else None, selection, fields)
