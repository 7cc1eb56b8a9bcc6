"""What came of predictions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from churn.services.api.schemas.feedback import Noted, NotedMany
from churn.services.api.schemas.told import Purpose
from churn.services.client.call import Call, post


def outcome(
    customer_id: str, churned: bool, observed_on: date | str, *, prediction_id: str | None = None,
    purpose: Purpose = "production", idempotency_key: str | None = None,
) -> Call[Noted]:  # fmt: skip
    """Tell whether a customer had left on a day; telling it again changes nothing."""
    told = {"customer_id": customer_id, "churned": churned, "observed_on": str(observed_on)}
    return post("/outcomes", Noted, told | _about(prediction_id), idempotency_key, purpose=_other(purpose))


def outcomes(
    told: Sequence[Mapping[str, Any]], *, purpose: Purpose = "production", idempotency_key: str | None = None
) -> Call[NotedMany]:
    """Tell many outcomes at once; each is noted or refused."""
    rows = [dict(one) for one in told]
    return post("/outcomes", NotedMany, rows, idempotency_key, purpose=_other(purpose))


def contact(
    customer_id: str, at: datetime | str, channel: str, offer: str | None = None, *, held_out: bool = False,
    prediction_id: str | None = None, purpose: Purpose = "production", idempotency_key: str | None = None,
) -> Call[Noted]:  # fmt: skip
    """Tell who was offered what, or was held out on purpose."""
    when = at.isoformat() if isinstance(at, datetime) else at
    told = {"customer_id": customer_id, "at": when, "channel": channel, "held_out": held_out, "offer": offer}
    return post("/contacts", Noted, told | _about(prediction_id), idempotency_key, purpose=_other(purpose))


def contacts(
    told: Sequence[Mapping[str, Any]], *, purpose: Purpose = "production", idempotency_key: str | None = None
) -> Call[NotedMany]:
    """Tell many contacts at once; each is noted or refused."""
    rows = [dict(one) for one in told]
    return post("/contacts", NotedMany, rows, idempotency_key, purpose=_other(purpose))


def suppress(customer_id: str, reason: str, until: date | str, *, idempotency_key: str | None = None) -> Call[Noted]:
    """Tell who must not be called, why, and until which day."""
    told = {"customer_id": customer_id, "reason": reason, "until": str(until)}
    return post("/suppressions", Noted, told, idempotency_key)


def _about(prediction_id: str | None) -> dict[str, Any]:
    return {"prediction_id": prediction_id} if prediction_id else {}


def _other(purpose: Purpose) -> Purpose | None:
    """Say the purpose where it is not the usual one."""
    return None if purpose == "production" else purpose
