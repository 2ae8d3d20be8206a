"""The whole river on one screen: which agent reads which topic, runs which stage, and writes where."""

from collections.abc import Collection, Mapping
from importlib.metadata import version
from typing import NamedTuple

from streams.agents import add_agent
from streams.delivery.app import SliceApp
from streams.delivery.dead_letter_limit import DeadLetterLimit
from streams.delivery.delivery import Delivery
from streams.delivery.faust_options import faust_options
from streams.delivery.lane import Limits, Target
from streams.delivery.metrics import Metrics
from streams.delivery.stage import StageFactory
from streams.delivery.stage_process import StageProcess
from streams.settings import AgentName, Settings
from streams.web import add_pages

VERSION = version("rafid")


class Reach(NamedTuple):
    """The part of the river that one agent works: the topic it reads and the topics it writes."""

    input: str
    outputs: tuple[str, ...]


def river(settings: Settings, streams: Collection[str]) -> dict[AgentName, Reach]:
    """The river's course. ``streams`` are the names of the topic streams that the routes know."""
    topics = settings.topics
    return {
        "parse": Reach(topics.raw, (topics.parsed, topics.dead_letter)),
        "tag": Reach(topics.parsed, (topics.tagged, topics.dead_letter)),
        "route": Reach(topics.tagged, (*map(topics.stream, streams), topics.unrouted, topics.dead_letter)),
    }


def create_app(
    settings: Settings,
    reaches: Mapping[str, Reach],
    stages: Mapping[str, StageFactory],
    max_bytes: Mapping[str, int],
) -> SliceApp:
    """A Faust app with one agent for each of ``reaches``, which runs the stage of the same name.

    ``max_bytes`` is what each output topic takes in one message (delivery/preflight.py asks the broker).
    """
    app = SliceApp(**faust_options(settings), broker_patience=settings.broker_patience)
    metrics = Metrics(version=VERSION)
    for name, reach in reaches.items():
        delivery = Delivery(
            reach.input,
            StageProcess(
                name,
                stages[name],
                timeout=settings.stage_timeout,
                memory=settings.stage_memory,
                budget=settings.slice_seconds,
            ),
            group=settings.group,
            client=settings.client_options(),
            limits=Limits(
                records=settings.slice_records,
                bytes=settings.slice_bytes,
                linger=settings.slice_linger,
                broker_patience=settings.broker_patience,
            ),
            target=Target(settings.topics.dead_letter, {topic: max_bytes[topic] for topic in reach.outputs}),
            dead_letter_limit=DeadLetterLimit(
                share=settings.dead_letter_share,
                window=settings.dead_letter_window,
                least=settings.dead_letter_least,
                per_minute=settings.dead_letter_rate,
            ),
            metrics=metrics,
            version=VERSION,
            on_failure=app.fail,
        )
        app.deliveries[name] = delivery
        add_agent(app, name, delivery)
    add_pages(app, app.deliveries, metrics)
    return app
