"""The topic model as configured: a model file of the user's own, and thresholds that the user has changed."""

import tomllib
from pathlib import Path

from schemas.media_topics import BY_SLUG
from streams.tag.topics import TopicModel, TopicModelError


def topic_model(model: Path | None = None, thresholds: Path | None = None) -> TopicModel:
    """The model in a file (None: the shipped one) with the thresholds in another; raises ``TopicModelError``."""
    return TopicModel.load(model, read_thresholds(thresholds) if thresholds else None)


def read_thresholds(path: Path) -> dict[str, int]:
    """Least confidence in percent, by slug of a topic or ``main``; raises ``TopicModelError``.

    The file is TOML, a line a topic: ``politics = 45`` gives politics as a further topic from 45 on; ``main = 10``
    gives no topic at all to an article whose main topic is less sure than 10.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise TopicModelError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TopicModelError(f"{path}: not TOML in UTF-8: {error}") from error
    for slug, least in values.items():
        if slug != "main" and slug not in BY_SLUG:
            raise TopicModelError(f"{path}: no topic {slug}; there are main, {', '.join(BY_SLUG)}")
        if not isinstance(least, int) or isinstance(least, bool) or not 0 <= least <= 100:
            raise TopicModelError(f"{path}: {slug} = {least}: give a whole number from 0 to 100, in percent")
    return values
