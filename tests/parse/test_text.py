"""Text pages: labels in any order and spelling, embedded articles, links, boilerplate."""

import pytest

from schemas.parsed_article import ParsedArticle
from streams.parse import Finding, Parser
from streams.parse.lexicon import Role
from tests.parse.builders import AR_STORY, AR_TITLE, EN_STORY, EN_TITLE, arabic_page, english_page


def only(articles: list[ParsedArticle]) -> ParsedArticle:
    assert len(articles) == 1, [article.title for article in articles]
    return articles[0]


def test_without_labels_the_first_line_is_the_title_and_the_rest_the_story(parser: Parser) -> None:
    article = only(parser.parse(arabic_page().encode()))

    assert (article.title, article.paragraphs) == (AR_TITLE, AR_STORY)
    assert (article.published, article.source, article.byline, article.keywords) == (None, None, None, ())


@pytest.mark.parametrize(
    "label",
    [
        "تاريخ النشر:",
        "تَارِيخُ النَّشْر :",
        "تاریخ النشر：",
        "تـاريـخ النشر:",
        "\u200fتاريخ\u200b  النشر\u200e:",
        "نُشر في",
        "نشر يوم:",
        "بتاريخ",
    ],
)
def test_a_label_is_known_in_every_spelling(parser: Parser, label: str) -> None:
    article = only(parser.parse(arabic_page(f"{label} 3 تموز 2021").encode()))

    assert article.published is not None
    assert (article.published.value, article.published.text) == ("2021-07-03", "3 تموز 2021")
    assert article.paragraphs == AR_STORY


def test_labels_may_stand_above_the_headline(parser: Parser) -> None:
    page = f"المصدر: صحيفة المرفأ\nتاريخ النشر: ٣ تموز ٢٠٢١\n{arabic_page()}"

    article = only(parser.parse(page.encode()))

    assert (article.title, article.source, article.paragraphs) == (AR_TITLE, "صحيفة المرفأ", AR_STORY)


def test_a_label_alone_takes_the_line_below(parser: Parser) -> None:
    page = arabic_page("تاريخ النشر", "3 يوليو 2021", below=("المصدر:", "رويترز", "الكلمات المفتاحية:", "جسور", "نقل"))

    article = only(parser.parse(page.encode()))

    assert article.published is not None
    assert article.published.value == "2021-07-03"
    assert (article.source, article.keywords, article.paragraphs) == ("رويترز", ("جسور", "نقل"), AR_STORY)


@pytest.mark.parametrize(
    "line",
    [
        "المصدر: رويترز | تاريخ النشر: 3 جويلية 2021 | كتب: سمير نعمة",
        "المصدر: رويترز تاريخ النشر: 3 جويلية 2021 كتب: سمير نعمة",
        "كتب: سمير نعمة • تاريخ النشر: 3 جويلية 2021 • المصدر: رويترز",
    ],
)
def test_labels_may_share_a_line(parser: Parser, line: str) -> None:
    article = only(parser.parse(arabic_page(line).encode()))

    assert article.published is not None
    assert (article.published.value, article.source, article.byline) == ("2021-07-03", "رويترز", "سمير نعمة")


def test_headlines_without_bodies_are_links_and_become_nothing(parser: Parser) -> None:
    links = ("اقرأ أيضا:", "تراجع أسعار القمح في الأسواق العالمية", "منتخب السلة يبلغ نصف النهائي")

    article = only(parser.parse(arabic_page(below=("المصدر: وكالات", *links)).encode()))

    assert article.paragraphs == AR_STORY


def test_an_inline_link_does_not_end_the_story(parser: Parser) -> None:
    page = "\n".join((AR_TITLE, AR_STORY[0], "اقرأ أيضاً: تراجع أسعار القمح في الأسواق", *AR_STORY[1:]))

    assert only(parser.parse(page.encode())).paragraphs == AR_STORY


def test_two_articles_embedded_in_a_row_have_their_own_parts(parser: Parser) -> None:
    page = arabic_page(
        below=(
            "المصدر: وكالات",
            "شاهد أيضا",
            "تراجع أسعار القمح في الأسواق العالمية للشهر الثالث",
            "2 تموز 2021",
            AR_STORY[2],
            "المصدر: الأناضول",
            "أمطار غزيرة على الساحل الغربي مساء الغد",
            AR_STORY[0],
        )
    )

    own, wheat, rain = parser.parse(page.encode())

    assert own.embedded_ids == (wheat.id, rain.id)
    assert [article.position for article in (own, wheat, rain)] == [0, 1, 2]
    assert wheat.parent_id == rain.parent_id == own.id
    assert (own.source, wheat.source, rain.source) == ("وكالات", "الأناضول", None)
    assert wheat.published is not None
    assert (wheat.published.value, rain.published) == ("2021-07-02", None)


