"""A stage in a process of its own, so that a page that hangs, bloats or crashes it takes nothing else with it.

The worker's loop keeps its heartbeats and health while a stage computes, and a computation that runs past its
time can be ended, which no thread allows (docs/decisions/0002-stages-compute-in-a-process.md).
"""

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from schemas.dead_letter import Reason, Refusal
from streams.delivery.allocator import return_freed_memory
from streams.delivery.process_usage import processor_seconds, resident_bytes
from streams.delivery.stage import Output, Record, Stage, StageFactory
from streams.failure import Failure

START_SECONDS = 60.0  # loading models takes one or two; more is a broken installation or machine
PR_SET_PDEATHSIG = 1  # linux/prctl.h
POLL_SECONDS = 0.05  # how often time and memory are looked at while waiting; in it a process can fill some 100 MB
HUNG = 3  # times its limit of time that an input may take which does not compute, but waits
TOLD_CHARACTERS = 8000  # of a detail or traceback in a dead letter
RESTARTS = 3  # in a row, without one record done, before the stage counts as broken


class Refused(NamedTuple):
    """Why a stage did not take a record. ``exception`` is a traceback, or what ended the process."""

    reason: Reason
    detail: str
    exception: str | None = None


class Outcome(NamedTuple):
    """What a stage made of one record: its outputs, or why there are none. ``seconds`` is the time it took."""

    outputs: list[Output]
    refused: Refused | None
    seconds: float


class StageProcessError(Failure):
    """The process that runs a stage cannot be started or kept up: a fault of the program, never of an input."""


class _Stopped(Exception):
    """The process ended while it computed the record at ``index``; -1 when it computed none."""

    def __init__(self, index: int, refused: Refused) -> None:
        super().__init__(index, refused)
        self.index = index
        self.refused = refused


def run_stage(stage: Stage, record: Record) -> Outcome:
    """Run a stage on one record. The one boundary that turns any exception into a refusal."""
    started = time.perf_counter()
    outputs: list[Output] = []
    refused = None
    try:
        outputs = stage(record)
    except Refusal as refusal:
        refused = Refused(refusal.reason, _bounded(refusal.detail))
    except MemoryError:
        refused = Refused(Reason.OUT_OF_MEMORY, "no memory was left for this input", _bounded(traceback.format_exc()))
    except Exception as error:  # noqa: BLE001 - the boundary: whatever an input provokes is told with it
        detail = f"{type(error).__name__}: {error}"
        refused = Refused(Reason.STAGE_ERROR, _bounded(detail), _bounded(traceback.format_exc()))
    return Outcome(outputs, refused, time.perf_counter() - started)


def _bounded(text: str) -> str:
    """Both ends of a long text: an exception may carry the whole input, and a dead letter must fit its topic."""
    half = TOLD_CHARACTERS // 2
    return text if len(text) <= TOLD_CHARACTERS else f"{text[:half]} … {text[-half:]}"


def _serve(connection: Connection, progress: Any, factory: StageFactory, budget: float) -> None:
    """The process: build the stage, then answer each list of records with the outcomes of its first ones.

    ``progress`` is (index of the record in work or -1, when it began in ns of the monotonic clock, and in ns of what
    this process has computed).
    """
    return_freed_memory()
    _end_with_parent()
    stage = factory()
    connection.send(None)
    while True:
        try:
            records = connection.recv()
        except EOFError:
            return
        outcomes: list[Outcome] = []
        deadline = time.monotonic() + budget
        for index, record in enumerate(records):
            progress[2] = time.process_time_ns()
            progress[1] = time.monotonic_ns()
            progress[0] = index
            outcomes.append(run_stage(stage, record))
            if time.monotonic() > deadline or _is_out_of_memory(outcomes[-1]):
                break
        progress[0] = -1
        connection.send(outcomes)


def _is_out_of_memory(outcome: Outcome) -> bool:
    return outcome.refused is not None and outcome.refused.reason is Reason.OUT_OF_MEMORY


