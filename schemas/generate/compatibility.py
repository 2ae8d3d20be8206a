"""What a change of a contract breaks: the released schema held against today's."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

Json = dict[str, Any]

_LEAST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems"})
_MOST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems"})
_OPAQUE = frozenset({"pattern", "format", "const"})  # compared as they stand: any other value counts as narrower


class Writer(StrEnum):
    """Who writes a contract's messages. A change can break those who write or those who read."""

    PRODUCERS = "producers"
    RAFID = "rafid"


def breaking_changes(old: Json, new: Json, *, writer: Writer) -> list[str]:
    """What of a schema's change breaks others: one line a change, beginning with the property.

    Producers' messages must stay valid: nothing removed, newly required or narrowed. Readers of what Rafid
    writes must keep what they rely on: nothing removed, no longer sure to be there, or widened. New
    properties are never breaking, nor are new values of an enum that Rafid writes: readers expect both.
    """
    return list(_broken(_Side(old, old), _Side(new, new), "", writer))


class _Side(NamedTuple):
    """A part of the old or of the new schema, with the whole that its references point into."""

    part: Json
    whole: Json

    def at(self, part: Json) -> "_Side":
        while "$ref" in part:
            part = self.whole["$defs"][part["$ref"].rpartition("/")[2]]
        return _Side(part, self.whole)

    def types(self) -> dict[str, "_Side"]:
        """The JSON types that are allowed, each with the part that says more about it."""
        alternatives = [self.at(each) for each in self.part.get("anyOf", [self.part])]
        if len(alternatives) > 1:
            return {name: side for each in alternatives for name, side in each.types().items()}
        side = alternatives[0]
        declared = side.part.get("type", "string" if {"enum", "const"} & side.part.keys() else "any")
        return dict.fromkeys([declared] if isinstance(declared, str) else declared, side)


def _broken(old: _Side, new: _Side, path: str, writer: Writer) -> Iterator[str]:
    name = path or "the whole"
    before, after = old.at(old.part).types(), new.at(new.part).types()
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    if writer is Writer.PRODUCERS and gone:
        yield f"{name}: no longer takes {', '.join(sorted(gone))}"
    if writer is Writer.RAFID and come:
        yield f"{name}: can now be {', '.join(sorted(come))}"
    for kind in sorted(before.keys() & after.keys()):
        earlier, later = before[kind], after[kind]
        yield from _limits_broken(earlier.part, later.part, name, writer)
        if kind == "array" and "items" in earlier.part and "items" in later.part:
            yield from _broken(earlier.at(earlier.part["items"]), later.at(later.part["items"]), f"{path}[]", writer)
        if kind == "object":
            yield from _properties_broken(earlier, later, path, writer)


def _properties_broken(old: _Side, new: _Side, path: str, writer: Writer) -> Iterator[str]:
    before, after = old.part.get("properties", {}), new.part.get("properties", {})
    required_before, required_after = set(old.part.get("required", ())), set(new.part.get("required", ()))
    for name in before:
        full = f"{path}.{name}" if path else name
        if name not in after:
            yield f"{full}: removed"
        else:
            yield from _broken(old.at(before[name]), new.at(after[name]), full, writer)
            if writer is Writer.RAFID and name in required_before - required_after:
                yield f"{full}: no longer sure to be there"
    if writer is Writer.PRODUCERS:
        for name in sorted(required_after - required_before):
            yield f"{path}.{name}: newly required" if path else f"{name}: newly required"


def _limits_broken(old: Json, new: Json, name: str, writer: Writer) -> Iterator[str]:
    narrow, wide = (new, old) if writer is Writer.PRODUCERS else (old, new)
    what = "narrowed" if writer is Writer.PRODUCERS else "widened"
    for key in sorted((_LEAST | _MOST | _OPAQUE) & narrow.keys()):
        if key not in wide or _is_narrower(key, narrow[key], wide[key]):
            yield f"{name}: {what}: {key} {old.get(key, 'unlimited')} became {new.get(key, 'unlimited')}"
    if writer is Writer.PRODUCERS and "enum" in new:
        gone = [value for value in old.get("enum", ()) if value not in new["enum"]]
        if gone or "enum" not in old:
            yield f"{name}: narrowed: takes only {', '.join(map(str, new['enum']))}"


def _is_narrower(key: str, narrow: Any, wide: Any) -> bool:
    if key in _LEAST:
        return bool(narrow > wide)
    if key in _MOST:
        return bool(narrow < wide)
    return bool(narrow != wide)
