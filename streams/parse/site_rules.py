"""Rules for single sites, where the general rules fail: ``sources/<domain>.toml``.

A rule chooses elements of the site's HTML pages by CSS selectors, and adds labels and boilerplate for its pages, HTML
and text. Whoever builds a ``Parser`` reads the rules and hands them in; docs/sources.md tells how to write one.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from streams.failure import Misconfigured
from streams.parse.lexicon import Role

Selector = Callable[[Any], list[Any]]


class SiteRulesError(Misconfigured):
    """A site rule that cannot be used: which file, what is wrong, what is allowed."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SiteSelectors(_Strict):
    """CSS selectors (W3C Selectors 3). Of each but ``keywords`` and ``remove`` the first element counts."""

    body: str | None = Field(default=None, description="the element that holds the story")
    remove: tuple[str, ...] = Field(default=(), description="what is left out of it")
    title: str | None = None
    published: str | None = Field(default=None, description="its datetime or content attribute, else its text")
    updated: str | None = None
    byline: str | None = None
    source: str | None = None
    keywords: str | None = Field(default=None, description="each element is a keyword")

    @field_validator("*")
    @classmethod
    def _compiles(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for selector in value if isinstance(value, tuple) else filter(None, (value,)):
            compile_selector(selector)
        return value


class SiteLabel(_Strict):
    """A label as the language files have them."""

    role: Role
    forms: tuple[str, ...] = Field(min_length=1)
    bare: bool = False


class SiteBoilerplate(_Strict):
    """Lines of the site's frame, as the language files have them."""

    about: str = "a line of this site's frame"
    whole: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    most_words: int = Field(default=40, ge=1)


class SiteRule(_Strict):
    """One site."""

    domain: str = Field(pattern=r"^[a-z0-9.-]+\.[a-z]{2,}$", description="and its subdomains")
    note: str = Field(default="", description="why the general rules fail here")
    select: SiteSelectors = SiteSelectors()
    label: tuple[SiteLabel, ...] = ()
    boilerplate: tuple[SiteBoilerplate, ...] = ()

    @property
    def entries(self) -> dict[str, Any]:
        """The labels and boilerplate as a language file has them; empty when there are none."""
        found = {"label": self.label, "boilerplate": self.boilerplate}
        return {name: [value.model_dump() for value in values] for name, values in found.items() if values}


def compile_selector(selector: str) -> Selector:
    """A CSS selector as a function from a tree to its elements; raises ``ValueError`` for what is none."""
    from cssselect import SelectorError  # noqa: PLC0415 - only who has a rule needs it
    from lxml.cssselect import CSSSelector  # noqa: PLC0415

    try:
        compiled: Selector = CSSSelector(selector, translator="html")
    except SelectorError as error:
        raise ValueError(f"{selector!r} is no CSS selector: {error}") from None
    return compiled


def read_site_rules(folder: Path | None) -> tuple[SiteRule, ...]:
    """The rules of a folder, one a ``.toml`` file; none without a folder. Raises ``SiteRulesError``."""
    if folder is None:
        return ()
    if not folder.is_dir():
        raise SiteRulesError(f"{folder}: no such folder; RAFID_SOURCES names the folder of the site rules")
    rules = [_read(path) for path in sorted(folder.glob("*.toml"))]
    domains: dict[str, Path] = {}
    for path, rule in zip(sorted(folder.glob("*.toml")), rules, strict=True):
        if rule.domain in domains:
            raise SiteRulesError(f"{path}: {rule.domain} has a rule in {domains[rule.domain].name} already: join them")
        domains[rule.domain] = path
    return tuple(rules)


def rule_for(rules: dict[str, SiteRule], url: str | None) -> SiteRule | None:
    """The rule of an address's host or the nearest domain above it."""
    if not rules or not url:
        return None
    try:
        host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return None
    while host:
        if (rule := rules.get(host)) is not None:
            return rule
        host = host.partition(".")[2]
    return None


def _read(path: Path) -> SiteRule:
    try:
        rule = SiteRule.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SiteRulesError(f"{path}: cannot be read: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise SiteRulesError(f"{path}: {field}: {first['msg'].removeprefix('Value error, ')}") from None
    if path.stem != rule.domain:
        raise SiteRulesError(f"{path}: the rule is for {rule.domain}: name the file {rule.domain}.toml")
    return rule
