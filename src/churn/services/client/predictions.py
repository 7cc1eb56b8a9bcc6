"""Questions about customers: score them, recall them, explain them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from churn.services.api.schemas import told
from churn.services.api.schemas.customers import LastKnown
from churn.services.api.schemas.predictions import Why
from churn.services.api.spelling import BatchAnswer, ExplainedAnswer
from churn.services.client.call import Call, get, part, post

Purpose = Literal["production", "what_if", "test", "shadow", "simulated"]
Customer = Mapping[str, Any]


def predict(
    customer: Customer, *, explain: bool = False, purpose: Purpose = "production", idempotency_key: str | None = None
) -> Call[ExplainedAnswer]:
    """Score one customer, given in the raw columns."""
    asked = {"explain": explain or None, "purpose": None if purpose == "production" else purpose}
    return post("/predict", ExplainedAnswer, dict(customer), idempotency_key, **asked)


def predict_batch(
    customers: Sequence[Customer], *, explain: bool = False, purpose: Purpose = "production",
    observed_at: datetime | None = None, idempotency_key: str | None = None,
) -> Call[BatchAnswer]:  # fmt: skip
    """Score many customers; faulty ones come back in `rejects`, with their index.

    With `observed_at` they are simulated, as of that moment; scope admin, of a service started with CHURN_SIMULATION=1.
    """
    asked: dict[str, Any] = {"explain": explain or None, "purpose": None if purpose == "production" else purpose}
    asked["observed_at"] = observed_at
    return post("/predict/batch", BatchAnswer, [dict(one) for one in customers], idempotency_key, **asked)


def last_prediction(
    customer_id: str, *, explain: bool = False, purpose: told.Purpose = "production"
) -> Call[LastKnown]:
    """Recall a customer's last known score."""
    asked = {"explain": explain or None, "purpose": None if purpose == "production" else purpose}
    return get(f"/customers/{part(customer_id)}/prediction", LastKnown, **asked)


def why(prediction_id: str) -> Call[Why]:
    """Tell what a prediction was made of, and replay it."""
    return get(f"/predictions/{part(prediction_id)}", Why)
