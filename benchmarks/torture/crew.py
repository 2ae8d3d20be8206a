"""The workers under torture: real processes, started, frozen, killed, and begun anew when they end by themselves."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import psutil

from streams.settings import AGENT_NAMES, AgentName, Settings

STOP_SECONDS = 50.0  # above the worker's own patience with itself (streams/delivery/app.py)
RESTART_SECONDS = 2.0  # a supervisor's pause before it begins a worker anew
READY = "worker starts"  # what a worker logs once the broker will do


class Hand:
    """One worker: a process and what it started, in a process group of its own."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self.leaving = False
        """Whether it was told to end, so that its end is no surprise."""
        self._asked = False
        self.began = time.monotonic()
        with log.open("ab") as output:
            self._log_from = output.tell()
            self.process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def alive(self) -> bool:
        """Whether the process is there, frozen or not."""
        return self.process.poll() is None

    def kill(self) -> None:
        """``kill -9`` of the worker alone: what it started has to notice by itself."""
        self.leaving = True
        self.process.kill()
        self.process.wait()

    def ask(self) -> None:
        """SIGTERM, once: a second one may come when it has taken its handlers down."""
        if not self._asked:
            self._asked = self.leaving = True
            self.process.terminate()

    def terminate(self) -> int:
        """SIGTERM; its exit code, -9 when it had to be killed."""
        self.ask()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()
            return -signal.SIGKILL

    def freeze(self, *, whole: bool) -> None:
        """SIGSTOP, of the ``whole`` group or of the worker alone."""
        self._signal(signal.SIGSTOP, whole=whole)

    def thaw(self) -> None:
        """SIGCONT of whatever is frozen."""
        self._signal(signal.SIGCONT, whole=True)

    def end(self) -> None:
        """Leave nothing of it behind."""
        self.leaving = True
        self._signal(signal.SIGKILL, whole=True)
        self.process.wait()

    def said(self) -> str:
        """What it has logged."""
        with self.log.open("rb") as opened:
            opened.seek(self._log_from)
            return opened.read().decode(errors="replace")

    def processes(self) -> list[psutil.Process]:
        """The worker and its stages, those that are there."""
        try:
            worker = psutil.Process(self.process.pid)
            return [worker, *worker.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _signal(self, number: signal.Signals, *, whole: bool) -> None:
        try:
            if whole:
                os.killpg(self.process.pid, number)
            else:
                os.kill(self.process.pid, number)
        except ProcessLookupError:
            pass


class Crew:
    """All workers of one river. ``tend`` is what a supervisor such as systemd does for them."""

    def __init__(
        self, settings: Settings, folder: Path, *, module: tuple[str, ...] = ("streams.cli", "worker"), **more: str
    ) -> None:
        """``more``: variables of the workers' environment besides those of the settings."""
        given = settings.model_dump(exclude_unset=True)
        self._environment = {
            **os.environ,
            **{f"RAFID_{name.upper()}": str(value) for name, value in given.items() if value is not None},
            "RAFID_WEB_PORT": "0",
            "RAFID_LOG_FORMAT": "json",
            **more,
        }
        self._command = [sys.executable, "-m", *module]
        self._folder = folder
        self._count = 0
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[AgentName, ...]] = {}
        self.hands: dict[str, Hand] = {}
        self.stops: Counter[int] = Counter()
        """Exit codes of workers that ended by themselves."""
        self.refused: list[int] = []
        """Exit codes other than 0 of those that were told to end."""
        self.tending = True

    def start(self, agents: Collection[AgentName] = AGENT_NAMES, *, kept: bool = True) -> Hand:
        """One more worker. ``kept``: begun anew when it ends by itself."""
        with self._lock:
            self._count += 1
            name = f"worker-{self._count}"
            if kept:
                self._kept[name] = tuple(agents)
            return self._begin(name, agents)

    def replace(self, hand: Hand) -> Hand:
        """Begin a worker anew, in the place of one that has ended."""
        with self._lock:
            return self._begin(hand.name, self._kept[hand.name])

    def steady(self) -> list[Hand]:
        """Those that are kept and alive."""
        with self._lock:
            return [self.hands[name] for name in self._kept if self.hands[name].alive]

    def leave(self, hand: Hand) -> None:
        """End a worker politely, and note if it did not end so."""
        code = hand.terminate()
        # One that is only just starting has no handler for signals yet.
        if code and not (code == -signal.SIGTERM and READY not in hand.said()):
            self.refused.append(code)

    def tend(self) -> None:
        """Begin anew whoever ended by itself; to be called now and then."""
        with self._lock:
            for name, agents in self._kept.items():
                hand = self.hands[name]
                if self.tending and not hand.alive and not hand.leaving:
                    self.stops[hand.process.returncode] += 1
                    hand.leaving = True
                    time.sleep(RESTART_SECONDS)
                    self._begin(name, agents)

    def ready(self, seconds: float = 60) -> None:
        """Wait until every worker has found its broker."""
        deadline = time.monotonic() + seconds
        while not all(READY in hand.said() for hand in self.steady()):
            assert time.monotonic() < deadline, f"no worker begins: {self.tail()}"
            time.sleep(0.2)

    def end(self) -> None:
        """End all, politely first."""
        self.tending = False
        hands = [hand for hand in self.hands.values() if hand.alive]
        for hand in hands:
            hand.thaw()
            hand.ask()
        for hand in hands:
            self.leave(hand)
        for hand in self.hands.values():
            hand.end()

    def tail(self, characters: int = 2000) -> str:
        """The end of every worker's log, for whoever must find out."""
        return "\n".join(f"--- {hand.name}\n{hand.said()[-characters:]}" for hand in self.hands.values())

    def reasons(self) -> list[str]:
        """What workers that stopped by themselves have said about it: each text once, numbers left out."""
        told: dict[str, None] = {}
        for log in sorted(self._folder.glob("worker-*.log")):
            for line in log.read_text(errors="replace").splitlines():
                found = re.search(r'"event": ?"([^"]*)', line)
                if found and re.search(r'"level": ?"(error|critical)"', line):
                    told[re.sub(r"\d+", "N", found.group(1))[:300]] = None
        return [*told]

    def _begin(self, name: str, agents: Collection[AgentName]) -> Hand:
        command = [*self._command, "--agents", ",".join(agents)]
        hand = self.hands[name] = Hand(name, command, self._environment, self._folder / f"{name}.log")
        return hand
