"""Feeds and single entries."""

import json
from typing import Any

import pytest

from schemas.dead_letter import Reason, Refusal
from schemas.parsed_article import Doubt, ParsedArticle
from streams.parse import ParseLimits, Parser
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


def one(parser: Parser, inside: str, **options: Any) -> ParsedArticle:
    """The article of an ``<item>`` with the usual headline."""
    (article,) = parser.parse(f"<item><title>{EN_TITLE}</title>{inside}</item>".encode(), **options)
    return article


def rss(*items: str, about: str = "") -> bytes:
    """An RSS document."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Sail</title>{about}{"".join(items)}</channel></rss>'.encode()


def content(*paragraphs: str) -> str:
    markup = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<content:encoded><![CDATA[{markup}]]></content:encoded>"


RSS_091 = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>The Sail</title><link>https://sail.example/</link><language>en-gb</language>
<item><title>{EN_TITLE}</title><link>https://sail.example/a</link><description>{EN_STORY[0]}</description></item></channel></rss>"""
RDF = f"""<!-- made by hand --><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://sail.example/"><title>The Sail</title><dc:language>en</dc:language>
<items><rdf:Seq><rdf:li resource="https://sail.example/a"/></rdf:Seq></items></channel>
<item rdf:about="https://sail.example/a"><title>{EN_TITLE}</title><description>{EN_STORY[0]}</description>
<dc:date>2023-11-09T14:30:00Z</dc:date><dc:creator>Nora Fields</dc:creator><dc:subject>bridges, harbour</dc:subject></item></rdf:RDF>"""
ATOM_03 = f"""<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>The Sail</title>
<entry><title>{EN_TITLE}</title><link rel="alternate" type="text/html" href="https://sail.example/a"/>
<issued>2023-11-09T14:30:00Z</issued><modified>2023-11-10T08:00:00Z</modified><summary>{EN_STORY[0]}</summary></entry></feed>"""


@pytest.mark.parametrize("feed", [RSS_091, RDF, ATOM_03])
def test_old_formats_are_read(parser: Parser, feed: str) -> None:
    (article,) = parser.parse(feed.encode())

    assert (article.title, article.url, article.source) == (EN_TITLE, "https://sail.example/a", "The Sail")
    assert (article.description, article.paragraphs, article.language) == (EN_STORY[0], (), "en")
    if feed is not RSS_091:
        assert article.published is not None
        assert article.published.value == "2023-11-09T14:30:00+00:00"
    if feed is RDF:
        assert (article.byline, article.keywords) == ("Nora Fields", ("bridges", "harbour"))


def test_a_story_is_freed_of_what_feeds_add(parser: Parser) -> None:
    markup = f"""<div class="entry"><figure><img src="x.jpg"><figcaption>The bridge at dawn, seen from the old harbour wall.</figcaption></figure>
    <p>{EN_STORY[0]}</p><p class="wp-caption-text">A crane lifts the last beam into place last week.</p>
    <p>{EN_STORY[1]}</p><p><a href="/r">Read also: Ferry fares to rise</a></p><h3>What comes next</h3><p>{EN_STORY[2]}</p>
    <p><a href="https://sail.example/a">Read more</a></p><div class="sharedaddy">Share on Facebook</div>
    <p>The post <a href="https://sail.example/a">{EN_TITLE}</a> appeared first on <a href="https://sail.example">The Sail</a>.</p></div>"""

    article = one(parser, f"<content:encoded><![CDATA[{markup}]]></content:encoded>")

    assert article.paragraphs == (EN_STORY[0], EN_STORY[1], "What comes next", EN_STORY[2])


def test_arabic_furniture_goes_too(parser: Parser) -> None:
    markup = f"""<p>{AR_STORY[0]}</p><p>{AR_STORY[1]}</p><p><strong>اقرأ أيضاً:</strong> <a href="/b">ارتفاع أجور العبارات في الميناء</a></p>
    <p>{AR_STORY[2]}</p><p><a href="/a">اقرأ المزيد</a></p><p>المصدر: رويترز</p>"""

    article = parser.parse(
        rss(f"<item><title>{AR_TITLE}</title><description><![CDATA[{markup}]]></description></item>")
    )[0]

    assert (article.paragraphs, article.source) == (AR_STORY, "رويترز")


def test_short_descriptions_are_summaries_and_long_ones_stories(parser: Parser) -> None:
    whole = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in EN_STORY)

    assert one(parser, f"<description>{whole}</description>").paragraphs == EN_STORY
    brief = one(parser, f"<description>{EN_STORY[0]} [&#8230;]</description>")
    assert (brief.paragraphs, brief.description) == ((), EN_STORY[0])
    assert Doubt.NO_BODY in brief.warnings


