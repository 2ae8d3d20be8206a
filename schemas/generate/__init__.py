"""The contracts for other programs: JSON Schema of each and one AsyncAPI document, from the models to bytes.

Pure. ``rafid contracts generate`` writes them to ``schemas/generated``, where they are committed; ``rafid
contracts check`` tells what has drifted. The schemas of the last release stand in ``schemas/generated/released``;
a test holds today's against them.
"""

from pathlib import Path

import orjson

from schemas.dead_letter import DeadLetter
from schemas.discarded_letter import DiscardedLetter
from schemas.generate.asyncapi import asyncapi_document
from schemas.generate.compatibility import Json, Writer, breaking_changes
from schemas.generate.examples import dead_letters, discarded_letters, news_items, parsed_articles, raw_articles
from schemas.generate.json_schema import Published, Read, Written, WrittenWithoutNull, json_schema_of
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from schemas.raw_article import RawArticle

__all__ = ["ASYNCAPI", "Published", "Writer", "breaking_changes", "check", "generated", "published"]

ASYNCAPI = "asyncapi.json"


def generated() -> dict[str, bytes]:
    """All generated files, by name. The same models give the same bytes."""
    contracts = published()
    files = {contract.file: _dump(json_schema_of(contract)) for contract in contracts}
    files[ASYNCAPI] = _dump(asyncapi_document(contracts))
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
        Published("raw-article.schema.json", RawArticle, Writer.PRODUCERS, Read, raw_articles()),
        Published("parsed-article.schema.json", ParsedArticle, Writer.RAFID, Written, parsed_articles()),
        Published("news-item.schema.json", NewsItem, Writer.RAFID, WrittenWithoutNull, news_items()),
        Published("dead-letter.schema.json", DeadLetter, Writer.RAFID, Written, dead_letters()),
        Published("discarded-letter.schema.json", DiscardedLetter, Writer.RAFID, Written, discarded_letters()),
    )


def _dump(content: Json) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
