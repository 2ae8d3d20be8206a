"""The worker's pages: health for an orchestrator, metrics for Prometheus."""

import time
from typing import Any

from prometheus_client import exposition

from streams.delivery.delivery import Delivery
from streams.delivery.metrics import Metrics
from streams.delivery.slices import Partition
from streams.web.health import AgentHealth, PartitionHealth, readiness

__all__ = ["add_pages"]


def add_pages(app: Any, deliveries: dict[str, Delivery], metrics: Metrics) -> None:
    """Serve ``/health/live``, ``/health/ready`` and ``/metrics`` from a Faust app."""
    started = time.time()

    @app.page("/health/live")
    async def live(web: Any, _request: Any) -> Any:
        """The loop turns. A worker that cannot go on ends by itself, so an answer is the whole proof."""
        return web.json(
            {"status": "live", "uptime_seconds": round(time.time() - started, 1), "agents": sorted(deliveries)}
        )

    @app.page("/health/ready")
    async def ready(web: Any, _request: Any) -> Any:
        """Whether the worker takes part: assigned, keeping up, not drowning in dead letters."""
        agents = {name: _agent_health(app, delivery) for name, delivery in deliveries.items()}
        report = readiness(
            agents,
            silence=app.silence(),
            joined=app.joined,
            rebalancing=bool(app.rebalancing),
            now=time.time(),
            started=started,
        )
        return web.json(report, status=200 if report["status"] == "ready" else 503)

    @app.page("/metrics")
    async def scrape(web: Any, _request: Any) -> Any:
        """Metrics in Prometheus' text format."""
        metrics.lag.clear()  # partitions that were ours and are no more
        for name, delivery in deliveries.items():
            metrics.stopped.labels(name).set(delivery.stopped is not None)
            for each in _agent_health(app, delivery).partitions:
                labels = metrics.lag.labels(name, each.partition.topic, str(each.partition.partition))
                labels.set(float("nan") if each.lag is None else each.lag)
        content_type = exposition.CONTENT_TYPE_PLAIN_0_0_4
        return web.bytes(
            exposition.generate_latest(metrics.registry), headers={"Content-Type": content_type}, content_type=None
        )


def _agent_health(app: Any, delivery: Delivery) -> AgentHealth:
    lanes = {lane.partition: lane for lane in delivery.lanes()}
    partitions = []
    for tp in sorted(app.consumer.assignment()):
        partition = Partition(tp.topic, tp.partition)
        if partition.topic != delivery.input_topic:
            continue
        lane = lanes.get(partition)
        unfetched = app.consumer.lag(partition)
        lag = None if unfetched is None else unfetched + (lane.waiting if lane else 0)
        partitions.append(PartitionHealth(partition, lag, lane.committed_at if lane else None))
    refused, seen = delivery.refused
    return AgentHealth(tuple(partitions), refused=refused, seen=seen, stopped=delivery.stopped)
