"""A short torture: real workers killed and ended, a clock that jumps, and books that must balance."""

import pytest

from benchmarks.texts import texts
from benchmarks.torture.cluster import Cluster
from benchmarks.torture.run import Plan, Strike, run


@pytest.fixture
def cluster(bootstrap_servers: str) -> Cluster:
    """The broker that the tests share: none of these faults is the broker's."""
    cluster = Cluster(1)
    cluster.direct = bootstrap_servers
    return cluster


def test_nothing_is_lost_and_nothing_comes_twice(cluster: Cluster) -> None:
    strikes = [Strike(name, 0) for name in ("kill", "clock", "sigterm")]
    plan = Plan("short", strikes, articles=900, workers=2, seed=3, texts=texts(None), mixed=True)
    row = run(plan, cluster)
    assert row.holds, (row.balance, row.trouble)
    assert row.balance.noted >= 900
    assert row.balance.dead_letters == row.balance.noted // 200
