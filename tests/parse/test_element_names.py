"""Class and id names: every entry of element_names.toml keeps its promise."""

from typing import Any

import pytest

from streams.parse import Parser
from streams.parse.element_names import ElementNames, read_element_names
from tests.parse.builders import EN_STORY, EN_TITLE

ENTRIES = [(kind, entry) for kind, entries in read_element_names().items() for entry in entries]
NAMES = ElementNames.load()


def article(*between: str) -> bytes:
    first, *rest = (f"<p>{paragraph}</p>" for paragraph in EN_STORY)
    return f"<html><body><article><h1>{EN_TITLE}</h1>{first}{''.join(between)}{''.join(rest)}</article>".encode()


@pytest.mark.parametrize(
    ("kind", "entry"), ENTRIES, ids=lambda value: value if isinstance(value, str) else value["about"]
)
def test_the_example_of_an_entry_is_read_as_its_kind(parser: Parser, kind: str, entry: dict[str, Any]) -> None:
    tag = entry["example"][1:].split()[0]
    element = f"{entry['example']}Nine painted boats lie there</{tag}>"

    (page,) = parser.parse(article(element), content_type="text/html")

    read = "Nine painted boats lie there" in page.paragraphs
    assert read == (kind not in ("furniture", "label"))


@pytest.mark.parametrize(
    ("kind", "entry"), ENTRIES, ids=lambda value: value if isinstance(value, str) else value["about"]
)
def test_every_word_is_one_that_a_name_can_have(kind: str, entry: dict[str, Any]) -> None:
    for form in (*entry.get("words", ()), *entry.get("phrases", ())):
        names = NAMES.of("-".join(form.split()))
        assert {
            "furniture": bool(names.furniture),
            "label": bool(names.label),
            "story": names.story,
            "live": names.live,
            "standfirst": names.standfirst,
        }[kind] or names.furniture, form


def test_names_are_compared_word_by_word() -> None:
    assert NAMES.of("relatedArticles_box2").furniture == {"related"}
    assert NAMES.of("RELATED").furniture == {"related"}
    assert not NAMES.of("shareholders adsorption commentary").furniture
    assert not NAMES.of("has-sidebar no-comments layout--with-share").furniture
    assert not NAMES.of("md:hidden").furniture


def test_a_share_row_named_after_the_body_is_a_share_row() -> None:
    names = NAMES.of("article-body-share")

    assert names.furniture
    assert not names.story


def test_what_a_name_says_does_not_depend_on_its_length() -> None:
    assert NAMES.of("share " * 500_000).furniture == {"share"}
