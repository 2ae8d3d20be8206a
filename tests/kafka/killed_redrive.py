"""A redrive that is killed, as by kill -9, in its second batch: "before" or "after" its commit.

Run as ``python -m tests.kafka.killed_redrive before``; settings from the environment.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable

from streams.dead_letters import writer
from streams.dead_letters.letters import Selection
from streams.dead_letters.redrive import redrive
from streams.settings import Settings

BATCH = 10

writer.BATCH_LETTERS = BATCH


class Killed(writer.Writer):
    """Sends all of its second batch, and does not live to hear whether it was committed."""

    async def _send(self, messages: Iterable[writer.Message]) -> None:
        await super()._send(messages)
        if self.done == BATCH and sys.argv[1] == "before":
            os.kill(os.getpid(), signal.SIGKILL)

    async def flush(self) -> None:
        await super().flush()
        if self.done == 2 * BATCH:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    writer.Writer = Killed  # type: ignore[misc]
    asyncio.run(redrive(Settings(), Selection()))
