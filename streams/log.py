"""How the worker logs: JSON lines on a server, readable lines on a terminal; one line an event that matters."""

import logging
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

from streams.printable import printable

if TYPE_CHECKING:
    from streams.settings import Settings

# What Faust and aiokafka tell at "info" is about their insides; their warnings are about ours.
LIBRARIES = ("aiokafka", "faust", "mode", "asyncio")
# Faust's services log under the name of our module that subclasses them.
QUIET = (*LIBRARIES, "streams.delivery.transport", "streams.delivery.app")


LIMIT = 2_000  # characters of one value: a broker's longest complaint, not an article


class Seldom(logging.Filter):
    """Lets each message of a library through once in a while, and as a warning at most.

    aiokafka repeats itself ten times a second, and calls an error what it tries again; what we cannot go on with is
    told by ourselves. ``level`` is the least that is let through.
    """

    SECONDS = 30.0

    def __init__(self, level: int) -> None:
        super().__init__()
        self._level = level
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the message, by its unfilled form, was not let through lately; ours always are."""
        if record.name.partition(".")[0] not in LIBRARIES:
            return True
        if min(record.levelno, logging.WARNING) < self._level:
            return False
        now = time.monotonic()
        if now - self._last.get(str(record.msg), -self.SECONDS) < self.SECONDS:
            return False
        self._last[str(record.msg)] = now
        record.levelno = min(record.levelno, logging.WARNING)
        record.levelname = logging.getLevelName(record.levelno)
        return True


def set_up(settings: "Settings") -> None:
    """Send all logs to stderr, in the form that the settings ask for."""
    import structlog  # noqa: PLC0415 - only a worker logs; every other command starts faster without

    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # As they come, both forms of a traceback show the local variables of every frame: passwords, and what articles say.
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False) if as_json else _traceback
    last: list[Any] = [
        structlog.processors.ExceptionRenderer(tracebacks),
        _make_printable,
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(Seldom(getattr(logging, settings.log_level.upper())))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    # At "debug" it logs whole requests, the one that authenticates too.
    logging.getLogger("aiokafka.conn").setLevel(logging.WARNING)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET if settings.log_level == "debug" else logging.WARNING)


def _make_printable(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A step of structlog's: whatever a message of others brought into the event can be shown, and is short."""
    # The traceback of a terminal has lines, and was made printable by each.
    return {
        name: value if name == "exception" and isinstance(value, str) else _printable(value)
        for name, value in event.items()
    }


def _printable(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {printable(str(name), LIMIT): _printable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return printable(value if isinstance(value, str) else repr(value), LIMIT)


def _traceback(exc_info: Any) -> str:
    """The lines of a traceback, of which an exception's text is one, whatever it says."""
    lines: list[str] = []
    for part in traceback.format_exception(*exc_info):
        lines += part.splitlines() if part.startswith("  File ") else [part.strip("\n")]
    return "\n".join(printable(line, LIMIT) for line in lines)
