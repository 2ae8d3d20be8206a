"""The contracts for other programs: JSON Schema of each, one AsyncAPI document, and what a change breaks.

Pure: from the models to bytes. ``rafid contracts generate`` writes them to ``schemas/generated``, where they
are committed; ``rafid contracts check`` tells what has drifted. The schemas of the last release stand in
``schemas/generated/released``; a test holds today's against them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from schemas.contract import Contract
from schemas.dead_letter import Blob, DeadLetter, Header, Origin, Reason
from schemas.media_topics import BY_SLUG, MEDIA_TOPICS
from schemas.news_item import AltId, Association, Body, InfoSource, NewsItem, Place, Subject, Text
from schemas.parsed_article import ArticleDate, ParsedArticle, Precision
from schemas.raw_article import RawArticle

CONTRACTS_VERSION = "0.1.0"
ASYNCAPI = "asyncapi.json"

Json = dict[str, Any]


class Writer(StrEnum):
    """Who writes a contract's messages. A change can break those who write or those who read."""

    PRODUCERS = "producers"
    RAFID = "rafid"


class Published(NamedTuple):
    """A contract as it is published. ``examples`` are JSON; the first is the usual case."""

    file: str
    model: type[Contract]
    writer: Writer
    generator: type[GenerateJsonSchema]
    examples: tuple[Json, ...]


def generated() -> dict[str, bytes]:
    """All generated files, by name. The same models give the same bytes."""
    contracts = published()
    files = {contract.file: _dump(_json_schema(contract)) for contract in contracts}
    files[ASYNCAPI] = _dump(_asyncapi(contracts))
    return files


def check(folder: Path) -> list[str]:
    """What in ``folder`` is not as the models say: one line a file; empty when nothing has drifted."""
    files = generated()
    drifted = []
    for name, content in files.items():
        path = folder / name
        if not path.is_file():
            drifted.append(f"{path}: missing")
        elif path.read_bytes() != content:
            drifted.append(f"{path}: differs from the models")
    strays = sorted(path for path in folder.glob("*.json") if path.name not in files)
    return drifted + [f"{path}: not a contract" for path in strays]


def published() -> tuple[Published, ...]:
    """The contracts, in the order of the river."""
    return (
        Published("raw-article.schema.json", RawArticle, Writer.PRODUCERS, _Read, _raw_articles()),
        Published("parsed-article.schema.json", ParsedArticle, Writer.RAFID, _Written, _parsed_articles()),
        Published("news-item.schema.json", NewsItem, Writer.RAFID, _WrittenWithoutNull, _news_items()),
        Published("dead-letter.schema.json", DeadLetter, Writer.RAFID, _Written, _dead_letters()),
    )


def _dump(content: Json) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


# --- JSON Schema ---


class _Read(GenerateJsonSchema):
    """What Rafid takes: what has a default may be left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - a name says it once
        return False


class _Written(_Read):
    """What Rafid writes: every property, null where there is no value."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002
        return True


