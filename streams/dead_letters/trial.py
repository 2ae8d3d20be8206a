"""A trial: what the stages of today make of a dead letter's input, without sending anything."""

import contextlib
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from streams.app import Reach, river
from streams.dead_letters.letters import Letter
from streams.dead_letters.redrive import Copies, Kept, copies, limits
from streams.delivery.dead_letters import fitting
from streams.delivery.rights import NotAllowed
from streams.delivery.stage import Record
from streams.delivery.stage_process import Outcome, StageProcess
from streams.route import Router
from streams.settings import AgentName, Settings
from streams.stages import StageBuilder


class Trials:
    """Runs inputs as a worker with these settings would: with its time limit, in processes that may crash."""

    def __init__(
        self,
        settings: Settings,
        copying: Copies,
        course: Mapping[AgentName, Reach],
        max_bytes: Mapping[str, int],
    ) -> None:
        self._settings = settings
        self._copies = copying
        self._agents = {reach.input: agent for agent, reach in course.items()}
        self._max_bytes = max_bytes
        self._processes: dict[AgentName, StageProcess] = {}

    async def run(self, each: Letter) -> Outcome | Kept:
        """What would become of a letter that is redriven now: the stage's outcome, or why it would not be sent."""
        copy = self._copies.of(each)
        if isinstance(copy, Kept):
            return copy
        origin = each.letter.origin
        assert origin is not None
        record = Record(
            copy.topic, origin.partition, origin.offset, origin.timestamp, copy.key, copy.value, copy.headers
        )
        process = await self._process(self._agents[copy.topic])
        (outcome,) = await process.run([record])
        return fitting(outcome, self._max_bytes)

    async def _process(self, agent: AgentName) -> StageProcess:
        """The process of an agent's stage, begun when the first letter needs it."""
        if agent not in self._processes:
            process = StageProcess(
                agent,
                StageBuilder(agent, self._settings, whole=True),
                timeout=self._settings.stage_timeout,
                memory=self._settings.stage_memory,
                budget=self._settings.slice_seconds,
            )
            self._processes[agent] = process
            await process.open()
        return self._processes[agent]

    def close(self) -> None:
        """End the processes."""
        for process in self._processes.values():
            process.close()


@asynccontextmanager
async def trying(settings: Settings, *, force: bool = False) -> AsyncIterator[Trials]:
    """Trials by what the broker's topics take now."""
    course = river(settings, Router.load(settings.routes).streams)
    outputs = {topic for reach in course.values() for topic in reach.outputs}
    # Without a topic no worker would start, and we may not be allowed to ask for its limit: what the stage makes can be
    # told all the same.
    max_bytes = dict.fromkeys(outputs, sys.maxsize)
    with contextlib.suppress(NotAllowed):
        max_bytes |= await limits(settings, outputs)
    trials = Trials(settings, await copies(settings, force=force), course, max_bytes)
    try:
        yield trials
    finally:
        trials.close()
