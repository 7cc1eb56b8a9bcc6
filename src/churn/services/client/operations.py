"""How the service does, what it serves, and what an administrator may ask of it."""

from datetime import datetime
from typing import Any

from churn.services.api.schemas.admin import Asked
from churn.services.api.schemas.alerts import AlertsPage, AlertTold, Severity
from churn.services.api.schemas.customers import Receipt
from churn.services.api.schemas.drift import Drift
from churn.services.api.schemas.history import HistoryPage
from churn.services.api.schemas.model_info import ModelInfo
from churn.services.api.schemas.monitoring import Performance
from churn.services.api.schemas.pipeline import Pipeline
from churn.services.api.schemas.readiness import Health, Readiness
from churn.services.api.schemas.service import ServiceFigures
from churn.services.api.schemas.told import Purpose
from churn.services.client.call import Call, body, get, part, spelt

SYNC_SECONDS = 20.0


def health() -> Call[Health]:
    """Ask whether the process answers."""
    return get("/health", Health)


def ready() -> Call[Readiness]:
    """Ask whether model, ledger and registry are there; `not ready` is an answer, not an error."""
    return Call("GET", "/ready", Readiness, also=frozenset({503}))


def model_info() -> Call[ModelInfo]:
    """Tell which model answers, where it came from and how it decides."""
    return get("/model_info", ModelInfo)


def history(*, at: datetime | str | None = None, limit: int = 50, offset: int = 0) -> Call[HistoryPage]:
    """Tell what was in production when."""
    return get("/history", HistoryPage, at=at, limit=limit, offset=offset)


def performance(
    *, since: datetime | None = None, until: datetime | None = None, window_days: int = 30, contacted: bool = False,
    purpose: Purpose = "production",
) -> Call[Performance]:  # fmt: skip
    """Tell how good the scores turned out to be."""
    return get(
        "/monitoring/performance", Performance, since=since, until=until, window_days=window_days,
        include_contacted=contacted, purpose=purpose,
    )  # fmt: skip


def drift(*, days: int = 30, windows: int = 0, purpose: Purpose = "production") -> Call[Drift]:
    """Tell how far what is asked has moved from what was learnt, altogether and in each of the last windows."""
    return get("/monitoring/drift", Drift, days=days, windows=windows, purpose=purpose)


def service(*, days: int = 30, purpose: Purpose = "production") -> Call[ServiceFigures]:
    """Tell how many requests there were, how fast they were answered, and how much was scored on each day."""
    return get("/monitoring/service", ServiceFigures, days=days, purpose=purpose)


def alerts(
    *, days: int = 30, severity: tuple[Severity, ...] = (), limit: int = 50, offset: int = 0,
    purpose: Purpose = "production",
) -> Call[AlertsPage]:  # fmt: skip
    """Page through alerts, open ones first; with `severity` only those."""
    return get(
        "/monitoring/alerts", AlertsPage, days=days, severity=severity, limit=limit, offset=offset, purpose=purpose
    )


def acknowledge(
    alert: str, *, note: str | None = None, who: str | None = None, purpose: Purpose = "production"
) -> Call[AlertTold]:
    """Say that somebody looks after an alert, named by id or kind; whoever is first has it. Scope admin."""
    return _of_alert("acknowledge", alert, note, who, purpose)


def resolve(
    alert: str, *, note: str | None = None, who: str | None = None, purpose: Purpose = "production"
) -> Call[AlertTold]:
    """Close an alert by hand; what raised it raises it anew if it still holds. Scope admin."""
    return _of_alert("resolve", alert, note, who, purpose)


def pipeline() -> Call[Pipeline]:
    """Tell by which stages, from which data, the model that answers was made."""
    return get("/reports/pipeline", Pipeline)


def reload() -> Call[Asked]:
    """Let this host look at the registry now. Scope admin."""
    return _asked_of_sync("reload")


def pin(version: int, why: str) -> Call[Asked]:
    """Let this host serve a version, whatever the alias says. Scope admin."""
    return _asked_of_sync("pin", version=version, why=why)


def unpin() -> Call[Asked]:
    """Let this host follow the alias again. Scope admin."""
    return _asked_of_sync("unpin")


def roll_back(why: str) -> Call[Asked]:
    """Bring back the champion before this one. Scope admin."""
    return _asked_of_sync("rollback", why=why)


def asked(request_id: str) -> Call[Asked]:
    """Tell what became of a request that was not done at once. Scope admin."""
    return get(f"/admin/requests/{part(request_id)}", Asked)


def erase(customer_id: str) -> Call[Receipt]:
    """Erase a customer everywhere, and give the receipt. Scope admin."""
    return Call("DELETE", f"/customers/{part(customer_id)}", Receipt)


def _asked_of_sync(action: str, **details: Any) -> Call[Asked]:
    """Ask once: what an administrator wants is not wanted twice. The service waits for sync, and so do we."""
    content = body(details) if details else None
    return Call("POST", f"/admin/{action}", Asked, content=content, seconds=SYNC_SECONDS)


def _of_alert(deed: str, alert: str, note: str | None, who: str | None, purpose: Purpose) -> Call[AlertTold]:
    said = {name: value for name, value in (("note", note), ("who", who)) if value is not None}
    path = f"/monitoring/alerts/{part(alert)}/{deed}"
    return Call("POST", path, AlertTold, spelt({"purpose": purpose}), body(said))