def test_a_full_text_comes_before_its_summary_whichever_field_has_it(parser: Parser) -> None:
    whole, brief = "".join(f"<p>{p}</p>" for p in EN_STORY), EN_STORY[0][:50]
    for long, short in (("content:encoded", "description"), ("description", "content:encoded")):
        article = one(parser, f"<{short}>{brief}</{short}><{long}><![CDATA[{whole}]]></{long}>")

        assert (article.paragraphs, article.description) == (EN_STORY, brief)


def test_an_entry_without_a_title_is_an_article(parser: Parser) -> None:
    (article,) = parser.parse(rss(f"<item><description>{EN_STORY[0]}</description></item>"))

    assert (article.title, article.paragraphs) == (None, (EN_STORY[0],))


def test_markup_and_entities_in_titles_are_undone_in_all_their_layers(parser: Parser) -> None:
    for title in (
        "Ports &amp; rivers: a &quot;new&quot; bridge opens",
        "Ports &amp;amp; rivers: a &amp;quot;new&amp;quot; bridge opens",
        "<![CDATA[Ports &amp; rivers: a <b>&quot;new&quot;</b> bridge opens]]>",
        "Ports & rivers: a &lt;i&gt;&quot;new&quot;&lt;/i&gt; bridge&nbsp;opens",
    ):
        (article,) = parser.parse(f"<item><title>{title}</title>{content(*EN_STORY)}</item>".encode())

        assert article.title == 'Ports & rivers: a "new" bridge opens'


def test_html_entities_stray_marks_and_undeclared_prefixes_are_no_end_of_a_feed(parser: Parser) -> None:
    broken = (
        f"<item><title>Caf&eacute;s & bridges < rivers</title><link>https://sail.example/a?x=1&y=2&copy=3</link>"
        f"<odd:thing>\x0b</odd:thing>{content(*EN_STORY)}</item>"
    )
    first, second = parser.parse(rss(broken, f"<item><title>{AR_TITLE}</title></item>"))

    assert (first.title, first.url) == ("Cafés & bridges < rivers", "https://sail.example/a?x=1&y=2&copy=3")
    assert (first.paragraphs, second.title) == (EN_STORY, AR_TITLE)


def test_markup_escaped_twice_is_markup(parser: Parser) -> None:
    twice = "".join(f"&amp;lt;p&amp;gt;{paragraph}&amp;lt;/p&amp;gt;" for paragraph in EN_STORY)

    assert one(parser, f"<description>{twice}</description>").paragraphs == EN_STORY


def test_markup_that_was_not_escaped_is_markup(parser: Parser) -> None:
    xhtml = "".join(f"<xh:p>{paragraph}</xh:p>" for paragraph in EN_STORY)
    entry = (
        f'<entry xmlns="http://www.w3.org/2005/Atom"><title type="xhtml"><div>New <b>bridge</b> opens</div></title>'
        f'<content type="xhtml"><xh:div xmlns:xh="http://www.w3.org/1999/xhtml">{xhtml}</xh:div></content></entry>'
    )

    (article,) = parser.parse(entry.encode())

    assert (article.title, article.paragraphs) == ("New bridge opens", EN_STORY)


def test_content_that_is_a_picture_is_no_story(parser: Parser) -> None:
    picture = f'<content type="image/png">{"iVBORw0KGgo" * 50}</content><summary>{EN_STORY[0]}</summary>'
    (article,) = parser.parse(
        f'<entry xmlns="http://www.w3.org/2005/Atom"><title>{EN_TITLE}</title>{picture}</entry>'.encode()
    )

    assert (article.paragraphs, article.description) == ((), EN_STORY[0])


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>https://sail.example/a</link><guid>https://sail.example/?p=1</guid>", "https://sail.example/a"),
        ("<link/><guid>https://sail.example/?p=1</guid>", "https://sail.example/?p=1"),
        ('<guid isPermaLink="false">https://sail.example/?p=1</guid>', None),
        ("<guid>tag:sail.example,2023:1</guid>", None),
        ("<link> /news/a </link>", "https://sail.example/news/a"),
        ("<link><![CDATA[https://sail.example/a]]></link>", "https://sail.example/a"),
        ('<atom:link rel="self" href="https://sail.example/feed"/><link>https://sail.example/a</link>', "https://sail.example/a"),
        ("<link>https://proxy.example/1</link><feedburner:origLink>https://sail.example/a</feedburner:origLink>", "https://sail.example/a"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[broken</link>", None),
    ],
)  # fmt: skip
def test_links_of_items(parser: Parser, inside: str, url: str | None) -> None:
    item = f"<item><title>{EN_TITLE}</title>{inside}</item>"

    assert parser.parse(rss(item, about="<link>https://sail.example/</link>"))[0].url == url


