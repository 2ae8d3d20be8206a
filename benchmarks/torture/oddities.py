"""What an operator does to a running river, or time does: topics deleted, partitions added, records expired.

docs/reliability.md says what Rafid does then, and these hold it to that.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions, OffsetSpec

from benchmarks.torture.scene import Scene
from benchmarks.torture.watch import BACKLOG
from streams import topics

EXPIRED = "records expired unread"
"""What a worker logs when retention was faster than it, with the offsets."""


def gone(scene: Scene, _turn: int) -> None:
    """All brokers die for longer than workers wait: each must stop with 69 and say why; then all begin again."""
    crew = scene.crew
    crew.tending = False
    scene.cluster.kill(*scene.cluster.nodes)
    hands = crew.steady()
    scene.until(lambda: not any(hand.alive for hand in hands), "the end of all workers", seconds=120)
    for hand in hands:
        code = hand.process.returncode
        assert code == os.EX_UNAVAILABLE, f"{hand.name} ended with {code}: {hand.said()[-2000:]}"
        assert "RAFID_BROKER_PATIENCE" in hand.said(), hand.said()[-2000:]
    scene.cluster.restart(*scene.cluster.nodes)
    for hand in hands:
        crew.replace(hand)
    crew.tending = True


def topic_deleted(scene: Scene, turn: int) -> None:
    """A topic is deleted while workers run, and made anew: a topic stream, articles.parsed, articles.raw in turn."""
    names = scene.settings.topics
    topic = (names.stream("politics"), names.parsed, names.raw)[turn % 3]
    scene.publisher.flush()
    scene.until_still()
    if topic != names.parsed:
        scene.enter(topic)  # what stood there is deleted by the operator, not lost by Rafid
    admin = _admin(scene)
    if topic == names.raw:
        scene.progress.begin_anew()
    admin.delete_topics([topic])[topic].result(30)
    if topic != names.raw:
        scene.publisher.paused.clear()
    time.sleep(scene.chance.uniform(0.2, 10.0))
    asyncio.run(topics.create(scene.settings, [topic]))
    scene.publisher.paused.clear()
    scene.until(lambda: any(lag > BACKLOG for lag in scene.progress.lags().values()), "new records")


def partitions_added(scene: Scene, _turn: int) -> None:
    """Every input topic gets two partitions more; returns when records wait in the new ones."""
    names = scene.settings.topics
    before = scene.settings.partitions
    wanted = [NewPartitions(topic, before + 2) for topic in (names.raw, names.parsed, names.tagged)]
    admin = _admin(scene)  # kept: what it was asked ends with it
    for made in admin.create_partitions(wanted).values():
        made.result(30)

    def used() -> bool:
        new = [end for tp, end in scene.progress.ends().items() if tp.topic == names.raw and tp.partition >= before]
        return len(new) == 2 and all(end > BACKLOG for end in new)

    scene.until(used, "records in the new partitions", seconds=90)


def retention(scene: Scene, turn: int) -> None:
    """Retention passes the group's position in one partition of articles.raw; workers are away, or (odd) frozen."""
    crew, raw = scene.crew, scene.settings.topics.raw
    hands = crew.steady()
    away = turn % 2 == 0
    for hand in hands:
        if away:
            crew.leave(hand)
        else:
            hand.freeze(whole=True)
    admin = _admin(scene)
    partition = TopicPartition(raw, turn % scene.settings.partitions)
    scene.publisher.flush()
    scene.enter(raw)
    end = admin.list_offsets({partition: OffsetSpec.latest()})[partition].result(30).offset
    partition.offset = end - 20
    admin.delete_records([partition])[partition].result(30)
    for hand in hands:
        if away:
            crew.replace(hand)
        else:
            hand.thaw()
    scene.publisher.paused.clear()


def told_expired(scene: Scene) -> Iterator[tuple[int, int, int]]:
    """Records of articles.raw that had expired, as workers said: partition, first offset, offset behind the last."""
    for hand in scene.crew.hands.values():
        for line in hand.log.read_text(errors="replace").splitlines():
            if EXPIRED in line:
                told = json.loads(line)
                if told["topic"] == scene.settings.topics.raw:
                    yield told["partition"], told["begin"], told["end"]


def _admin(scene: Scene) -> AdminClient:
    return AdminClient({"bootstrap.servers": scene.settings.bootstrap_servers, "log_level": 0})
