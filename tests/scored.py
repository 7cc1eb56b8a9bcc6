"""Scores in a real ledger whose figures are chosen by the test, so that sums can be made by hand."""

import time
from datetime import UTC, datetime
from typing import Any

import orjson

import serving
from churn import contract
from churn.campaign import offer_value
from churn.params.campaign import Campaign
from churn.stores.ledger import feedback
from churn.stores.ledger.entries import Record, Write, new_id
from churn.stores.ledger.ledger import Ledger

DAY = 86_400 * 1_000_000
NOW = time.time_ns() // 1000
CAMPAIGN = Campaign(
    months=10, margin=0.5, offer=40, contact=5, acceptance=0.5, horizon_days=30,
    tiers={"low": 0, "medium": 0.3, "high": 0.6},
)  # fmt: skip


async def score(
    ledger: Ledger, name: str, probability: float, monthly: float, at: int = NOW, version: int = 1,
    purpose: str = "production", **cells: Any,
) -> str:  # fmt: skip
    """Score one customer as if a model had said so; give the prediction's id."""
    row = serving.customer(**{contract.ID: name, "MonthlyCharges": monthly, **cells})
    value = offer_value(probability, monthly, CAMPAIGN)
    answer = {
        "churn_probability": probability, "churn": probability > 0.5, "offer": value > 0, "expected_value": value,
        "risk_tier": "high" if probability >= 0.6 else "medium" if probability >= 0.3 else "low",
    }  # fmt: skip
    record = Record(
        id=new_id(), at=at, door="predict", purpose=purpose, customer=ledger.customer(name), rows=1,
        model_version=version, model_digest="d" * 64, inputs=orjson.dumps(row), results=orjson.dumps(answer),
        request_id="r", caller="test",
    )  # fmt: skip
    await ledger.put(Write(record))
    return record.id


async def left(ledger: Ledger, name: str, churned: bool, days_ago: float, prediction: str | None = None) -> None:
    """Tell what happened to a customer."""
    on = datetime.fromtimestamp((NOW - days_ago * DAY) / 1e6, UTC).date()
    said = (name, churned, on, prediction, NOW, "test")
    await ledger.do(lambda connection: feedback.outcome(connection, *said))


async def contacted(ledger: Ledger, name: str, days_ago: float, held_out: bool = False) -> None:
    """Tell that a customer was called, or held out."""
    offer = None if held_out else "40 off"
    said = (name, int(NOW - days_ago * DAY), "phone", offer, held_out, None, "test")
    await ledger.do(lambda connection: feedback.contact(connection, *said))
