"""The JSON Schema of one contract: what Rafid takes, or what it writes."""

from typing import Any, NamedTuple

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from schemas.contract import Contract
from schemas.generate.compatibility import Json, Writer


class Published(NamedTuple):
    """A contract as it is published. ``examples`` are JSON; the first is the usual case."""

    file: str
    model: type[Contract]
    writer: Writer
    generator: type[GenerateJsonSchema]
    examples: tuple[Json, ...]


class Read(GenerateJsonSchema):
    """What Rafid takes: what has a default may be left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        """Never: a name says it once."""
        return False


class Written(Read):
    """What Rafid writes: every property, null where there is no value."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002
        """Always."""
        return True


class WrittenWithoutNull(Read):
    """What Rafid writes as ninjs: a property without a value is left out, and an empty list."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002
        """Unless it may be null or is a list that is left out when empty."""
        schema = field["schema"]
        if schema["type"] == "default" and schema.get("default", ...) is None:
            return False
        return "serialization_exclude_if" not in field

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Without the null."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without a default of null."""
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def json_schema_of(contract: Published) -> Json:
    """The schema with its examples, 2020-12, of what producers may send or of what readers will get."""
    mode: Any = "validation" if contract.writer is Writer.PRODUCERS else "serialization"
    schema = contract.model.model_json_schema(schema_generator=contract.generator, mode=mode)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rafid:contract:{contract.file.removesuffix('.schema.json')}",
        **{key: schema.pop(key) for key in ("title", "description", "type", "properties", "required")},
        **schema,
        "examples": list(contract.examples),
    }
