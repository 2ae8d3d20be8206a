"""How the worker logs: JSON lines on a server, readable lines on a terminal; one line an event that matters."""

import logging
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streams.settings import Settings

# What Faust and aiokafka tell at "info" is about their insides; their warnings are about ours.
QUIET = ("aiokafka", "faust", "mode", "asyncio", "streams.delivery.transport", "streams.delivery.app")


def set_up(settings: "Settings") -> None:
    """Send all logs to stderr, in the form that the settings ask for."""
    import structlog  # noqa: PLC0415 - only a worker logs; every other command starts faster without

    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    if settings.log_level != "debug":
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)
