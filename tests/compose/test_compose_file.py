import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from streams.broker.jars import KAFKA
from streams.cli import app
from streams.settings import Settings
from tests.compose.deployment import COMPOSE_FILE, ROOT, compose, environment, variables_without_default

SCHEMA = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
SETTINGS = {f"RAFID_{name.upper()}" for name in Settings.model_fields}
RAFID = ("topics", "worker")


def services() -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"]
    return found


def errors(document: object) -> list[str]:
    return [
        f"{each.instance_path}: {each.message}" for each in jsonschema_rs.validator_for(SCHEMA).iter_errors(document)
    ]


def test_the_file_follows_the_compose_specification() -> None:
    assert errors(compose()) == []


def test_the_specification_is_read_as_one() -> None:
    document = compose()
    document["services"]["worker"]["stop_grace_perod"] = "60s"
    assert len(errors(document)) == 1


def test_it_starts_without_anything_being_set() -> None:
    assert variables_without_default() == []


def test_kafka_is_the_version_that_the_tests_run_on() -> None:
    assert services()["kafka"]["image"] == f"apache/kafka:{KAFKA}"


def test_every_image_is_pinned() -> None:
    for name, service in services().items():
        assert re.search(r":(v?\d+\.\d+\.\d+|local)$", service["image"]), name


@pytest.mark.parametrize(
    "file", [COMPOSE_FILE, ROOT / "Dockerfile", ROOT / "docs" / "deploying.md"], ids=lambda file: file.name
)
def test_every_setting_of_ours_exists(file: Path) -> None:
    assert set(re.findall(r"RAFID_[A-Z]+(?:_[A-Z]+)*", file.read_text())) <= SETTINGS


@pytest.mark.parametrize("service", RAFID)
def test_our_services_run_commands_that_exist(service: str) -> None:
    assert CliRunner().invoke(app, [*services()[service]["command"], "--help"]).exit_code == 0


@pytest.mark.parametrize("service", RAFID)
def test_our_services_reach_the_broker_by_a_listener_it_tells_of(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(service).items():
        monkeypatch.setenv(name, value)
    advertised = environment("kafka")["KAFKA_ADVERTISED_LISTENERS"].split(",")
    assert f"INSIDE://{Settings().bootstrap_servers}" in advertised


def test_workers_start_after_the_topics_were_made() -> None:
    assert services()["worker"]["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert services()["topics"]["depends_on"]["kafka"]["condition"] == "service_healthy"
    assert services()["worker"]["deploy"]["replicas"] == 2
    assert "ports" not in services()["worker"]


def test_the_image_is_built_once_and_never_pulled() -> None:
    assert [name for name, service in services().items() if "build" in service] == ["topics"]
    assert services()["topics"]["pull_policy"] == "build"
    assert services()["worker"]["pull_policy"] == "never"
    assert services()["worker"]["image"] == services()["topics"]["image"]


def test_only_this_machine_reaches_what_asks_for_no_password() -> None:
    for name, service in services().items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name


def test_all_that_is_mounted_exists() -> None:
    volumes = compose()["volumes"]
    for name, service in services().items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).is_dir() if source.startswith(".") else source in volumes, f"{name}: {source}"
