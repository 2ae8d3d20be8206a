"""docs/contracts.md and docs/dead-letters.md leave nothing out."""

import re
from pathlib import Path

import pytest

from schemas.dead_letter import Reason
from schemas.generate import Published, published

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("contract", published(), ids=lambda contract: contract.model.__name__)
def test_every_field_is_explained(contract: Published) -> None:
    words = set(re.findall(r"`([\w-]+)`", (DOCS / "contracts.md").read_text(encoding="utf-8")))
    assert contract.model.model_fields.keys() - words == set()


def test_every_reason_is_explained_in_the_order_of_the_code() -> None:
    text = (DOCS / "dead-letters.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE) == [reason.value for reason in Reason]
