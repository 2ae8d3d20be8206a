import http.server
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator

import pytest

from tests.compose.deployment import ROOT, compose, dockerfile, instruction

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CHECKS = {
    "/health/live": instruction("HEALTHCHECK").json(),
    "/health/ready": compose()["services"]["worker"]["healthcheck"]["test"][1:],
}


def copied() -> set[str]:
    """What the Dockerfile takes from the repository."""
    copies = [each.value.split() for each in dockerfile() if each.name == "COPY"]
    return {source for words in copies if not words[0].startswith("--from") for source in words[:-1]}


def test_all_that_is_copied_exists() -> None:
    assert [source for source in sorted(copied()) if not (ROOT / source).exists()] == []


def test_only_what_is_copied_is_sent_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} == copied()


def test_all_that_the_distribution_is_made_of_is_copied() -> None:
    project = PROJECT["project"]
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {"pyproject.toml", project["readme"], *project["license-files"], *packages} <= copied()


def test_the_image_runs_the_command_as_a_user_without_rights() -> None:
    assert instruction("ENTRYPOINT").json() == list(PROJECT["project"]["scripts"])
    assert instruction("CMD").json() == ["worker"]
    assert instruction("USER").value == "${USER_ID}"
    assert [each.value for each in dockerfile() if each.value.startswith("USER_ID")] == ["USER_ID=10001"]


def test_the_label_says_the_version() -> None:
    assert f"VERSION={PROJECT['project']['version']}" in [each.value for each in dockerfile() if each.name == "ARG"]


def test_python_is_one_that_we_support() -> None:
    version = re.search(r"python:(\d\.\d+)-", dockerfile()[0].value)
    assert version
    assert f"Programming Language :: Python :: {version[1]}" in PROJECT["project"]["classifiers"]


class _Page(http.server.BaseHTTPRequestHandler):
    status = 200
    asked: list[str] = []  # noqa: RUF012 - what the last server was asked

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it overrides
        """Say nothing."""


@pytest.fixture
def page() -> Iterator[http.server.ThreadingHTTPServer]:
    _Page.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def check(path: str, port: int) -> int:
    """Run a health check as Docker would, in an environment with a proxy."""
    python, *rest = CHECKS[path]
    assert python == "python"
    env = os.environ | {"RAFID_WEB_PORT": str(port), "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run([sys.executable, *rest], env=env, capture_output=True, check=False).returncode


@pytest.mark.parametrize("path", CHECKS)
@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_a_health_check_believes_the_page(
    path: str, status: int, code: int, page: http.server.ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Page, "status", status)
    assert check(path, page.server_address[1]) == code
    assert _Page.asked == [path]


@pytest.mark.parametrize("path", CHECKS)
def test_a_health_check_fails_where_nothing_answers(path: str) -> None:
    assert check(path, 9) != 0


@pytest.mark.parametrize("path", CHECKS)
def test_a_health_check_asks_for_a_page_that_the_worker_has(path: str) -> None:
    assert f'@app.page("{path}")' in (ROOT / "streams" / "web" / "__init__.py").read_text()
