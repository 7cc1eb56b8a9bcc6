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
    """What the service said of all that was sent; `gone` was not sent, for it is no longer listed."""

    called: int = 0
    held: int = 0
    repeated: int = 0
    rejected: int = 0
    gone: int = 0

    def add(self, step: Rows, told: NotedMany) -> None:
        """Add one answer to what was sent: only rows that are in the ledger now count as recorded."""
        held = sum(step[one.index]["held_out"] for one in told.results)
        self.held += held
        self.called += len(told.results) - held
        self.repeated += told.repeated
        self.rejected += told.rejected

    @property
    def complete(self) -> bool:
        """Tell whether all that was to be recorded is."""
        return not self.rejected + self.gone

    def words(self) -> str:
        """Say what was recorded, and what was not."""
        words = f"**Recorded:** {look.count(self.called)} contacted, {look.count(self.held)} left alone on purpose."
        if not self.called + self.held:
            words = "**Nothing more was recorded.**"
        if self.repeated:
            words += f" {look.count(self.repeated)} of them had been recorded before, and stand once."
        if self.rejected:
            words += f" The service refused {look.count(self.rejected)}: they were erased or changed meanwhile."
        return words + self.left_out()

    def left_out(self) -> str:
        """Say who was not sent, and why; nothing where all were."""
        if not self.gone:
            return ""
        return (
            f" {look.many(self.gone, 'customer')} no longer on the list: not recorded again. Somebody recorded them "
            "meanwhile, or they left, must not be called, or are not worth a call any more."
        )


def spelt(told: CallList, asked: dict[str, Any], channel: str, offer: str | None) -> Rows | None:
    """Read both arms afresh and spell them; None where they are no longer those that were seen. Raises ServiceError.

    Each page is told from what was seen by its own sums, the last one too: nobody is recorded whom nobody has seen. All
    are of one minute: two people who record the same list at once record it once.
    """
    asked = asked | {"purpose": source.purpose()}
    at = datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
    found: Rows = []
    for arm in ("call", "held_out"):
        said = {"at": at, "channel": channel, "held_out": arm == "held_out"}
        said |= {"offer": offer} if offer and arm == "call" else {}
        for page in export.each_page(source.client(), asked | {"arm": arm}):
            if _mark(page) != _mark(told):
                return None
            found += [{"customer_id": one.customer_id} | said for one in page.calls]
    return found


def still_listed(rows: Rows) -> Rows:
    """Keep those whom the list without limits still holds: nobody recorded them meanwhile. Raises ServiceError."""
    asked = {"holdout": 0.0, "arm": "call", "purpose": source.purpose()}
    names = {one.customer_id for one in export.whole(source.client(), asked)}
    return [row for row in rows if row["customer_id"] in names]


def sent(rows: Rows, told: Sums) -> Iterator[Rows]:
    """Send the rows in steps, and give after each what is left. Raises ServiceError."""
    purpose = source.purpose()
    for start in range(0, len(rows), ROWS):
        step = rows[start : start + ROWS]
        told.add(step, source.client().contacts(step, purpose=purpose, idempotency_key=_key(step, purpose)))
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
