"""The demo: the whole river on this machine, from an empty broker to topic streams, counted at both ends."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams import topics
from streams.broker import EmbeddedKafka
from streams.failure import Failure
from streams.filters import Input, pages
from streams.ingest import ingest
from streams.ledger import Ledger
from streams.printable import printable
from streams.reading import read_all
from streams.route import Router
from streams.settings import Settings
from streams.tail import read_json

if TYPE_CHECKING:
    from streams.delivery.stage import Record

PATIENCE = 60.0  # seconds for two dozen articles; a worker needs about five to start
WIDTH = 120  # of the table where there is no terminal to ask


class DemoFailure(Failure):
    """The demo did not come to its end."""


def run(*, keep: bool) -> int:
    """Run the demo; returns 0 when every article is accounted for, once. ``keep`` leaves the river running."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    started = time.monotonic()
    articles = list(demo_pages())
    console.print("[bold]1[/]  starting Apache Kafka", highlight=False)
    with EmbeddedKafka() as kafka:
        settings = Settings(bootstrap_servers=kafka.bootstrap_servers, web_port=0, partitions=2)
        names = settings.topics.all(Router.load(settings.routes).streams)
        made = asyncio.run(topics.create(settings, names))
        console.print(f"   {kafka.bootstrap_servers}, {len(made.created)} topics", highlight=False)
        worker = _start_worker(settings)
        console.print("[bold]2[/]  a worker runs the agents parse, tag and route", highlight=False)
        try:
            asyncio.run(ingest(settings, articles))
            console.print(
                f"[bold]3[/]  {len(articles)} raw articles published to {settings.topics.raw}", highlight=False
            )
            ledger, records = asyncio.run(_await_end(settings, names, worker, len(articles)))
            console.print("[bold]4[/]  what arrived where\n", highlight=False)
            console.print(_table(records, settings))
            lost, duplicated = ledger.lost(), ledger.duplicated()
            console.print(f"\n{ledger.balance()}", highlight=False)
            console.print(f"in {time.monotonic() - started:.0f} s\n", highlight=False)
            _say_how_to_go_on(console)
            if keep:
                _wait(console, kafka.bootstrap_servers)
        finally:
            worker.terminate()
            worker.wait()
    for line in (*lost, *duplicated):
        console.print(printable(line), highlight=False, markup=False)
    return 1 if lost or duplicated or ledger.raw.total() != len(articles) else 0


def demo_pages() -> list[Input]:
    """The raw articles of the demo, by file name: our own writing, fictional."""
    folder = resources.files("streams.demo") / "pages"
    names = sorted(each.name for each in folder.iterdir() if each.name[:2].isdigit())
    with resources.as_file(folder) as path:
        return [each._replace(name=Path(each.name).name) for each in pages(path / name for name in names)]


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "RAFID_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "RAFID_WEB_PORT": "0",
        "RAFID_LOG_LEVEL": "error",
    }
    return subprocess.Popen([sys.executable, "-m", "streams.cli", "worker"], env=environment)


async def _await_end(
    settings: Settings, names: tuple[str, ...], worker: subprocess.Popen[bytes], count: int
) -> tuple[Ledger, list["Record"]]:
    """Wait until nothing is under way any more; returns the books and every record."""
    deadline = time.monotonic() + PATIENCE
    while True:
        records = [record async for record in read_all(settings, names)]
        ledger = Ledger(settings.topics)
        ledger.add(records)
        if (ledger.raw.total() == count and not ledger.lost()) or time.monotonic() > deadline:
            return ledger, records
        if worker.poll() is not None:
            raise DemoFailure(f"the worker ended with exit code {worker.returncode}; what it said is above")
        await asyncio.sleep(0.3)


def _table(records: list["Record"], settings: Settings) -> Table:
    """One row a message; the title comes last, so that right-to-left ones do not tear the columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column, width in (("topic stream", 14), ("lang", 4), ("topics", 16), ("countries", 9)):
        table.add_column(column, no_wrap=True, min_width=width)
    table.add_column("title", no_wrap=True, overflow="ellipsis")
    between = {settings.topics.raw, settings.topics.parsed, settings.topics.tagged}
    last = ""
    for record in sorted(records, key=lambda each: (each.topic == settings.topics.dead_letter, each.topic)):
        if record.topic in between:
            continue
        value = read_json(record.value)
        name = _short_name(record.topic, settings) if record.topic != last else ""
        last = record.topic
        if record.topic == settings.topics.dead_letter:
            table.add_row(name, "", Text(value["reason"], style="red"), "", _cell(value["detail"]), style="dim")
            continue
        about = [f"{s['literal']} {s['confidence']}" for s in value.get("subjects", ()) if s["rel"] == "about"]
        places = dict.fromkeys(place["literal"] for place in value.get("places", ()))
        texts = [*value.get("headlines", ()), *value.get("bodies", ())]
        cells = (value.get("language", "?"), ", ".join(about) or "–", " ".join(places) or "–", texts[0]["value"])
        table.add_row(name, *map(_cell, cells))
    return table


def _cell(text: str) -> Text:
    """Text of others: no control of the terminal, and no markup of rich's."""
    return Text(printable(text, WIDTH))


def _short_name(topic: str, settings: Settings) -> str:
    return topic.removeprefix(settings.topics.stream("")).removeprefix(f"{settings.topic_prefix}articles.")


def _say_how_to_go_on(console: Console) -> None:
    console.print(
        "To go on:\n"
        "  rafid demo --keep                     the same river, left running to be tried by hand\n"
        "  rafid explain page.html               the path of a page of yours, without a broker\n"
        "  rafid broker --data kafka-data        a broker that keeps its data; then, in other terminals:\n"
        "  rafid topics create && rafid worker   the river\n"
        "  rafid ingest page.html && rafid tail politics --from-beginning",
        highlight=False,
        markup=False,
    )


def _wait(console: Console, servers: str) -> None:
    console.print(
        f"\nThe river runs until Ctrl-C. In another terminal:\n  export RAFID_BOOTSTRAP_SERVERS={servers}\n"
        "  rafid ingest page.html\n  rafid tail politics --from-beginning",
        highlight=False,
        markup=False,
    )
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
