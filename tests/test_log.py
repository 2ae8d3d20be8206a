"""How a worker logs: JSON for a server, lines for a terminal, libraries rarely."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from streams import log
from streams.log import QUIET, Seldom
from streams.settings import Settings
from tests.hostile import HOSTILE, HUGE, assert_safe


class Terminal(io.StringIO):
    """Standard error, as a terminal or not."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Logging is the process's own: what a test sets up is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in (*QUIET, "aiokafka.conn")}
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def set_up(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool = False, **given: Any) -> Terminal:
    """Set logging up with these settings; returns what it writes to."""
    stderr = Terminal(is_terminal=is_terminal)
    monkeypatch.setattr("sys.stderr", stderr)
    log.set_up(Settings(**given))
    return stderr


def test_off_a_terminal_an_event_is_one_line_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = set_up(monkeypatch)
    logging.getLogger("streams.worker").info("خبر", extra={"agents": "parse", "in": 0.2})
    (line,) = stderr.getvalue().splitlines()
    told = orjson.loads(line)
    assert told.pop("timestamp").endswith("Z")
    assert told == {"event": "خبر", "level": "info", "logger": "streams.worker", "agents": "parse", "in": 0.2}
    assert "خبر" in line, "letters, not \\u escapes"


def test_an_exception_stays_on_its_line_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = set_up(monkeypatch)
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("streams.worker").exception("failed")
    (line,) = stderr.getvalue().splitlines()
    assert orjson.loads(line)["exception"][0]["exc_type"] == "ValueError"


def test_on_a_terminal_an_event_is_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = set_up(monkeypatch, is_terminal=True)
    logging.getLogger("streams.worker").info("worker starts")
    assert "worker starts" in stderr.getvalue()
    assert not stderr.getvalue().startswith("{")


@pytest.mark.parametrize("is_terminal", [False, True])
@pytest.mark.parametrize("text", [HOSTILE, HUGE])
def test_an_event_is_one_line_whatever_a_message_says(
    monkeypatch: pytest.MonkeyPatch, text: str, is_terminal: bool
) -> None:
    stderr = set_up(monkeypatch, is_terminal=is_terminal, log_format="terminal" if is_terminal else "json")
    monkeypatch.setattr(stderr, "isatty", lambda: False)  # colours are escapes too, our own
    log.set_up(Settings(log_format="terminal" if is_terminal else "json"))
    logger = logging.getLogger("streams.worker")
    logger.warning("%s", text, extra={"title": text, "titles": [text, {text: text}], "bytes": text.encode()})
    assert_safe(stderr.getvalue(), lines=1, most=14_000)


@pytest.mark.parametrize("form", ["json", "terminal"])
@pytest.mark.parametrize("text", [HOSTILE, HUGE])
def test_an_exception_says_what_a_message_says_on_one_line(
    monkeypatch: pytest.MonkeyPatch, text: str, form: str
) -> None:
    stderr = set_up(monkeypatch, log_format=form)
    local = "a local variable, of a message or a secret"
    try:
        try:
            raise ValueError(text)
        except ValueError as error:
            raise RuntimeError(text + local[:0]) from error
    except RuntimeError:
        logging.getLogger("streams.worker").exception("failed")
    told = stderr.getvalue()
    assert_safe(told, most=12_000)
    assert "owned" in told
    assert "local variable" not in told.replace('local = "a local variable', "")
    assert all(
        each.startswith((" ", "Traceback", "The above", "ValueError: ", "RuntimeError: ", "2", "{")) or not each
        for each in told.splitlines()
    )


@pytest.mark.parametrize(("form", "is_terminal"), [("json", True), ("terminal", False)])
def test_the_form_can_be_said(monkeypatch: pytest.MonkeyPatch, form: str, is_terminal: bool) -> None:
    stderr = set_up(monkeypatch, is_terminal=is_terminal, log_format=form)
    logging.getLogger("streams.worker").info("worker starts")
    assert stderr.getvalue().startswith("{") is (form == "json")