def test_links_of_atom_entries_are_relative_to_their_base(parser: Parser) -> None:
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://sail.example/news/"><title>The Sail</title>
    <entry><title>{EN_TITLE}</title><link rel="enclosure" href="x.mp3"/><link rel="self" href="a.xml"/>
    <link rel="alternate" type="application/json" href="a.json"/><link rel="alternate" type="text/html" href="a.html"/>
    <id>https://sail.example/id/1</id></entry></feed>"""

    assert parser.parse(feed.encode())[0].url == "https://sail.example/news/a.html"


@pytest.mark.parametrize(
    ("inside", "byline"),
    [
        ("<dc:creator>Nora Fields</dc:creator>", "Nora Fields"),
        ("<dc:creator>By NORA FIELDS and TOM HALE</dc:creator>", "Nora Fields, Tom Hale"),
        ("<dc:creator>Nora Fields</dc:creator><dc:creator>Tom Hale</dc:creator>", "Nora Fields, Tom Hale"),
        ("<author>desk@sail.example (Nora Fields)</author>", "Nora Fields"),
        ("<author>Nora Fields &lt;desk@sail.example&gt;</author>", "Nora Fields"),
        ("<author>desk@sail.example</author>", None),
        ("<author><name>Nora Fields</name><email>n@sail.example</email></author>", "Nora Fields"),
        ("<dc:creator>admin</dc:creator>", None),
        ('<media:credit role="author">Nora Fields</media:credit>', "Nora Fields"),
        ('<media:credit role="photographer">Ned Lens</media:credit>', None),
    ],
)
def test_bylines_of_entries(parser: Parser, inside: str, byline: str | None) -> None:
    assert one(parser, inside).byline == byline


