"""Whether a worker is ready, judged from what its agents do. Pure: the clock comes as an argument."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from streams.delivery.slices import Partition
from streams.printable import printable

SILENT_SECONDS = 30.0  # an idle broker answers every 1.5, a busy worker commits every few
# Without a commit while there is lag. An input that waits for ever is given up after twice HUNG times its limit of 10 s
# (delivery/stage_process.py), and two starts of its process.
STUCK_SECONDS = 120.0


class PartitionHealth(NamedTuple):
    """One assigned partition. ``lag`` in records, None while unknown; ``committed_at`` in seconds since 1970."""

    partition: Partition
    lag: int | None
    committed_at: float | None


class AgentHealth(NamedTuple):
    """One agent: its partitions, how many of the last ``seen`` inputs were refused, why it stopped consuming."""

    partitions: tuple[PartitionHealth, ...]
    refused: int
    seen: int
    stopped: str | None = None


def readiness(
    agents: Mapping[str, AgentHealth], *, silence: float, joined: bool, rebalancing: bool, now: float, started: float
) -> dict[str, Any]:
    """The report of ``/health/ready``: status "ready" or "not ready", why, and the figures it rests on."""
    problems = ["the consumer group is rebalancing"] if rebalancing else []
    if not joined:
        problems.append("the worker has not joined its consumer group yet")
    if silence > SILENT_SECONDS:
        problems.append(f"no broker has answered for {silence:.0f} s")
    for name, agent in agents.items():
        if agent.stopped:
            problems.append(f"{name}: {agent.stopped}")
        for each in agent.partitions:
            idle = now - (each.committed_at or started)
            if each.lag is None:
                problems.append(f"{name}: {each.partition} was not read from yet")
            elif each.lag and idle > STUCK_SECONDS:
                problems.append(f"{name}: {each.partition} has lag {each.lag} and no commit for {idle:.0f} s")
    return {
        "status": "not ready" if problems else "ready",
        "problems": [printable(problem) for problem in problems],
        "rebalancing": rebalancing,
        "agents": {name: _report(agent, now) for name, agent in agents.items()},
    }


def _report(agent: AgentHealth, now: float) -> dict[str, Any]:
    commits = [each.committed_at for each in agent.partitions if each.committed_at is not None]
    lags = [each.lag for each in agent.partitions]
    return {
        "assignment": {str(each.partition): {"lag": each.lag} for each in agent.partitions},
        "lag": None if None in lags else sum(lag or 0 for lag in lags),
        "last_commit_age_seconds": round(now - max(commits), 1) if commits else None,
        "dead_letters": {"refused": agent.refused, "of_last": agent.seen},
    }
