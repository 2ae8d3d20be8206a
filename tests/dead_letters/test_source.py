"""Where an input is from: by its headers and its JSON, and never an exception."""

import orjson
import pytest

from streams.dead_letters.source import is_from, sources
from streams.delivery.stage import Headers
from tests.dead_letters.letters import letter
from tests.route.items import item


@pytest.mark.parametrize(
    ("value", "headers", "found"),
    [
        (b"a page", (), ()),
        (None, (), ()),
        (b"a page", (("url", b"https://WWW.Gulf.example/1"),), ("www.gulf.example",)),
        (b"a page", (("URL", b"https://gulf.example:8080/1"), ("source", b"Gulf News")), ("gulf.example", "gulf news")),
        (b"a page", (("ce_source", b"https://gulf.example/feed"),), ("gulf.example",)),
        (b"a page", (("ce_source", b"/scraper/7"), ("url", b"http://[broken"), ("feed", None)), ()),
        (b'{"content": 5, "url": "https://gulf.example/1", "source": "Reuters"}', (), ("gulf.example", "reuters")),
        (b'{"specversion": "1.0", "data": {"content": "", "url": "https://a.example"}}', (), ("a.example",)),
        (b'{"url": ["no text"], "altIds": [5], "infoSources": {}, "source": 5}', (), ()),
        (b'{"url": "https://a.example', (), ()),
        (b"[]", (), ()),
    ],
)
def test_is_what_the_input_says(value: bytes | None, headers: Headers, found: tuple[str, ...]) -> None:
    assert sources(letter(value, headers).letter) == found


def test_of_a_news_item_is_its_address_and_its_sources() -> None:
    news = item().model_dump(mode="json") | {
        "altIds": [{"role": "url", "value": "https://a.example/1"}],
        "infoSources": [{"name": "Reuters"}],
    }
    assert sources(letter(orjson.dumps(news)).letter) == ("a.example", "reuters")


def test_a_host_takes_those_under_it_and_no_others() -> None:
    from_it = letter(headers=(("url", b"https://www.gulf.example/1"), ("source", "وكالة".encode()))).letter
    assert all(is_from(from_it, wanted) for wanted in ("gulf.example", "WWW.gulf.example", "وكالة"))
    assert not any(is_from(from_it, wanted) for wanted in ("f.example", "http://gulf.example", "وكا"))
