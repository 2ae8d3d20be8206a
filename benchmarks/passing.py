"""Our side: the real worker with a stage that passes bytes on. Settings from the environment."""

import os
from functools import partial

from streams import log
from streams.app import Reach
from streams.delivery.stage import Output, Record, Stage
from streams.settings import Settings
from streams.worker import run_stages


def build(outputs: tuple[str, ...]) -> Stage:
    return partial(pass_on, outputs)


def pass_on(outputs: tuple[str, ...], record: Record) -> list[Output]:
    return [Output(outputs[record.offset % len(outputs)], record.key, record.value or b"", record.headers)]


if __name__ == "__main__":
    settings = Settings()
    log.set_up(settings)
    outputs = tuple(os.environ["OUTPUTS"].split(","))
    where = Reach(f"{settings.topic_prefix}in", (*outputs, settings.topics.dead_letter))
    run_stages(settings, {"pass": where}, {"pass": partial(build, outputs)})
