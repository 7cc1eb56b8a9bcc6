"""Alive, ready, and the figures of this service."""

from typing import Any

from fastapi import APIRouter, Response

from churn.services.api import alert_figures, reading_figures, standing_figures, telemetry
from churn.services.api.needs import Known
from churn.services.api.reading import sync_said
from churn.services.api.remembered import Memory, Remembered
from churn.services.api.schemas.readiness import Health, Part, Readiness
from churn.services.api.served import STALE_SECONDS
from churn.services.api.state import State

router = APIRouter(tags=["Operations"])


@router.get("/health", summary="Is this process alive?")
async def health() -> Health:
    """Answer, whatever else is wrong."""
    return Health()


@router.get("/ready", summary="Can it answer customers?", responses={503: {"model": Readiness}})
async def ready(known: Known, response: Response) -> Readiness:
    """Tell whether model, ledger and registry are there; without model or ledger the status is 503."""
    told = readiness(known)
    if told.status == "not ready":
        response.status_code = 503
        response.headers["Retry-After"] = "2"
    return told


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
async def metrics(known: Known, memory: Memory) -> Response:
    """Give the figures of all workers together."""
    gauge(known)
    return Response(telemetry.page() + await _watched(known, memory), media_type=telemetry.MEDIA)


async def _watched(known: State, memory: Remembered) -> bytes:
    """Give what the ledger and this host hold for Prometheus, beside what the workers count."""
    pages = (alert_figures.page(known), reading_figures.page(known), standing_figures.page(known, memory))
    return b"".join([await one for one in pages])


def readiness(known: State) -> Readiness:
    """Look at each part."""
    model, ledger, registry = _model(known), _ledger(known), _registry(known)
    answers = model.ok and ledger.ok and not known.leaving
    status = "not ready" if not answers else "ready" if registry.ok else "degraded"
    version = known.served.engine.version if known.served.ready else None
    return Readiness(
        status=status,
        model=model,
        ledger=ledger,
        registry=registry,
        model_version=version,
        simulation=known.settings.simulation,
    )


def gauge(known: State) -> None:
    """Note the state of each part for Prometheus."""
    told, ledger = readiness(known), known.ledger.state
    telemetry.flush()
    telemetry.LEDGER_UP.set(told.ledger.ok)
    telemetry.REGISTRY_UP.set(told.registry.ok)
    telemetry.REFUSED_MODEL.set(bool(sync_said(known)[0].get("refused")))
    telemetry.QUEUE.set(ledger["queue"])
    telemetry.COMMIT.set(ledger["last_commit_seconds"])


def _model(known: State) -> Part:
    return Part(ok=known.served.ready, words=known.served.words)


def _ledger(known: State) -> Part:
    state: dict[str, Any] = known.ledger.state
    return Part(ok=state["ok"], words=state["words"])


def _registry(known: State) -> Part:
    """Say what sync last saw of the registry, unless it has fallen silent."""
    status, words = sync_said(known)
    fresh = bool(status) and status["silent_seconds"] <= STALE_SECONDS
    return Part(ok=fresh and status.get("registry") == "ok" and not status.get("refused"), words=words)
