"""The news items that measure the topic model are none that it learned from."""

from benchmarks.topics_quality import LATER
from streams.tag.topics import TopicModel
from training.topic_articles import written_items
from training.topic_quality import given_by, quality


def test_items_written_later_are_others_in_all_languages() -> None:
    learned, apart = written_items()
    later = [item for part in written_items(LATER) for item in part]
    assert {item.language for item in later} == {"ar", "de", "en", "es", "fa", "fr", "ru", "tr", "ur"}
    assert {item.text for item in later}.isdisjoint(item.text for item in (*learned, *apart))
    assert len({item.text for item in later}) == len(later)


def test_the_shipped_model_knows_most_of_what_is_no_news_and_denies_no_topic_to_news() -> None:
    """Well below and above what streams/tag/topics_model.md says: 81 % of 201, and 7 of 1,277."""
    later = [item for part in written_items(LATER) for item in part]
    model = TopicModel.load()
    assert quality(later, given_by(model, later)).no_news > 0.7
    news = [item for item in later if item.topics]
    assert sum(not topics for topics in given_by(model, news)) < 0.01 * len(news)
