"""The README's commands, run in its order: a broker, the river, publishing, consuming, dead letters."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
FENCE = re.compile(r"^```(\w+)( \w+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = ROOT / "streams" / "demo" / "pages" / "14-irish-ferry-takeover.html"


class Block(NamedTuple):
    language: str
    background: bool
    text: str


def blocks() -> list[Block]:
    return [Block(language, bool(word), text) for language, word, text in FENCE.findall(README.read_text())]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the files that the README names, and the commands that it uses."""
    (tmp_path / "page.html").write_bytes(PAGE.read_bytes())
    (tmp_path / "pages.jsonl").write_bytes(
        (ROOT / "streams" / "demo" / "pages" / "15-chile-exoplanet-survey.json").read_bytes().replace(b"\n", b" ")
        + b"\n"
    )
    commands = tmp_path / "bin"
    commands.mkdir()
    if shutil.which("kcat") is None:
        kcat = commands / "kcat"
        kcat.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name("kcat.py")} "$@"\n')
        kcat.chmod(0o755)
    return tmp_path


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Reader:
    """Somebody who follows the README to the letter, but for the port."""

    def __init__(self, place: Path, port: int) -> None:
        self._place = place
        self._port = port
        self._background: list[subprocess.Popen[bytes]] = []
        path = os.pathsep.join([str(Path(sys.executable).parent), str(place / "bin"), os.environ["PATH"]])
        self._environment = {
            **os.environ,
            "PATH": path,
            "RAFID_BOOTSTRAP_SERVERS": f"127.0.0.1:{port}",
            "RAFID_WEB_PORT": "0",
        }

    def follow(self, block: Block) -> str:
        text = block.text.replace("9092", str(self._port))
        if block.background:
            self._start(text)
            return ""
        if block.language == "python":
            return self._run([sys.executable, "-c", text])
        return "".join(self._line(line) for line in text.splitlines())

    def end(self) -> None:
        for process in reversed(self._background):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)

    def _line(self, line: str) -> str:
        words = shlex.split(line, comments=True)
        if words[:1] == ["make"]:
            # The demo and the tests have tests of their own; here: that the targets are there.
            return self._run(["make", "--dry-run", "--directory", str(ROOT), *words[1:]])
        return self._run(["sh", "-c", line])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=self._place, env=self._environment, capture_output=True, text=True, timeout=90, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def _start(self, script: str) -> None:
        process = subprocess.Popen(
            ["sh", "-ec", script],
            cwd=self._place,
            env=self._environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._background.append(process)
        if "rafid broker" in script:
            self._await_port()

    def _await_port(self) -> None:
        deadline = time.monotonic() + 90
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            assert time.monotonic() < deadline, "the broker did not start"
            time.sleep(0.2)


@pytest.fixture
def reader(place: Path, port: int) -> Iterator[Reader]:
    reader = Reader(place, port)
    yield reader
    reader.end()


def test_the_readme_works_as_it_stands(reader: Reader) -> None:
    said = [reader.follow(block) for block in blocks() if block.language in ("sh", "python")]
    everything = "\n".join(said)
    assert "articles.topic.economy" in everything
    assert '"uri"' in everything
