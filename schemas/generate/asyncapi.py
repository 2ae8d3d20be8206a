"""The AsyncAPI 3.0 document, from Rafid's side: it receives what it reads and sends what it writes."""

from collections.abc import Mapping
from typing import Any

from schemas.generate.compatibility import Json
from schemas.generate.examples import ARTICLE_ID, ORIGIN, TRACE
from schemas.generate.json_schema import Published, json_schema_of
from schemas.media_topics import MEDIA_TOPICS

CONTRACTS_VERSION = "0.1.0"

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
    "traceparent": {**_TEXT, "description": "W3C Trace Context, passed through.", "examples": [TRACE]},
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
        "examples": [ORIGIN],
    },
    "rafid-redriven": {
        **_TEXT,
        "pattern": "^.+/[0-9]+/[0-9]+$",
        "description": "Of what a redriven raw article became: where its copy stands.",
    },
}
_ATTEMPT_HEADER: Json = {
    "rafid-attempt": {
        **_TEXT,
        "pattern": "^[1-9][0-9]*$",
        "description": "Of a redriven message only: which attempt at it this is, from 2 on.",
    }
}
_MARK_HEADERS: Json = {
    "rafid-mark": {"enum": ["redriven", "discarded"]},
    "rafid-letter": {**_TEXT, "description": "Which letter: partition/offset.", "examples": ["0/17"]},
}
_REASONS_HEADER: Json = {
    "rafid-reasons": {
        **_TEXT,
        "contentMediaType": "application/json",
        "description": "Why the item has its tags, where RAFID_EXPLAIN_TAGS asks: JSON (docs/contracts.md).",
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


def asyncapi_document(contracts: tuple[Published, ...]) -> Json:
    """The document of these contracts, which are those of the river in its order."""
    raw, parsed, item, letter, discarded = contracts
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
        "audit": _channel("articles.dead-letter.audit", "Which dead letters were discarded.", ("DiscardedLetter",)),
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
            "discard": _operation("send", "audit", "Tell who threw a dead letter away, and why."),
        },
        "components": {
            "messages": {
                "RawArticle": _raw_message(raw),
                "Page": _page_message(),
                "ParsedArticle": _article_message("rafid.article.parsed", parsed),
                "TaggedItem": _article_message("rafid.article.tagged", item, optional=_REASONS_HEADER),
                "RoutedItem": _article_message("rafid.article.routed", item, _ROUTES_HEADER, _REASONS_HEADER),
                "UnroutedItem": _article_message("rafid.article.routed", item, optional=_REASONS_HEADER),
                "DeadLetter": _letter_message(letter),
                "Redriven": {
                    "title": "Redriven",
                    "summary": "Marks a dead letter of the same key and partition as dealt with: no value.",
                    "headers": {"type": "object", "properties": _MARK_HEADERS, "required": list(_MARK_HEADERS)},
                    "payload": {"type": "null"},
                    "bindings": _kafka(key=_KEY_OF_LETTER),
                },
                "DiscardedLetter": {
                    "title": "Discarded letter",
                    "payload": _payload(discarded),
                    "bindings": _kafka(key=_KEY_OF_LETTER),
                    "examples": [{"payload": example} for example in discarded.examples],
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
        "headers": {"type": "object", "properties": {"content-type": _TEXT, **_ATTEMPT_HEADER, **_TRACING}},
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
        **_ATTEMPT_HEADER,
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


def _article_message(
    event: str, contract: Published, more: Mapping[str, Any] | None = None, optional: Mapping[str, Any] | None = None
) -> Json:
    """A message that Rafid writes about an article: ``more`` are headers besides the usual, ``optional`` not always."""
    more = more or {}
    headers = {
        "content-type": {"const": "application/json"},
        **_CLOUD_EVENT,
        "ce_type": {"const": event},
        **_ORIGIN_HEADER,
        **_ATTEMPT_HEADER,
        **_TRACING,
        **more,
        **(optional or {}),
    }
    shown = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": ARTICLE_ID,
        "ce_source": "rafid",
        "ce_type": event,
        "rafid-origin": ORIGIN,
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
        schema = json_schema_of(contract)
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
