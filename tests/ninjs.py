"""Whether a message is valid ninjs 3.1, by IPTC's own schema, formats included and without network."""

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema_rs

SCHEMA = Path(__file__).parent.parent / "schemas/ninjs/ninjs-schema_3.1.json"
# The schema refers to GeoJSON's for geometry, of which Rafid writes points only (RFC 7946, section 3.1.2).
POINT: dict[str, Any] = {
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"const": "Point"},
        "coordinates": {"type": "array", "minItems": 2, "maxItems": 3, "items": {"type": "number"}},
    },
}
ELSEWHERE: dict[str, Any] = {"https://geojson.org/schema/GeoJSON.json": POINT}


def violations(item: bytes | dict[str, Any]) -> list[str]:
    """What is wrong with a news item, as "place: problem"; empty when it is valid ninjs."""
    content = json.loads(item) if isinstance(item, bytes) else item
    return [
        f"{'/'.join(map(str, error.instance_path)) or 'the whole'}: {error.message}"
        for error in _validator().iter_errors(content)
    ]


@functools.cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    schema = json.loads(SCHEMA.read_bytes())
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, retriever=_retrieve)


def _retrieve(uri: str) -> Any:
    return ELSEWHERE[uri.removesuffix("#")]
