"""A stage in a process: what an input may do to it, and what may not follow."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from schemas.dead_letter import Reason
from streams.delivery.stage import Record, Stage
from streams.delivery.stage_process import StageProcess, StageProcessError
from tests.delivery.told import build

MEMORY = 300_000_000  # a stage of these tests holds some 50 MB


def record(value: bytes, offset: int = 0) -> Record:
    return Record("in", 0, offset, None, None, value, ())


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="no other system tells what a process holds")


def records(*values: bytes) -> list[Record]:
    return [record(value, offset) for offset, value in enumerate(values)]


@pytest_asyncio.fixture
async def process(tmp_path: Path) -> AsyncIterator[StageProcess]:
    stage = StageProcess(
        "pass", partial(build, ("out0", "out1"), str(tmp_path)), timeout=1.0, memory=MEMORY, budget=0.5
    )
    await stage.open()
    yield stage
    stage.close()


async def test_outcomes_come_in_the_order_of_the_records(process: StageProcess) -> None:
    outcomes = await process.run(records(b"a", b"b", b"c"))
    assert [outcome.outputs[0].value for outcome in outcomes] == [b"a", b"b", b"c"]


async def test_a_refusal_keeps_its_reason_and_detail(process: StageProcess) -> None:
    (outcome,) = await process.run(records(b"refuse"))
    assert outcome.outputs == []
    assert outcome.refused is not None
    assert (outcome.refused.reason, outcome.refused.detail) == (Reason.NO_ARTICLE, "told to refuse")


async def test_an_exception_becomes_a_refusal_with_its_traceback(process: StageProcess) -> None:
    outcomes = await process.run(records(b"a", b"raise", b"b"))
    assert [bool(outcome.outputs) for outcome in outcomes] == [True, False, True]
    refused = outcomes[1].refused
    assert refused is not None
    assert refused.reason is Reason.STAGE_ERROR
    assert "ValueError: told to raise" in (refused.exception or "")


async def test_an_exception_that_carries_the_whole_input_is_told_in_short(process: StageProcess) -> None:
    (outcome,) = await process.run(records(b"raise-much"))
    assert outcome.refused is not None
    assert len(outcome.refused.detail) < 10_000
    assert len(outcome.refused.exception or "") < 10_000


@pytest.mark.parametrize("endless", [b"hang", b"spin"])
async def test_an_input_past_its_time_is_refused_and_the_rest_unharmed(process: StageProcess, endless: bytes) -> None:
    outcomes = await process.run(records(b"a", endless, b"b"))
    assert [outcome.refused.reason if outcome.refused else None for outcome in outcomes] == [None, Reason.TIMEOUT]
    assert [outcome.outputs[0].value for outcome in await process.run(records(b"b"))] == [b"b"]


async def test_an_input_that_stalled_once_is_tried_again(process: StageProcess) -> None:
    outcomes = await process.run(records(b"a", b"hang-once"))
    assert [outcome.outputs[0].value for outcome in outcomes] == [b"a", b"hang-once"]


@linux_only
async def test_a_machine_that_stalls_refuses_nothing(process: StageProcess) -> None:
    running = asyncio.create_task(process.run(records(b"freeze")))
    frozen = psutil.Process(process._process.pid)
    while frozen.status() != psutil.STATUS_STOPPED:
        await asyncio.sleep(0.01)
    await asyncio.sleep(1.5)  # longer than the limit of time
    frozen.resume()
    (outcome,) = await running
    assert outcome.refused is None


@pytest.mark.parametrize("order", [b"crash", b"segfault"])
async def test_an_input_that_crashes_the_stage_is_refused_and_the_rest_unharmed(
    process: StageProcess, order: bytes
) -> None:
    outcomes = await process.run(records(b"a", order, b"b"))
    assert [outcome.refused.reason if outcome.refused else None for outcome in outcomes] == [None, Reason.STAGE_CRASH]
    assert [outcome.outputs[0].value for outcome in await process.run(records(b"b"))] == [b"b"]


@linux_only
async def test_an_input_that_eats_memory_is_refused_and_the_rest_unharmed(process: StageProcess) -> None:
    process._timeout = 30  # a busy machine fills memory slowly
    outcomes = await process.run(records(b"a", b"eat", b"b"))
    assert [outcome.refused.reason if outcome.refused else None for outcome in outcomes] == [None, Reason.OUT_OF_MEMORY]
    assert outcomes[1].refused is not None
    assert "RAFID_STAGE_MEMORY" in outcomes[1].refused.detail
    assert [outcome.outputs[0].value for outcome in await process.run(records(b"b"))] == [b"b"]


async def test_an_input_that_memory_is_refused_for_ends_the_slice_and_the_process(process: StageProcess) -> None:
    pid = process._process.pid
    outcomes = await process.run(records(b"a", b"ask-for-all", b"b"))
    assert [outcome.refused.reason if outcome.refused else None for outcome in outcomes] == [None, Reason.OUT_OF_MEMORY]
    assert outcomes[1].refused is not None
    assert "MemoryError" in (outcomes[1].refused.exception or "")
    assert [outcome.outputs[0].value for outcome in await process.run(records(b"b"))] == [b"b"]
    assert process._process.pid != pid


@linux_only
async def test_memory_that_others_left_behind_costs_no_input(process: StageProcess) -> None:
    """Each holds less than the limit, both together more: the second is tried again in a fresh process."""
    process._timeout = 30  # a busy machine fills memory slowly
    outcomes = await process.run(records(b"bloat", b"bloat", b"a"))
    outcomes += await process.run(records(b"bloat", b"bloat", b"a")[len(outcomes) :])
    assert [outcome.refused for outcome in outcomes] == [None] * len(outcomes)
    assert len(outcomes) >= 2


@linux_only
async def test_a_process_bloated_between_slices_is_begun_anew(process: StageProcess) -> None:
    process._timeout = 30  # a busy machine fills memory slowly
    await process.run(records(b"bloat"))
    pid = process._process.pid
    process._memory = 100_000_000
    assert [outcome.refused for outcome in await process.run(records(b"a"))] == [None]
    assert process._process.pid != pid


@linux_only
async def test_a_stage_that_is_built_larger_than_its_limit_is_a_failure_of_the_program() -> None:
    process = StageProcess("pass", partial(build, ("out0",), None), timeout=1.0, memory=1_000_000, budget=0.5)
    with pytest.raises(StageProcessError, match="RAFID_STAGE_MEMORY"):
        await process.open()
    process.close()


async def test_an_input_that_recurses_without_an_end_is_refused(process: StageProcess) -> None:
    outcomes = await process.run(records(b"recurse", b"a"))
    assert outcomes[0].refused is not None
    assert outcomes[0].refused.reason is Reason.STAGE_ERROR
    assert "RecursionError" in outcomes[0].refused.detail
    assert outcomes[1].outputs[0].value == b"a"


async def test_a_crash_that_does_not_happen_again_costs_no_input(process: StageProcess) -> None:
    outcomes = await process.run(records(b"a", b"crash-once"))
    assert [outcome.refused for outcome in outcomes] == [None, None]


async def test_a_process_killed_between_records_is_begun_anew(process: StageProcess) -> None:
    assert process._process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.join()
    outcomes = await process.run(records(b"a"))
    assert outcomes[0].outputs[0].value == b"a"


async def test_computing_is_cut_by_time(process: StageProcess) -> None:
    outcomes = await process.run(records(*[b"slow"] * 10))
    assert 1 <= len(outcomes) < 10


async def test_the_loop_turns_while_a_stage_computes(process: StageProcess) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    turning = asyncio.create_task(turn())
    await process.run(records(b"slow", b"slow"))
    turning.cancel()
    assert turns >= 10


def _broken() -> Stage:
    raise RuntimeError("no model")


async def test_a_stage_that_cannot_be_built_is_a_failure_of_the_program() -> None:
    process = StageProcess("broken", _broken, timeout=1.0, memory=MEMORY, budget=0.5)
    with pytest.raises(StageProcessError, match="could not be built"):
        await process.open()
    process.close()


async def test_closing_ends_the_process_even_if_it_hangs(process: StageProcess) -> None:
    pid = process._process.pid
    running = asyncio.create_task(process.run(records(b"hang")))
    await asyncio.sleep(0.2)
    process.close()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the process is still there")
