"""From a record's bytes and headers to the page they carry: its kind, its text and what came with it."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt
from schemas.raw_article import RawArticle
from streams.parse.charset import CharsetReader, Decoded
from streams.parse.kinds import Kind, check_binary, check_control, form_of, kind_of, media_type
from streams.parse.limits import ParseLimits, check_bytes

# An object, or a list of things: no page begins so, and a broken envelope must not be published as one.
_LIKE_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s{0,64}(?:\{\s{0,64}["}]|\[\s{0,64}[{"\[\]])')
_FEED_NAMES = ("jsonfeed.org", '"content_html"', '"content_text"')
# JSON is UTF-8 between systems (RFC 8259), but some still write it in what their platform calls Unicode.
_NOT_JSONS_OWN = frozenset(("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))


class Page(NamedTuple):
    """A page and what its producer said of it. ``about`` has the envelope's fields, ``content`` is not to
    be read there.

    ``url_hint`` is where the event came from: good to show, not good enough to make an id of.
    """

    kind: Kind
    text: str
    about: RawArticle
    url_hint: str | None = None
    warnings: tuple[Doubt, ...] = ()
    json: Any = None


class RawReader:
    """Reads records. Immutable."""

    def __init__(self, limits: ParseLimits) -> None:
        self._limits = limits
        self._charsets = CharsetReader()

    def read(
        self, value: bytes | None, content_type: str | None, headers: Mapping[str, str], envelope: bool | None
    ) -> Page:
        """The page in ``value``; raises ``Refusal``."""
        if value is None or not value.strip():
            what = "there is no value" if value is None else "there is nothing but white space" if value else "0 bytes"
            raise Refusal(Reason.EMPTY, f"{what}; send a page as text, HTML or a feed entry")
        headers = {name: _whole(text) for name, text in headers.items()}
        declared, charset = media_type(content_type or headers.get("content-type"))
        form = form_of(declared)
        like_json = _LIKE_JSON.match(value) is not None
        check_bytes(len(value), self._limits, envelope=like_json and form in ("json", "any", "json-feed"))
        if envelope or form in ("json", "json-feed") or (envelope is None and form in ("any", "text") and like_json):
            return self._from_json(value, headers)
        check_binary(value, charset)
        decoded = self._charsets.decode(value, charset)
        if decoded.charset in _NOT_JSONS_OWN and envelope is None and form in ("any", "text"):
            there = decoded.text.encode("utf-8", "replace")
            if _LIKE_JSON.match(there):
                return self._from_json(there, headers)
        return _page(decoded, form, _from_headers(headers), _hint(headers))

    def _from_json(self, value: bytes, headers: Mapping[str, str]) -> Page:
        """An envelope, CloudEvent or JSON Feed; raises ``Refusal`` for what is none: never published as a page."""
        try:
            data = orjson.loads(value.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError as error:
            raise Refusal(
                Reason.INVALID_ENVELOPE,
                f"not JSON: {error}; send one RawArticle object for each record, or the page itself with its own "
                "content-type",
            ) from None
        if not isinstance(data, dict):
            raise Refusal(
                Reason.INVALID_ENVELOPE,
                f"a JSON {_name(data)}, not an object; send one RawArticle for each record",
            )
        about = _from_headers(headers)
        hint = _hint(headers)
        if "specversion" in data and ("data" in data or "data_base64" in data):
            return self._from_event(data, about)
        if _is_json_feed(data):
            return Page(Kind.JSON_FEED, "", about, hint, json=data)
        return self._from_envelope(data, about, hint)

    def _from_event(self, event: dict[str, Any], about: RawArticle) -> Page:
        """CloudEvents in structured mode: the envelope, or the page itself, in ``data``."""
        attributes = {f"ce_{name}": there for name, there in event.items() if isinstance(there, str)}
        about = about if about.fetched_at else _from_headers(attributes)
        hint = _hint(attributes)
        data: Any = event.get("data")
        kind = event.get("datacontenttype")
        if data is None and "data_base64" in event:
            try:
                raw = base64.b64decode(str(event["data_base64"]), validate=True)
            except binascii.Error as error:
                raise Refusal(Reason.INVALID_ENVELOPE, f"data_base64: not base64: {error}") from None
            return self.read(raw, kind if isinstance(kind, str) else None, attributes, None)
        if isinstance(data, dict):
            if _is_json_feed(data):
                return Page(Kind.JSON_FEED, "", about, hint, json=data)
            return self._from_envelope(data, about, hint)
        if not isinstance(data, str):
            raise Refusal(
                Reason.INVALID_ENVELOPE,
                f"data: a JSON {_name(data)}; send a RawArticle object or the page as a string",
            )
        declared, _ = media_type(kind if isinstance(kind, str) else None)
        check_control(data)
        return _page(Decoded(data, "utf-8"), form_of(declared), about, hint)

    def _from_envelope(self, data: dict[str, Any], about: RawArticle, hint: str | None) -> Page:
        try:
            raw = RawArticle.model_validate(data, strict=False)
        except ValidationError as error:
            raise Refusal(Reason.INVALID_ENVELOPE, _readable(error)) from None
        if not raw.content.strip():
            raise Refusal(Reason.EMPTY, "content: there is nothing but white space")
        check_control(raw.content)
        said = raw.content_type if "content_type" in raw.model_fields_set else None
        declared, _ = media_type(said)
        form = form_of(declared)
        if form in ("json-feed", "json"):
            return self._json_content(raw, hint)
        if form in ("any", "text") and (feed := _json_feed(raw.content)) is not None:
            return Page(Kind.JSON_FEED, "", raw, hint, json=feed)
        if raw.fetched_at is None and about.fetched_at:
            raw = raw.model_copy(update={"fetched_at": about.fetched_at})
        text, mojibake = self._charsets.repair(raw.content)
        raw = raw.model_copy(update=self._repaired(raw))
        return _page(Decoded(text, "utf-8", mojibake=mojibake), form, raw, hint)

    def _repaired(self, raw: RawArticle) -> dict[str, Any]:
        """The envelope's own texts, where mojibake was among them."""
        texts = {name: text for name in ("title", "source", "byline") if (text := getattr(raw, name))}
        repaired: dict[str, Any] = {name: self._charsets.repair(text)[0] for name, text in texts.items()}
        keywords, mojibake = self._charsets.repair("\n".join(raw.keywords))
        if mojibake:
            repaired["keywords"] = tuple(keywords.split("\n"))
        return repaired

    def _json_content(self, raw: RawArticle, hint: str | None) -> Page:
        try:
            data = orjson.loads(raw.content)
        except orjson.JSONDecodeError as error:
            raise Refusal(Reason.INVALID_ENVELOPE, f"content: said to be JSON, but is not: {error}") from None
        if not isinstance(data, dict) or not _is_json_feed(data):
            raise Refusal(
                Reason.INVALID_ENVELOPE,
                "content: JSON, but no JSON Feed or item of one (content_html or content_text)",
            )
        return Page(Kind.JSON_FEED, "", raw, hint, json=data)


