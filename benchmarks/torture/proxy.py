"""A TCP proxy that is a bad network: it delays, cuts, swallows, and lets through one way only.

It runs in a thread of its own. What TCP promises is kept: bytes that are let through are in order and whole. A
connection that lost some is dead for good, as one that a firewall has forgotten: nothing ever comes on it again.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Any

HOST = "127.0.0.1"
CHUNK = 64 * 1024


class Trouble(Enum):
    """What the network does at present."""

    NONE = "none"
    DELAY = "delay"
    """Everything arrives, late."""
    CUT = "cut"
    """Connections are reset, and new ones at once after they were made."""
    HALF_OPEN = "half-open"
    """Nothing arrives, and nobody is told: connections of this time stay dead."""
    DEAF = "one way, to the broker"
    """Answers are kept back until the trouble's end."""
    DUMB = "one way, from the broker"
    """Requests are kept back until the trouble's end."""


@dataclass(eq=False)
class _Connection:
    client: asyncio.StreamWriter
    broker: asyncio.StreamWriter
    dead: bool = False

    def reset(self) -> None:
        _reset(self.client)
        _reset(self.broker)


class Proxy:
    """Listens on a free port (``port``), and passes on to ``target`` of this machine. A context manager."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._trouble = Trouble.NONE
        self._delay = 0.0
        self._changed = asyncio.Event()
        self._connections: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    def __enter__(self) -> "Proxy":
        self._thread.start()
        self._call(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def set(self, trouble: Trouble, delay: float = 0.0) -> None:
        """From now on the network is like this. ``delay`` in seconds, each way, for ``Trouble.DELAY``."""
        self._call(self._set(trouble, delay))

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, HOST, 0, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for connection in self._connections:
            connection.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _set(self, trouble: Trouble, delay: float) -> None:
        self._trouble, self._delay = trouble, delay
        for connection in self._connections:
            if trouble is Trouble.CUT:
                connection.reset()
            if trouble is Trouble.HALF_OPEN:
                connection.dead = True
        self._changed.set()
        self._changed = asyncio.Event()

    async def _accept(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._trouble is Trouble.CUT:
            _reset(client)
            return
        try:
            broker_reader, broker = await asyncio.open_connection(HOST, self._target)
        except OSError:
            _reset(client)
            return
        connection = _Connection(client, broker, dead=self._trouble is Trouble.HALF_OPEN)
        self._connections.add(connection)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(connection, client_reader, broker, kept_back=Trouble.DUMB))
                both.create_task(self._pass(connection, broker_reader, client, kept_back=Trouble.DEAF))
        except* OSError:
            pass
        finally:
            self._connections.discard(connection)
            connection.reset()

    async def _pass(
        self, connection: _Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, kept_back: Trouble
    ) -> None:
        while data := await reader.read(CHUNK):
            while self._trouble is kept_back:
                await self._changed.wait()
            if connection.dead:
                continue  # read and forgotten: the sender believes that it arrived
            if self._trouble is Trouble.DELAY:
                await asyncio.sleep(self._delay)
            writer.write(data)
            await writer.drain()
        if connection.dead:
            return  # the other end is never told
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with a TCP reset: the other side is told at once, and rudely."""
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
