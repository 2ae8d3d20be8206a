"""How we run Faust: every setting that delivery depends on, with its reason."""

from typing import Any

from streams.settings import Settings

SESSION_SECONDS = 10.0  # how long a worker may be silent before its partitions go to others
HEARTBEAT_SECONDS = 2.0
REBALANCE_SECONDS = 30.0  # to finish slices in flight: what a lane takes to close at most (lane.py), with room
SLICES_IN_HAND = 4  # polls waiting between consumer and agent; a lane holds two slices more
METADATA_MS = 10_000  # how soon new partitions, or a topic made anew, are noticed
FETCH_BYTES = 1024 * 1024  # of one partition in one fetch


def faust_options(settings: Settings) -> dict[str, Any]:
    """Arguments of the Faust app."""
    return {
        "id": settings.group,
        "broker": ";".join(f"kafka://{server.strip()}" for server in settings.bootstrap_servers.split(",")),
        "broker_credentials": _credentials(settings),
        "broker_session_timeout": SESSION_SECONDS,
        "broker_heartbeat_interval": HEARTBEAT_SECONDS,
        "broker_rebalance_timeout": REBALANCE_SECONDS,
        "broker_max_poll_records": settings.slice_records,
        "consumer_max_fetch_size": FETCH_BYTES,
        "consumer_auto_offset_reset": "none",  # where to go on is judged by transport.py, aloud
        "consumer_metadata_max_age_ms": METADATA_MS,
        "stream_buffer_maxsize": SLICES_IN_HAND,
        # Delivery waits for what is in flight itself, and knows better what that is.
        "stream_wait_empty": False,
        # What escapes an agent is a fault of ours: stop, rather than run it again and again.
        "agent_supervisor": "mode.supervisors.CrashingSupervisor",
        # No tables, no leader, no topics made behind the operator's back.
        "store": "memory://",
        "table_standby_replicas": 0,
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "web_enabled": settings.web_port != 0,
        "web_bind": settings.web_host,
        "web_port": settings.web_port or None,
    }


def _credentials(settings: Settings) -> Any:
    import faust.auth  # noqa: PLC0415 - only a secured cluster needs it

    context = settings.ssl_context()
    if settings.security_protocol.startswith("SASL"):
        return faust.auth.SASLCredentials(
            username=settings.sasl_username,
            password=settings.password,
            ssl_context=context,
            mechanism=settings.sasl_mechanism,
        )
    return faust.auth.SSLCredentials(context=context) if context else None
