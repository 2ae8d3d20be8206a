"""What all contracts have in common: frozen, and JSON at both ends."""

from typing import Self

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A message on a topic. Immutable; equal when all fields are equal."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_json(cls, data: bytes | str) -> Self:
        """Read one from JSON; raises ``pydantic.ValidationError`` naming the field that is wrong."""
        return cls.model_validate_json(data)

    def to_json(self) -> bytes:
        """Write it as UTF-8 JSON on one line."""
        return self.__pydantic_serializer__.to_json(self)
