"""A Faust app that delivers slices: opens the deliveries, revokes with the group, finishes before it leaves.

With transport.py the only place that overrides parts of Faust which are not public.
"""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterable
from typing import Any

import faust
import uvloop
from faust.web.drivers.aiohttp import Web

from streams.delivery.delivery import Delivery
from streams.delivery.lane import BrokerAway
from streams.delivery.rights import NotAllowed
from streams.delivery.slices import Partition
from streams.delivery.transport import GroupLost, SliceTransport
from streams.failure import Failure

log = logging.getLogger(__name__)

# Lanes get 20 s to finish, then their producers 5. Faust waits for its consumer's thread without an end, and that
# thread may never end while the broker is away.
STOP_SECONDS = 35.0
GROUP_CHECK_SECONDS = 2.0


class SliceWeb(Web):
    """Serves our pages only: Faust's own index says OK whatever happens."""

    default_blueprints: Iterable[Any] = ()
    production_blueprints: Iterable[Any] = ()
    debug_blueprints: Iterable[Any] = ()
    optional_blueprints: Iterable[Any] = ()


class SliceApp(faust.App):
    """A Faust app whose agents receive slices, and that writes nothing to the disk."""

    def __init__(self, *args: Any, broker_patience: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.broker_patience = broker_patience
        self.deliveries: dict[str, Delivery] = {}
        self._answers: list[float] = []
        self._heard = time.monotonic()
        self.joined = False
        """Whether the worker has had an assignment, be it an empty one."""
        self.on_partitions_assigned.connect(self._join)
        self.on_partitions_revoked.connect(self._revoke)
        self.on_before_shutdown.connect(self._finish)

    def fail(self, error: BaseException) -> None:
        """Stop the worker with a non-zero exit: what the deliveries call when they cannot go on."""
        self.stop_in_time(error.exit_code if isinstance(error, Failure) else Failure.exit_code)
        self.add_future(self.crash(error))

    def stop_in_time(self, exit_code: int) -> None:
        """End the process with ``exit_code`` if it has not ended by itself in time."""

        def end() -> None:
            log.critical("not stopped in time, leaving", extra={"seconds": STOP_SECONDS, "exit_code": exit_code})
            os._exit(exit_code)

        timer = threading.Timer(STOP_SECONDS, end)
        timer.daemon = True
        timer.start()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; raises what made the app stop before."""
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # a fifth less CPU than asyncio's own
        asyncio.set_event_loop(asyncio.new_event_loop())
        _Worker(self).run()

    async def on_start(self) -> None:
        """Build the stages before the consumer joins the group, so that a partition never waits for one."""
        await super().on_start()
        await asyncio.gather(*(delivery.open() for delivery in self.deliveries.values()))

    async def on_started(self) -> None:
        """Watch the group from now on."""
        self.add_future(self._watch_group())
        await super().on_started()

    def silence(self) -> float:
        """Seconds since a broker last answered a fetch or a commit; 0 before the first answer.

        0 too while an agent has stopped: it leaves no room to fetch into, so nobody asks.
        """
        if any(each.stopped for each in self.deliveries.values()):
            return 0.0
        commits = [lane.committed_at for each in self.deliveries.values() for lane in each.lanes()]
        answers = [each for each in (self.consumer.last_answer(), *commits) if each is not None]
        # They are told by the wall clock, which may jump: that one came is known by their having changed.
        if answers != self._answers:
            self._answers, self._heard = answers, time.monotonic()
        return time.monotonic() - self._heard if answers else 0.0

    def expired(self, partition: Partition, begin: int, end: int) -> None:
        """Tell and count that the records from ``begin`` to before ``end`` were deleted before they were read."""
        log.error(
            "records expired unread: the topic keeps them for too short a time, or workers were away for too long",
            extra={"topic": partition.topic, "partition": partition.partition, "begin": begin, "end": end},
        )
        for delivery in self.deliveries.values():
            delivery.expired(partition, end - begin)

    async def _watch_group(self) -> None:
        """Fail when the group or the broker is lost while no lane is at work to notice."""
        while not self.should_stop:
            try:
                await self.consumer.check_group()
            except (GroupLost, NotAllowed) as lost:
                self.fail(lost)
                return
            if self.silence() > self.broker_patience:
                self.fail(BrokerAway(f"no broker has answered for {self.broker_patience:g} s (RAFID_BROKER_PATIENCE)"))
                return
            await self.sleep(GROUP_CHECK_SECONDS)

    async def _join(self, _app: Any, _assigned: Any, **_: Any) -> None:
        self.joined = True

    async def _revoke(self, _app: Any, revoked: Any, **_: Any) -> None:
        partitions = {Partition(tp.topic, tp.partition) for tp in revoked}
        before = self.consumer.assignments
        await asyncio.gather(*(delivery.revoke(partitions, before) for delivery in self.deliveries.values()))

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

    def _on_sigterm(self) -> None:
        self.app.stop_in_time(Failure.exit_code)
        super()._on_sigterm()

    def _on_sigint(self) -> None:
        self.app.stop_in_time(Failure.exit_code)
        super()._on_sigint()

    def carp(self, msg: str) -> None:
        """Say nothing: the log tells that a signal came."""
