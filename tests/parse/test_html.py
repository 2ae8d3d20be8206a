"""HTML pages: what the head says, what the body holds."""

from streams.parse import Parser
from tests.parse.builders import EN_STORY, EN_TITLE

BODY = "".join(f"<p>{paragraph} {paragraph}</p>" for paragraph in EN_STORY)


def page(head: str = "", body: str = BODY) -> bytes:
    story = f"<article><h1>{EN_TITLE}</h1>{body}</article>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{story}</body></html>".encode()


def test_open_graph_and_article_tags_are_read(parser: Parser) -> None:
    head = (
        f'<meta property="og:title" content="{EN_TITLE} | The Sail">'
        '<meta property="og:site_name" content="The Sail">'
        '<meta property="article:published_time" content="2023-11-09T17:05:00Z">'
        '<meta name="author" content="By Nora Fields">'
        '<meta property="article:tag" content="ferries"><meta property="article:tag" content="harbour">'
        '<meta name="description" content="Two towns agree."><link rel=canonical href="https://sail.example/a">'
    )

    (article,) = parser.parse(page(head))

    assert article.published is not None
    assert (article.title, article.source, article.byline) == (EN_TITLE, "The Sail", "Nora Fields")
    assert (article.published.value, article.keywords) == (
        "2023-11-09T17:05:00+00:00",
        ("ferries", "harbour"),
    )
    assert (article.url, article.description, article.language) == (
        "https://sail.example/a",
        "Two towns agree.",
        "en",
    )


def test_a_page_without_metadata_has_its_heading_and_the_date_in_its_text(parser: Parser) -> None:
    (article,) = parser.parse(page(body=f"<p>Published: 9 November 2023</p>{BODY}"))

    assert article.published is not None
    assert (article.title, article.published.value, len(article.paragraphs)) == (EN_TITLE, "2023-11-09", 3)


def test_broken_json_ld_is_passed_over(parser: Parser) -> None:
    (article,) = parser.parse(page('<script type="application/ld+json">{"@type": "NewsArticle", </script>'))

    assert article.title == EN_TITLE


def test_the_charset_of_the_page_is_its_metas(parser: Parser) -> None:
    markup = page('<meta charset="windows-1252">').decode().replace("Monday", "Café day").encode("cp1252")

    (article,) = parser.parse(markup)

    assert "Café day" in article.paragraphs[0]


def test_half_a_surrogate_pair_goes_no_further(parser: Parser) -> None:
    ld = '{"@type": "NewsArticle", "headline": "A new\n bridge \\ud800 opens here", "keywords": ["\\udfff x"]}'

    (article,) = parser.parse(page(f'<script type="application/ld+json">{ld}</script>', f"{BODY}<p>&#xd800; end</p>"))

    article.to_json()


def test_a_title_that_shares_nothing_with_the_story_gives_way_to_the_heading(parser: Parser) -> None:
    body = f"<body><h2>{EN_TITLE}</h2><div>{BODY}</div></body>"

    for title in ("The Coastal Sentinel - News", EN_TITLE, "Council and mayor open river crossing"):
        (article,) = parser.parse(f"<html><head><title>{title}</title></head>{body}</html>".encode())

        assert article.title == (EN_TITLE if "Sentinel" in title else title)
