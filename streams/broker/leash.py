"""The leash of the embedded broker: its owner's end of what `streams/broker/guard.py` holds."""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from streams.broker.jars import BrokerError

END_TIMEOUT = 30.0  # seconds; above the patience of the guard
_LOCK_TIMEOUT = 2.0  # seconds; the guard of a killed owner needs a moment to end its nodes
TICK = 0.02


class Leash:
    """The owner's side of `streams/broker/guard.py`, and the broker's folder, locked while that lives."""

    def __init__(self, data: Path | None) -> None:
        self._throw_away = data is None
        if data:
            data.mkdir(parents=True, exist_ok=True)
            self.folder = data
        else:
            self.folder = Path(tempfile.mkdtemp(prefix="rafid-kafka-"))
        # The guard inherits the lock: it lasts until the nodes are gone, also after the owner was killed.
        with _locked(self.folder) as lock:
            order = {"owner": os.getpid(), "folder": str(self.folder), "throw_away": self._throw_away}
            program = str(Path(__file__).with_name("guard.py"))
            self._process = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-I", "-S", program, json.dumps(order)],
                stdin=subprocess.PIPE,  # the leash; Popen keeps it from other children
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # else whoever reads the owner's would wait for the guard
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C in the terminal is for the owner
                cwd="/",
            )

    @property
    def alive(self) -> bool:
        """Whether the guard watches; without it the nodes end too."""
        return self._process.poll() is None

    def launch(self, command: list[str], folder: Path, log: Path) -> int:
        """Have the guard start a process, and return its id."""
        request = {"command": command, "folder": str(folder), "log": str(log)}
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            raise AssertionError("both were asked for")
        try:
            requests.write(json.dumps(request).encode() + b"\n")
            requests.flush()
            line = answers.readline()
        except BrokenPipeError:
            line = b""
        answer = json.loads(line or b'{"error": "it has been killed"}')
        if "error" in answer:
            raise BrokerError(f"the broker's guard cannot start {command[0]}: {answer['error']}")
        return int(answer["pid"])

    def end(self, pids: list[int]) -> None:
        """Let go of the leash and wait for the guard, which ends the nodes; do its work if it was killed."""
        try:
            self._process.communicate(timeout=END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        if self._process.returncode != 0:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if self._throw_away:
                shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[int]:
    deadline = time.monotonic() + _LOCK_TIMEOUT
    with (folder / "lock").open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
            if time.monotonic() > deadline:
                raise BrokerError(f"another broker is running on {folder}; end it, or name another folder")
            time.sleep(TICK)
        yield file.fileno()
