"""When a worker says that it is ready, and why not."""

from streams.delivery.slices import Partition
from streams.web.health import AgentHealth, PartitionHealth, readiness
from tests.hostile import HOSTILE, assert_safe

NOW = 1_000_000.0


def agent(lag: int | None, committed_at: float | None, *, refused: int = 0) -> AgentHealth:
    return AgentHealth((PartitionHealth(Partition("articles.raw", 0), lag, committed_at),), refused=refused, seen=100)


def test_a_worker_that_keeps_up_is_ready() -> None:
    report = readiness(
        {"parse": agent(0, NOW - 5, refused=3)}, silence=0.0, joined=True, rebalancing=False, now=NOW, started=NOW - 900
    )
    assert report["status"] == "ready"
    assert report["agents"]["parse"] == {
        "assignment": {"articles.raw[0]": {"lag": 0}},
        "lag": 0,
        "last_commit_age_seconds": 5.0,
        "dead_letters": {"refused": 3, "of_last": 100},
    }


def test_lag_without_commits_is_not_ready() -> None:
    report = readiness(
        {"parse": agent(7, NOW - 121)}, silence=0.0, joined=True, rebalancing=False, now=NOW, started=NOW - 900
    )
    assert report["status"] == "not ready"
    assert report["problems"] == ["parse: articles.raw[0] has lag 7 and no commit for 121 s"]


def test_an_idle_worker_is_ready_however_long_ago_its_last_commit() -> None:
    report = readiness(
        {"parse": agent(0, NOW - 9000)}, silence=0.0, joined=True, rebalancing=False, now=NOW, started=NOW - 9999
    )
    assert report["status"] == "ready"


def test_a_worker_that_has_just_started_gets_its_time() -> None:
    report = readiness(
        {"parse": agent(7, None)}, silence=0.0, joined=True, rebalancing=False, now=NOW, started=NOW - 10
    )
    assert report["status"] == "ready"


def test_a_rebalance_is_not_ready() -> None:
    assert readiness({}, silence=0.0, joined=True, rebalancing=True, now=NOW, started=NOW)["problems"] == [
        "the consumer group is rebalancing"
    ]


def test_a_partition_that_was_not_read_from_yet_is_not_ready() -> None:
    report = readiness({"parse": agent(None, None)}, silence=0.0, joined=True, rebalancing=False, now=NOW, started=NOW)
    assert report["agents"]["parse"]["lag"] is None
    assert report["problems"] == ["parse: articles.raw[0] was not read from yet"]


def test_a_worker_without_a_group_is_not_ready() -> None:
    report = readiness({}, silence=0.0, joined=False, rebalancing=False, now=NOW, started=NOW)
    assert report["problems"] == ["the worker has not joined its consumer group yet"]


def test_a_spare_worker_is_ready_without_a_partition() -> None:
    report = readiness(
        {"parse": AgentHealth((), 0, 0)}, silence=0.0, joined=True, rebalancing=False, now=NOW, started=NOW
    )
    assert report["status"] == "ready"


def test_a_silent_broker_is_not_ready() -> None:
    report = readiness({}, silence=40.0, joined=True, rebalancing=False, now=NOW, started=NOW)
    assert report["problems"] == ["no broker has answered for 40 s"]


def test_a_report_is_safe_to_show_whatever_a_topic_is_called() -> None:
    health = AgentHealth((PartitionHealth(Partition(HOSTILE, 0), 7, None),), refused=0, seen=0)
    report = readiness({"parse": health}, silence=0.0, joined=True, rebalancing=False, now=NOW, started=0.0)
    for problem in report["problems"]:
        assert_safe(problem, lines=0)


def test_an_agent_that_stopped_consuming_is_not_ready_and_the_others_are_told_as_ever() -> None:
    agents = {"parse": agent(0, NOW)._replace(stopped="300 of the last 300 inputs were refused"), "tag": agent(0, NOW)}
    report = readiness(agents, silence=0.0, joined=True, rebalancing=False, now=NOW, started=NOW - 900)
    assert report["status"] == "not ready"
    assert report["problems"] == ["parse: 300 of the last 300 inputs were refused"]
