"""The news items that measure the topic model are none that it learned from."""

from benchmarks.topics_quality import LATER
from training.topic_articles import written_items


def test_items_written_later_are_others_in_all_languages() -> None:
    learned, apart = written_items()
    later = [item for part in written_items(LATER) for item in part]
    assert {item.language for item in later} == {"ar", "de", "en", "es", "fa", "fr", "ru", "tr", "ur"}
    assert {item.text for item in later}.isdisjoint(item.text for item in (*learned, *apart))
    assert len({item.text for item in later}) == len(later)
