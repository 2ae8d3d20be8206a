"""How good the shipped topic model is on the articles held apart.

``python -m benchmarks.topics_quality --data DIR`` prints, by language: micro-F1 and macro-F1 over all topics
given, the share of right main topics, the expected calibration error of the confidences (ECE, ten bins), and the
share of what is no news that got no topic.
Looking often makes the figures too good: note each look in ``streams/tag/topics_model.md``.
``--written`` looks only at what was written for Rafid: what is held apart of ``training/written_items/``, and
``topic_items/``, by authors who saw neither the model nor what it learned from.
"""

import argparse
import sys
import time
from pathlib import Path

from streams.tag.topics import TopicModel
from training.topic_articles import LABELLED, NOT_FREE, read_labelled, split, written_items
from training.topic_quality import by_language, by_topic, calibration, confusion, given_by

LATER = Path(__file__).parent / "topic_items"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help=f"folder with {LABELLED}")
    parser.add_argument("--model", type=Path, help="another model file than the one shipped")
    parser.add_argument("--written", action="store_true", help="written items, and nothing else")
    parser.add_argument("--by-topic", action="store_true", help="also each topic, confusion and calibration")
    arguments = parser.parse_args()
    model = TopicModel.load(arguments.model)
    _, apart = written_items()
    later = [item for part in written_items(LATER) for item in part]
    parts = {"written items held apart": apart, "items written later": later}
    if not arguments.written:
        source = arguments.data / LABELLED if arguments.data else None
        if source is None or not source.is_file():
            print(f"No labelled data: --data DIR with {LABELLED}. See streams/tag/topics_model.md for what it is.")
            return 1
        _, held = split(read_labelled(source))
        parts = {
            "sources it was trained on": [article for article in held if article.source not in NOT_FREE],
            "sources never seen": [article for article in held if article.source in NOT_FREE],
        } | parts
    model.topics("warm", "up")
    for name, articles in parts.items():
        start = time.perf_counter()
        given = given_by(model, articles)
        spent = (time.perf_counter() - start) / len(articles)
        by_language(f"\nmodel {model.version}, {name}, {spent * 1e6:.0f} µs an article", articles, given)
        if arguments.by_topic:
            by_topic(articles, given)
            confusion(articles, given)
            print("confidence  given  mean   right")
            for row in calibration(articles, given):
                print(f"{row.tenth}0 %    {row.given:6}  {row.confidence:.3f}  {row.right:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
