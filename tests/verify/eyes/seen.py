"""What a real Prometheus sees of a service, and whom it tells."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from verify.eyes import shipped
from verify.eyes.live import Live
from verify.row import Row, judged

WITHIN = 45.0


def figures(there: Live) -> Row:
    """See that the scrape tells each figure that a rule or a dashboard names."""
    wanted = shipped.figures()
    missing = _until(lambda: sorted(wanted - set(_asked(there, "label/__name__/values"))))
    faults = [f"{name} is told by nobody" for name in missing]
    return judged(
        "figures",
        "a live scrape of two workers after predictions, a batch, a refusal and a monitored window",
        faults,
        f"{len(wanted)} figures that rules and dashboards name",
    )


def judgements(there: Live) -> Row:
    """See that Prometheus evaluates each rule without a fault."""

    def sick() -> list[str]:
        groups = _asked(there, "rules")["groups"]
        return [
            f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}"
            for group in groups
            for rule in group["rules"]
            if rule["health"] != "ok"
        ]

    faults = _until(sick)
    return judged(
        "rules, live",
        "Prometheus evaluates all of them every second",
        faults,
        f"{len(shipped.rules())} rules, each healthy",
    )


def drawn(there: Live) -> Row:
    """Run each query of each panel, which must give data."""

    def empty() -> list[str]:
        return [one.where for one in shipped.panels() if not _asked(there, "query", query=one.query)["result"]]

    faults = [f"{where} has no data" for where in _until(empty)]
    return judged(
        "dashboards, live",
        "each panel's query in Prometheus",
        faults,
        f"{len(list(shipped.panels()))} queries, each with data",
    )


def told(there: Live) -> Row:
    """Wait until the alert that stands in the ledger has reached the channel."""
    _until(lambda: [] if there.slack.got else ["not yet"])
    faults = [] if "rollback_failed" in str(there.slack.got[:1]) else [f"Slack's address got {there.slack.got[:1]}"]
    return judged(
        "an alert",
        "a critical alert in the ledger, by the scrape and Alertmanager to a webhook",
        faults,
        "arrived; mail and pager are tried in make test",
    )


def refused(there: Live) -> Row:
    """Wait until Prometheus has seen that pager and mail, which lead nowhere here, take nothing."""
    silent = {"email", "pagerduty"}
    query = 'ALERTS{alertname="ChurnNotificationsFail"}'

    def unseen() -> list[str]:
        return sorted(silent - {one["metric"]["integration"] for one in _asked(there, "query", query=query)["result"]})

    faults = [f"nothing rings for {name}" for name in _until(unseen, 90.0)]
    return judged(
        "a channel that refuses", "Alertmanager sends to addresses where nobody listens", faults, "it would ring"
    )


def _until(faults: Callable[[], list[str]], seconds: float = WITHIN) -> list[str]:
    """Ask again until nothing is wrong, or the time is over; give what is wrong then."""
    end = time.monotonic() + seconds
    while (found := faults()) and time.monotonic() < end:
        time.sleep(0.5)
    return list(found)


def _asked(there: Live, what: str, **words: str) -> Any:
    answer = httpx.get(f"{there.prometheus}/api/v1/{what}", params=words, timeout=20).json()
    if answer["status"] != "success":
        raise ValueError(f"{words}: {answer}")
    return answer["data"]
