"""The jars of Apache Kafka on this machine, fetched once and checked each time; it does not start anything.

`streams/broker/jars.json` is the lock file: every jar by its Maven coordinate, with size and SHA-256. jgo
fetches them (it needs no `mvn` and leaves `~/.m2` alone), from the repositories of the user's own jgo
configuration if there are any. To move to another version of Kafka, change `KAFKA` and run `python -m
training.lock_jars`.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from streams.failure import Unavailable

KAFKA = "4.3.0"

_LOCK_FILE = Path(__file__).with_suffix(".json")
# Maven mediation would take kafka-clients 3.8.0 from a transitive dependency: every module is named.
_MODULES = (
    "kafka_2.13",
    "kafka-clients",
    "kafka-coordinator-common",
    "kafka-group-coordinator",
    "kafka-group-coordinator-api",
    "kafka-metadata",
    "kafka-raft",
    "kafka-server",
    "kafka-server-common",
    "kafka-share-coordinator",
    "kafka-storage",
    "kafka-storage-api",
    "kafka-transaction-coordinator",
)
# Kafka logs through slf4j 1.7; the simple binding writes to stderr, which is the node's log file.
_LOGGING = "org.slf4j:slf4j-simple:1.7.36"
_CONNECTIONS = 8  # 46 small files: latency counts, not bandwidth
_TIMEOUT = 30  # seconds without a byte


class BrokerError(Unavailable):
    """The embedded broker cannot be had or has failed; the message says what to do."""


@dataclass(frozen=True)
class Jar:
    """One line of the lock file."""

    coordinate: str
    sha256: str
    size: int

    @property
    def filename(self) -> str:
        """As Maven names it: `artifact-version.jar`, with the classifier if there is one."""
        _, artifact, version, *classifier = self.coordinate.split(":")
        return "-".join([artifact, version, *classifier]) + ".jar"

    def is_whole(self, path: Path) -> bool:
        """Whether `path` is there and is this jar, byte for byte."""
        try:
            if path.stat().st_size != self.size:
                return False
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def classpath(cache: Path | None = None, *, progress: bool = True) -> list[Path]:
    """Return the jars of Kafka, fetching what is missing or broken; if nothing is, it needs no network.

    Every jar is checked against the lock file on every call (45 MB, 0.03 s). Several processes may call it at
    once: a jar appears under its name only when it is whole. Raises `BrokerError`.
    """
    folder = (cache or default_cache()) / f"kafka-{KAFKA}"
    jars = locked()
    try:
        missing = [jar for jar in jars if not jar.is_whole(folder / jar.filename)]
        if missing:
            folder.mkdir(parents=True, exist_ok=True)
            _fetch(missing, folder, progress=progress)
    except OSError as error:
        raise BrokerError(f"cannot keep the jars of Kafka in {folder}: {error}") from error
    return [folder / jar.filename for jar in jars]


def default_cache() -> Path:
    """Return the user's cache folder for Rafid: `$XDG_CACHE_HOME/rafid`, else the system's usual place."""
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured) / "rafid"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "rafid"


@functools.cache
def locked() -> tuple[Jar, ...]:
    """Read the lock file."""
    return tuple(Jar(**entry) for entry in json.loads(_LOCK_FILE.read_bytes())["jars"])


def _fetch(jars: list[Jar], folder: Path, *, progress: bool) -> None:
    # jgo writes straight to the final name, so it works in a folder of this process's own, beside that.
    with (
        tempfile.TemporaryDirectory(prefix="fetching-", dir=folder) as staging,
        _progress(sum(jar.size for jar in jars), shown=progress) as advance,
        ThreadPoolExecutor(_CONNECTIONS) as pool,
    ):
        context = _maven(Path(staging), advance)
        # list() raises the first failure
        list(pool.map(lambda jar: _fetch_one(context, jar, folder), jars))


def _fetch_one(context: Any, jar: Jar, folder: Path) -> None:
    failure = "it is not the file the lock file names (SHA-256 differs)"
    for _ in range(2):  # a connection that breaks once is common, twice is news
        try:
            fetched: Path = context.create_dependency(jar.coordinate).artifact.resolve()
        except Exception as error:  # noqa: BLE001 - jgo raises whatever requests, the disk or its own checks raise
            failure = f"{type(error).__name__}: {error}"
        else:
            if jar.is_whole(fetched):
                fetched.replace(folder / jar.filename)
                return
        # What jgo left there it would take for complete.
        context.create_dependency(jar.coordinate).artifact.cached_path.unlink(missing_ok=True)
    raise BrokerError(
        f"cannot fetch {jar.coordinate}: {failure}. Kafka {KAFKA} is fetched once from a Maven repository; "
        "check the network, or name a mirror under [repositories] in jgo's configuration."
    )


def _maven(repository: Path, advance: Callable[[int], None]) -> Any:
    from jgo.config import GlobalSettings  # noqa: PLC0415 - slow to import, and needed once in the life of a cache
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415

    @contextlib.contextmanager
    def report(_filename: str, _size: int) -> Iterator[Callable[[int], None]]:
        yield advance

    return MavenContext(
        resolver=PythonResolver(progress_callback=report),
        repo_cache=repository,
        remote_repos=GlobalSettings.load().repositories or None,
        timeout=_TIMEOUT,
    )


@contextlib.contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[int], None]]:
    what = f"Fetching Apache Kafka {KAFKA} (once)"
    if not shown:
        yield lambda _: None
    elif not sys.stderr.isatty():
        sys.stderr.write(f"{what}: {total / 1e6:.0f} MB\n")
        yield lambda _: None
    else:
        from rich.console import Console  # noqa: PLC0415 - only for a person, only once
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn(what), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda count: bar.advance(task, count)


def write_lock_file() -> None:
    """Resolve the modules of `KAFKA` anew, with all they depend on, and write their checksums."""
    with tempfile.TemporaryDirectory() as repository:
        maven = _maven(Path(repository), lambda _: None)
        named = [f"org.apache.kafka:{module}:{KAFKA}" for module in _MODULES] + [_LOGGING]
        inputs, others = maven.resolver.resolve([maven.create_dependency(name) for name in named])
        jars = []
        for dependency in inputs + others:
            path = dependency.artifact.resolve()
            parts = (dependency.groupId, dependency.artifactId, dependency.version, dependency.classifier)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            jars.append(Jar(":".join(filter(None, parts)), digest, path.stat().st_size))
    jars.sort(key=lambda jar: jar.coordinate)
    lines = ",\n".join("    " + json.dumps(asdict(jar)) for jar in jars)
    _LOCK_FILE.write_text(f'{{\n  "kafka": "{KAFKA}",\n  "jars": [\n{lines}\n  ]\n}}\n')
