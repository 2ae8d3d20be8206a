"""What the commands have in common: options, settings, running work to its end, and words for what failed."""

import asyncio
import contextlib
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from streams.settings import Settings

EX_REFUSED = 1  # an input was refused, or counts do not add up

T = TypeVar("T")

Servers = Annotated[
    str | None,
    typer.Option("--bootstrap-servers", "-b", metavar="HOST:PORT", help="Kafka; default: RAFID_BOOTSTRAP_SERVERS."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


def settings_of(**given: Any) -> "Settings":
    """Settings from the environment, and what the command line gives before it; raises ``Misconfigured``."""
    from pydantic import ValidationError

    from streams.failure import Misconfigured
    from streams.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise Misconfigured("\n".join(map(_wrong_setting, error.errors()))) from None


def _wrong_setting(error: Any) -> str:
    """What pydantic found, by the name that the user knows it by; of several settings together, it says which."""
    message = error["msg"].removeprefix("Value error, ")
    return f"setting RAFID_{'_'.join(map(str, error['loc'])).upper()}: {message}" if error["loc"] else message


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run work that needs a loop; returns what it returns."""

    async def quietly() -> T:
        asyncio.get_running_loop().set_exception_handler(_unread)
        return await work

    return asyncio.run(quietly())


def _unread(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Pass over errors that aiokafka leaves in futures of its own: each reaches us by the one that we wait for."""
    from aiokafka.errors import KafkaError

    if not isinstance(context.get("exception"), KafkaError):
        loop.default_exception_handler(context)


@contextlib.contextmanager
def counting(what: str) -> Iterator[Callable[[int], Any]]:
    """Show on a terminal how many of ``what`` were done: what is yielded is told the count."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield lambda count: status.update(f"{count:,} {what}")


def json_line(value: dict[str, Any]) -> str:
    """JSON for a program, that does no harm on a terminal either."""
    import orjson

    from streams.printable import printable_json

    return printable_json(orjson.dumps(value).decode())


def installed_version() -> str:
    """The version of this Rafid."""
    from importlib.metadata import version

    return version("rafid")


def complain(message: str, code: int) -> int:
    """Say on stderr what failed; returns the exit code."""
    typer.echo(f"rafid: {message}", err=True)
    return code
