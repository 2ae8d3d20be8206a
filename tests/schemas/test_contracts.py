"""Every contract is frozen, comes back from JSON as it was, and says which field is wrong."""

import base64
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import parsed_article
from schemas.contract import Contract
from schemas.dead_letter import Blob, DeadLetter, Header, Origin, Reason, Refusal
from schemas.generate import published
from schemas.media_topics import BY_SLUG, BY_URI, MEDIA_TOPICS
from schemas.news_item import Body, InfoSource, Named, NewsItem, Place, Point, Subject, Text
from schemas.parsed_article import ArticleDate, ParsedArticle, Precision
from schemas.raw_article import RawArticle
from tests.ninjs import violations

EXAMPLES = [
    contract.model.from_json(orjson.dumps(example)) for contract in published() for example in contract.examples
]

# JSON carries every code point but lone surrogates, which UTF-8 has not.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.lists(texts, max_size=3).map(tuple)


def parts_of(contract: type[Contract]) -> list[type[Contract]]:
    return [part for each in contract.__subclasses__() for part in (each, *parts_of(each))]


@pytest.mark.parametrize("contract", parts_of(Contract), ids=lambda contract: contract.__name__)
def test_every_contract_and_part_is_frozen(contract: type[Contract]) -> None:
    assert contract.model_config["frozen"] is True


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_a_field_cannot_be_changed(message: Contract) -> None:
    field = next(iter(type(message).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(message, field, getattr(message, field))


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_an_example_comes_back_as_it_was(message: Contract) -> None:
    assert type(message).from_json(message.to_json()) == message
    assert b"\n" not in message.to_json()


@given(
    st.builds(
        ParsedArticle,
        id=st.uuids().map(str),
        title=st.none() | texts,
        paragraphs=names,
        published=st.none() | st.builds(ArticleDate, value=texts, precision=st.sampled_from(Precision), text=texts),
        keywords=names,
        position=st.integers(0, 50),
        warnings=st.lists(st.sampled_from(parsed_article.Doubt)).map(tuple),
    )
)
def test_any_parsed_article_comes_back_as_it_was(article: ParsedArticle) -> None:
    assert ParsedArticle.from_json(article.to_json()) == article


news_items = st.builds(
    NewsItem,
    uri=st.uuids().map(lambda each: f"urn:uuid:{each}"),
    headlines=st.lists(st.builds(Text, value=texts)).map(tuple),
    bodies=st.lists(st.builds(Body, charCount=st.integers(0), wordCount=st.integers(0), value=texts)).map(tuple),
    by=st.none() | texts,
    infoSources=st.lists(st.builds(InfoSource, name=texts)).map(tuple),
    subjects=st.lists(
        st.builds(
            Subject,
            name=texts,
            rel=st.sampled_from(["about", "keyword"]),
            uri=st.none() | st.sampled_from(list(BY_URI)),
            literal=st.none() | st.sampled_from(list(BY_SLUG)),
            confidence=st.none() | st.integers(0, 100),
        )
    ).map(tuple),
    places=st.lists(
        st.builds(
            Place,
            name=texts,
            literal=st.sampled_from(["SY", "EG"]),
            uri=st.none() | st.just("https://sws.geonames.org/360630/"),
            geoJSON=st.none()
            | st.builds(Point, coordinates=st.tuples(st.floats(-180.0, 180.0), st.floats(-90.0, 90.0))),
        )
    ).map(tuple),
    people=st.lists(st.builds(Named, name=texts)).map(tuple),
    edNote=st.none() | texts,
)


@given(news_items)
def test_any_news_item_is_valid_ninjs_and_comes_back_as_it_was(item: NewsItem) -> None:
    assert violations(item.to_json()) == []
    assert NewsItem.from_json(item.to_json()) == item


class TestNinjs:
    """The judge itself: it must see what is wrong."""

    @pytest.fixture
    def item(self) -> dict[str, Any]:
        item: dict[str, Any] = orjson.loads(NewsItem(uri="urn:uuid:0e3b9b8e-5c0f-5d53-9d0b-4f6f0a7f3a11").to_json())
        return item

    def test_sees_nothing_wrong_in_the_least_of_items(self, item: dict[str, Any]) -> None:
        assert violations(item) == []

    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("versionCreated", "2023-11-09", "date-time"),
            ("uri", "no uri", "uri"),
            ("confidence", 3, "confidence"),
            ("language", None, "language"),
            ("headlines", "بنك", "headlines"),
        ],
    )
    def test_sees_what_is_wrong(self, item: dict[str, Any], field: str, value: object, told: str) -> None:
        found = violations({**item, field: value})
        assert len(found) == 1
        assert told in found[0]

    @pytest.mark.parametrize("message", [each for each in EXAMPLES if isinstance(each, NewsItem)])
    def test_sees_nothing_wrong_in_the_examples(self, message: NewsItem) -> None:
        assert violations(message.to_json()) == []


