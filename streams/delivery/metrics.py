"""Every metric of the worker, each with what it means and what to do when it moves."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from streams.delivery.stage import Output, Record
from streams.delivery.stage_process import Outcome

STAGE_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10)
SLICE_RECORDS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)
SLICE_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The worker's metrics, in a registry of their own so that two apps in one process do not mix."""

    def __init__(self, *, version: str, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        # Which code runs. Two values at once: a roll-out is under way, or stuck.
        self.build = Info("rafid_build", "The running version.", registry=self.registry)
        self.build.info({"version": version})
        # Records that a stage has taken, in committed transactions. Flat while lag grows: the stage is stuck.
        self.taken = Counter(
            "rafid_records_in", "Records taken from an input topic.", ["stage", "topic"], registry=self.registry
        )
        # Messages sent, in committed transactions. A topic stream that goes quiet: look at routes and confidence.
        self.sent = Counter(
            "rafid_records_out", "Messages sent to an output topic.", ["stage", "topic"], registry=self.registry
        )
        # Inputs refused. One producer's mistake shows as one reason: `rafid dead-letters list --reason …`.
        self.dead_letters = Counter(
            "rafid_dead_letters", "Inputs refused, by reason.", ["stage", "reason"], registry=self.registry
        )
        # Computing of one record. The top bucket filling: pages near the time limit.
        self.stage_seconds = Histogram(
            "rafid_stage_seconds",
            "Seconds a stage computed on one record.",
            ["stage"],
            buckets=STAGE_SECONDS,
            registry=self.registry,
        )
        # Records of one transaction. All ones under load: slices are cut too early (bytes, seconds).
        self.slice_records = Histogram(
            "rafid_slice_records",
            "Records in one committed slice.",
            ["stage"],
            buckets=SLICE_RECORDS,
            registry=self.registry,
        )
        # From the first computing to the commit. Grows with the broker's trouble or with slow pages.
        self.slice_seconds = Histogram(
            "rafid_slice_seconds",
            "Seconds from the start of a slice's computing to its commit.",
            ["stage"],
            buckets=SLICE_SECONDS,
            registry=self.registry,
        )
        # Transactions that failed and were begun anew. A few at a rebalance are normal; steady growth is not.
        self.failed = Counter("rafid_commits_failed", "Transactions that failed.", ["stage"], registry=self.registry)
        # Offsets that retention deleted before they were read: inputs are lost. Raise the topic's retention.ms, add
        # workers, and fetch the articles again from their source; the log says which offsets.
        self.unread = Counter(
            "rafid_records_expired",
            "Records that retention deleted before they were read.",
            ["stage", "topic"],
            registry=self.registry,
        )
        # Records not processed yet. Growing: add workers (up to the number of partitions).
        self.lag = Gauge(
            "rafid_lag_records", "Records not processed yet.", ["stage", "topic", "partition"], registry=self.registry
        )
        # Age of the last commit of a partition in hand. Growing while there is lag: stuck.
        self.commit_age = Gauge(
            "rafid_last_commit_timestamp_seconds",
            "When the stage last committed, in seconds since 1970.",
            ["stage"],
            registry=self.registry,
        )

        # 1 once an agent consumes no more because of too many dead letters. The log and /health/ready say how to go on.
        self.stopped = Gauge(
            "rafid_agent_stopped", "Whether the agent has stopped consuming.", ["stage"], registry=self.registry
        )

    def slice_committed(
        self,
        stage: str,
        records: Sequence[Record],
        outcomes: Sequence[Outcome],
        outputs: Sequence[Output],
        seconds: float,
    ) -> None:
        """Count a slice, after its transaction was committed."""
        self.taken.labels(stage, records[0].topic).inc(len(records))
        self.slice_records.labels(stage).observe(len(records))
        self.slice_seconds.labels(stage).observe(seconds)
        self.commit_age.labels(stage).set_to_current_time()
        computing = self.stage_seconds.labels(stage)
        for outcome in outcomes:
            computing.observe(outcome.seconds)
            if outcome.refused is not None:
                self.dead_letters.labels(stage, outcome.refused.reason.value).inc()
        sent: dict[str, int] = {}
        for output in outputs:
            sent[output.topic] = sent.get(output.topic, 0) + 1
        for topic, count in sent.items():
            self.sent.labels(stage, topic).inc(count)

    def expired(self, stage: str, topic: str, count: int) -> None:
        """Count records that were deleted before they were read."""
        self.unread.labels(stage, topic).inc(count)

    def commit_failed(self, stage: str) -> None:
        """Count a transaction that failed."""
        self.failed.labels(stage).inc()
