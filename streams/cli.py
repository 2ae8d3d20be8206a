"""The command ``rafid``: every command in a few lines; what it does is in the module it calls.

Modules are imported by the command that needs them, so that ``rafid --help`` is quick.
"""

import contextlib
import errno
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from streams import cli_dead_letters
from streams.command_line import EX_REFUSED, AsJson, Servers, complain, installed_version, json_line, run, settings_of

if TYPE_CHECKING:
    from streams.settings import AgentName, Settings

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
contracts_app = typer.Typer(
    help="The contracts as JSON Schema and AsyncAPI.", no_args_is_help=True, rich_markup_mode=None
)
train_app = typer.Typer(
    help="Train a model anew, also from your own labelled articles.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(topics_app, name="topics")
app.add_typer(cli_dead_letters.app, name="dead-letters")
app.add_typer(contracts_app, name="contracts")
app.add_typer(train_app, name="train")

Files = Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Pages; none or -: standard input.")]
Routes = Annotated[Path | None, typer.Option(help="routes.toml; default: RAFID_ROUTES, or one stream a topic.")]
Sources = Annotated[Path | None, typer.Option(help="Folder of site rules; default: RAFID_SOURCES, or none.")]
Url = Annotated[str | None, typer.Option(help="Where the pages are from, for what is not said on them.")]


def main() -> NoReturn:
    """Run the command; every foreseen failure is one readable line on stderr and an exit code."""
    # What the Kafka client tries again is its own business; what fails is told by us. A worker sets up its own logs.
    for client in ("aiokafka", "asyncio"):  # the second names futures of failed transactions that the first forgot
        logging.getLogger(client).setLevel(logging.CRITICAL)
    with _failures():
        app()
    raise SystemExit(0)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"rafid {installed_version()}")
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
    _filter("parse", settings_of(sources=sources), inputs)


@app.command()
def tag() -> None:
    """Parsed articles in (stdin), news items out, one JSON a line."""
    from streams import filters

    _filter("tag", settings_of(), filters.lines(sys.stdin.buffer, "standard input"))


@app.command()
def route(routes: Routes = None) -> None:
    """News items in (stdin), where they would go out, one JSON a line."""
    from streams import filters

    _filter("route", settings_of(routes=routes), filters.lines(sys.stdin.buffer, "standard input"))


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A page; -: standard input.")],
    routes: Routes = None,
    sources: Sources = None,
    url: Url = None,
) -> None:
    """The whole path of a page for a person: what was found where, which topic and why, where it would go."""
    from streams import explain, filters

    settings = settings_of(routes=routes, sources=sources)
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
    settings = settings_of(bootstrap_servers=bootstrap_servers, routes=routes, sources=sources, web_port=web_port)
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

    settings = settings_of(bootstrap_servers=bootstrap_servers, routes=routes)
    names = settings.topics.all(Router.load(settings.routes).streams)
    made = run(topics.create(settings, names))
    for name in made.created:
        typer.echo(f"created  {name}")
    typer.echo(f"{len(made.created)} topics created, {len(made.existing)} existed", err=True)


@topics_app.command("list")
def topics_list(bootstrap_servers: Servers = None, as_json: AsJson = False) -> None:
    """List the river's topics and their partitions."""
    from streams import topics

    found = run(topics.partitions(settings_of(bootstrap_servers=bootstrap_servers)))
    for name, count in sorted(found.items()):
        typer.echo(json_line({"topic": name, "partitions": count}) if as_json else f"{name}  {count} partitions")


@app.command()
def ingest(
    files: Files = None,
    envelopes: Annotated[bool, typer.Option("--envelopes", help="RawArticle JSON lines on stdin.")] = False,
    bootstrap_servers: Servers = None,
) -> None:
    """Publish pages to articles.raw, as a feed producer would (files named .jsonl: one envelope a line)."""
    from streams import filters, ingest

    settings = settings_of(bootstrap_servers=bootstrap_servers)
    for file in files or []:
        if str(file) != "-":
            file.stat()  # all there, before the first is published

    async def publish() -> int:
        stdin = filters.lines(sys.stdin.buffer, "standard input")
        inputs = stdin if envelopes else filters.pages(files or [])
        return await ingest.ingest(settings, _progress(inputs, len(files or [])))

    count = run(publish())
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

    settings = settings_of(bootstrap_servers=bootstrap_servers)
    run(tail.tail(settings, topics, typer.echo, from_beginning=from_beginning, count=count, as_json=as_json))


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
        raise SystemExit(complain("contracts have drifted: run `rafid contracts generate`", EX_REFUSED))


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
            "(make .venv/dev, or pip install --group train with pip 25.1 or newer)"
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


def _filter(agent: "AgentName", settings: "Settings", inputs: Iterator[Any]) -> None:
    from streams import filters

    refused = filters.run(
        agent, settings, inputs, out=sys.stdout.buffer, err=sys.stderr.buffer, version=installed_version()
    )
    if refused:
        raise typer.Exit(EX_REFUSED)


def _progress(items: Iterator[T], total: int) -> Iterator[T]:
    """The same items, with a progress bar on a terminal."""
    if not sys.stderr.isatty() or total < 2:
        return items
    from rich.console import Console
    from rich.progress import track

    return iter(track(items, total=total, description="publishing", console=Console(stderr=True)))


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
            raise SystemExit(complain(f"{error}{hint}", os.EX_UNAVAILABLE)) from None
        if error.filename is None:  # not of a file: a connection that broke
            raise SystemExit(complain(str(error), os.EX_UNAVAILABLE)) from None
        raise SystemExit(complain(f"{error.filename}: {error.strerror}", os.EX_NOINPUT)) from None
    except _foreseen() as error:
        code = getattr(error, "exit_code", os.EX_UNAVAILABLE)
        raise SystemExit(complain(_readable(error), code)) from None


def _foreseen() -> tuple[type[Exception], ...]:
    """Our failures and the Kafka client's. Asked for only when something was raised, so nothing is imported before."""
    from aiokafka.errors import KafkaError

    from streams.failure import Failure

    return Failure, KafkaError


def _readable(error: Exception) -> str:
    from aiokafka.errors import MessageSizeTooLargeError

    from streams.delivery import rights

    if isinstance(error, rights.UNAUTHORIZED):
        return str(rights.lacking(error))
    if isinstance(error, MessageSizeTooLargeError):
        return "a message is larger than its topic takes (max.message.bytes)"
    return str(error) or repr(error)


if __name__ == "__main__":
    main()