class TestRawArticle:
    @pytest.mark.parametrize(
        ("envelope", "field"),
        [
            ({}, "content"),
            ({"content": 7}, "content"),
            ({"content": None}, "content"),
            ({"content": "x", "content_type": 1}, "content_type"),
            ({"content": "x", "published_at": "yesterday"}, "published_at"),
            ({"content": "x", "published_at": "2023-13-40"}, "published_at"),
            ({"content": "x", "fetched_at": 1699540200}, "fetched_at"),
            ({"content": "x", "language": "عربي"}, "language"),
            ({"content": "x", "keywords": "بنك"}, "keywords"),
            ({"content": "x", "keywords": [1]}, "keywords"),
            ({"content": "x", "url": {}}, "url"),
        ],
    )
    def test_a_refusal_names_the_field(self, envelope: dict[str, Any], field: str) -> None:
        with pytest.raises(ValidationError) as caught:
            RawArticle.from_json(orjson.dumps(envelope))
        assert [error["loc"][0] for error in caught.value.errors()] == [field]

    @pytest.mark.parametrize(
        "date",
        [
            "2023-11-09",
            "2023-11-09T14:30:00+03:00",
            "2023-11-09T14:30:00Z",
            "Thu, 09 Nov 2023 14:30:00 +0300",
        ],
    )
    def test_a_date_is_kept_as_written(self, date: str) -> None:
        assert RawArticle(content="x", published_at=date).published_at == date

    def test_unknown_fields_are_ignored(self) -> None:
        assert RawArticle.from_json(b'{"content": "x", "crawler": "v7"}') == RawArticle(content="x")


class TestBlob:
    @given(st.binary())
    def test_any_bytes_come_back_the_same(self, raw: bytes) -> None:
        assert Blob.from_json(Blob.of(raw).to_json()).to_bytes() == raw

    @given(texts)
    def test_text_stays_readable(self, text: str) -> None:
        assert Blob.of(text.encode()) == Blob(encoding="utf-8", data=text)

    def test_other_bytes_are_base64(self) -> None:
        assert Blob.of(b"\xff\xfe") == Blob(encoding="base64", data=base64.b64encode(b"\xff\xfe").decode())

    @pytest.mark.parametrize("data", ["*", "YQ", "YQ==\n", "بنك"])
    def test_what_is_not_base64_is_refused(self, data: str) -> None:
        with pytest.raises(ValidationError, match="base64"):
            Blob.from_json(orjson.dumps({"encoding": "base64", "data": data}))


@given(st.binary(), st.none() | st.binary(), st.dictionaries(texts, st.none() | st.binary(), max_size=3))
def test_a_dead_letter_keeps_its_input_byte_for_byte(
    content: bytes, key: bytes | None, headers: dict[str, bytes | None]
) -> None:
    letter = DeadLetter(
        reason=Reason.BINARY,
        detail="",
        stage="parse",
        origin=Origin(topic="articles.raw", partition=0, offset=1),
        key=None if key is None else Blob.of(key),
        headers=tuple(
            Header(name=name, value=None if value is None else Blob.of(value)) for name, value in headers.items()
        ),
        content=Blob.of(content),
        size=len(content),
        sha256="",
        version="0",
    )
    again = DeadLetter.from_json(letter.to_json())
    assert again == letter
    assert again.content is not None
    assert again.content.to_bytes() == content


def test_a_refusal_reads_as_reason_and_detail() -> None:
    assert str(Refusal(Reason.EMPTY, "nothing but white space")) == "empty: nothing but white space"


def test_the_topics_are_iptc_s_seventeen() -> None:
    assert [topic.code for topic in MEDIA_TOPICS] == [f"{number:02}000000" for number in range(1, 18)]
    assert len(BY_SLUG) == len(BY_URI) == 17
