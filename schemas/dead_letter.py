"""DeadLetter: an input that a stage refused, whole, with reason, stage and origin, on ``articles.dead-letter``.

``Refusal`` is the one exception by which a stage refuses an input; ``Reason`` names every case.
"""

import base64
import binascii
from datetime import datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.contract import Contract


class Reason(StrEnum):
    """Why an input was refused. One value, one thing to do about it (docs/dead-letters.md)."""

    EMPTY = "empty"
    UNDECODABLE = "undecodable"
    BINARY = "binary"
    UNSUPPORTED_CONTENT_TYPE = "unsupported-content-type"
    INVALID_ENVELOPE = "invalid-envelope"
    INVALID_MESSAGE = "invalid-message"
    TOO_LARGE = "too-large"
    TOO_COMPLEX = "too-complex"
    NO_ARTICLE = "no-article"
    TIMEOUT = "timeout"
    STAGE_ERROR = "stage-error"
    STAGE_CRASH = "stage-crash"
    OUT_OF_MEMORY = "out-of-memory"
    OUTPUT_TOO_LARGE = "output-too-large"


class Refusal(Exception):
    """A stage refuses an input for good: trying again would end the same way.

    ``detail`` is for a person: what was wrong, where, and what to do.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class Origin(Contract):
    """Where a record stands in Kafka."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None = Field(default=None, description="Milliseconds since 1970, the record's own.")


class Blob(Contract):
    """Bytes in JSON: as text where they are UTF-8, else in base64."""

    encoding: Literal["utf-8", "base64"]
    data: str

    @classmethod
    def of(cls, raw: bytes) -> Self:
        """Wrap bytes; ``to_bytes`` gives the same ones back."""
        try:
            return cls(encoding="utf-8", data=raw.decode())
        except UnicodeDecodeError:
            return cls(encoding="base64", data=base64.b64encode(raw).decode("ascii"))

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        try:
            self.to_bytes()
        except binascii.Error as error:
            raise ValueError(f"not base64: {error}") from error
        return self

    def to_bytes(self) -> bytes:
        """The bytes themselves."""
        return self.data.encode() if self.encoding == "utf-8" else base64.b64decode(self.data, validate=True)


class Header(Contract):
    """One Kafka header of the refused record. A null value is a null header."""

    name: str
    value: Blob | None = None
    name_bytes: Blob | None = Field(
        default=None, description="The name itself where it is not UTF-8; `name` then shows its bytes as \\xff."
    )

    @classmethod
    def of(cls, name: str, value: bytes | None) -> Self:
        """Wrap a header, bytes of whose name that are no UTF-8 are surrogates (PEP 383)."""
        raw = name.encode("utf-8", "surrogateescape")
        shown = raw.decode("utf-8", "backslashreplace")
        content = None if value is None else Blob.of(value)
        return cls(name=shown, value=content, name_bytes=None if shown == name else Blob.of(raw))

    def kafka_name(self) -> str:
        """The name as ``of`` was given it."""
        return self.name if self.name_bytes is None else self.name_bytes.to_bytes().decode("utf-8", "surrogateescape")


class DeadLetter(Contract):
    """A refused input. Sent back to ``origin.topic`` byte for byte by a redrive, unless ``truncated``.

    A redrive adds the header ``rafid-attempt``, by which the next letter of this input counts ``attempts``, and to
    a raw article ``rafid-origin``, where it first stood.
    """

    reason: Reason
    detail: str
    stage: str = Field(description="The stage that refused it: parse, tag or route.")
    origin: Origin | None = Field(default=None, description="Null when it was refused outside Kafka.")
    exception: str | None = Field(default=None, description="Traceback, when the stage raised or crashed.")
    key: Blob | None = None
    headers: tuple[Header, ...] = ()
    content: Blob | None = Field(default=None, description="The input itself; only its head when truncated.")
    size: int = Field(description="Size of the whole input in bytes.")
    sha256: str = Field(description="Of the whole input, in hex.")
    truncated: bool = Field(default=False, description="True when the input was too large for this topic.")
    version: str = Field(description="The Rafid version that refused it.")
    attempts: int = Field(default=1, description="How often this input was tried: more than 1 after a redrive.")
    refused_at: datetime | None = Field(default=None, description="When, in UTC. Null where that is not known..")