def test_boilerplate_is_gone_and_a_short_last_paragraph_stays(parser: Parser) -> None:
    page = "\n".join(
        (
            EN_TITLE,
            "4 min read",
            "Advertisement",
            EN_STORY[0],
            "Sign up for our morning newsletter",
            EN_STORY[1],
            "Photo: Nora Fields/The Sail",
            "It opens at dawn.",
            "12 comments",
            "© 2023 The Sail. All rights reserved.",
        )
    )

    assert only(parser.parse(page.encode())).paragraphs == (*EN_STORY[:2], "It opens at dawn.")


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By Nora Fields", "Nora Fields"),
        ("BY NORA FIELDS AND TOM REED", "Nora Fields AND Tom Reed"),
        ("Written by: Nora Fields", "Nora Fields"),
    ],
)
def test_an_english_byline_loses_its_by_and_its_capitals(parser: Parser, line: str, byline: str) -> None:
    article = only(parser.parse(english_page(line).encode()))

    assert article.byline is not None
    assert article.byline.lower() == byline.lower()
    assert article.byline.startswith("Nora Fields")


def test_a_name_and_a_city_under_the_headline_are_a_byline_without_the_city(parser: Parser) -> None:
    assert only(parser.parse(arabic_page("سمير نعمة ـ عمّان").encode())).byline == "سمير نعمة"


def test_the_word_for_books_is_no_byline(parser: Parser) -> None:
    page = "\n".join(("كتب نادرة تعرض في مكتبة المدينة القديمة", *AR_STORY))

    article = only(parser.parse(page.encode()))

    assert (article.title, article.byline) == ("كتب نادرة تعرض في مكتبة المدينة القديمة", None)


@pytest.mark.parametrize(
    ("page", "source"),
    [
        (arabic_page(below=("وستفتح المرحلة الثانية أمام المشاة بعد عام واحد. (أ ف ب)",)), "أ ف ب"),
        ("\n".join((AR_TITLE, f"عمان (رويترز) - {AR_STORY[0]}", *AR_STORY[1:])), "رويترز"),
        ("\n".join((EN_TITLE, f"HARBOUR CITY (Reuters) - {EN_STORY[0]}", *EN_STORY[1:])), "Reuters"),
        (arabic_page("القاهرة - رويترز"), "رويترز"),
        ("\n".join((AR_TITLE, f"(عمان) - {AR_STORY[0]}", *AR_STORY[1:])), None),
    ],
)
def test_an_agency_in_brackets_or_dateline_is_the_source_but_a_city_is_not(
    parser: Parser, page: str, source: str | None
) -> None:
    assert only(parser.parse(page.encode())).source == source


def test_keywords_keep_their_order_and_lose_the_hash(parser: Parser) -> None:
    page = arabic_page(below=("وسوم: نقل ، جسور؛ #بلديات | نقل",))

    assert only(parser.parse(page.encode())).keywords == ("نقل", "جسور", "بلديات")


def test_hashtags_in_a_row_and_a_run_of_short_lines_are_keywords(parser: Parser) -> None:
    assert only(parser.parse(english_page(below=("#bridge #harbour",)).encode())).keywords == (
        "bridge",
        "harbour",
    )
    tags = ("جسور", "نقل", "المدينة الساحلية")
    assert only(parser.parse(arabic_page(below=tags).encode())).keywords == tags


def test_the_update_is_not_the_publication(parser: Parser) -> None:
    article = only(parser.parse(english_page("Updated 10 November 2023 | Published 9 November 2023").encode()))

    assert article.published is not None
    assert article.updated is not None
    assert (article.published.value, article.updated.value) == ("2023-11-09", "2023-11-10")


def test_marks_tags_and_line_ends_of_any_kind_are_cleaned(parser: Parser) -> None:
    title = "\u200fجسر \u202bجديد\u202c يربط <b>ضفتي</b> النهر &quot;الكبير&quot;"
    page = "\r\n\r\n".join((title, *AR_STORY[:2]))

    article = only(parser.parse(page.encode()))

    assert (article.title, article.paragraphs) == ('جسر جديد يربط ضفتي النهر "الكبير"', AR_STORY[:2])


def test_the_trace_says_what_each_line_was_taken_for(parser: Parser) -> None:
    trace: list[Finding] = []

    parser.parse(arabic_page("تاريخ النشر: 3 تموز 2021", "إعلان").encode(), trace=trace)

    assert [finding.line_number for finding in trace] == [1, 2, 3, 4, 5, 6]
    assert [finding.role for finding in trace[:4]] == [
        Role.TITLE,
        Role.PUBLISHED,
        Role.BOILERPLATE,
        Role.PARAGRAPH,
    ]


def test_a_page_of_one_giant_line_is_read_in_time_linear_in_its_size(parser: Parser) -> None:
    article = only(parser.parse(("كلمة: " * 80_000).encode()))

    assert len(article.paragraphs) == 1
