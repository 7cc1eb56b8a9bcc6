"""What monitoring/ holds: rules, alerts, dashboards and the queries in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "monitoring/prometheus"
ROUTES = ROOT / "monitoring/alertmanager/alertmanager.yml"
GRAFANA = ROOT / "monitoring/grafana"
RULES = ("rules.yml", "slo.yml")


class Panel(NamedTuple):
    """One query of a dashboard."""

    where: str
    query: str


def rules() -> list[dict[str, Any]]:
    """List the rules of Prometheus, recording and alerting."""
    groups = [group for name in RULES for group in yaml.safe_load((PROMETHEUS / name).read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> list[dict[str, Any]]:
    """List the rules that alert."""
    return [rule for rule in rules() if "alert" in rule]


def dashboards() -> dict[str, dict[str, Any]]:
    """Read the dashboards by the names of their files."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((GRAFANA / "dashboards").glob("*.json"))}


def panels() -> Iterator[Panel]:
    """Give each query as Grafana sends it: the interval of its graphs filled in."""
    for name, board in dashboards().items():
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield Panel(f"{name}: {panel['title']}", target["expr"].replace("$__rate_interval", "1m"))


def figures() -> set[str]:
    """Name the figures, told or recorded, that rules and dashboards ask for."""
    texts = [rule["expr"] for rule in rules()] + [one.query for one in panels()]
    return {name for text in texts for name in re.findall(r"(?<![\w:\"#])churn[_:][\w:]+", text)}
