"""How the model does in service: how right it was, how its customers moved, how the service itself does."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.errors import ChurnError, LedgerError
from churn.services.api import moved, realised, telemetry
from churn.services.api.figures import figures
from churn.services.api.needs import Known
from churn.services.api.problems import Refusal
from churn.services.api.reading import allowed, ask
from churn.services.api.remembered import Memory
from churn.services.api.schemas.drift import DayOfScores, Drift, DriftAsked
from churn.services.api.schemas.monitoring import Performance, PerformanceAsked
from churn.services.api.schemas.service import DayOfVolume, RouteLatency, ServiceAsked, ServiceFigures
from churn.services.api.schemas.told import MICRO, micro
from churn.services.api.state import State
from churn.stores.files import read_json_if_any
from churn.stores.ledger import entries
from churn.stores.ledger.queries import arrivals, customers
from churn.stores.ledger.queries.cells import DAY, HOUR
from churn.stores.ledger.queries.matured import Span, feedback_mark, matured
from churn.stores.ledger.queries.spread import spread
from churn.stores.ledger.watch import readings

router = APIRouter(prefix="/monitoring", tags=["Monitoring"])

PERFORMANCE_DAYS, MOST_READ = 180, 60


@router.get("/performance", summary="How right the scores turned out to be")
async def performance(known: Known, memory: Memory, asked: Annotated[PerformanceAsked, Query()]) -> Performance:
    """Measure scores whose horizon has passed against what happened; a customer of whom nothing was told is left out.

    An outcome told of the very prediction counts as told; another one of the customer counts by its day: who left
    within the horizon left, who was there at its end or left later stayed. A customer who was scored often counts once
    in all, once in each version, and once in each of its windows. Where there are so many scores that this takes long,
    news may wait some seconds.
    """
    until = micro(asked.until) if asked.until else entries.now()
    since = micro(asked.since) if asked.since else until - PERFORMANCE_DAYS * DAY
    if since >= until:
        raise Refusal(422, "since lies before until")
    horizon = known.served.engine.campaign.horizon_days
    purpose = allowed(known, asked.purpose)
    span = Span(since, until, horizon, entries.now(), asked.window_days, purpose, asked.include_contacted)
    key = ("performance", purpose, asked.since, asked.until, asked.window_days, asked.include_contacted, horizon)
    seen = (await ask(known, customers.mark, purpose), await known.ledger.read(feedback_mark, purpose))
    told: Performance = await memory.get(key, (*seen, span.now // HOUR), lambda: _performance(known, span))
    return told


@router.get("/drift", summary="Whether customers or scores moved")
async def drift(known: Known, memory: Memory, asked: Annotated[DriftAsked, Query()]) -> Drift:
    """Tell what monitoring read of drift, beside the pipeline's last reading; what cannot be judged is unknown.

    The customers of a window are held against the table logged with the champion, with thresholds that so many windows
    without drift pass as `rate` says. Beside them: scores by day and version, and refused cells.
    """
    purpose, now = allowed(known, asked.purpose), entries.now()
    since = now - asked.days * DAY
    mark = await known.ledger.read(customers.mark, purpose)
    days = await memory.get(
        ("scores", purpose, asked.days, since // HOUR), mark, lambda: known.ledger.read(arrivals.scores, purpose, since)
    )
    refused = await ask(known, arrivals.refused, since)
    clock = None if purpose == "simulated" else now
    read = (await known.ledger.read(readings.page, purpose, (moved.KIND,), 0, MOST_READ, 0, clock))["readings"]
    live = moved.live(read, clock)
    return Drift(
        state=live.state,
        words=live.words,
        live=live,
        scores=[_day(one) for one in days],
        refused=refused,
        by_window=moved.by_window(read, asked.windows),
        pipeline=await asyncio.to_thread(_report, known, "drift/drift.json"),
    )


@router.get("/service", summary="How the service itself does")
async def service(known: Known, asked: Annotated[ServiceAsked, Query()]) -> ServiceFigures:
    """Tell of requests, faults and speed of all workers since the service started, and of what was scored day by day.

    Speed is read from the same histogram that Prometheus reads: exact at its bounds, a guess between them.
    """
    purpose, since = allowed(known, asked.purpose), entries.now() - asked.days * DAY
    try:
        days, away = await ask(known, arrivals.volume, purpose, since), ""
    except LedgerError:
        days, away = [], "; how much was scored is not known now: the ledger does not answer"
    telemetry.flush()
    found = await asyncio.to_thread(lambda: figures(telemetry.families()))
    words = f"{found.requests:,} requests since the service started, {found.errors:,} of them failed by a fault of ours"
    return ServiceFigures(
        since=None if found.since is None else round(found.since * MICRO),
        workers=found.workers,
        requests=found.requests,
        errors=found.errors,
        refused_rows=found.refused_rows,
        words=words + away,
        latency=[RouteLatency.model_validate(one) for one in found.latency],
        volume=[DayOfVolume(**one) for one in days],
    )


async def _performance(known: State, span: Span) -> Performance:
    found = await known.ledger.read(matured, span)
    return await asyncio.to_thread(realised.told, found, await known.ledger.read(spread, span), span)


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
