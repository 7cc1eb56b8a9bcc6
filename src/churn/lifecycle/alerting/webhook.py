"""Alerts over HTTP: as Slack reads them, as PagerDuty does, or plainly all that is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from churn.lifecycle.alerting import rules
from churn.lifecycle.alerting.channel import Undelivered, quoted
from churn.lifecycle.alerting.message import Message, when

Style = Literal["plain", "slack", "pagerduty"]
URGENCY = {"low": "info", "medium": "warning", "high": "error", "critical": "critical"}
ACTION = {"raised": "trigger", "reminder": "trigger", "acknowledged": "acknowledge", "resolved": "resolve"}
SUMMARY, FINE = 1024, range(200, 300)
"""PagerDuty's longest summary; statuses that say yes."""
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
        """Send one message; a redirect is not followed, for it could lead anywhere. Raises Undelivered.

        Of an answer no more is read than arrives at once: it may never end.
        """
        import httpx

        place = f"{self.style} webhook at {urlsplit(self.url).hostname}"
        headers = {"idempotency-key": message.id, "accept-encoding": "identity"}
        if self.key and self.style == "plain":
            headers["authorization"] = f"Bearer {self.key}"
        body = BODIES[self.style](message, self.key)
        try:
            with httpx.stream("POST", self.url, json=body, headers=headers, timeout=seconds) as answer:
                said = b"" if answer.status_code in FINE else next(answer.iter_raw(), b"")
        except httpx.TimeoutException as fault:
            raise Undelivered(f"the {place} did not answer within {seconds:g} s") from fault
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
            raise Undelivered(f"the {place} cannot be reached: {type(fault).__name__}") from fault
        if answer.status_code not in FINE:
            raise Undelivered(f"the {place} answered {answer.status_code}: {quoted(said, self.url, self.key)}")


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
