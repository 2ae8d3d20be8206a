"""docs/routes.md shows what is so."""

import re
from pathlib import Path

from streams.fold import fold
from streams.route import Router
from streams.route.phrases import Phrase
from streams.route.routes_file import parse
from tests.route.items import item

TEXT = (Path(__file__).parent.parent.parent / "docs/routes.md").read_text(encoding="utf-8")


def test_the_example_does_what_the_page_says() -> None:
    example = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)[0]
    router = Router(parse(example, "docs/routes.md"))
    (match,) = router.route(item(topics={"economy": 91}, countries=("SY",), language="ar"))
    assert router.streams == ("levant",)
    for reason in match.reasons:
        assert f'"{reason}"' in TEXT


def test_the_phrases_are_found_where_the_page_says() -> None:
    rows = [
        [re.findall("«(.*?)»", cell) for cell in line.split("|")[1:4]]
        for line in TEXT.splitlines()
        if line.startswith("| «")
    ]
    assert rows
    for (phrase,), found, missed in rows:
        assert [text for text in found if not Phrase(phrase).is_in(fold(text))] == []
        assert [text for text in missed if Phrase(phrase).is_in(fold(text))] == []