@pytest.mark.parametrize("name", ["faust.app.base", "mode.services", "aiokafka.conn", "asyncio", *QUIET])
def test_libraries_say_nothing_at_info(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    stderr = set_up(monkeypatch)
    logging.getLogger(name).info("about its insides")
    assert stderr.getvalue() == ""
    logging.getLogger(name).warning("about ours")
    assert "about ours" in stderr.getvalue()


def test_our_own_info_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = set_up(monkeypatch)
    logging.getLogger("streams.delivery.lane").info("heard")
    logging.getLogger("streams.delivery.lane").debug("not heard")
    assert [orjson.loads(line)["event"] for line in stderr.getvalue().splitlines()] == ["heard"]


def test_at_debug_everything_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = set_up(monkeypatch, log_level="debug")
    logging.getLogger("faust.app.base").debug("inside")
    logging.getLogger("streams.delivery.lane").debug("ours")
    assert [orjson.loads(line)["event"] for line in stderr.getvalue().splitlines()] == ["inside", "ours"]


def test_at_error_a_warning_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = set_up(monkeypatch, log_level="error")
    logging.getLogger("streams.worker").warning("not heard")
    logging.getLogger("streams.worker").error("heard")
    assert [orjson.loads(line)["event"] for line in stderr.getvalue().splitlines()] == ["heard"]


def test_setting_up_twice_logs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch)
    stderr = set_up(monkeypatch)
    logging.getLogger("streams.worker").info("once")
    assert len(stderr.getvalue().splitlines()) == 1


class TestSeldom:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """What time it is, to be changed by the test."""
        now = [1000.0]
        monkeypatch.setattr("streams.log.time.monotonic", lambda: now[0])
        return now

    @staticmethod
    def record(name: str, message: str, *parts: object) -> logging.LogRecord:
        return logging.LogRecord(name, logging.ERROR, "", 0, message, parts, None)

    def test_a_message_of_a_library_passes_once_in_its_time(self, clock: list[float]) -> None:
        seldom = Seldom(logging.INFO)
        passed = []
        for _ in range(60 * 8):  # a minute, nearly as often as aiokafka
            passed.append(seldom.filter(self.record("aiokafka.conn", "Unable to connect to %s", clock[0])))
            clock[0] += 1 / 8
        assert [number / 8 for number, each in enumerate(passed) if each] == [0, 30]

    def test_an_error_of_a_library_passes_as_a_warning(self, clock: list[float]) -> None:
        record = self.record("aiokafka.consumer.fetcher", "Failed fetch")
        assert Seldom(logging.WARNING).filter(record)
        assert (record.levelno, record.levelname) == (logging.WARNING, "WARNING")

    def test_nothing_of_a_library_passes_where_only_errors_are_asked_for(self, clock: list[float]) -> None:
        assert not Seldom(logging.ERROR).filter(self.record("aiokafka", "Failed fetch"))
        assert Seldom(logging.ERROR).filter(self.record("streams.worker", "Failed"))

    def test_another_message_passes(self, clock: list[float]) -> None:
        seldom = Seldom(logging.INFO)
        assert seldom.filter(self.record("aiokafka", "one"))
        assert seldom.filter(self.record("aiokafka", "another"))
        assert not seldom.filter(self.record("aiokafka.cluster", "one"))

    def test_ours_always_pass(self, clock: list[float]) -> None:
        seldom = Seldom(logging.INFO)
        assert all(seldom.filter(self.record("streams.delivery.lane", "again")) for _ in range(10))


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_traceback_shows_no_variables(monkeypatch: pytest.MonkeyPatch, is_terminal: bool) -> None:
    stderr = set_up(monkeypatch, is_terminal=is_terminal)
    password = "hush"
    try:
        raise ValueError("with a reason")
    except ValueError:
        logging.getLogger("streams.worker").exception("it failed")
    assert "with a reason" in stderr.getvalue()
    assert password not in stderr.getvalue()


def test_requests_of_the_client_are_never_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """At "debug" aiokafka writes them whole, the one with the password too."""
    stderr = set_up(monkeypatch, log_level="debug")
    logging.getLogger("aiokafka.conn").debug("Request to %s:%d %d: %s", "host", 9092, 1, "hush")
    logging.getLogger("aiokafka.client").debug("another one")
    assert "hush" not in stderr.getvalue()
    assert "another one" in stderr.getvalue()
