"""A worker: one process that runs agents until it is told to stop, or must."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Collection, Mapping

from streams.app import Reach, create_app, river
from streams.delivery.allocator import return_freed_memory
from streams.delivery.preflight import check
from streams.delivery.stage import StageFactory
from streams.route import Router
from streams.settings import AgentName, Settings
from streams.stages import StageBuilder

log = logging.getLogger(__name__)


def run(settings: Settings, agents: Collection[AgentName]) -> None:
    """Run these agents of the river. Returns after SIGTERM or SIGINT, with the slices in flight finished.

    Raises a ``Failure``: before it starts for a file of the user's that is wrong or a broker that will not do, later
    for what made it stop.
    """
    streams = Router.load(settings.routes).streams
    _check_files(settings, agents)
    course = river(settings, streams)
    stages: dict[str, StageFactory] = {name: StageBuilder(name, settings, whole=True) for name in agents}
    run_stages(settings, {name: course[name] for name in agents}, stages)


def run_stages(settings: Settings, reaches: Mapping[str, Reach], stages: Mapping[str, StageFactory]) -> None:
    """Run any stages over any reaches, as ``run`` does those of the river."""
    # Until Faust has its own handlers, SIGTERM ends us at once; as process 1 of a container it would be ignored.
    signal.signal(signal.SIGTERM, _leave)
    return_freed_memory()
    max_bytes = asyncio.run(
        check(
            settings.client_options(),
            group=settings.group,
            inputs={reach.input for reach in reaches.values()},
            outputs={topic for reach in reaches.values() for topic in reach.outputs},
            patience=settings.broker_patience,
        )
    )
    log.info("worker starts", extra={"agents": ",".join(reaches), "servers": settings.bootstrap_servers})
    create_app(settings, reaches, stages, max_bytes).run()
    log.info("worker stopped")


def _check_files(settings: Settings, agents: Collection[AgentName]) -> None:
    """Read the files of the user's that stages will read: their exceptions would end up as "could not be built".

    Where there are none, the worker does without the modules of parse and tag, which its stages have for themselves.
    """
    if "parse" in agents and settings.sources:
        from streams.parse import read_site_rules  # noqa: PLC0415

        read_site_rules(settings.sources)
    if "tag" in agents and (settings.topic_model or settings.topic_thresholds):
        from streams.tag import topic_model  # noqa: PLC0415

        topic_model(settings.topic_model, settings.topic_thresholds)


def _leave(_number: int, _frame: object) -> None:
    """Not by an exception: one that is raised while Python finalises some object is swallowed, and we would run on."""
    with contextlib.suppress(RuntimeError):  # the signal may have come while it was written to
        sys.stderr.flush()
    os._exit(0)
