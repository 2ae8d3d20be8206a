"""The commands ``rafid dead-letters …``: every command in a few lines; what it does is in streams/dead_letters."""

import os
import re
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streams.command_line import (
    EX_REFUSED,
    AsJson,
    Servers,
    complain,
    counting,
    installed_version,
    json_line,
    run,
    settings_of,
)

if TYPE_CHECKING:
    from streams.dead_letters.letters import Selection
    from streams.dead_letters.redrive import Redriven
    from streams.settings import Settings

app = typer.Typer(help="Inputs that a stage refused.", no_args_is_help=True, rich_markup_mode=None)

Numbers = Annotated[list[str] | None, typer.Argument(help="What `list` shows first.")]
Reasons = Annotated[list[str] | None, typer.Option("--reason", help="Only of this reason; may be repeated.")]
Stages = Annotated[list[str] | None, typer.Option("--stage", help="Only of this stage; may be repeated.")]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only from this host, one under it, or publisher; may be repeated."),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Only refused since: ISO 8601 (UTC), or 30m, 2h, 3d ago.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Only refused before, likewise.")]
All = Annotated[bool, typer.Option("--all", help="Every dead letter.")]

_AGO = re.compile(r"(\d{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@app.command("list")
def list_(
    reason: Reasons = None,
    stage: Stages = None,
    source: Sources = None,
    since: Since = None,
    until: Until = None,
    counts: Annotated[bool, typer.Option("--counts", help="How many of each stage and reason.")] = False,
    bootstrap_servers: Servers = None,
    as_json: AsJson = False,
) -> None:
    """List dead letters that were neither redriven nor discarded."""
    from streams.dead_letters import letters, show

    selection = _selection(reasons=reason, stages=stage, sources=source, since=since, until=until)
    settings = settings_of(bootstrap_servers=bootstrap_servers)

    async def tell() -> None:
        counted: Counter[tuple[str, str]] = Counter()
        async for each in letters.letters(settings, selection):
            if counts:
                counted[each.letter.stage, each.letter.reason] += 1
            else:
                typer.echo(json_line(show.as_json(each)) if as_json else show.line(each))
        for (where, why), count in counted.most_common():
            told = {"stage": where, "reason": why, "count": count}
            typer.echo(json_line(told) if as_json else show.count_line(where, why, count))

    run(tell())


@app.command("show")
def show_(
    number: Annotated[str, typer.Argument(help="What `list` shows first.")],
    as_bytes: Annotated[bool, typer.Option("--bytes", help="Only the input itself, as it came.")] = False,
    bootstrap_servers: Servers = None,
    as_json: Annotated[bool, typer.Option("--json", help="The dead letter as it stands in the topic.")] = False,
) -> None:
    """Show a dead letter whole: the input as text and as bytes, and what its stage makes of it now."""
    from streams.dead_letters import letters, show
    from streams.dead_letters.trial import trying

    settings = settings_of(bootstrap_servers=bootstrap_servers)

    async def tell() -> bool:
        each = await letters.find(settings, number)
        if each is None:
            return False
        if as_bytes:
            sys.stdout.buffer.write(each.letter.content.to_bytes() if each.letter.content else b"")
        elif as_json:
            typer.echo(json_line(each.letter.model_dump(mode="json")))
        else:
            async with trying(settings, force=True) as trials:
                now = await trials.run(each)
            for line in show.whole(each, now):
                typer.echo(line)
        return True

    if not run(tell()):
        raise SystemExit(complain(f"no dead letter {number}: see `rafid dead-letters list`", os.EX_NOINPUT))


@app.command("redrive")
def redrive_(
    numbers: Numbers = None,
    reason: Reasons = None,
    stage: Stages = None,
    source: Sources = None,
    since: Since = None,
    until: Until = None,
    everything: All = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing: run the stage, say what it makes.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also those tried RAFID_REDRIVE_ATTEMPTS times.")] = False,
    bootstrap_servers: Servers = None,
) -> None:
    """Send the inputs of dead letters back to where they came from, each once."""
    from streams.dead_letters import redrive

    selection = _some(
        everything, numbers=numbers, reasons=reason, stages=stage, sources=source, since=since, until=until
    )
    settings = settings_of(bootstrap_servers=bootstrap_servers)
    if dry_run:
        run(_try(settings, selection, force=force))
        return
    with counting("sent back") as tell:
        done = run(redrive.redrive(settings, selection, force=force, tell=tell))
    typer.echo(f"{done.sent} sent back")
    if done.kept:
        _tell_kept(done)
        raise typer.Exit(EX_REFUSED)


@app.command("discard")
def discard_(
    because: Annotated[str, typer.Option("--because", help="Why, for whoever asks later.")],
    numbers: Numbers = None,
    reason: Reasons = None,
    stage: Stages = None,
    source: Sources = None,
    since: Since = None,
    until: Until = None,
    everything: All = False,
    by: Annotated[str | None, typer.Option("--by", help="Who; default: user@host.")] = None,
    bootstrap_servers: Servers = None,
) -> None:
    """Throw dead letters away: they are listed and redriven no more. Who and why is kept in an audit topic."""
    from streams.dead_letters import discard

    if not because.strip():
        raise typer.BadParameter("say why", param_hint="--because")
    selection = _some(
        everything, numbers=numbers, reasons=reason, stages=stage, sources=source, since=since, until=until
    )
    settings = settings_of(bootstrap_servers=bootstrap_servers)
    with counting("discarded") as tell:
        version = installed_version()
        count = run(discard.discard(settings, selection, because=because, by=by or _user(), version=version, tell=tell))
    typer.echo(f"{count} discarded")


async def _try(settings: "Settings", selection: "Selection", *, force: bool) -> None:
    """Say of each letter what would become of it, and at the end how many of each there are."""
    from streams.dead_letters import letters, show
    from streams.dead_letters.trial import trying

    counted: Counter[str] = Counter()
    async with trying(settings, force=force) as trials:
        async for each in letters.letters(settings, selection):
            now = await trials.run(each)
            typer.echo(f"{each.number}  {each.letter.stage}  {each.letter.reason}  {show.verdict(now)}")
            counted[show.outcome(now)] += 1
    told = (f"{count} {what}" for what, count in sorted(counted.items()))
    typer.echo(", ".join(told) or "no such dead letter", err=True)


def _tell_kept(done: "Redriven") -> None:
    for why, count in done.kept.items():
        named = ", ".join(done.examples[why])
        more = ", …" if count > len(done.examples[why]) else ""
        typer.echo(f"{count} not sent ({named}{more}): {why}", err=True)


def _some(everything: bool, **given: Any) -> "Selection":
    """A selection that was meant: one that takes all must say so."""
    if not everything and not any(given.values()):
        raise typer.BadParameter("say which: numbers, --reason, --stage, --source, --since, --until, or --all")
    return _selection(**given)


def _selection(
    *,
    numbers: list[str] | None = None,
    reasons: list[str] | None,
    stages: list[str] | None,
    sources: list[str] | None,
    since: str | None,
    until: str | None,
) -> "Selection":
    from schemas.dead_letter import Reason
    from streams.dead_letters.letters import Selection

    try:
        chosen = frozenset(Reason(name) for name in reasons or ())
    except ValueError as error:
        raise typer.BadParameter(f"{error}; there are {', '.join(Reason)}") from None
    return Selection(
        numbers=frozenset(numbers or ()),
        reasons=chosen,
        stages=frozenset(stages or ()),
        sources=frozenset(sources or ()),
        since=_moment(since, "--since"),
        until=_moment(until, "--until"),
    )


def _moment(text: str | None, option: str) -> datetime | None:
    """A time as it is written: ISO 8601, in UTC where it names no zone, or so long ago."""
    if text is None:
        return None
    if ago := _AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        hint = "write ISO 8601, such as 2026-11-25T03:00, or so long ago: 30m, 2h, 3d"
        raise typer.BadParameter(f"{text!r} is no time; {hint}", param_hint=option) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _user() -> str:
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
