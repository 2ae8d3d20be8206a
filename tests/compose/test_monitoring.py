import json
import re
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from streams.delivery.metrics import Metrics
from tests.compose.deployment import ROOT, compose, environment

DEPLOY = ROOT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboards" / "rafid.json").read_text())
PROMETHEUS = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "rafid.rules.yml").read_text())["groups"]
    for rule in group["rules"]
]
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]] + [
    rule["expr"] for rule in RULES
]
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "info": ("_info",),
    "histogram": ("_bucket", "_sum", "_count"),
}


def known() -> dict[str, set[str]]:
    """Every series that a worker exports, and its labels."""
    registry = CollectorRegistry()
    metrics = Metrics(version="0", registry=registry)
    labels = {each._name: set(each._labelnames) for each in vars(metrics).values() if hasattr(each, "_labelnames")}
    return {
        family.name + suffix: labels[family.name] | {"version" if family.type == "info" else "le"}
        for family in registry.collect()
        for suffix in SUFFIXES[family.type]
    }


def series(query: str) -> set[str]:
    return set(re.findall(r"\brafid_\w+", query))


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_asks_for_what_a_worker_exports(query: str) -> None:
    exported = known()
    assert series(query) <= set(exported)
    labels = {label for by in re.findall(r"\b(?:by|on) \(([^)]*)\)", query) for label in by.split(", ")}
    assert all(labels <= exported[name] for name in series(query))


def test_every_metric_is_on_the_dashboard() -> None:
    shown = set().union(*(series(target["expr"]) for panel in DASHBOARD["panels"] for target in panel["targets"]))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in known()}
    assert {family for family in families if not any(name.startswith(family) for name in shown)} == set()


def test_every_panel_says_what_it_means_and_asks_the_provisioned_source() -> None:
    sources = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert sources[0]["url"] == "http://prometheus:9090"
    for panel in DASHBOARD["panels"]:
        assert panel["description"], panel["title"]
        assert panel["datasource"]["uid"] == sources[0]["uid"], panel["title"]


def test_panels_do_not_lie_on_each_other() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24  # columns that Grafana has


def test_prometheus_asks_every_worker() -> None:
    (job,) = PROMETHEUS["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert found["names"] == ["worker"]
    assert str(found["port"]) == environment("worker")["RAFID_WEB_PORT"]
    assert job["job_name"] == "rafid"
    assert all('job="rafid"' in query for query in QUERIES if re.search(r"\bup\b", query))


def test_files_are_mounted_where_they_are_looked_for() -> None:
    mounted = _mounts("grafana") | _mounts("prometheus")
    provider = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/rafid.yml").read_text())["providers"][0]
    assert mounted["./deploy/grafana/dashboards"] == provider["options"]["path"]
    assert mounted["./deploy/grafana/provisioning"] == "/etc/grafana/provisioning"
    assert mounted["./deploy/prometheus"] == "/etc/prometheus"
    home = environment("grafana")["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home == f"{provider['options']['path']}/rafid.json"
    assert [name for name in PROMETHEUS["rule_files"] if not (DEPLOY / "prometheus" / name).exists()] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_the_guide_says_what_to_do_at_every_alert(rule: dict[str, Any]) -> None:
    assert f"`{rule['alert']}`" in (ROOT / "docs" / "deploying.md").read_text()
    assert rule["annotations"]["summary"]


def _mounts(service: str) -> dict[str, str]:
    volumes = compose()["services"][service]["volumes"]
    return {volume.split(":")[0]: volume.split(":")[1] for volume in volumes}
