"""The tag stage: from a parsed article to a news item with topics and places. Pure."""

from streams.tag.tagger import Tagger
from streams.tag.topics_file import topic_model

__all__ = ["Tagger", "topic_model"]
