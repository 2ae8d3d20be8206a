"""For any page built from known parts, parse returns the parts."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.parse import Parser
from tests.parse.generated import ARABIC, ENGLISH, Known, PageGenerator, Words


@pytest.mark.parametrize("words", [ARABIC, ENGLISH], ids=["ar", "en"])
@settings(
    max_examples=400, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_parse_returns_the_parts_that_a_page_was_built_of(parser: Parser, words: Words, seed: int) -> None:
    page, known = PageGenerator(Random(seed), words).page()

    found = [
        Known(
            title=article.title or "",
            paragraphs=list(article.paragraphs),
            published=article.published.value if article.published else None,
            source=article.source,
            byline=article.byline,
            keywords=list(article.keywords),
        )
        for article in parser.parse(page.encode())
    ]

    assert found == known, page
