"""The command under test: in this process, or in one of its own for what only `main()` does."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from typer.testing import CliRunner, Result

from streams.cli import app
from streams.settings import Settings

RAFID = Path(sys.executable).with_name("rafid")
SECONDS = 60.0  # longer than any command here takes on a busy machine


def environment(settings: Settings | None = None) -> dict[str, str]:
    """``RAFID_*`` as a process needs them to have these settings."""
    given = settings.model_dump(exclude_unset=True) if settings else {}
    return {f"RAFID_{name.upper()}": str(value) for name, value in given.items() if value is not None}


def invoke(*words: str, settings: Settings | None = None, stdin: bytes = b"", env: Mapping[str, str] = {}) -> Result:
    """Run a command here. A failure is in ``exception``."""
    nothing = {name: None for name in os.environ if name.startswith("RAFID_")}
    return CliRunner().invoke(app, words, input=stdin, env={**nothing, **environment(settings), **env})


def run(
    *words: str, settings: Settings | None = None, stdin: bytes = b"", env: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a user does."""
    return subprocess.run(
        [RAFID, *words], input=stdin, capture_output=True, timeout=SECONDS, env=clean(settings, env), check=False
    )


@contextmanager
def started(
    *words: str, settings: Settings | None = None, stdout: int | IO[bytes] = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that goes on until it is stopped, here at the latest. What it says on stderr goes where the rest does."""
    with subprocess.Popen([RAFID, *words], stdout=stdout, stderr=subprocess.STDOUT, env=clean(settings)) as process:
        try:
            yield process
        finally:
            process.kill()


def clean(settings: Settings | None = None, more: Mapping[str, str] = {}) -> dict[str, str]:
    """This process's environment without its own ``RAFID_*``, with these settings and ``more``."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("RAFID_")}
    return {**others, **environment(settings), **more}
