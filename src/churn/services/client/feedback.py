"""What came of predictions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from churn.services.api.schemas.feedback import Noted, NotedMany
from churn.services.client.call import Call, post


def outcome(
    customer_id: str, churned: bool, observed_on: date | str, *, prediction_id: str | None = None,
    idempotency_key: str | None = None,
) -> Call[Noted]:  # fmt: skip
    """Tell whether a customer had left on a day; telling it again changes nothing."""
    told = {"customer_id": customer_id, "churned": churned, "observed_on": str(observed_on)}
    return post("/outcomes", Noted, told | _about(prediction_id), idempotency_key)


def outcomes(told: Sequence[Mapping[str, Any]], *, idempotency_key: str | None = None) -> Call[NotedMany]:
    """Tell many outcomes at once; each is noted or refused."""
    return post("/outcomes", NotedMany, [dict(one) for one in told], idempotency_key)


def contact(
    customer_id: str, at: datetime | str, channel: str, offer: str | None = None, *, held_out: bool = False,
    prediction_id: str | None = None, idempotency_key: str | None = None,
) -> Call[Noted]:  # fmt: skip
    """Tell who was offered what, or was held out on purpose."""
    when = at.isoformat() if isinstance(at, datetime) else at
    told = {"customer_id": customer_id, "at": when, "channel": channel, "held_out": held_out}
    return post("/contacts", Noted, told | ({"offer": offer} if offer else {}) | _about(prediction_id), idempotency_key)


def suppress(customer_id: str, reason: str, until: date | str, *, idempotency_key: str | None = None) -> Call[Noted]:
    """Tell who must not be called, why, and until which day."""
    told = {"customer_id": customer_id, "reason": reason, "until": str(until)}
    return post("/suppressions", Noted, told, idempotency_key)


def _about(prediction_id: str | None) -> dict[str, Any]:
    return {"prediction_id": prediction_id} if prediction_id else {}
