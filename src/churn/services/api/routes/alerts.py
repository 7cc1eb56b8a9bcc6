"""Alerts: which are open, who looks after them, who was told."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from churn.lifecycle.alerting import raised, rules
from churn.services.api.needs import Caller, Known
from churn.services.api.problems import Refusal
from churn.services.api.reading import allowed
from churn.services.api.schemas.alerts import AlertAsked, AlertsAsked, AlertsPage, AlertTaken, AlertTold
from churn.services.api.schemas.told import problems
from churn.services.api.state import State
from churn.stores.ledger import entries
from churn.stores.ledger.queries.alerts import alerts as page_of_alerts
from churn.stores.ledger.queries.alerts import whole
from churn.stores.ledger.queries.cells import DAY

router = APIRouter(prefix="/monitoring/alerts", tags=["Monitoring"])

Which = Annotated[
    str, Path(pattern="^[0-9a-z_]{1,64}$", description="its id, or its kind", examples=["0198f0c3a1b25f0e9d7c6b5a4f3e"])
]
Whose = Annotated[AlertAsked, Query()]
Deed = Callable[..., raised.Row | None]


@router.get("", summary="Alerts that are not resolved, and those that lately were")
async def alerts(known: Known, asked: Annotated[AlertsAsked, Query()]) -> AlertsPage:
    """Give one page of alerts, unresolved ones first; `total` and `open` count those of the severities asked for."""
    since, purpose = entries.now() - asked.days * DAY, allowed(known, asked.purpose)
    said = (since, asked.limit, asked.offset, asked.severity, purpose)
    found = await known.ledger.read(page_of_alerts, *said)
    told = [_told(one) for one in found["alerts"]]
    return AlertsPage(total=found["total"], open=found["open"], limit=asked.limit, offset=asked.offset, alerts=told)


@router.post("/{alert}/acknowledge", summary="Say that somebody looks after an alert", responses=problems(404, 409))
async def acknowledge(known: Known, caller: Caller, alert: Which, asked: Whose, given: AlertTaken) -> AlertTold:
    """Note who looks after it: it is no longer sent again and again. Whoever is first has it, and stays."""
    return await _done(known, raised.acknowledge, alert, asked, _by(caller.name, given))


@router.post("/{alert}/resolve", summary="Close an alert by hand", responses=problems(404))
async def resolve(known: Known, caller: Caller, alert: Which, asked: Whose, given: AlertTaken) -> AlertTold:
    """Close it; what raised it raises it anew if it still holds. One that is closed stays as it was."""
    return await _done(known, raised.settle, alert, asked, _by(caller.name, given))


def _by(key: str, given: AlertTaken) -> dict[str, Any]:
    return {"by": f"{given.who} ({key})" if given.who else key, "note": given.note}


async def _done(known: State, deed: Deed, which: str, asked: AlertAsked, said: dict[str, Any]) -> AlertTold:
    purpose, now = allowed(known, asked.purpose), entries.now()
    found: Any = await known.ledger.do(lambda one: deed(one, which, now, purpose=purpose, **said))
    if found is None:
        raise Refusal(404, f"no alert has the id or kind {which!r}")
    return _told(await known.ledger.read(whole, found["id"]))


def _told(one: dict[str, Any]) -> AlertTold:
    rule = rules.rule_of(one["kind"])
    meant = {"title": rule.title, "first": rule.first}
    whose = {"owner": one["owner"] or rule.owner, "runbook": one["runbook"] or rules.runbook(one["kind"])}
    return AlertTold.model_validate(one | meant | whose)
