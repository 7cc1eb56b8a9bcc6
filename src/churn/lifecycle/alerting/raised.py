"""An alert from open to acknowledged to resolved, each kind by its rule; within a deed on the ledger."""

from typing import Any

from churn.lifecycle.alerting import rules
from churn.params.alerts import Severity
from churn.stores.ledger import alerts

Row = dict[str, Any]
LONGEST = 8000


def raise_(
    connection: Any, kind: str, words: str, at: int, *, purpose: str = "production", severity: Severity | None = None
) -> Row:
    """Open an alert, or note that the open one was seen again; the kind's rule says how grave it is and whose."""
    rule, words = rules.rule_of(kind), _storable(words)
    grave: Severity = severity or rule.severity
    return alerts.raise_(connection, kind, words, at, grave, purpose, rule.owner, rules.runbook(kind))


def resolve(connection: Any, kind: str, at: int, *, purpose: str = "production", by: str) -> bool:
    """Close the open alert of a kind, for what it spoke of is over; tell whether there was one."""
    return alerts.resolve(connection, kind, at, purpose, by)


def acknowledge(
    connection: Any, which: str, at: int, *, by: str, note: str | None = None, purpose: str = "production"
) -> Row | None:
    """Note who looks after an alert, named by id or kind; the first one stays. None: no such alert. Raises Conflict."""
    return alerts.acknowledge(connection, which, at, by, note, purpose)


def settle(
    connection: Any, which: str, at: int, *, by: str, note: str | None = None, purpose: str = "production"
) -> Row | None:
    """Close an alert by hand, named by id or kind; one that is closed stays as it was. None: no such alert."""
    return alerts.settle(connection, which, at, by, note, purpose)


def _storable(words: str) -> str:
    """Leave out what a database cannot hold, and more than anybody reads: the words may be those of any fault."""
    whole = words.encode(errors="replace").decode().replace("\0", "")
    return whole if len(whole) <= LONGEST else whole[:LONGEST] + " ..."
