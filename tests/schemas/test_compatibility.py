"""Contracts only grow: what breaks writers or readers is told, and today's models break no release."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.generate import Published, Writer, breaking_changes, generated, published

RELEASED = Path(__file__).parent.parent.parent / "schemas/generated/released"
PRODUCERS, RAFID = Writer.PRODUCERS, Writer.RAFID

# A contract that is new since has nothing to break.
each_released = pytest.mark.parametrize(
    "contract",
    [contract for contract in published() if (RELEASED / contract.file).exists()],
    ids=lambda contract: contract.file,
)

OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "share": {"type": "integer", "minimum": 0, "maximum": 100},
        "part": {"$ref": "#/$defs/Part"},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        "maybe": {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}]},
        "note": {"type": "string"},
    },
    "required": ["title", "kind"],
    "$defs": {"Part": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
}


def changed(path: str, value: object = None) -> dict[str, Any]:
    """OLD with the value at ``path`` set, or removed when it is null."""
    new = deepcopy(OLD)
    *parents, last = path.split("/")
    at = new
    for part in parents:
        at = at[part]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return new


PROPERTY = "properties"
NULLABLE_NUMBER = {"anyOf": [{"type": "integer"}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("new", "for_producers", "for_readers"),
    [
        (OLD, [], []),
        (changed("properties/new", {"type": "string"}), [], []),
        (changed("properties/note"), ["note: removed"], ["note: removed"]),
        (changed("required", ["title", "kind", "note"]), ["note: newly required"], []),
        (changed("required", ["title"]), [], ["kind: no longer sure to be there"]),
        (changed("properties/title", {"type": "string"}), ["title: no longer takes null"], []),
        (changed("properties/note", {"type": ["string", "null"]}), [], ["note: can now be null"]),
        (
            changed("properties/title", NULLABLE_NUMBER),
            ["title: no longer takes string"],
            ["title: can now be integer"],
        ),
        (changed("properties/kind/enum", ["a", "b", "c"]), [], []),
        (changed("properties/kind/enum", ["a"]), ["kind: narrowed: takes only a"], []),
        (
            changed("properties/note", {"type": "string", "enum": ["x"]}),
            ["note: narrowed: takes only x"],
            [],
        ),
        (
            changed("properties/share/maximum", 50),
            ["share: narrowed: maximum 100 became 50"],
            [],
        ),
        (
            changed("properties/share/maximum", 200),
            [],
            ["share: widened: maximum 100 became 200"],
        ),
        (
            changed("properties/share/minimum"),
            [],
            ["share: widened: minimum 0 became unlimited"],
        ),
        (
            changed("properties/note", {"type": "string", "pattern": "^a"}),
            ["note: narrowed: pattern unlimited became ^a"],
            [],
        ),
        (
            changed("$defs/Part/properties/name", {"type": "integer"}),
            [
                "part.name: no longer takes string",
                "parts[].name: no longer takes string",
                "maybe.name: no longer takes string",
            ],
            [
                "part.name: can now be integer",
                "parts[].name: can now be integer",
                "maybe.name: can now be integer",
            ],
        ),
        (
            changed("$defs/Part/required", []),
            [],
            [
                "part.name: no longer sure to be there",
                "parts[].name: no longer sure to be there",
                "maybe.name: no longer sure to be there",
            ],
        ),
    ],
)
def test_what_a_change_breaks(new: dict[str, Any], for_producers: list[str], for_readers: list[str]) -> None:
    assert breaking_changes(OLD, new, writer=PRODUCERS) == for_producers
    assert breaking_changes(OLD, new, writer=RAFID) == for_readers


class TestTheLastRelease:
    @each_released
    def test_is_not_broken(self, contract: Published) -> None:
        released = orjson.loads((RELEASED / contract.file).read_bytes())
        today = orjson.loads(generated()[contract.file])
        assert breaking_changes(released, today, writer=contract.writer) == []

    @each_released
    def test_its_messages_can_still_be_read(self, contract: Published) -> None:
        """Topics keep messages over an upgrade, and dead letters are redriven by a later version."""
        released = orjson.loads((RELEASED / contract.file).read_bytes())
        for example in released["examples"]:
            contract.model.from_json(orjson.dumps(example))

    def test_has_no_contract_that_is_gone(self) -> None:
        assert {path.name for path in RELEASED.glob("*.json")} <= generated().keys()
