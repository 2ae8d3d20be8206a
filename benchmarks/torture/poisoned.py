"""A worker with a parse stage that poison breaks, and a clock that can be made to jump.

``python -m benchmarks.torture.poisoned [--agents parse,tag,route]``: else the real worker, stage by stage. Real
stages refuse bad input rather than break, so what breaks one is told to by a header.
"""

import argparse
import logging
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from aiokafka import AIOKafkaProducer

from benchmarks.torture.inputs import POISON_HEADER
from streams import log
from streams.app import river
from streams.delivery.stage import Output, Record, Stage, StageFactory
from streams.failure import Failure
from streams.route import Router
from streams.settings import AGENT_NAMES, Settings
from streams.stages import StageBuilder
from streams.worker import run_stages

MEMORY = 256 * 2**20  # what a stage may take besides what it was built with, unless something else limits it before
HUGE = 5 * 2**20  # more than the topics take (streams/topics.py)
CLOCK = "TORTURE_CLOCK"


@dataclass(frozen=True)
class PoisonedBuilder:
    """Builds the real stage, with poison around it."""

    real: StageFactory
    output: str

    def __call__(self) -> Stage:
        """Build it, in the process that runs it."""
        stage = self.real()
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + MEMORY, most))

        def poisoned(record: Record) -> list[Output]:
            poison = dict(record.headers).get(POISON_HEADER)
            if poison is not None:
                return _take(poison.decode(), record, self.output)
            return stage(record)

        return poisoned


def _take(poison: str, record: Record, output: str) -> list[Output]:
    if poison == "raise":
        raise ValueError("poison that raises")
    if poison == "hang":
        time.sleep(3600)
    if poison == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if poison == "eat":
        eaten = []
        while True:
            eaten.append(b"x" * (16 * 2**20))
    return [Output(output, record.key, b"x" * HUGE, record.headers)]


def jumping(file: Path) -> None:
    """Make this process's wall clock be off by as many seconds as stand in ``file``, as far as Python can."""
    opened = os.open(file, os.O_RDONLY)
    real, send = time.time, AIOKafkaProducer.send

    def now() -> float:
        return real() + float(os.pread(opened, 32, 0))

    async def send_now(self: AIOKafkaProducer, *args: Any, **kwargs: Any) -> Any:
        # What is not stamped here is stamped by a C extension, with the true time.
        return await send(self, *args, timestamp_ms=int(now() * 1000), **kwargs)

    time.time = now
    AIOKafkaProducer.send = send_now


def main() -> int:
    """Run until told to stop; the exit code is the failure's."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--agents", default=",".join(AGENT_NAMES))
    agents = [name for name in AGENT_NAMES if name in arguments.parse_args().agents.split(",")]
    if CLOCK in os.environ:
        jumping(Path(os.environ[CLOCK]))
    settings = Settings()
    log.set_up(settings)
    course = river(settings, Router.load(settings.routes).streams)
    stages: dict[str, StageFactory] = {name: StageBuilder(name, settings, whole=True) for name in agents}
    if "parse" in stages:
        stages["parse"] = PoisonedBuilder(stages["parse"], settings.topics.parsed)
    try:
        run_stages(settings, {name: course[name] for name in agents}, stages)
    except Failure as failure:
        logging.getLogger("torture").error("%s: %s", type(failure).__name__, failure)
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
