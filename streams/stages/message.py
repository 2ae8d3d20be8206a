"""What the messages of all stages have in common: their contracts are read, and these headers written or passed on."""

from collections.abc import Iterator
from typing import TypeVar

from pydantic import ValidationError

from schemas.dead_letter import Reason, Refusal
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams.delivery.stage import Headers

ORIGIN = "rafid-origin"
REDRIVEN = "rafid-redriven"
ROUTES = "rafid-routes"
REASONS = "rafid-reasons"
TRACE = ("traceparent", "tracestate")  # W3C Trace Context
PASSED_ON = (*TRACE, ORIGIN, REDRIVEN)

Message = TypeVar("Message", ParsedArticle, NewsItem)


def read(contract: type[Message], value: bytes | None) -> Message:
    """Read a message of ours; raises ``Refusal`` naming the field that is wrong."""
    try:
        return contract.from_json(value or b"")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise Refusal(Reason.INVALID_MESSAGE, f"not a {contract.__name__}: {field}: {first['msg']}") from error


def cloud_event(kind: str, identifier: str) -> Headers:
    """CloudEvents attributes in Kafka's binary mode (CloudEvents Kafka protocol binding 1.0.2)."""
    return (
        ("content-type", b"application/json"),  # of ninjs too, which has none of its own
        ("ce_specversion", b"1.0"),
        ("ce_id", identifier.encode()),
        ("ce_type", f"rafid.{kind}".encode()),
        ("ce_source", b"rafid"),
    )


def passed_on(headers: Headers, names: tuple[str, ...]) -> Iterator[tuple[str, bytes | None]]:
    """The headers of these names, as they are."""
    return ((name, value) for name, value in headers if name in names)
