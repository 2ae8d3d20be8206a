"""A Faust app that delivers slices: opens the deliveries, revokes with the group, finishes before it leaves.

With transport.py the only place that overrides parts of Faust which are not public.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

import faust
import uvloop
from faust.web.drivers.aiohttp import Web

from streams.delivery.delivery import Delivery
from streams.delivery.slices import Partition
from streams.delivery.transport import SliceTransport


class SliceWeb(Web):
    """Serves our pages only: Faust's own index says OK whatever happens."""

    default_blueprints: Iterable[Any] = ()
    production_blueprints: Iterable[Any] = ()
    debug_blueprints: Iterable[Any] = ()
    optional_blueprints: Iterable[Any] = ()


class SliceApp(faust.App):
    """A Faust app whose agents receive slices, and that writes nothing to the disk."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deliveries: dict[str, Delivery] = {}
        self.on_partitions_revoked.connect(self._revoke)
        self.on_before_shutdown.connect(self._finish)

    def fail(self, error: BaseException) -> None:
        """Stop the worker with a non-zero exit: what the deliveries call when they cannot go on."""
        self.add_future(self.crash(error))

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; raises what made the app stop before."""
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # a fifth less CPU than asyncio's own
        asyncio.set_event_loop(asyncio.new_event_loop())
        _Worker(self).run()

    async def on_start(self) -> None:
        """Build the stages before the consumer joins the group, so that a partition never waits for one."""
        await super().on_start()
        await asyncio.gather(*(delivery.open() for delivery in self.deliveries.values()))

    async def _revoke(self, _app: Any, revoked: Any, **_: Any) -> None:
        partitions = {Partition(tp.topic, tp.partition) for tp in revoked}
        await asyncio.gather(*(delivery.revoke(partitions) for delivery in self.deliveries.values()))

    async def _finish(self, _app: Any, **_: Any) -> None:
        await asyncio.gather(*(delivery.close() for delivery in self.deliveries.values()))

    def _new_transport(self) -> SliceTransport:
        return SliceTransport(self.conf.broker_consumer, self)

    def _new_web(self) -> SliceWeb:
        return SliceWeb(self)

    def _create_directories(self) -> None:
        """We keep no tables, so Faust needs no folder of its own."""


class _Worker(faust.Worker):
    """Faust's worker without its own ideas about logs, the terminal and exit codes."""

    def __init__(self, app: SliceApp) -> None:
        super().__init__(app, override_logging=False, redirect_stdouts=False)
        self.spinner = None

    def run(self) -> None:
        """Start, wait for the end, stop; raises what made the app stop."""
        starting = self._starting_fut = asyncio.ensure_future(self.start(), loop=self.loop)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                self.loop.run_until_complete(starting)
        finally:
            starting.cancel()
            self.stop_and_shutdown()

    def carp(self, msg: str) -> None:
        """Say nothing: the log tells that a signal came."""
