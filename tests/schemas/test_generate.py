"""The generated contracts are what the models say, valid by their own standards, and true to the river."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from schemas.dead_letter import Reason
from schemas.generate import ASYNCAPI, Published, check, generated, published
from schemas.media_topics import MEDIA_TOPICS
from streams.delivery.stage import Record
from streams.route import Router
from streams.settings import Topics
from streams.stages.route import RouteStage

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "schemas/generated"
CONTRACTS = published()

each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.file)


def schema_of(contract: Published) -> dict[str, Any]:
    schema: dict[str, Any] = orjson.loads(generated()[contract.file])
    return schema


def asyncapi() -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(generated()[ASYNCAPI])
    return document


def test_nothing_has_drifted() -> None:
    assert check(FOLDER) == [], "run `rafid contracts generate` and commit"


class TestCheck:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name, content in generated().items():
            (tmp_path / name).write_bytes(content)
        (tmp_path / "released").mkdir()
        return tmp_path

    def test_passes_what_was_generated(self, folder: Path) -> None:
        assert check(folder) == []

    def test_tells_a_missing_file(self, folder: Path) -> None:
        (folder / ASYNCAPI).unlink()
        assert check(folder) == [f"{folder / ASYNCAPI}: missing"]

    def test_tells_an_edited_file(self, folder: Path) -> None:
        with (folder / ASYNCAPI).open("ab") as file:
            file.write(b"\n")
        assert check(folder) == [f"{folder / ASYNCAPI}: differs from the models"]

    def test_tells_a_file_of_a_contract_that_is_gone(self, folder: Path) -> None:
        (folder / "old.schema.json").write_bytes(b"{}")
        assert check(folder) == [f"{folder / 'old.schema.json'}: not a contract"]


def test_the_same_bytes_every_time() -> None:
    assert generated() == generated()
    assert all(content.endswith(b"}\n") for content in generated().values())


class TestJsonSchema:
    @each_contract
    def test_is_valid_2020_12(self, contract: Published) -> None:
        schema = schema_of(contract)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema_rs.meta.validate(schema)

    @each_contract
    def test_tells_what_it_is(self, contract: Published) -> None:
        schema = schema_of(contract)
        assert schema["$id"] == f"urn:rafid:contract:{contract.file.removesuffix('.schema.json')}"
        assert schema["title"] == contract.model.__name__
        assert schema["description"]

    @each_contract
    def test_its_examples_follow_it_and_can_be_read(self, contract: Published) -> None:
        schema = schema_of(contract)
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        assert schema["examples"]
        for example in schema["examples"]:
            validator.validate(example)
            contract.model.from_json(orjson.dumps(example))

    def test_only_the_content_of_a_raw_article_is_required(self) -> None:
        assert schema_of(CONTRACTS[0])["required"] == ["content"]

    def test_every_property_of_a_parsed_article_is_there(self) -> None:
        schema = schema_of(CONTRACTS[1])
        assert schema["required"] == list(schema["properties"])

    def test_a_news_item_has_no_null(self) -> None:
        assert b'"null"' not in generated()["news-item.schema.json"]
        assert b"null" not in generated()["news-item.schema.json"]


class TestAsyncApi:
    def test_is_valid_by_the_official_schema(self) -> None:
        official = orjson.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_bytes())
        validator = jsonschema_rs.Draft7Validator(official)
        assert [error.message for error in validator.iter_errors(asyncapi())] == []

    def test_every_reference_leads_somewhere(self) -> None:
        document = asyncapi()
        references = list(references_in(document))
        assert references
        for reference in references:
            at = document
            for part in reference.removeprefix("#/").split("/"):
                at = at[part]

    def test_its_channels_are_the_topics_of_the_river(self) -> None:
        topics = Topics("")
        addresses = {channel["address"] for channel in asyncapi()["channels"].values()}
        assert addresses == set(topics.all(("{stream}",)))

    def test_every_topic_has_its_stream_among_the_examples(self) -> None:
        parameter = asyncapi()["channels"]["stream"]["parameters"]["stream"]
        assert parameter["examples"] == [topic.slug for topic in MEDIA_TOPICS]

    def test_every_reason_of_a_dead_letter_is_told(self) -> None:
        assert asyncapi()["components"]["schemas"]["Reason"]["enum"] == [reason.value for reason in Reason]

    def test_the_examples_follow_their_headers_and_payloads(self) -> None:
        for name, message in asyncapi()["components"]["messages"].items():
            for example in message.get("examples", ()):
                for part in ("payload", "headers"):
                    if part in example:
                        assert problems(name, part, example[part]) == []


class TestHeaders:
    """What the route stage really sends is what the document says."""

    RECORD = Record(
        "articles.tagged",
        0,
        7,
        None,
        b"key",
        orjson.dumps(CONTRACTS[2].examples[0]),
        (("rafid-origin", b"articles.raw/2/1041"), ("traceparent", b"00-4bf92f-00f067-01"), ("mine", b"x")),
    )

    @pytest.mark.parametrize(
        ("routes", "topic", "message"),
        [
            ('topics = ["economy"]', "articles.topic.mine", "RoutedItem"),
            ('topics = ["weather"]', "articles.unrouted", "UnroutedItem"),
        ],
    )
    def test_of_routed_and_unrouted_items(self, tmp_path: Path, routes: str, topic: str, message: str) -> None:
        path = tmp_path / "routes.toml"
        path.write_text(f'[[route]]\nname = "mine"\n{routes}\n', encoding="utf-8")
        (output,) = RouteStage(Topics(""), Router.load(path))(self.RECORD)
        headers = {name: value.decode() for name, value in output.headers if value is not None}
        assert output.topic == topic
        assert problems(message, "headers", headers) == []
        assert headers.keys() <= asyncapi()["components"]["messages"][message]["headers"]["properties"].keys()

    def test_of_why_an_item_is_on_a_stream(self) -> None:
        (output,) = RouteStage(Topics(""), Router.load())(self.RECORD)
        why = orjson.loads(dict(output.headers)["rafid-routes"] or b"")
        route = jsonschema_rs.Draft7Validator(asyncapi()["components"]["schemas"]["Route"])
        assert why
        for each in why:
            route.validate(each)


def problems(message: str, part: str, value: object) -> list[str]:
    """What is wrong with a message's ``part``, headers or payload, by the document."""
    document = asyncapi()
    schema = {**document["components"]["messages"][message][part], "components": document["components"]}
    return [error.message for error in jsonschema_rs.Draft7Validator(schema).iter_errors(value)]


def references_in(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for value in part.values() for found in references_in(value)]
    return [found for each in part for found in references_in(each)] if isinstance(part, list) else []