class _WrittenWithoutNull(_Read):
    """What Rafid writes as ninjs: a property without a value is left out, and an empty list."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002
        schema = field["schema"]
        if schema["type"] == "default" and schema.get("default", ...) is None:
            return False
        return "serialization_exclude_if" not in field

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def _json_schema(contract: Published) -> Json:
    mode: Any = "validation" if contract.writer is Writer.PRODUCERS else "serialization"
    schema = contract.model.model_json_schema(schema_generator=contract.generator, mode=mode)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rafid:contract:{contract.file.removesuffix('.schema.json')}",
        **{key: schema.pop(key) for key in ("title", "description", "type", "properties", "required")},
        **schema,
        "examples": list(contract.examples),
    }


# --- Examples: one article on its way down the river ---

_ID = "0e3b9b8e-5c0f-5d53-9d0b-4f6f0a7f3a11"
_EMBEDDED_ID = "5f0d4c53-0f7b-5a0e-8b1a-0c9d7d6a2b42"
_URL = "https://news.example/economy/4711"
_TITLE = "البنك المركزي المصري يبقي سعر الفائدة دون تغيير"
_OPENING = "أبقى البنك المركزي المصري الخميس على سعر الفائدة دون تغيير للمرة الثالثة هذا العام."
_SECOND = "وقال البنك في بيان إن التضخم تراجع في أكتوبر."
_ORIGIN = "articles.raw/2/1041"
_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def _raw_articles() -> tuple[Json, ...]:
    page = f"{_TITLE}\nتاريخ النشر: 9 تشرين الثاني 2023\nالمصدر: رويترز\n\n{_OPENING}\n\n{_SECOND}\n"
    examples = (
        RawArticle(
            content=page,
            url=_URL,
            language="ar",
            keywords=("الفائدة",),
            fetched_at="2023-11-09T14:30:00+02:00",
        ),
        RawArticle(content="<html><body><article>…</article></body></html>", content_type="text/html", url=_URL),
        RawArticle(content=page),
    )
    return tuple(example.model_dump(mode="json", exclude_unset=True) for example in examples)


def _parsed_articles() -> tuple[Json, ...]:
    article = ParsedArticle(
        id=_ID,
        embedded_ids=(_EMBEDDED_ID,),
        url=_URL,
        title=_TITLE,
        paragraphs=(_OPENING, _SECOND),
        published=ArticleDate(value="2023-11-09", precision=Precision.DAY, text="9 تشرين الثاني 2023"),
        source="رويترز",
        keywords=("الفائدة",),
        language="ar",
    )
    embedded = ParsedArticle(
        id=_EMBEDDED_ID,
        parent_id=_ID,
        position=1,
        title="الجنيه يستقر أمام الدولار",
        paragraphs=("استقر الجنيه في تعاملات الخميس.",),
        language="ar",
    )
    return tuple(orjson.loads(example.to_json()) for example in (article, embedded))


def _news_items() -> tuple[Json, ...]:
    text = f"{_OPENING}\n\n{_SECOND}"
    topic = BY_SLUG["economy"]
    item = NewsItem(
        uri=f"urn:uuid:{_ID}",
        language="ar",
        versionCreated="2023-11-09T00:00:00Z",
        contentCreated="2023-11-09T00:00:00Z",
        headlines=(Text(value=_TITLE),),
        descriptions=(Text(role="published", value="2023-11-09"),),
        bodies=(Body(charCount=len(text), wordCount=len(text.split()), value=text),),
        infoSources=(InfoSource(name="رويترز"),),
        subjects=(
            Subject(
                name=topic.name,
                rel="about",
                uri=topic.uri,
                literal=topic.slug,
                creator="rafid-topics/1",
                confidence=91,
            ),
            Subject(name="الفائدة", rel="keyword"),
        ),
        places=(Place(name="مصر", literal="EG"),),
        altIds=(AltId(role="url", value=_URL),),
        associations=(Association(name="embedded", rel="embedded", uri=f"urn:uuid:{_EMBEDDED_ID}"),),
    )
    return tuple(orjson.loads(example.to_json()) for example in (item, NewsItem(uri=f"urn:uuid:{_EMBEDDED_ID}")))


def _dead_letters() -> tuple[Json, ...]:
    refused = b'{"content": "\xd8\xae\xd8\xa8\xd8\xb1", "published_at": "yesterday"}'
    binary = b"\x89PNG\r\n\x1a\n"
    letter = DeadLetter(
        reason=Reason.INVALID_ENVELOPE,
        detail="published_at: not a date: 'yesterday'; write ISO 8601 such as 2023-11-09",
        stage="parse",
        origin=Origin(topic="articles.raw", partition=2, offset=1042, timestamp=1699540200000),
        key=Blob.of(_URL.encode()),
        headers=(Header(name="content-type", value=Blob.of(b"application/json")),),
        content=Blob.of(refused),
        size=len(refused),
        sha256=hashlib.sha256(refused).hexdigest(),
        version="0.1.0",
    )
    image = DeadLetter(
        reason=Reason.BINARY,
        detail="the input is a PNG image, not a page",
        stage="parse",
        content=Blob.of(binary),
        size=len(binary),
        sha256=hashlib.sha256(binary).hexdigest(),
        version="0.1.0",
    )
    return tuple(orjson.loads(example.to_json()) for example in (letter, image))


# --- AsyncAPI 3.0, from Rafid's side: it receives what it reads and sends what it writes ---

_ABOUT = """\
Rafid takes raw articles from `articles.raw` and sends tagged news items in IPTC ninjs 3.1 form to topic
streams, exactly once: read with `isolation.level=read_committed`. With RAFID_TOPIC_PREFIX set, every address
has that prefix. Contracts only grow: expect properties, headers and enum values that you do not know, and
messages written before a property was added. docs/contracts.md explains each field."""

_KEY_OF_ARTICLE = {"type": "string", "description": "The article's id, a UUID: the same on every replay."}
_KEY_OF_LETTER = {"type": "string", "description": "Where the input stood: topic/partition/offset."}
_KEY_OF_RAW = {"description": "The producer's own, or none. Rafid does not read it."}

_TEXT: Json = {"type": "string"}
_TRACING: Json = {
    "traceparent": {**_TEXT, "description": "W3C Trace Context, passed through.", "examples": [_TRACE]},
    "tracestate": {**_TEXT, "description": "W3C Trace Context, passed through."},
}
_CLOUD_EVENT: Json = {
    "ce_specversion": {"const": "1.0", "description": "CloudEvents 1.0, Kafka binary mode."},
    "ce_id": {**_TEXT, "description": "The article's id."},
    "ce_source": {"const": "rafid"},
    "ce_time": {**_TEXT, "format": "date-time", "description": "Not sent today, so that replays are equal."},
    "ce_subject": {**_TEXT, "description": "Not sent today."},
}
_ORIGIN_HEADER: Json = {
    "rafid-origin": {
        **_TEXT,
        "pattern": "^.+/[0-9]+/[0-9]+$",
        "description": "Where the raw article stands: topic/partition/offset. Missing if unknown.",
        "examples": [_ORIGIN],
    }
}
_ROUTES_HEADER: Json = {
    "rafid-routes": {
        **_TEXT,
        "contentMediaType": "application/json",
        "description": "The routes that sent the item to this stream, and why: JSON, a list of Route.",
        "examples": ['[{"route":"economy","reasons":["topic economy 91"]}]'],
    }
}
_ROUTE: Json = {
    "type": "object",
    "description": "A route that sent an item to a topic stream (docs/routes.md).",
    "properties": {
        "route": {**_TEXT, "description": "The route's name."},
        "reasons": {"type": "array", "items": _TEXT, "description": "Why, for a person to read."},
    },
    "required": ["route", "reasons"],
}


def _asyncapi(contracts: tuple[Published, ...]) -> Json:
    raw, parsed, item, letter = contracts
    channels = {
        "raw": _channel("articles.raw", "What feed producers publish.", ("RawArticle", "Page")),
        "parsed": _channel("articles.parsed", "Parsed articles, from parse to tag.", ("ParsedArticle",)),
        "tagged": _channel("articles.tagged", "All news items, from tag to route.", ("TaggedItem",)),
        "stream": {
            **_channel("articles.topic.{stream}", "A topic stream: the items of its routes.", ("RoutedItem",)),
            "parameters": {
                "stream": {
                    "description": "The slug of an IPTC topic, or a stream of the user's own routes.",
                    "examples": [topic.slug for topic in MEDIA_TOPICS],
                }
            },
        },
        "unrouted": _channel("articles.unrouted", "News items that no route took.", ("UnroutedItem",)),
        "deadLetter": _channel("articles.dead-letter", "What a stage refused.", ("DeadLetter", "Redriven")),
    }
    return {
        "asyncapi": "3.0.0",
        "id": "urn:rafid:asyncapi",
        "info": {
            "title": "Rafid",
            "version": CONTRACTS_VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            "parse": _operation("receive", "raw", "Parse pages into articles."),
            "sendParsed": _operation("send", "parsed", "Hand on each article of a page."),
            "tag": _operation("receive", "parsed", "Tag articles with topics and places."),
            "sendTagged": _operation("send", "tagged", "Hand on each tagged article."),
            "route": _operation("receive", "tagged", "Find the topic streams of an item."),
            "sendToStream": _operation("send", "stream", "Send an item once to each stream it belongs on."),
            "sendUnrouted": _operation("send", "unrouted", "Keep an item that no route took."),
            "sendDeadLetter": _operation("send", "deadLetter", "Keep an input that a stage refused, whole."),
        },
        "components": {
            "messages": {
                "RawArticle": _raw_message(raw),
                "Page": _page_message(),
                "ParsedArticle": _article_message("rafid.article.parsed", parsed),
                "TaggedItem": _article_message("rafid.article.tagged", item),
                "RoutedItem": _article_message("rafid.article.routed", item, _ROUTES_HEADER),
                "UnroutedItem": _article_message("rafid.article.routed", item),
                "DeadLetter": _letter_message(letter),
                "Redriven": {
                    "title": "Redriven",
                    "summary": "Marks the dead letter of the same key as sent back: no value.",
                    "payload": {"type": "null"},
                    "bindings": _kafka(key=_KEY_OF_LETTER),
                },
            },
            "schemas": {**_component_schemas(contracts), "Route": _ROUTE},
        },
    }


def _channel(address: str, description: str, messages: tuple[str, ...]) -> Json:
    return {
        "address": address,
        "description": description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }


def _operation(action: str, channel: str, summary: str) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _raw_message(contract: Published) -> Json:
    return {
        "title": "Raw article in an envelope",
        "contentType": "application/json",
        "headers": {"type": "object", "properties": {"content-type": _TEXT, **_TRACING}},
        "payload": _payload(contract),
        "bindings": _kafka(key=_KEY_OF_RAW),
        "examples": [{"payload": example} for example in contract.examples],
    }


def _page_message() -> Json:
    headers = {
        "content-type": {**_TEXT, "examples": ["text/html; charset=windows-1256"]},
        "url": {**_TEXT, "description": "Where the page was found."},
        **{
            name: {**_TEXT, "description": f"As {name} of RawArticle."}
            for name in ("title", "source", "published_at", "language", "byline", "fetched_at", "feed")
        },
        "ce_time": {**_TEXT, "format": "date-time", "description": "CloudEvents: when the page was fetched."},
        "ce_source": {**_TEXT, "description": "CloudEvents: taken for the page's url where it is one."},
        "ce_subject": {**_TEXT, "description": "CloudEvents: as ce_source, and before it."},
        **_TRACING,
    }
    return {
        "title": "Raw article as it is",
        "summary": "A text, HTML page or feed entry in any charset. No header is needed; each one helps.",
        "contentType": "application/octet-stream",
        "headers": {"type": "object", "properties": headers},
        "payload": {"type": "string", "description": "The page's own bytes."},
        "bindings": _kafka(key=_KEY_OF_RAW),
    }


def _article_message(event: str, contract: Published, more: Mapping[str, Any] | None = None) -> Json:
    """A message that Rafid writes about an article: ``more`` are headers besides the usual."""
    more = more or {}
    headers = {
        "content-type": {"const": "application/json"},
        **_CLOUD_EVENT,
        "ce_type": {"const": event},
        **_ORIGIN_HEADER,
        **_TRACING,
        **more,
    }
    shown = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": _ID,
        "ce_source": "rafid",
        "ce_type": event,
        "rafid-origin": _ORIGIN,
        **{name: schema["examples"][0] for name, schema in more.items()},
    }
    required = ["content-type", "ce_specversion", "ce_id", "ce_source", "ce_type", *more]
    return {
        "title": contract.model.__name__,
        "name": event,
        "headers": {"type": "object", "properties": headers, "required": required},
        "payload": _payload(contract),
        "bindings": _kafka(key=_KEY_OF_ARTICLE),
        "examples": [{"headers": shown, "payload": contract.examples[0]}],
    }


def _letter_message(contract: Published) -> Json:
    headers = {
        "content-type": {"const": "application/json"},
        "rafid-reason": {"$ref": "#/components/schemas/Reason"},
        "rafid-stage": {**_TEXT, "examples": ["parse", "tag", "route"]},
    }
    return {
        "title": "Dead letter",
        "headers": {"type": "object", "properties": headers, "required": list(headers)},
        "payload": _payload(contract),
        "bindings": _kafka(key=_KEY_OF_LETTER),
        "examples": [
            {
                "headers": {
                    "content-type": "application/json",
                    "rafid-reason": example["reason"],
                    "rafid-stage": example["stage"],
                },
                "payload": example,
            }
            for example in contract.examples
        ],
    }


def _payload(contract: Published) -> Json:
    return {"$ref": f"#/components/schemas/{contract.model.__name__}"}


def _kafka(*, key: Json) -> Json:
    return {"kafka": {"key": key, "bindingVersion": "0.5.0"}}


def _component_schemas(contracts: tuple[Published, ...]) -> Json:
    """The models and their parts, flat, so that the document stands alone."""
    schemas: Json = {}
    for contract in contracts:
        schema = _json_schema(contract)
        for left_out in ("$schema", "$id", "examples"):
            del schema[left_out]
        parts = schema.pop("$defs", {})
        schemas |= {
            contract.model.__name__: _moved(schema),
            **{name: _moved(part) for name, part in parts.items()},
        }
    return schemas


def _moved(part: Any) -> Any:
    """The same schema, its references led from ``$defs`` to the document's components."""
    if isinstance(part, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(value)
            for key, value in part.items()
        }
    return [_moved(each) for each in part] if isinstance(part, list) else part


# --- What a change breaks ---

_LEAST = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems"})
_MOST = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems"})
_OPAQUE = frozenset({"pattern", "format", "const"})  # compared as they stand: any other value counts as narrower


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
