"""A worker with the one stage of tests/delivery/told.py: for tests of delivery alone.

Run as ``python -m tests.kafka.passing``; settings from the environment, as the real worker's.
"""

import logging
import os
import sys
from functools import partial

from streams import log
from streams.app import Reach
from streams.failure import Failure
from streams.settings import Settings
from streams.worker import run_stages
from tests.delivery.told import build

OUTPUTS = 2


def reach(settings: Settings) -> Reach:
    """One hop: articles.raw → out0, out1. A redrive sends to no topic but the river's."""
    outputs = tuple(f"{settings.topic_prefix}out{number}" for number in range(OUTPUTS))
    return Reach(settings.topics.raw, (*outputs, settings.topics.dead_letter))


def other(settings: Settings) -> str:
    """The input of a second agent that a worker has with OTHER=1: the same stage, to the same outputs."""
    return f"{settings.topic_prefix}other"


def main() -> int:
    """Run until told to stop; the exit code is the failure's."""
    settings = Settings()
    log.set_up(settings)
    where = reach(settings)
    reaches = {"pass": where}
    if "OTHER" in os.environ:
        reaches["other"] = Reach(other(settings), where.outputs)
    stage = partial(build, where.outputs[:OUTPUTS], os.environ.get("MARKS"))
    try:
        run_stages(settings, reaches, dict.fromkeys(reaches, stage))
    except Failure as failure:
        logging.getLogger("tests").error("%s: %s", type(failure).__name__, failure)
        return failure.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
