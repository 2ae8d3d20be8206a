"""Markup to a tree: what nobody sees is cut out before the parser, and guards stand before it."""

import pytest

from schemas.dead_letter import Reason, Refusal
from streams.parse.limits import ParseLimits
from streams.parse.markup import MarkupReader, without_scripts
from tests.parse.proportion import assert_in_proportion

READER = MarkupReader(ParseLimits())


def test_scripts_styles_drawings_and_comments_are_cut_out() -> None:
    markup = (
        "a<script src=x>var b = '<p>';</script>c<!-- d --><style>e</style >f<svg><path/></svg>g<noscript>h</noscript>"
    )

    assert without_scripts(markup) == "acfg"


def test_json_ld_stays() -> None:
    markup = '<script type="application/ld+json">{"a": 1}</script><script>b</script>'

    assert without_scripts(markup) == '<script type="application/ld+json">{"a": 1}</script>'


@pytest.mark.parametrize(
    "markup",
    [
        "<p>a</p><script>b",
        "<p>a</p><!-- b",
        "<script>a</SCRIPT><p>b</p><script>c</script>",
        "<scripting>a</scripting><stylesheet>b</stylesheet>",
    ],
)
def test_what_does_not_surely_end_stays(markup: str) -> None:
    assert without_scripts(markup) == markup


def test_a_comment_may_be_empty() -> None:
    assert without_scripts("a<!-->b<!---->c") == "abc"


def test_markup_in_a_script_is_part_of_it() -> None:
    markup = "<p>a</p><script>document.write('<script src=x><\\/script>')</script><p>b</p>"

    assert "".join(READER.tree(markup).find("body").itertext()).endswith("b")


@pytest.mark.parametrize("markup", ["", "   ", "<!-- a -->", "\0"])
def test_nothing_is_refused(markup: str) -> None:
    with pytest.raises(Refusal) as refused:
        READER.tree(markup)

    assert refused.value.reason == Reason.NO_ARTICLE


def test_a_tree_too_deep_is_never_built() -> None:
    for opening in ("<div>", "<DIV>", "<x-y>", "<p-x>", "<span><b>"):
        with pytest.raises(Refusal) as refused:
            READER.tree(opening * 20_000)
        assert refused.value.reason == Reason.TOO_COMPLEX


@pytest.mark.parametrize(
    "markup",
    [
        "<script>" * 600_000,
        "<!--" * 1_000_000,
        "<style><script>" * 300_000,
        "<script></script>" * 200_000,
        "<svg " * 900_000,
        "<" * 4_000_000,
    ],
    ids=lambda markup: markup[:17],
)
def test_cutting_takes_time_in_proportion(markup: str) -> None:
    assert_in_proportion(without_scripts, markup)
