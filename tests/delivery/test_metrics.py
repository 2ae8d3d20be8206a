"""What /metrics says of a slice."""

from prometheus_client import generate_latest

from schemas.dead_letter import Reason
from streams.delivery.metrics import Metrics
from streams.delivery.stage import Output, Record
from streams.delivery.stage_process import Outcome, Refused
from tests.hostile import HOSTILE, assert_safe


def test_nothing_of_a_message_becomes_a_label() -> None:
    """Labels are stages, topics, partitions and reasons: few, ours, and the same whatever messages say."""
    metrics = Metrics(version="1")
    hostile = HOSTILE.encode()
    record = Record("articles.raw", 0, 1, None, hostile, hostile, ((HOSTILE, hostile),))
    output = Output("articles.parsed", hostile, hostile, ((HOSTILE, hostile),))
    refused = Refused(Reason.STAGE_ERROR, HOSTILE, HOSTILE)
    metrics.slice_committed(
        "parse", [record, record], [Outcome([output], None, 0.1), Outcome([], refused, 0.1)], [output], 0.2
    )
    told = generate_latest(metrics.registry).decode()
    assert_safe(told, most=100_000)
    assert "owned" not in told
    assert 'reason="stage-error"' in told
