"""A delivery that is closed while something is under way."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streams.delivery.delivery import Delivery
from streams.delivery.metrics import Metrics


class Process:
    """A stage's process that is being built until it is closed, as StageProcess ends then."""

    name = "stage"

    def __init__(self) -> None:
        self._closed = asyncio.Event()

    async def open(self) -> None:
        await self._closed.wait()
        raise OSError("handle is closed")

    def close(self) -> None:
        self._closed.set()


def delivery_of(process: Process) -> Delivery:
    given: dict[str, Any] = {"group": "g", "client": {}, "limits": None, "target": SimpleNamespace(), "version": "1"}
    return Delivery(
        "in",
        cast("Any", process),
        dead_letter_limit=cast("Any", None),
        metrics=Metrics(version="1"),
        on_failure=lambda error: pytest.fail(str(error)),
        **given,
    )


async def test_closing_while_the_stage_is_built_is_no_failure() -> None:
    delivery = delivery_of(Process())
    opening = asyncio.create_task(delivery.open())
    await asyncio.sleep(0)
    await delivery.close()
    await opening


async def test_a_stage_that_cannot_be_built_is_one() -> None:
    process = Process()
    delivery = delivery_of(process)
    process.close()
    with pytest.raises(OSError, match="closed"):
        await delivery.open()