def _end_with_parent() -> None:
    """Do not outlive the worker, not even while a stage computes and the end of the pipe goes unread."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()
    if sys.platform == "linux":
        # Where computing never lets that thread run: the kernel ends us, when the thread that started us ends.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class StageProcess:
    """Runs one stage for all partitions of an agent. Opened at the worker's start, closed at its end.

    ``timeout`` is how many seconds one record may take: to compute on Linux, so that a busy machine costs no good
    input, and HUNG times as long in all; elsewhere in all. ``memory`` is how many bytes the
    process may hold (on Linux; elsewhere nothing is checked), ``budget`` after how many seconds of computing ``run``
    hands back what it has.
    """

    def __init__(self, name: str, factory: StageFactory, *, timeout: float, memory: int, budget: float) -> None:
        self.name = name
        self._factory = factory
        self._timeout = timeout
        self._memory = memory
        self._budget = budget
        self._context = multiprocessing.get_context("spawn")
        self._progress: Any = self._context.RawArray(ctypes.c_longlong, 3)
        self._process: Any = None
        self._connection: Connection | None = None
        self._closed = False
        # One thread: a process computes for one partition at a time, in the order of asking.
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"stage-{name}")

    async def open(self) -> None:
        """Start the process and wait until its stage is built; raises ``StageProcessError``."""
        await asyncio.get_running_loop().run_in_executor(self._executor, self._start)

    async def run(self, records: Sequence[Record]) -> list[Outcome]:
        """The outcomes of the first records, at least of one, in order.

        An input that crashes or bloats the process, or runs past its time, is tried once more, alone, in a fresh one:
        what came before it, or a machine that stalled, may have had a part in it. Then it is refused, and the process
        begins anew. Raises ``StageProcessError`` when it cannot.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._run, list(records))

    def close(self) -> None:
        """End the process, whatever it does."""
        self._closed = True
        self._stop()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> None:
        if self._closed:
            raise StageProcessError(f"stage {self.name} is closed")
        ours, theirs = self._context.Pipe()
        self._progress[0] = -1
        process = self._context.Process(
            target=_serve,
            args=(theirs, self._progress, self._factory, self._budget),
            name=f"rafid-{self.name}",
            daemon=True,
        )
        # Signals to the whole group are for the worker, which ends us by closing the pipe: we begin with them blocked.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self._process, self._connection = process, ours
        if not ours.poll(START_SECONDS):
            self._stop()
            raise StageProcessError(f"stage {self.name}: not ready after {START_SECONDS:.0f} s")
        try:
            ours.recv()
        except EOFError:
            process.join()
            self._connection = None
            raise StageProcessError(
                f"stage {self.name} could not be built (exit code {process.exitcode}; its traceback is above)"
            ) from None
        if (held := self._bloated()) is not None:
            self._stop()
            raise StageProcessError(
                f"stage {self.name} holds {held / 2**20:.0f} MiB once it is built, more than RAFID_STAGE_MEMORY allows "
                f"({self._memory / 2**20:.0f} MiB): raise it"
            )

    def _stop(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is not None:
            process.kill()
            process.join()

    def _run(self, records: list[Record]) -> list[Outcome]:
        try:
            return self._compute(records)
        except _Stopped as stopped:
            return self._without(records, stopped)

    def _compute(self, records: list[Record]) -> list[Outcome]:
        """As ``run``; raises ``_Stopped`` for the record that stopped the process."""
        for _ in range(RESTARTS):
            try:
                return self._exchange(records)
            except _Stopped as stopped:
                if stopped.index >= 0:
                    raise
                # it ended between two records, by no fault of one of them: begin anew
        raise StageProcessError(f"stage {self.name}: the process ended {RESTARTS} times without computing")

    def _without(self, records: list[Record], stopped: _Stopped) -> list[Outcome]:
        """Outcomes up to the record that stopped the process. Those before it are computed again: stages are pure."""
        before = self._run(records[: stopped.index]) if stopped.index else []
        if len(before) < stopped.index:
            return before
        self._stop()  # what those before it left behind is no part of it
        try:
            return before + self._compute(records[stopped.index : stopped.index + 1])
        except _Stopped as again:
            seconds = self._timeout if again.refused.reason is Reason.TIMEOUT else 0.0
            return [*before, Outcome([], again.refused, seconds)]

    def _exchange(self, records: list[Record]) -> list[Outcome]:
        if self._connection is not None and self._bloated() is not None:
            self._stop()  # by no fault of what comes next
        if self._connection is None:
            self._start()
        assert self._connection is not None
        try:
            self._connection.send(records)
            while not self._connection.poll(POLL_SECONDS):
                self._check_time()
                self._check_memory()
            outcomes: list[Outcome] = self._connection.recv()
        except (EOFError, OSError):
            index = self._progress[0]
            self._process.join()
            code = self._process.exitcode
            self._stop()
            detail = f"the stage's process ended with exit code {code} while it worked on this input"
            raise _Stopped(index, Refused(Reason.STAGE_CRASH, detail)) from None
        if _is_out_of_memory(outcomes[-1]):
            self._stop()
            assert outcomes[-1].refused is not None
            raise _Stopped(len(outcomes) - 1, outcomes[-1].refused)
        return outcomes

    def _check_time(self) -> None:
        index, since, before = self._progress
        taken = (time.monotonic_ns() - since) / 1e9
        if index < 0 or taken <= self._timeout:
            return
        now = processor_seconds(self._process.pid)
        computed = taken if now is None else now - before / 1e9
        if computed <= self._timeout and taken <= HUNG * self._timeout:
            return
        self._stop()
        detail = f"ran longer than {self._timeout:g} s (RAFID_STAGE_TIMEOUT)"
        raise _Stopped(index, Refused(Reason.TIMEOUT, detail))

    def _check_memory(self) -> None:
        index, held = self._progress[0], self._bloated()
        if index >= 0 and held is not None:
            self._stop()
            detail = (
                f"the stage's process held {held / 2**20:.0f} MiB while it worked on this input; the limit is "
                f"{self._memory / 2**20:.0f} (RAFID_STAGE_MEMORY)"
            )
            raise _Stopped(index, Refused(Reason.OUT_OF_MEMORY, detail))

    def _bloated(self) -> int | None:
        """How many bytes the process holds, if that is too much."""
        process = self._process
        held = None if process is None else resident_bytes(process.pid)
        return held if held is not None and held > self._memory else None
