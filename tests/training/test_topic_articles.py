"""Labelled articles are read as they are documented, and what is held apart stays apart."""

import json
from pathlib import Path

import pytest

from schemas.media_topics import BY_SLUG, MEDIA_TOPICS
from training.topic_articles import WrongLineError, read_labelled, split, word_articles, written_items


def written(path: Path, *rows: dict[str, object] | str) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_line_has_text_and_topics_and_may_have_more(tmp_path: Path) -> None:
    path = written(
        tmp_path / "fr.jsonl",
        {"text": "Grève", "topics": ["labour", "human"]},
        {"text": "خبر", "title": "عنوان", "topics": ["04000000"], "language": "ar-EG"},
        {"text": "Cookies", "topics": []},
    )
    first, second, third = read_labelled(path)
    assert (first.language, first.title) == ("fr", None)
    assert [MEDIA_TOPICS[place].slug for place in first.topics] == ["labour", "human-interest"]
    assert (second.language, second.title, MEDIA_TOPICS[second.main].slug) == ("ar", "عنوان", "economy")
    assert third.topics == ()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "not JSON"),
        ({"topics": []}, "'text' is missing"),
        ({"text": "x", "topics": ["polticis"]}, "polticis"),
        ({"text": 1, "topics": []}, "strings"),
        ({"text": "x", "topics": list(BY_SLUG)[:4]}, "at most 3"),
        ({"text": "x", "topics": ["sport", "sport"]}, "each once"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(tmp_path: Path, row: dict[str, object] | str, says: str) -> None:
    path = written(tmp_path / "en.jsonl", {"text": "fine", "topics": ["sport"]}, row)
    with pytest.raises(WrongLineError, match=rf"en\.jsonl, line 2: .*{says}"):
        read_labelled(path)


def test_without_a_language_a_line_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(WrongLineError, match="language"):
        read_labelled(written(tmp_path / "labelled.jsonl", {"text": "x", "topics": []}))


def test_near_copies_of_what_is_held_apart_are_in_neither_part(tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(60)]
    rows: list[dict[str, object]] = [
        {"text": " ".join(words[start:] + words[:start]), "topics": []} for start in range(60)
    ]
    kept, held = split(read_labelled(written(tmp_path / "en.jsonl", *rows)))
    assert held
    assert kept == []


def test_written_items_and_words_are_labelled_in_every_language() -> None:
    """The files that ship: each line can be read, and each language has words for every topic."""
    items, apart = written_items()
    assert not {item.id for item in items} & {item.id for item in apart}
    assert 0.15 < len(apart) / (len(items) + len(apart)) < 0.25
    spoken = {(article.language, article.main) for article in word_articles()}
    languages = {language for language, _ in spoken}
    assert languages >= {item.language for item in items}
    assert {(language, place) for language in languages for place in range(len(MEDIA_TOPICS))} <= spoken
