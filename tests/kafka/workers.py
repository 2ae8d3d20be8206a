"""Worker processes under test: started, killed, and always ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from streams.settings import Settings

STOP_SECONDS = 40


class Worker:
    """One worker in a process group of its own. ``command`` is what follows ``python -m``."""

    def __init__(self, settings: Settings, folder: Path, *command: str, **environment: str) -> None:
        self._settings = settings
        self._command = command or ("tests.kafka.passing",)
        self._environment = environment
        self._folder = folder
        self._starts = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Worker":
        self._starts += 1
        given = {
            f"RAFID_{name.upper()}": str(value)
            for name, value in self._settings.model_dump(exclude_unset=True).items()
            if value is not None
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                env={**os.environ, **given, **self._environment, "RAFID_LOG_FORMAT": "json"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    @property
    def log_file(self) -> Path:
        return self._folder / f"worker-{id(self)}-{self._starts}.log"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        """Kill -9 of the worker alone: what it started has to notice by itself."""
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, timeout: float = STOP_SECONDS) -> int:
        assert self.process is not None
        return self.process.wait(timeout)

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def until(condition: Callable[[], bool], *, seconds: float = 60, what: str = "the condition") -> None:
    """Wait for ``condition``; fails when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.1)
