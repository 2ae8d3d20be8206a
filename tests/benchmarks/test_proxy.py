"""The torture's proxy is the bad network that it says it is."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from benchmarks.torture.proxy import HOST, Proxy, Trouble

SOON, LONG = 5.0, 0.4


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """A server that sends back what it gets."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    with Proxy(echo) as proxy:
        yield proxy


class Client:
    """One connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, what: bytes) -> bytes:
        self.writer.write(what)
        return await asyncio.wait_for(self.reader.read(100), SOON)

    async def is_silent(self) -> bool:
        try:
            return await asyncio.wait_for(self.reader.read(100), LONG) is None
        except TimeoutError:
            return True


Connect = Callable[[], Awaitable[Client]]


@pytest.fixture
async def connect(proxy: Proxy) -> AsyncIterator[Connect]:
    """Makes connections through the proxy, and closes them."""
    made: list[Client] = []

    async def one() -> Client:
        made.append(Client(*await asyncio.open_connection(HOST, proxy.port)))
        return made[-1]

    yield one
    for client in made:
        client.writer.transport.abort()
    await asyncio.sleep(0)


async def test_without_trouble_all_passes(connect: Connect) -> None:
    client = await connect()
    assert await client.ask(b"one") == b"one"


async def test_delay_is_late_and_whole(proxy: Proxy, connect: Connect) -> None:
    client = await connect()
    proxy.set(Trouble.DELAY, 0.15)
    began = time.monotonic()
    assert await client.ask(b"one") == b"one"
    assert time.monotonic() - began >= 0.3


async def test_a_cut_resets_and_refuses(proxy: Proxy, connect: Connect) -> None:
    client = await connect()
    assert await client.ask(b"one") == b"one"
    proxy.set(Trouble.CUT)
    with pytest.raises(ConnectionError):
        await client.ask(b"two")
    with pytest.raises(ConnectionError):
        await (await connect()).ask(b"three")
    proxy.set(Trouble.NONE)
    assert await (await connect()).ask(b"four") == b"four"


async def test_a_half_open_connection_stays_dead_and_a_new_one_lives(proxy: Proxy, connect: Connect) -> None:
    client = await connect()
    assert await client.ask(b"one") == b"one"
    proxy.set(Trouble.HALF_OPEN)
    client.writer.write(b"two")
    assert await client.is_silent()
    proxy.set(Trouble.NONE)
    client.writer.write(b"three")
    assert await client.is_silent()
    assert await (await connect()).ask(b"four") == b"four"


@pytest.mark.parametrize("trouble", [Trouble.DEAF, Trouble.DUMB])
async def test_one_way_keeps_back_and_loses_nothing(proxy: Proxy, connect: Connect, trouble: Trouble) -> None:
    client = await connect()
    assert await client.ask(b"one") == b"one"
    proxy.set(trouble)
    client.writer.write(b"two")
    assert await client.is_silent()
    proxy.set(Trouble.NONE)
    assert await asyncio.wait_for(client.reader.read(100), SOON) == b"two"
