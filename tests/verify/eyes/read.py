"""The shipped files, read by their own tools."""

import subprocess
from pathlib import Path
from typing import Any

from churn.lifecycle.alerting import rules
from verify.compared import unlike
from verify.eyes import shipped
from verify.row import Row, judged

RECEIVERS = {"low": "nobody", "medium": "everybody", "high": "mail,everybody", "critical": "pager,mail,everybody"}


def prometheus() -> Row:
    """Have promtool read configuration and rules, and run the rules' own tests."""
    at = shipped.PROMETHEUS
    tests = sorted(str(path) for path in at.glob("*_test.yml"))
    ran = [("check", "config", str(at / "prometheus.yml")), ("test", "rules", *tests)]
    faults = [words for one in ran if (words := _fault("promtool", *one))]
    untested = {one["alert"] for one in shipped.alerts()} - {
        name
        for name in (one["alert"] for one in shipped.alerts())
        if any(f"alertname: {name}" in Path(test).read_text() for test in tests)
    }
    faults += unlike(("alerts without a test", untested, set()))
    words = f"{len(shipped.alerts())} alerts, {len(shipped.rules())} rules, {len(tests)} files of tests"
    return judged("monitoring/prometheus", "promtool check config, promtool test rules", faults, words)


def routes() -> Row:
    """Have amtool read the routes, and say who is told of each severity."""
    faults = [words for words in [_fault("amtool", "check-config", str(shipped.ROUTES))] if words]
    said = {
        severity: _run(
            "amtool",
            "config",
            "routes",
            "test",
            f"--config.file={shipped.ROUTES}",
            f"severity={severity}",
            "kind=errors",
        ).stdout.strip()
        for severity in RECEIVERS
    }
    faults += unlike(*((severity, said[severity], wanted) for severity, wanted in RECEIVERS.items()))
    return judged("monitoring/alertmanager", "amtool check-config, amtool config routes test", faults, f"{said}")


def runbooks() -> Row:
    """See that each alert names a section that there is, an owner and a severity that are known."""
    faults = [f"{one['alert']}: {words}" for one in shipped.alerts() for words in _unknown(one)]
    return judged(
        "alerts and runbooks",
        "each alert's section looked up in monitoring/runbooks",
        faults,
        f"{len(shipped.alerts())} alerts",
    )


def _unknown(alert: dict[str, Any]) -> list[str]:
    labels, book = alert.get("labels", {}), alert["annotations"]["runbook"]
    kinds = (
        [labels["kind"]]
        if "kind" in labels
        else [kind for kind in rules.RULES if f"{kind}|" in alert["expr"] or f'|{kind}"' in alert["expr"]]
    )
    wanted = {rules.runbook(kind) for kind in kinds}
    found = {
        book.replace("{{ $labels.kind }}", kind).replace("{{ $labels.runbook }}", rules.runbook(kind)) for kind in kinds
    }
    sections = [
        place
        for place in wanted
        if f"## {place.partition('#')[2]}\n" not in (shipped.ROOT / place.partition("#")[0]).read_text()
    ]
    return unlike(("runbook", found, wanted), ("sections that are not there", sections, []))


def boards() -> Row:
    """Read Grafana's files as Grafana does: one source, dashboards of their own, panels that do not overlap."""
    found = shipped.dashboards()
    faults = unlike(
        ("uids", sorted(board["uid"] for board in found.values()), sorted(found)),
        (
            "sources",
            {
                target["datasource"]["uid"]
                for board in found.values()
                for panel in board["panels"]
                for target in panel["targets"]
            },
            {"prometheus"},
        ),
        ("panels that overlap", [name for name, board in found.items() if _overlap(board["panels"])], []),
    )
    count = sum(len(board["panels"]) for board in found.values())
    return judged(
        "monitoring/grafana", "dashboards and provisioning read", faults, f"{', '.join(found)}: {count} panels"
    )


def _overlap(panels: list[dict[str, Any]]) -> bool:
    cells = [
        (x, y)
        for one in panels
        for at in [one["gridPos"]]
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    return len(cells) != len(set(cells)) or max(x for x, _ in cells) > 23


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, check=False, capture_output=True, text=True)


def _fault(*words: str) -> str:
    done = _run(*words)
    return f"{' '.join(words[:3])}: {done.stdout}{done.stderr}"[-500:] if done.returncode else ""
