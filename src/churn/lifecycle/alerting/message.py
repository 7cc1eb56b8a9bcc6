"""An alert as the one who is on call reads it: what is wrong, what to do first, where the rest is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from churn.lifecycle.alerting import events, rules

Change = Literal["raised", "acknowledged", "resolved", "reminder"]
CHANGES: dict[str, Change] = {"raised": "raised", "acknowledged": "acknowledged", "resolved": "resolved"}
LONGEST = 4000
"""Characters of an alert's own words that are sent; the rest is read on the pages."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is told of one alert through one channel; `id` is the same at each try."""

    id: str
    event: str
    alert: Mapping[str, Any]

    @property
    def change(self) -> Change:
        """Name what happened to the alert."""
        return CHANGES.get(self.event.partition("-")[0], "reminder")

    @property
    def title(self) -> str:
        """Say it in one line."""
        played = "SIMULATED, nothing is wrong: " if self.alert["purpose"] != "production" else ""
        told = {"resolved": "resolved: ", "acknowledged": "acknowledged: ", "reminder": "still open: "}
        severity = self.alert["severity"].upper()
        return f"{played}[{severity}] {told.get(self.change, '')}{rules.rule_of(self.alert['kind']).title}"

    @property
    def words(self) -> str:
        """Give the alert's own words, in one line that fits every channel."""
        words = " ".join(self.alert["words"].split())
        return words if len(words) <= LONGEST else words[:LONGEST] + " …"

    @property
    def text(self) -> str:
        """Say all that the reader needs."""
        return "\n".join([self.title, "", *self._body()])

    def _body(self) -> list[str]:
        alert = self.alert
        facts = [self.words, "", f"since {when(alert['raised_at'])}, seen {often(alert['times'])}"]
        if self.change == "resolved":
            return [*facts, f"resolved {when(alert['resolved_at'])} by {alert['resolved_by'] or 'unknown'}"]
        if self.change == "acknowledged":
            return [
                *facts,
                f"{alert['acknowledged_by']} looks after it" + (f": {alert['note']}" if alert["note"] else ""),
            ]
        return [
            *facts,
            f"first: {rules.rule_of(alert['kind']).first}",
            f"whose: {alert['owner'] or rules.rule_of(alert['kind']).owner}",
            f"more: {alert['runbook'] or rules.runbook(alert['kind'])}",
            f"take it: churn alerts ack {alert['kind']}",
        ]


def when(at: int | None) -> str:
    """Spell microseconds since 1970."""
    return "unknown" if at is None else f"{datetime.fromtimestamp(at // events.MICRO, UTC):%Y-%m-%d %H:%M} UTC"


def often(times: int) -> str:
    """Spell how many times."""
    return "once" if times == 1 else f"{times:,} times"
