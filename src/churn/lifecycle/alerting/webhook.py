"""Alerts over HTTP: as Slack reads them, as PagerDuty does, or plainly all that is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from churn.lifecycle.alerting import rules
from churn.lifecycle.alerting.channel import Undelivered
from churn.lifecycle.alerting.message import Message, when

Style = Literal["plain", "slack", "pagerduty"]
URGENCY = {"low": "info", "medium": "warning", "high": "error", "critical": "critical"}
ACTION = {"raised": "trigger", "reminder": "trigger", "acknowledged": "acknowledge", "resolved": "resolve"}
SUMMARY, TOLD, FINE = 1024, 200, range(200, 300)
"""PagerDuty's longest summary; characters of a refusal that are kept; statuses that say yes."""
TIMES = ("raised_at", "last_at", "acknowledged_at", "resolved_at")
KNOWN = ("id", "kind", "severity", "words", "times", "purpose", "owner", "runbook", "note", *TIMES)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address that takes alerts as JSON; `key` is the routing key of PagerDuty, or a bearer token."""

    url: str = field(repr=False)
    style: Style = "plain"
    key: str | None = field(default=None, repr=False)
    name: str = "webhook"

    def send(self, message: Message, seconds: float) -> None:
        """Send one message; a redirect is not followed, for it could lead anywhere. Raises Undelivered."""
        import httpx

        place = f"{self.style} webhook at {urlsplit(self.url).hostname}"
        headers = {"idempotency-key": message.id}
        if self.key and self.style == "plain":
            headers["authorization"] = f"Bearer {self.key}"
        try:
            answer = httpx.post(self.url, json=BODIES[self.style](message, self.key), headers=headers, timeout=seconds)
        except httpx.TimeoutException as fault:
            raise Undelivered(f"the {place} did not answer within {seconds:g} s") from fault
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            raise Undelivered(f"the {place} cannot be reached: {type(fault).__name__}") from fault
        if answer.status_code not in FINE:
            said = " ".join(answer.text[:TOLD].split())
            raise Undelivered(f"the {place} answered {answer.status_code}: {said}")


def _plain(message: Message, _key: str | None) -> dict[str, Any]:
    alert = message.alert
    told = {name: when(alert[name]) if name in TIMES and alert[name] else alert[name] for name in KNOWN}
    rule = rules.rule_of(alert["kind"])
    return {"event": message.change, "title": message.title, "first": rule.first, **told, "text": message.text}


def _slack(message: Message, _key: str | None) -> dict[str, Any]:
    text = message.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    head, _, rest = text.partition("\n")
    return {"text": f"*{head}*\n{rest.strip()}"}


def _pagerduty(message: Message, key: str | None) -> dict[str, Any]:
    alert, action = message.alert, ACTION[message.change]
    said: dict[str, Any] = {"routing_key": key, "event_action": action, "dedup_key": alert["id"]}
    if action != "trigger":
        return said
    payload = {
        "summary": f"{message.title}: {message.words}"[:SUMMARY],
        "source": "churn",
        "severity": URGENCY[alert["severity"]],
        "component": alert["kind"],
        "group": alert["owner"],
        "custom_details": _details(message),
    }
    return said | {"payload": payload}


def _details(message: Message) -> Mapping[str, Any]:
    return {"text": message.text, "runbook": message.alert["runbook"], "times": message.alert["times"]}


BODIES: dict[str, Callable[[Message, str | None], dict[str, Any]]] = {
    "plain": _plain, "slack": _slack, "pagerduty": _pagerduty,
}  # fmt: skip
