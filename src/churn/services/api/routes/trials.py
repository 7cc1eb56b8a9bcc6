"""Experiments on real customers."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query

from churn.lifecycle.experiment import look
from churn.lifecycle.experiment.look import Standing
from churn.lifecycle.experiment.running import Running
from churn.services.api.needs import Known
from churn.services.api.reading import allowed, ask
from churn.services.api.remembered import Memory
from churn.services.api.schemas.told import iso
from churn.services.api.schemas.trials import TrialsAsked, TrialsPage, TrialTold
from churn.services.api.state import State
from churn.stores.ledger import entries, experiments
from churn.stores.ledger.queries import customers
from churn.stores.ledger.queries.cells import HOUR

router = APIRouter(tags=["Model"])

DECLARED = ("why", "figure", "test", "level", "expected_customers", "detectable")
SAID = ("id", "name", "mode", "state", "who", "share", "champion", "challenger")


@router.get("/experiments/live", summary="Experiments on real customers, newest first")
async def trials(known: Known, memory: Memory, asked: Annotated[TrialsAsked, Query()]) -> TrialsPage:
    """List experiments with champion and challenger on real customers, live or in shadow, as they were declared.

    What came of the customers is told only once it was read, at the end; until then, who was met and whether they split
    as declared. `churn experiment` begins, reads and stops them. Trainings are under /experiments.
    """
    purpose = allowed(known, asked.purpose)
    found = await ask(known, experiments.page, purpose, asked.limit, asked.offset)
    mark = await known.ledger.read(customers.mark, purpose)
    told = [await _standing(known, memory, Running(**one), mark) for one in found["experiments"]]
    return TrialsPage(
        total=found["total"], limit=asked.limit, offset=asked.offset, experiments=[_told(one) for one in told]
    )


async def _standing(known: State, memory: Memory, of: Running, mark: Any) -> Standing:
    """Count whom a running one has met, anew when there is news of customers."""
    now = entries.now()
    if of.state != experiments.RUNNING:
        return look.standing(None, of, now)
    counted = partial(known.ledger.read, look.standing, of, now)
    found: Standing = await memory.get(("experiment", of.id), (mark, now // HOUR), counted)
    return found


def _told(found: Standing) -> TrialTold:
    of, result = found.of, found.of.result or {}
    return TrialTold(
        **{name: getattr(of, name) for name in SAID},
        **{name: of.declared.get(name) for name in DECLARED},
        phase=found.phase,
        words=found.words,
        begins=iso(of.begins),
        ends=iso(of.ends),
        readable=iso(of.readable),
        champion_customers=found.champion,
        challenger_customers=found.challenger,
        split_p=found.split_p,
        outcome=result.get("state"),
        effect=result.get("effect"),
        recommendation=result.get("recommendation"),
    )
