"""Feeds and single entries."""

import json

from streams.parse import Parser
from tests.parse.builders import AR_STORY, AR_TITLE, EN_STORY, EN_TITLE

STORY = "".join(f"<p>{paragraph}</p>" for paragraph in AR_STORY)
ITEM = f"""<item><title>{AR_TITLE}</title>
<link>https://sail.example/a</link>
<pubDate>Thu, 09 Nov 2023 14:30:00 GMT</pubDate>
<dc:creator>ليلى المرزوقي</dc:creator><category>جسور</category>
<description>ملخص قصير</description>
<content:encoded><![CDATA[{STORY}]]></content:encoded></item>"""


def test_an_item_cut_out_of_its_feed_is_an_article(parser: Parser) -> None:
    (article,) = parser.parse(ITEM.encode())

    assert article.published is not None
    assert (article.title, article.paragraphs, article.url) == (AR_TITLE, AR_STORY, "https://sail.example/a")
    assert (article.published.value, article.byline) == ("2023-11-09T14:30:00+00:00", "ليلى المرزوقي")
    assert (article.keywords, article.description, article.language) == (("جسور",), "ملخص قصير", "ar")


def test_a_feed_becomes_its_entries_with_the_channel_as_source(parser: Parser) -> None:
    second = (
        f"<item><title>{EN_TITLE}</title><link>https://sail.example/b</link>"
        f"<description>{EN_STORY[0]}</description></item>"
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>الشراع</title>{ITEM}{second}</channel></rss>'

    articles = parser.parse(feed.encode(), content_type="application/rss+xml")

    assert [(article.title, article.source, article.position) for article in articles] == [
        (AR_TITLE, "الشراع", 0),
        (EN_TITLE, "الشراع", 0),
    ]
    assert articles[1].description == EN_STORY[0]


def test_a_windows_1256_feed_cut_short_gives_its_whole_entries(parser: Parser) -> None:
    feed = f'<?xml version="1.0" encoding="windows-1256"?><rss><channel><title>x</title>{ITEM}<item><title>half'

    articles = parser.parse(feed.encode("cp1256"))

    assert articles[0].title == AR_TITLE


def test_an_atom_entry_is_an_article(parser: Parser) -> None:
    entry = f"""<entry xmlns="http://www.w3.org/2005/Atom"><title>{EN_TITLE}</title>
    <link rel="alternate" href="https://sail.example/c"/><published>2023-11-09T14:30:00Z</published>
    <updated>2023-11-10T08:00:00Z</updated><author><name>Nora Fields</name></author><category term="bridges"/>
    <content type="html">{"".join(f"&lt;p&gt;{p}&lt;/p&gt;" for p in EN_STORY)}</content></entry>"""

    (article,) = parser.parse(entry.encode())

    assert article.published is not None
    assert article.updated is not None
    assert (article.paragraphs, article.url, article.byline) == (
        EN_STORY,
        "https://sail.example/c",
        "Nora Fields",
    )
    assert (article.published.value, article.updated.value) == (
        "2023-11-09T14:30:00+00:00",
        "2023-11-10T08:00:00+00:00",
    )
    assert article.keywords == ("bridges",)


def test_a_json_feed_and_one_item_of_it_are_read(parser: Parser) -> None:
    item = {
        "id": "1",
        "title": AR_TITLE,
        "url": "https://sail.example/a",
        "content_html": STORY,
        "tags": ["جسور"],
        "date_published": "2023-11-09T14:30:00Z",
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "الشراع", "items": [item]}

    for value, source in ((feed, "الشراع"), (item, None)):
        (article,) = parser.parse(json.dumps(value).encode())

        assert (article.title, article.paragraphs, article.source) == (AR_TITLE, AR_STORY, source)
