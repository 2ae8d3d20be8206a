"""Where a worker goes on when the group's position is no longer there: told and counted, never quietly elsewhere."""

import json
import signal

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.kafka.conftest import Hop, WorkerFactory


def commit(hop: Hop, position: int) -> None:
    """Set the group's position in partition 0."""
    client = Consumer({"bootstrap.servers": hop.settings.bootstrap_servers, "group.id": hop.settings.group})
    client.commit(offsets=[TopicPartition(hop.reach.input, 0, position)], asynchronous=False)
    client.close()


def expire(hop: Hop, before: int) -> None:
    """Delete the records of partition 0 before this offset, as retention does."""
    admin = AdminClient({"bootstrap.servers": hop.settings.bootstrap_servers})
    partition = TopicPartition(hop.reach.input, 0, before)
    admin.delete_records([partition])[partition].result(10)


async def test_records_that_expired_unread_are_told_and_the_rest_passes(hop: Hop, new_worker: WorkerFactory) -> None:
    values = [b"%d" % number for number in range(40)]
    for value in values:
        await hop.publish(value)
    commit(hop, 2)
    expire(hop, 5)
    worker = new_worker()
    passed = await hop.settled(35)
    told = [json.loads(line) for line in worker.log.splitlines() if "expired unread" in line]
    assert [(each["partition"], each["begin"], each["end"]) for each in told] == [(0, 2, 5)]
    assert passed.total() == 35
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0, worker.log


async def test_a_position_behind_the_end_stops_the_worker(hop: Hop, new_worker: WorkerFactory) -> None:
    await hop.publish(*[b"%d" % number for number in range(10)])
    commit(hop, 1000)
    worker = new_worker()
    assert worker.wait() == 70, worker.log
    assert "the group's position is 1000" in worker.log
    assert "--reset-offsets" in worker.log
