"""The tag stage: from a parsed article to a news item with topics and places. Pure."""

from streams.tag.tagger import Tagger

__all__ = ["Tagger"]
