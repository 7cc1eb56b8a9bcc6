"""Prometheus and Alertmanager, where they are: rules and routes are right, and an alert reaches all three ends."""

import asyncio
import re
import subprocess
import time
from functools import partial
from pathlib import Path

import httpx
import pytest
import yaml

import routers
import serving
import sinks
from churn.lifecycle.alerting import raised, rules
from churn.stores.ledger import deliveries
from churn.stores.ledger.opened import opened

ROOT = Path(__file__).parents[3]
RULES, ROUTES = ROOT / "monitoring/prometheus/rules.yml", ROOT / "monitoring/alertmanager/alertmanager.yml"
LEVELS = RULES.with_name("slo.yml")
GROUPS = [group for file in (RULES, LEVELS) for group in yaml.safe_load(file.read_text())["groups"]]
SHOWN = {rule["alert"]: rule for group in GROUPS for rule in group["rules"] if "alert" in rule}
TOLD_WITHIN = 60.0


@pytest.mark.parametrize(
    "words",
    [("promtool", "check", "rules", RULES, LEVELS), ("promtool", "check", "config", RULES.with_name("prometheus.yml")),
     *(("promtool", "test", "rules", test) for test in sorted(RULES.parent.glob("*_test.yml"))),
     ("amtool", "check-config", ROUTES)],
)  # fmt: skip
def test_their_own_tools_find_no_fault(words):
    done = subprocess.run([routers.program(words[0]), *words[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS" in done.stdout + done.stderr


@pytest.mark.parametrize("name", [name for name in SHOWN if "kind" in SHOWN[name].get("labels", {})])
def test_a_rule_of_prometheus_is_of_a_kind_that_has_a_runbook(name):
    rule = SHOWN[name]
    assert rule["labels"]["kind"] in rules.RULES
    assert rule["labels"]["owner"] == rules.rule_of(rule["labels"]["kind"]).owner
    assert rule["annotations"]["runbook"] == rules.runbook(rule["labels"]["kind"])


def test_every_figure_that_a_rule_names_is_told_by_a_running_service(raising):
    told = httpx.get(f"{raising}/metrics").text
    httpx.post(f"{raising}/predict", json=serving.customer())
    told += httpx.get(f"{raising}/metrics").text
    named = {name for rule in SHOWN.values() for name in re.findall(r"churn_\w+", rule["expr"])}
    assert {name for name in named if not re.search(rf"^(# TYPE )?{name}\b", told, flags=re.MULTILINE)} == set()


@pytest.fixture(scope="module")
def raising(tmp_path_factory):
    """Run a service with an open critical alert, and give its address."""
    folder = tmp_path_factory.mktemp("raising")
    serving.bundled(folder / "bundle")

    async def fill():
        async with opened(serving.settings(folder), migrate=True) as ledger:
            await ledger.do(partial(raised.raise_, kind="rollback_failed", words="words", at=1_770_000_000_000_000))
            await ledger.do(partial(deliveries.beat, purpose="production", at=1_770_000_000_000_000))

    asyncio.run(fill())
    with serving.running(folder) as url:
        yield url


def routes(folder: Path, slack: str, pager: str, mail: int, certificate: Path) -> str:
    """Give the project's own routes, with ends on this machine in place of the real ones."""
    for name, secret in {"slack": slack, "pagerduty": "R0UTE", "mail": "secret"}.items():
        (folder / name).write_text(secret)
    receiver = f"to: oncall@example.com\n        tls_config: {{ca_file: {certificate}/mail.pem}}"
    changes = {
        "/etc/alertmanager/secrets": str(folder), "https://events.pagerduty.com/v2/enqueue": pager,
        "mail.example.com:587": f"127.0.0.1:{mail}", "to: oncall@example.com": receiver,
        "group_wait: 10s": "group_wait: 0s",
    }  # fmt: skip
    text = ROUTES.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def scraping(service: str, manager: str) -> str:
    at, to = service.removeprefix("http://"), manager.removeprefix("http://")
    return yaml.safe_dump({
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [{"job_name": "churn", "static_configs": [{"targets": [at]}]}],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [to]}]}]},
    })  # fmt: skip


def test_a_critical_alert_reaches_slack_mail_and_pagerduty_by_way_of_alertmanager(raising, tmp_path, certificate):
    routers.program("prometheus")
    with sinks.hook() as slack, sinks.hook(202) as pager, sinks.box(("churn", "secret"), certificate) as box:
        settled = routes(tmp_path, slack.url, pager.url, box.port, certificate)
        with routers.alertmanager(settled) as manager, routers.prometheus(scraping(raising, manager)):
            until = time.monotonic() + TOLD_WITHIN
            while time.monotonic() < until and not (slack.got and pager.got and box.letters):
                time.sleep(0.1)
    assert "rollback_failed" in str(slack.got[0])
    assert (pager.got[0]["routing_key"], pager.got[0]["event_action"]) == ("R0UTE", "trigger")
    assert "rollback_failed" in pager.got[0]["payload"]["summary"]
    assert b"[critical] firing: rollback_failed" in box.letters[0].content
    assert b"churn alerts" in box.letters[0].content
