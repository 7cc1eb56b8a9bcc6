"""Whom to call, who is left out and why, what offers are expected to bring, and what they came to."""

from datetime import datetime

from churn.services.api.schemas.calls import Arm, CallList, Cause, ExcludedPage
from churn.services.api.schemas.campaign import CampaignTold
from churn.services.api.schemas.curve import Curve
from churn.services.api.schemas.told import Purpose
from churn.services.client.call import Call, get


def call_list(  # noqa: PLR0913  the service limits and filters by so many things
    *, capacity: int | None = None, budget: float | None = None, holdout: float | None = None, arm: Arm = "call",
    agent_calls: int = 20, tier: str | None = None, segment: tuple[str, ...] = (), rest_days: int = 30,
    limit: int = 50, offset: int = 0, purpose: Purpose = "production",
) -> Call[CallList]:  # fmt: skip
    """Choose whom to call, best first; arm "held_out" pages through those who are left alone by chance instead."""
    return get(
        "/call-list", CallList, capacity=capacity, budget=budget, holdout=holdout, arm=arm, agent_calls=agent_calls,
        tier=tier, segment=segment, rest_days=rest_days, limit=limit, offset=offset, purpose=purpose,
    )  # fmt: skip


def excluded(
    *, cause: Cause | None = None, tier: str | None = None, segment: tuple[str, ...] = (), rest_days: int = 30,
    limit: int = 50, offset: int = 0, purpose: Purpose = "production",
) -> Call[ExcludedPage]:  # fmt: skip
    """Page through who is worth an offer and is left in peace, each with the cause."""
    return get(
        "/call-list/excluded", ExcludedPage, cause=cause, tier=tier, segment=segment, rest_days=rest_days, limit=limit,
        offset=offset, purpose=purpose,
    )  # fmt: skip


def campaign(
    *, since: datetime | None = None, until: datetime | None = None, purpose: Purpose = "production"
) -> Call[CampaignTold]:
    """Tell what the contacts came to, against the held-out."""
    return get("/campaign", CampaignTold, since=since, until=until, purpose=purpose)


def curve(
    *, months: float | None = None, margin: float | None = None, offer: float | None = None,
    contact: float | None = None, acceptance: float | None = None, purpose: Purpose = "production",
) -> Call[Curve]:  # fmt: skip
    """Tell what offers above each threshold are expected to bring; what is not given is as the champion assumes."""
    return get(
        "/campaign/curve", Curve, months=months, margin=margin, offer=offer, contact=contact, acceptance=acceptance,
        purpose=purpose,
    )  # fmt: skip
