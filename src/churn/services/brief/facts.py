"""What the brief speaks of, as the service tells it; a part that cannot be told is missing, with why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from churn.errors import ServiceDown, ServiceError
from churn.services.api.schemas.alerts import AlertsPage
from churn.services.api.schemas.calls import CallList
from churn.services.api.schemas.campaign import CampaignTold
from churn.services.api.schemas.drift import Drift
from churn.services.api.schemas.monitoring import Performance
from churn.services.api.schemas.portfolio import Portfolio
from churn.services.api.schemas.readiness import Readiness
from churn.services.api.schemas.told import Purpose
from churn.services.client.client import ChurnClient

T = TypeVar("T")
WEEK, MONTH, HALF_YEAR = timedelta(days=7), timedelta(days=30), timedelta(days=182)
CALLS = 100
"""Calls of a week, where nobody says how many can be made."""
FORBIDDEN = (401, 403)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was told, and when; None where `missing` says why it was not."""

    at: datetime
    purpose: Purpose
    asked_calls: int
    ready: Readiness
    portfolio: Portfolio
    calls: CallList | None
    month: CampaignTold | None
    """The latest month of calls whose outcome is due."""
    half_year: CampaignTold | None
    performance: Performance | None
    drift: Drift | None
    alerts: AlertsPage | None
    missing: dict[str, str]


def gather(client: ChurnClient, purpose: Purpose, calls: int = CALLS, at: datetime | None = None) -> Facts:
    """Ask the service for all that the brief tells. Raises ServiceError where there is nothing to tell."""
    now = at or datetime.now(UTC)
    ready = client.ready()
    if ready.model_version is None:
        raise ServiceError("no model answers, so there is nothing to brief about; make a champion: make pipeline")
    portfolio = client.portfolio(days=WEEK.days, purpose=purpose)
    if not portfolio.customers:
        raise ServiceError(_nobody(ready, purpose))
    missing: dict[str, str] = {}
    performance = _told("performance", missing, lambda: client.performance(purpose=purpose))
    due = now - timedelta(days=performance.horizon_days if performance else MONTH.days)
    return Facts(
        at=now, purpose=purpose, asked_calls=calls, ready=ready, portfolio=portfolio,
        calls=_told("calls", missing, lambda: client.call_list(capacity=calls, limit=1, purpose=purpose)),
        month=_told("month", missing, lambda: client.campaign(since=due - MONTH, until=due, purpose=purpose)),
        half_year=_told("half_year", missing, lambda: client.campaign(since=now - HALF_YEAR, purpose=purpose)),
        performance=performance,
        drift=_told("drift", missing, lambda: client.drift(purpose=purpose)),
        alerts=_told("alerts", missing, lambda: client.alerts(days=WEEK.days, purpose=purpose)),
        missing=missing,
    )  # fmt: skip


def _told(name: str, missing: dict[str, str], ask: Callable[[], T]) -> T | None:
    """Ask, or note why it was not told; a service that is away, or a key that may not ask, ends the brief."""
    try:
        return ask()
    except ServiceDown:
        raise
    except ServiceError as fault:
        if fault.status in FORBIDDEN:
            raise
        missing[name] = str(fault)
        return None


def _nobody(ready: Readiness, purpose: Purpose) -> str:
    if ready.simulation and purpose == "production":
        return "nobody has been scored for production: this service simulates; ask for --purpose simulated"
    return f"nobody has been scored for {purpose}, so there is nothing to brief about; score the customers first"
