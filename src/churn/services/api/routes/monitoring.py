"""How the model does in service: how right it was, how its customers moved, what alerts are open."""

import asyncio
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query

from churn.errors import ChurnError
from churn.lifecycle.stability import stability, worst
from churn.services.api import realised
from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.reading import allowed, ask
from churn.services.api.schemas.alerts import AlertsAsked, AlertsPage, AlertTold
from churn.services.api.schemas.drift import DayOfScores, Drift, DriftAsked, Live
from churn.services.api.schemas.monitoring import Performance, PerformanceAsked
from churn.services.api.schemas.told import micro
from churn.services.api.state import State
from churn.stores.files import read_json_if_any
from churn.stores.ledger import entries
from churn.stores.ledger.queries import arrivals
from churn.stores.ledger.queries.alerts import alerts as page_of_alerts
from churn.stores.ledger.queries.cells import DAY
from churn.stores.ledger.queries.matured import Span, matured
from churn.stores.ledger.queries.spread import spread

router = APIRouter(prefix="/monitoring", tags=["Monitoring"])

PERFORMANCE_DAYS, SAMPLE = 180, 5000


@router.get("/performance", summary="How right the scores turned out to be")
async def performance(known: Known, asked: Annotated[PerformanceAsked, Query()]) -> Performance:
    """Measure scores whose horizon has passed against what happened; a customer of whom nothing was told is left out.

    An outcome told of the very prediction counts as told; another one of the customer counts by its day: who left
    within the horizon left, who was there at its end or left later stayed. A customer who was scored often counts once
    in all, once in each version, and once in each of its windows.
    """
    until = micro(asked.until) if asked.until else entries.now()
    since = micro(asked.since) if asked.since else until - PERFORMANCE_DAYS * DAY
    if since >= until:
        raise Refusal(422, "since lies before until")
    horizon = known.served.engine.campaign.horizon_days
    purpose = allowed(known, asked.purpose)
    span = Span(since, until, horizon, entries.now(), asked.window_days, purpose, asked.include_contacted)
    found = await ask(known, matured, span)
    return await asyncio.to_thread(realised.told, found, await known.ledger.read(spread, span), span)


@router.get("/drift", summary="Whether customers or scores moved")
async def drift(known: Known, asked: Annotated[DriftAsked, Query()]) -> Drift:
    """Tell what the ledger shows of drift, beside the pipeline's last reading; what cannot be judged is unknown.

    The newest customers are compared with the pipeline's profile of its table: shares of categories by the population
    stability index, means of numbers in standard deviations. Beside them: scores by day and version, and refused cells.
    """
    purpose, since = allowed(known, asked.purpose), entries.now() - asked.days * DAY
    newest = await ask(known, arrivals.newest, purpose, since, SAMPLE)
    days = await known.ledger.read(arrivals.scores, purpose, since)
    refused = await known.ledger.read(arrivals.refused, since)
    live = await asyncio.to_thread(_live, known, newest)
    pipeline = await asyncio.to_thread(_report, known, "drift/drift.json")
    return Drift(
        state=live.state,
        words=live.words,
        live=live,
        scores=[_day(one) for one in days],
        refused=refused,
        by_window=[],
        pipeline=pipeline,
    )


@router.get("/alerts", summary="Alerts that are open, and those that were lately")
async def alerts(known: Known, asked: Annotated[AlertsAsked, Query()]) -> AlertsPage:
    """Give one page of alerts, open ones first; `total` and `open` count those of the severities asked for."""
    since = entries.now() - asked.days * DAY
    found = await ask(known, page_of_alerts, since, asked.limit, asked.offset, asked.severity)
    told = [AlertTold(**one) for one in found["alerts"]]
    return AlertsPage(total=found["total"], open=found["open"], limit=asked.limit, offset=asked.offset, alerts=told)


def _live(known: State, newest: list[tuple[str, float]]) -> Live:
    judged = stability([orjson.loads(inputs) for inputs, _ in newest], _report(known, "data_profile.json"))
    state = worst([one.state for one in judged])
    moved = [one.column for one in judged if one.state == "moved"]
    unknown = [one for one in judged if one.state == "unknown"]
    said = f"{len(moved)} of {len(judged)} columns moved{': ' if moved else ''}{', '.join(moved)}"
    words = unknown[0].words if len(unknown) == len(judged) else said
    return Live(customers=len(newest), state=state, words=words, columns=judged)


def _report(known: State, name: str) -> dict[str, Any] | None:
    try:
        found = read_json_if_any(known.settings.reports_dir / name)
    except (ChurnError, OSError):
        return None
    return found if isinstance(found, dict) else None


def _day(one: dict[str, Any]) -> DayOfScores:
    spread = max(one["square"] - one["mean"] ** 2, 0.0) ** 0.5
    return DayOfScores(
        day=str(one["day"]),
        model_version=one["model_version"],
        scores=one["scores"],
        mean=one["mean"],
        sd=spread,
        tenths=[one[f"t{low}"] for low in range(10)],
    )
