"""The contacts that a list stands for, and their way to the service: each once, however often they are sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson

from churn.services.api.schemas.calls import CallList
from churn.services.api.schemas.feedback import NotedMany
from churn.services.dashboard import look, source
from churn.services.dashboard.calls import export

ROWS = 500
Rows: TypeAlias = list[dict[str, Any]]


@dataclass(slots=True)
class Sums:
    """What the service said of all that was sent."""

    repeated: int = 0
    rejected: int = 0

    def add(self, told: NotedMany) -> None:
        """Add one answer."""
        self.repeated += told.repeated
        self.rejected += told.rejected

    def words(self, rows: Rows) -> str:
        """Say what was recorded."""
        held = sum(one["held_out"] for one in rows)
        words = f"**Recorded:** {look.count(len(rows) - held)} contacted, {look.count(held)} left alone on purpose."
        if self.repeated:
            words += f" {look.count(self.repeated)} of them had been recorded before, and stand once."
        if self.rejected:
            words += f" The service refused {look.count(self.rejected)}: they were erased or changed meanwhile."
        return words


def spelt(told: CallList, asked: dict[str, Any], channel: str, offer: str | None) -> Rows | None:
    """Read both arms afresh and spell them; None where they are no longer those that were seen. Raises ServiceError.

    All are of one minute: two people who record the same list at once record it once.
    """
    asked = asked | {"purpose": source.purpose()}
    if _mark(source.client().call_list(**asked, limit=1)) != _mark(told):
        return None
    at = datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
    found: Rows = []
    for arm in ("call", "held_out"):
        for one in export.whole(source.client(), asked | {"arm": arm}):
            said = {"customer_id": one.customer_id, "at": at, "channel": channel, "held_out": arm == "held_out"}
            found.append(said | ({"offer": offer} if offer and arm == "call" else {}))
    return found


def sent(rows: Rows, told: Sums) -> Iterator[Rows]:
    """Send the rows in steps, and give after each what is left. Raises ServiceError."""
    purpose = source.purpose()
    for start in range(0, len(rows), ROWS):
        step = rows[start : start + ROWS]
        told.add(source.client().contacts(step, purpose=purpose, idempotency_key=_key(step, purpose)))
        yield rows[start + ROWS :]


def _mark(told: CallList) -> tuple[Any, ...]:
    """Tell one list from another: a score, a contact, a complaint or an outcome shows in one of these."""
    out, held = told.excluded, told.held_out.customers
    sums = (
        told.customers,
        held,
        round(told.expected_value, 6),
        told.holdout,
        told.quarter,
        told.as_of,
        told.not_worth_it,
    )
    return *sums, out.churned, out.suppressed, out.contacted


def _key(rows: Rows, purpose: str) -> str:
    return hashlib.sha256(orjson.dumps([purpose, rows], option=orjson.OPT_SORT_KEYS)).hexdigest()
