"""A stand-in for kcat where it is not installed: the options that our documents show, on librdkafka as well."""

import argparse
import sys
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, Producer


def main() -> int:
    options = argparse.ArgumentParser(prog="kcat")
    options.add_argument("-P", dest="produce", action="store_true")
    options.add_argument("-C", dest="consume", action="store_true")
    options.add_argument("-b", dest="brokers", required=True)
    options.add_argument("-t", dest="topic", required=True)
    options.add_argument("-H", dest="headers", action="append", default=[])
    options.add_argument("-X", dest="settings", action="append", default=[])
    options.add_argument("-o", dest="offset", default="end")
    options.add_argument("-e", dest="ends", action="store_true")
    options.add_argument("files", nargs="*", type=Path)
    given = options.parse_args()
    settings = {"bootstrap.servers": given.brokers, **dict(each.split("=", 1) for each in given.settings)}
    if given.produce:
        producer = Producer(settings)
        headers = [tuple(each.split("=", 1)) for each in given.headers]
        for file in given.files:
            producer.produce(given.topic, file.read_bytes(), headers=headers)
        return int(producer.flush(30))
    where = {"beginning": "earliest", "end": "latest"}[given.offset]
    more = {"group.id": "kcat", "auto.offset.reset": where, "enable.partition.eof": True}
    return consume(Consumer({**settings, **more}), given.topic)


def consume(consumer: Consumer, topic: str) -> int:
    """Print every message up to the end of every partition."""
    partitions = len(consumer.list_topics(topic, timeout=30).topics[topic].partitions)
    consumer.subscribe([topic])
    ended: set[int] = set()
    while len(ended) < partitions:
        message = consumer.poll(30)
        if message is None:
            return 1
        if message.error() is None:
            sys.stdout.write(message.value().decode() + "\n")
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
    consumer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
