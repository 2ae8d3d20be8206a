"""docs/operating.md names every setting with its default, and no other."""

import re
from pathlib import Path

from streams.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
ROW = re.compile(r"^\| `(RAFID_\w+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


def test_every_setting_is_told_with_its_default() -> None:
    told = {name: default.strip("`") for name, default, _ in ROW.findall(PAGE.read_text())}
    there = {
        f"RAFID_{name.upper()}": "" if field.default in (None, "") else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert told == there
