"""The words that tell people and organisations in languages with capitals: the lists of ``entity_cues.toml``."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, NamedTuple


class Cues(NamedTuple):
    """The words of one language, as written, without full stops."""

    titles: frozenset[str]
    title_ends: tuple[str, ...]
    inner_titles: frozenset[str]
    organisation_words: frozenset[str]
    organisation_heads: frozenset[str]
    organisation_ends: frozenset[str]
    organisation_verbs: frozenset[str]
    person_verbs: frozenset[str]
    not_people: frozenset[str]
    never: frozenset[str]
    nationalities: frozenset[str]
    breaks: frozenset[str]
    after_people: frozenset[str]
    organisation_roles: frozenset[str]
    role_starts: frozenset[str]


def read_cues() -> dict[str, Cues]:
    """The cues of each language with capitals."""
    table = tomllib.loads(resources.files("streams.tag").joinpath("entity_cues.toml").read_text(encoding="utf-8"))
    return {language: _cues(table, language) for language in table["titles"] if language != "example"}


def _cues(table: Mapping[str, Any], language: str) -> Cues:
    lists: dict[str, Any] = {name: frozenset(table[name].get(language, ())) for name in Cues._fields if name in table}
    lists["title_ends"] = tuple(table["title_ends"].get(language, ()))
    lists["organisation_ends"] = frozenset(table["organisation_ends"]["all"])
    lists["role_starts"] = frozenset(role.split()[0] for role in lists["organisation_roles"])
    return Cues(**lists)