def test_an_atom_feeds_author_is_its_entries(parser: Parser) -> None:
    feed = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Sail</title><author><name>Nora Fields</name></author>
    <entry><title>{EN_TITLE}</title></entry><entry><title>{AR_TITLE}</title><author><name>Tom Hale</name></author></entry></feed>"""

    assert [article.byline for article in parser.parse(feed.encode())] == ["Nora Fields", "Tom Hale"]


def test_whom_an_item_was_taken_from_is_its_source_and_no_part_of_its_title(parser: Parser) -> None:
    item = (
        f'<item><title>{EN_TITLE} - The Gazette</title><source url="https://g.example/rss">The Gazette</source></item>'
    )

    (article,) = parser.parse(rss(item))

    assert (article.title, article.source) == (EN_TITLE, "The Gazette")


def test_keywords_of_all_vocabularies(parser: Parser) -> None:
    inside = (
        '<category>Bridges</category><category domain="x"><![CDATA[Harbour &amp; river]]></category><category>Bridges</category>'
        "<media:keywords>ferries, tolls</media:keywords>"
    )

    assert one(parser, inside).keywords == ("Bridges", "Harbour & river", "ferries", "tolls")


@pytest.mark.parametrize(
    ("inside", "published", "updated"),
    [
        ("<pubDate>Thu, 09 Nov 2023 17:30:00 +0300</pubDate>", "2023-11-09T17:30:00+03:00", None),
        ("<pubDate>9 Nov 2023 14:30 GMT</pubDate>", "2023-11-09T14:30+00:00", None),
        ("<pubDate>2023-11-09 14:30:00</pubDate>", "2023-11-09T14:30:00", None),
        ("<pubDate>الخميس، 09 نوفمبر 2023</pubDate>", "2023-11-09", None),
        ("<dc:date>2023-11-09</dc:date>", "2023-11-09", None),
        ("<updated>2023-11-10T08:00:00Z</updated>", None, "2023-11-10T08:00:00+00:00"),
        ("<published>2023-11-09T14:30:00Z</published><updated>2023-11-10T08:00:00Z</updated>", "2023-11-09T14:30:00+00:00", "2023-11-10T08:00:00+00:00"),
    ],
)  # fmt: skip
def test_dates_of_entries(parser: Parser, inside: str, published: str | None, updated: str | None) -> None:
    article = one(parser, inside)

    assert (article.published and article.published.value) == published
    assert (article.updated and article.updated.value) == updated


def test_a_date_that_cannot_be_read_is_told(parser: Parser) -> None:
    assert Doubt.DATE_UNREADABLE in one(parser, "<pubDate>soon</pubDate>").warnings


def test_media_fields_fill_what_an_entry_lacks(parser: Parser) -> None:
    group = f"<media:group><media:title>{EN_TITLE}</media:title><media:description>{EN_STORY[0]}</media:description></media:group>"

    (article,) = parser.parse(f"<entry>{group}<link href='https://sail.example/v'/></entry>".encode())

    assert (article.title, article.paragraphs or article.description) == (EN_TITLE, EN_STORY[0])


def test_a_media_title_is_not_the_entrys(parser: Parser) -> None:
    picture = '<media:content url="x.jpg"><media:title>bridge_final_2.jpg</media:title></media:content>'

    assert one(parser, picture).title == EN_TITLE


def test_entries_in_entries_are_content(parser: Parser) -> None:
    nested = "<item>" * 200 + f"<title>{EN_TITLE}</title>" + "</item>" * 200

    with pytest.raises(Refusal) as refused:
        parser.parse(nested.encode())
    assert refused.value.reason is Reason.NO_ARTICLE


def test_several_entries_without_a_feed_are_several_articles(parser: Parser) -> None:
    pair = f"<item><title>{EN_TITLE}</title></item>\n<item><title>{AR_TITLE}</title></item>"

    assert [article.title for article in parser.parse(pair.encode())] == [EN_TITLE, AR_TITLE]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.75, 0.9, 0.97])
def test_a_feed_cut_short_gives_its_whole_entries_only(parser: Parser, share: float) -> None:
    titles = [f"{EN_TITLE} for the {number} time" for number in range(20)]
    feed = rss(*(f"<item><title>{title}</title>{content(*EN_STORY)}</item>" for title in titles))
    cut = feed[: int(len(feed) * share)]

    articles = parser.parse(cut)

    assert [article.title for article in articles] == titles[: cut.count(b"</item>")]
    assert all(article.paragraphs == EN_STORY for article in articles)


def test_a_lone_entry_cut_short_is_what_is_left_of_it(parser: Parser) -> None:
    cut = f"<item><title>{EN_TITLE}</title><content:encoded><![CDATA[<p>{EN_STORY[0]}</p><p>{EN_STORY[1]}</p><p>A sec"

    (article,) = parser.parse(cut.encode())

    assert article.paragraphs[:2] == EN_STORY[:2]


@pytest.mark.parametrize("charset", ["windows-1256", "iso-8859-6", "utf-16", "utf-8"])
@pytest.mark.parametrize("declared", ["windows-1256", "utf-8", "ISO-8859-1"])
def test_a_feed_in_any_charset_is_the_same(parser: Parser, charset: str, declared: str) -> None:
    feed = rss(ITEM).replace(b'version="1.0"?', f'version="1.0" encoding="{declared}"?'.encode(), 1)

    (article,) = parser.parse(feed.decode().encode(charset))

    assert (article.title, article.paragraphs) == (AR_TITLE, AR_STORY)


def test_each_entry_has_its_own_language(parser: Parser) -> None:
    items = (
        f"<item><title>{title}</title>{content(*story)}</item>"
        for title, story in ((AR_TITLE, AR_STORY), (EN_TITLE, EN_STORY))
    )

    articles = parser.parse(rss(*items, about="<language>fr</language>"))

    assert [article.language for article in articles] == ["ar", "en"]


def test_json_feeds_give_relative_links_people_and_plain_text(parser: Parser) -> None:
    item = {
        "url": "/a", "title": "Rivers &amp; bridges", "content_text": f"{EN_STORY[0]}\n\n2 < 3 <b>. {EN_STORY[1]}", "tags": ["#bridges", 7],
        "date_modified": "2023-11-10", "summary": "A summary of it all.",
    }  # fmt: skip
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "home_page_url": "https://sail.example/",
        "author": {"name": "Nora Fields"},
    }

    (article,) = parser.parse(json.dumps({**feed, "items": [item, "x", {}]}).encode())

    assert (article.url, article.title, article.byline) == ("https://sail.example/a", "Rivers & bridges", "Nora Fields")
    assert (article.paragraphs[0], article.description, article.keywords) == (
        EN_STORY[0],
        "A summary of it all.",
        ("bridges",),
    )
    assert article.published is None
    assert article.updated is not None


def test_too_many_entries_are_refused() -> None:
    small = Parser(ParseLimits(entries=2))

    for value in (
        rss(*["<item><title>x</title></item>"] * 3),
        b'{"version": "https://jsonfeed.org/version/1", "items": [{}, {}, {}]}',
    ):
        with pytest.raises(Refusal) as refused:
            small.parse(value)
        assert refused.value.reason is Reason.TOO_COMPLEX


def test_markup_whose_names_are_none_is_read_as_far_as_it_goes(parser: Parser) -> None:
    article = one(parser, f"<description><a:1x>{EN_STORY[0]}</a:1x><item:gt>{EN_STORY[1]}</item:gt></description>")

    assert EN_STORY[0] in " ".join(article.paragraphs)