def _page(decoded: Decoded, form: str, about: RawArticle, hint: str | None) -> Page:
    text = decoded.text.lstrip("\ufeff")
    if not text.strip():
        raise Refusal(Reason.EMPTY, "there is nothing but white space")
    warnings = []
    if decoded.guessed:
        warnings.append(Doubt.CHARSET_GUESSED)
    if decoded.misdeclared:
        warnings.append(Doubt.CHARSET_MISDECLARED)
    if decoded.mojibake:
        warnings.append(Doubt.MOJIBAKE)
    return Page(kind_of(text, form), text, about, hint, tuple(warnings))


def _json_feed(content: str) -> dict[str, Any] | None:
    """The JSON Feed that a text without a content type of its own is; null when it is none."""
    if not content.lstrip().startswith("{") or not any(name in content for name in _FEED_NAMES):
        return None
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return data if isinstance(data, dict) and _is_json_feed(data) else None


def _is_json_feed(data: dict[str, Any]) -> bool:
    version = data.get("version")
    if isinstance(version, str) and "jsonfeed.org" in version:
        return True
    return "content" not in data and (
        isinstance(data.get("content_html"), str) or isinstance(data.get("content_text"), str)
    )


def _from_headers(headers: Mapping[str, str]) -> RawArticle:
    """What the headers say of a bare page. Ours, all optional: url, title, source, language, published_at,
    fetched_at, feed.

    CloudEvents: ``ce_time`` is when the page was fetched.
    """
    about: dict[str, Any] = {"content": ""}
    for name in ("url", "title", "source", "language", "published_at", "fetched_at", "byline", "feed"):
        if headers.get(name):
            about[name] = headers[name]
    if "fetched_at" not in about and headers.get("ce_time"):
        about["fetched_at"] = headers["ce_time"]
    while True:
        try:
            return RawArticle.model_validate(about)
        except ValidationError as error:
            # A header is a hint: one that makes no sense is no reason to refuse the page.
            for wrong in error.errors(include_url=False):
                about.pop(str(wrong["loc"][0]), None)
            about.setdefault("content", "")


def _whole(text: str) -> str:
    """A header without halves of surrogate pairs, by which Python keeps bytes that are no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _hint(headers: Mapping[str, str]) -> str | None:
    for name in ("ce_subject", "ce_source"):
        if headers.get(name, "").lower().startswith(("http://", "https://")):
            return headers[name]
    return None


def _readable(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_input=False)
    said = []
    for one in wrong[:3]:
        field = ".".join(str(part) for part in one["loc"]) or "the envelope"
        message = one["msg"].removeprefix("Value error, ")
        said.append(f"{field}: {message[0].lower()}{message[1:]}")
    more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""
    return "; ".join(said).replace("\n", " ")[:600] + more


def _name(data: object) -> str:
    return {list: "list", str: "string", bool: "boolean", int: "number", float: "number"}.get(type(data), "null")
