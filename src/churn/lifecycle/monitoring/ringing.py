"""From readings to alerts: an alarm opens one, a clean reading closes it, what is unknown leaves it as it is."""

from collections.abc import Sequence
from typing import Any

from churn.lifecycle.alerting import raised
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.monitoring.champion import Model
from churn.lifecycle.monitoring.judge import FAULT
from churn.lifecycle.monitoring.reading import KINDS, Reading
from churn.stores.ledger import deliveries

DATA_FAULT, FAILED, AWAY, DUE = "data_fault", "monitor_failed", "registry_away", "retrain_due"
BY = "monitor"


def ring(
    connection: Any, found: Sequence[Reading], decision: Decision, champion: Model | None, now: int, purpose: str
) -> list[dict[str, Any]]:
    """Raise and resolve alerts within a deed on the ledger; give those that were raised."""
    wrong: dict[str, str] = {}
    for one in found:
        if one.state == "alarm":
            wrong.setdefault(_kind(one), one.words)
    if broken := [one.words for one in found if one.figures.get(FAULT)]:
        wrong[FAILED] = "; ".join(broken)
    if champion is None or champion.away:
        wrong[AWAY] = champion.lacks if champion else "no champion is known: the registry is away, or holds none"
    if decision.id and decision.action == "retrain":
        wrong[DUE] = decision.words
    mine = [one for one in found if champion is None or one.model_version in {None, champion.version}]
    for kind in [*_well(mine), AWAY]:
        if kind not in wrong:
            raised.resolve(connection, kind, now, purpose=purpose, by=BY)
    deliveries.beat(connection, purpose, now)
    return [raised.raise_(connection, kind, words, now, purpose=purpose) for kind, words in wrong.items()]


def _kind(one: Reading) -> str:
    return DATA_FAULT if one.kind == "drift" and one.figures.get("kind") == DATA_FAULT else one.kind


def _well(found: Sequence[Reading]) -> list[str]:
    """List the kinds of which every reading is ok; a drift that is none is no fault of the data either."""
    states = {kind: {one.state for one in found if one.kind == kind} for kind in KINDS}
    well: list[str] = [kind for kind, seen in states.items() if seen == {"ok"}]
    moved = [one for one in found if one.kind == "drift" and one.state == "alarm"]
    return well + ([DATA_FAULT] if "drift" in well or any(_kind(one) == "drift" for one in moved) else [])
