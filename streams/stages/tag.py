"""Tag as delivery runs it."""

from schemas.parsed_article import ParsedArticle
from streams.delivery.stage import Output, Record
from streams.settings import Topics
from streams.stages.message import PASSED_ON, REASONS, cloud_event, passed_on, read
from streams.tag import Tagger
from streams.tag.why import to_json


class TagStage:
    """``articles.parsed`` → ``articles.tagged``: an article becomes a news item."""

    def __init__(self, topics: Topics, tagger: Tagger, *, explains: bool = False) -> None:
        """``explains``: each item says in a header why it has its tags."""
        self._topics = topics
        self._tagger = tagger
        self._explains = explains

    def __call__(self, record: Record) -> list[Output]:
        """One news item; raises ``Refusal``."""
        article = read(ParsedArticle, record.value)
        item = self._tagger.tag(article)
        headers = (
            *cloud_event("article.tagged", article.id),
            *passed_on(record.headers, PASSED_ON),
        )
        if self._explains:
            headers = (*headers, (REASONS, to_json(self._tagger.explain(article))))
        return [Output(self._topics.tagged, article.id.encode(), item.to_json(), headers)]
