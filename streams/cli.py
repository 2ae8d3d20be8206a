"""The command ``rafid``: every command in a few lines; what it does is in the module it calls.

Modules are imported by the command that needs them, so that ``rafid --help`` is quick.
"""

import asyncio
import contextlib
import errno
import logging
import os
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from streams.settings import AgentName, Settings

EX_REFUSED = 1  # an input was refused, or counts do not add up

T = TypeVar("T")

app = typer.Typer(
    name="rafid",
    help="News stream processor: raw articles in, tagged and routed news items out, exactly once.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
topics_app = typer.Typer(help="The river's topics on a cluster.", no_args_is_help=True, rich_markup_mode=None)
letters_app = typer.Typer(help="Inputs that a stage refused.", no_args_is_help=True, rich_markup_mode=None)
contracts_app = typer.Typer(
    help="The contracts as JSON Schema and AsyncAPI.", no_args_is_help=True, rich_markup_mode=None
)
train_app = typer.Typer(
    help="Train a model anew, also from your own labelled articles.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(topics_app, name="topics")
app.add_typer(letters_app, name="dead-letters")
app.add_typer(contracts_app, name="contracts")
app.add_typer(train_app, name="train")

Servers = Annotated[
    str | None,
    typer.Option("--bootstrap-servers", "-b", metavar="HOST:PORT", help="Kafka; default: RAFID_BOOTSTRAP_SERVERS."),
]
Files = Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Pages; none or -: standard input.")]
Routes = Annotated[Path | None, typer.Option(help="routes.toml; default: RAFID_ROUTES, or one stream a topic.")]
Sources = Annotated[Path | None, typer.Option(help="Folder of site rules; default: RAFID_SOURCES, or none.")]
Url = Annotated[str | None, typer.Option(help="Where the pages are from, for what is not said on them.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


def main() -> NoReturn:
    """Run the command; every foreseen failure is one readable line on stderr and an exit code."""
    # What the Kafka client tries again is its own business; what fails is told by us. A worker sets up its own logs.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    with _failures():
        app()
    raise SystemExit(0)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"rafid {_installed_version()}")
        raise typer.Exit


@app.command()
def parse(
    files: Files = None,
    envelopes: Annotated[bool, typer.Option("--envelopes", help="RawArticle JSON lines on stdin.")] = False,
    sources: Sources = None,
    url: Url = None,
) -> None:
    """Pages in, parsed articles out, one JSON a line. Refused inputs: dead letters on stderr, exit code 1."""
    from streams import filters

    inputs = filters.lines(sys.stdin.buffer, "standard input") if envelopes else filters.pages(files or [], url)
    _filter("parse", _settings(sources=sources), inputs)


@app.command()
def tag() -> None:
    """Parsed articles in (stdin), news items out, one JSON a line."""
    from streams import filters

    _filter("tag", _settings(), filters.lines(sys.stdin.buffer, "standard input"))


@app.command()
def route(routes: Routes = None) -> None:
    """News items in (stdin), where they would go out, one JSON a line."""
    from streams import filters

    _filter("route", _settings(routes=routes), filters.lines(sys.stdin.buffer, "standard input"))


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A page; -: standard input.")],
    routes: Routes = None,
    sources: Sources = None,
    url: Url = None,
) -> None:
    """The whole path of a page for a person: what was found where, which topic and why, where it would go."""
    from streams import explain, filters

    settings = _settings(routes=routes, sources=sources)
    refused = False
    for each in filters.pages([file], url):
        refused |= not explain.explain(settings, each, typer.echo)
    if refused:
        raise typer.Exit(EX_REFUSED)


@app.command()
def worker(
    agents: Annotated[str, typer.Option(help="Which agents to run, by commas: parse, tag, route.")] = "parse,tag,route",
    bootstrap_servers: Servers = None,
    routes: Routes = None,
    sources: Sources = None,
    web_port: Annotated[int | None, typer.Option(help="Health and metrics; 0 is none.")] = None,
) -> None:
    """Run agents until SIGTERM. Needs the topics: see `rafid topics create`."""
    from streams.settings import AGENT_NAMES

    names: list[AgentName] = [name for name in AGENT_NAMES if name in agents.split(",")]
    unknown = set(agents.split(",")) - set(AGENT_NAMES)
    if unknown:
        raise typer.BadParameter(f"no agent {', '.join(sorted(unknown))}; there are {', '.join(AGENT_NAMES)}")
    settings = _settings(bootstrap_servers=bootstrap_servers, routes=routes, sources=sources, web_port=web_port)
    from streams import log, worker  # Faust takes a second: what is wrong by now is told before

    log.set_up(settings)
    worker.run(settings, names)


@app.command()
def broker(
    data: Annotated[Path | None, typer.Option(help="Folder that keeps the data; default: thrown away.")] = None,
    port: Annotated[int | None, typer.Option(help="Default: 9092 if it is free, else any.")] = None,
    nodes: Annotated[int, typer.Option(min=1, max=3)] = 1,
) -> None:
    """Run Apache Kafka itself in the foreground, from packages, for a laptop."""
    from streams.broker import run_in_foreground

    run_in_foreground(data=data, port=port, nodes=nodes)


@topics_app.command("create")
def topics_create(bootstrap_servers: Servers = None, routes: Routes = None) -> None:
    """Create the topics that are missing."""
    from streams import topics
    from streams.route import Router

    settings = _settings(bootstrap_servers=bootstrap_servers, routes=routes)
    names = settings.topics.all(Router.load(settings.routes).streams)
    made = _run(topics.create(settings, names))
    for name in made.created:
        typer.echo(f"created  {name}")
    typer.echo(f"{len(made.created)} topics created, {len(made.existing)} existed", err=True)


@topics_app.command("list")
def topics_list(bootstrap_servers: Servers = None, as_json: AsJson = False) -> None:
    """List the river's topics and their partitions."""
    from streams import topics

    found = _run(topics.partitions(_settings(bootstrap_servers=bootstrap_servers)))
    for name, count in sorted(found.items()):
        typer.echo(_json({"topic": name, "partitions": count}) if as_json else f"{name}  {count} partitions")


@app.command()
def ingest(
    files: Files = None,
    envelopes: Annotated[bool, typer.Option("--envelopes", help="RawArticle JSON lines on stdin.")] = False,
    bootstrap_servers: Servers = None,
) -> None:
    """Publish pages to articles.raw, as a feed producer would (files named .jsonl: one envelope a line)."""
    from streams import filters, ingest, topics

    settings = _settings(bootstrap_servers=bootstrap_servers)
    for file in files or []:
        if str(file) != "-":
            file.stat()  # all there, before the first is published

    async def publish() -> int:
        await topics.require(settings, settings.topics.raw)
        stdin = filters.lines(sys.stdin.buffer, "standard input")
        inputs = stdin if envelopes else filters.pages(files or [])
        return await ingest.ingest(settings, _progress(inputs, len(files or [])))

    count = _run(publish())
    typer.echo(f"{count} published to {settings.topics.raw}", err=True)


@app.command()
def tail(
    topics: Annotated[
        list[str], typer.Argument(metavar="TOPIC...", help="Full names, or the ends of them: politics, unrouted.")
    ],
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Not only what comes now.")] = False,
    count: Annotated[int | None, typer.Option("--count", "-n", min=1, help="Stop after so many.")] = None,
    bootstrap_servers: Servers = None,
    as_json: AsJson = False,
) -> None:
    """Show messages as they arrive on topics."""
    from streams import tail

    settings = _settings(bootstrap_servers=bootstrap_servers)
    _run(tail.tail(settings, topics, typer.echo, from_beginning=from_beginning, count=count, as_json=as_json))


Reasons = Annotated[list[str] | None, typer.Option("--reason", help="Only of this reason; may be repeated.")]
Stages = Annotated[list[str] | None, typer.Option("--stage", help="Only of this stage; may be repeated.")]


@letters_app.command("list")
def letters_list(
    reason: Reasons = None, stage: Stages = None, bootstrap_servers: Servers = None, as_json: AsJson = False
) -> None:
    """List dead letters that were not redriven."""
    from streams import redrive

    async def show() -> None:
        settings = _settings(bootstrap_servers=bootstrap_servers)
        async for number, _, letter in redrive.letters(settings, reasons=_reasons(reason), stages=stage or ()):
            if as_json:
                typer.echo(_json({"number": number, **letter.model_dump(mode="json", exclude={"content", "headers"})}))
            else:
                origin = letter.origin
                place = f"{origin.topic}/{origin.partition}/{origin.offset}" if origin else "-"
                typer.echo(f"{number}  {letter.stage}  {letter.reason}  {place}  {letter.detail}")

    _run(show())


@letters_app.command("show")
def letters_show(number: str, bootstrap_servers: Servers = None) -> None:
    """Show one dead letter whole, as JSON. NUMBER is what `list` shows first."""
    from streams import redrive

    async def show() -> bool:
        async for each in redrive.letters(_settings(bootstrap_servers=bootstrap_servers), numbers=[number]):
            typer.echo(each.letter.to_json().decode())
            return True
        return False

    if not _run(show()):
        raise SystemExit(_complain(f"no dead letter {number}: see `rafid dead-letters list`", os.EX_NOINPUT))


@letters_app.command("redrive")
def letters_redrive(
    numbers: Annotated[list[str] | None, typer.Argument(help="What `list` shows first.")] = None,
    reason: Reasons = None,
    stage: Stages = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
    bootstrap_servers: Servers = None,
) -> None:
    """Send the inputs of dead letters back to where they came from, each once."""
    from streams import redrive

    if not (numbers or reason or stage or everything):
        raise typer.BadParameter("say which: numbers, --reason, --stage, or --all")
    settings = _settings(bootstrap_servers=bootstrap_servers)
    done = _run(redrive.redrive(settings, reasons=_reasons(reason), stages=stage or (), numbers=numbers or ()))
    typer.echo(f"{len(done.sent)} sent back")
    if done.truncated:
        typer.echo(f"not sent, their input was too large to keep: {', '.join(done.truncated)}", err=True)
        raise typer.Exit(EX_REFUSED)


@contracts_app.command("list")
def contracts_list() -> None:
    """List the generated contracts."""
    from schemas.generate import generated

    for name in generated():
        typer.echo(name)


@contracts_app.command("show")
def contracts_show(name: str) -> None:
    """Print one generated contract, for example news-item.schema.json."""
    from schemas.generate import generated

    contracts = generated()
    if name not in contracts:
        raise typer.BadParameter(f"no contract {name}; there are {', '.join(contracts)}")
    typer.echo(contracts[name].decode(), nl=False)


@contracts_app.command("generate")
def contracts_generate(folder: Path = Path("schemas/generated")) -> None:
    """Write all contracts into FOLDER."""
    from schemas.generate import generated

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in generated().items():
        (folder / name).write_bytes(content)


@contracts_app.command("check")
def contracts_check(folder: Path = Path("schemas/generated")) -> None:
    """Compare FOLDER with what the models say; exit code 1 when one has drifted."""
    from schemas.generate import check

    drifted = check(folder)
    for line in drifted:
        typer.echo(line, err=True)
    if drifted:
        raise SystemExit(_complain("contracts have drifted: run `rafid contracts generate`", EX_REFUSED))


@train_app.command("topics")
def train_topics(
    labelled: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Your own, JSON lines.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder with topics_train.jsonl.xz.")] = None,
    out: Annotated[Path, typer.Option(help="The model file to write.")] = Path("topics_model.npz"),
    version: Annotated[str, typer.Option(help="Stands in each topic's creator, rafid-topics/VERSION.")] = "own",
) -> None:
    """Train the topic model, compare it with the one before, and write it."""
    from streams.failure import Unavailable

    try:
        from training.train_topics import train
    except ImportError as error:
        raise Unavailable(
            f"training needs {error.name}: run from a checkout of Rafid with its train group installed "
            "(pip install --group train)"
        ) from error
    train(data, labelled or [], out, version, typer.echo)
    typer.echo(f"to use it: RAFID_TOPIC_MODEL={out}", err=True)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the river running until Ctrl-C.")] = False,
) -> None:
    """The whole river on this machine: embedded Kafka, a worker, two dozen raw articles, and what became of them."""
    from streams.demo import run

    raise typer.Exit(run(keep=keep))


def _settings(**given: Any) -> "Settings":
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


def _filter(agent: "AgentName", settings: "Settings", inputs: Iterator[Any]) -> None:
    from streams import filters

    refused = filters.run(
        agent, settings, inputs, out=sys.stdout.buffer, err=sys.stderr.buffer, version=_installed_version()
    )
    if refused:
        raise typer.Exit(EX_REFUSED)


def _reasons(names: list[str] | None) -> list[Any]:
    from schemas.dead_letter import Reason

    try:
        return [Reason(name) for name in names or ()]
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {', '.join(Reason)}") from None


def _progress(items: Iterator[T], total: int) -> Iterator[T]:
    """The same items, with a progress bar on a terminal."""
    if not sys.stderr.isatty() or total < 2:
        return items
    from rich.console import Console
    from rich.progress import track

    return iter(track(items, total=total, description="publishing", console=Console(stderr=True)))


def _run(work: Coroutine[Any, Any, T]) -> T:
    async def run() -> T:
        asyncio.get_running_loop().set_exception_handler(_unread)
        return await work

    return asyncio.run(run())


def _unread(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Pass over errors that aiokafka leaves in futures of its own: each reaches us by the one that we wait for."""
    from aiokafka.errors import KafkaError

    if not isinstance(context.get("exception"), KafkaError):
        loop.default_exception_handler(context)


def _json(value: dict[str, Any]) -> str:
    import orjson

    return orjson.dumps(value).decode()


def _installed_version() -> str:
    from importlib.metadata import version

    return version("rafid")


def _complain(message: str, code: int) -> int:
    typer.echo(f"rafid: {message}", err=True)
    return code


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    """Every failure that we foresee becomes one line and an exit code; what we do not is a bug, with its traceback."""
    try:
        yield
    except SystemExit:
        raise  # the usual end of a command: nothing to look up
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does; nothing is left to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(EX_REFUSED) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
            hint = "; each worker of a machine needs a port of its own: --web-port, RAFID_WEB_PORT (0 is none)"
            raise SystemExit(_complain(f"{error}{hint}", os.EX_UNAVAILABLE)) from None
        if error.filename is None:  # not of a file: a connection that broke
            raise SystemExit(_complain(str(error), os.EX_UNAVAILABLE)) from None
        raise SystemExit(_complain(f"{error.filename}: {error.strerror}", os.EX_NOINPUT)) from None
    except _foreseen() as error:
        code = getattr(error, "exit_code", os.EX_UNAVAILABLE)
        raise SystemExit(_complain(_readable(error), code)) from None


def _foreseen() -> tuple[type[Exception], ...]:
    """Our failures and the Kafka client's. Asked for only when something was raised, so nothing is imported before."""
    from aiokafka.errors import KafkaError

    from streams.failure import Failure

    return Failure, KafkaError


def _readable(error: Exception) -> str:
    from aiokafka.errors import MessageSizeTooLargeError

    if isinstance(error, MessageSizeTooLargeError):
        return "a message is larger than its topic takes (max.message.bytes)"
    return str(error) or repr(error)


if __name__ == "__main__":
    main()
