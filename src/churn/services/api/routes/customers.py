"""Customers: a page of them, the last score of one, and one erased."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from churn.errors import UnknownPrediction
from churn.scoring.record import ID_LENGTH, ID_PATTERN
from churn.services.api import filters
from churn.services.api.needs import Caller, Known
from churn.services.api.problems import Refusal
from churn.services.api.reading import allowed, ask
from churn.services.api.schemas.customers import CustomersAsked, CustomersPage, LastKnown, LastKnownAsked, Receipt
from churn.services.api.schemas.told import problems
from churn.services.api.state import State
from churn.stores.ledger import entries, erasure
from churn.stores.ledger.lots import held_out
from churn.stores.ledger.queries.customers import Wanted
from churn.stores.ledger.queries.customers import customers as page_of_customers
from churn.stores.ledger.queries.latest import last_known
from churn.stores.ledger.queries.prediction import prediction
from churn.stores.ledger.queries.standing import standing

router = APIRouter(tags=["Customers"])

SCORE = "/prediction"
CustomerId = Annotated[str, Path(min_length=1, max_length=ID_LENGTH, pattern=ID_PATTERN, examples=["7590-VHVEG"])]


@router.get("/customers", summary="Customers by their last known score")
async def customers(known: Known, asked: Annotated[CustomersAsked, Query()]) -> CustomersPage:
    """Give one page of customers, sorted and filtered; ties go by customer_id, so that pages fit together.

    Who has left, by the last outcome told, is not among them until an outcome says that they are there again.
    """
    wanted = Wanted(
        purpose=allowed(known, asked.purpose),
        tier=asked.tier,
        offer=asked.offer,
        min_probability=asked.min_probability,
        left=asked.left,
        groups=filters.groups(asked.segment),
        sort=asked.sort,
        limit=asked.limit,
        offset=asked.offset,
    )
    filters.known_tier(known, asked.tier)
    found = await ask(known, page_of_customers, wanted)
    return CustomersPage(limit=asked.limit, offset=asked.offset, **found)


@router.get(
    "/customers/{customer_id:path}/prediction", summary="The last known score of one customer", responses=problems(404)
)
async def last_prediction(
    known: Known, customer_id: CustomerId, asked: Annotated[LastKnownAsked, Query()]
) -> LastKnown:
    """Give the last score as it was answered; nothing is scored anew. `explain=true` adds why, and how he stands."""
    purpose, stored = allowed(known, asked.purpose), known.ledger.customer(customer_id)
    found = await ask(known, _as_answered, stored, purpose)
    inputs = found.pop("inputs")
    more = await _explained(known, inputs) if asked.explain else {}
    if asked.explain:
        more |= {"inputs": inputs, "standing": await _stands(known, stored, purpose)}
    return LastKnown(**{**found, **more, "customer_id": customer_id})


@router.delete("/customers/{customer_id:path}", summary="Erase one customer", responses=problems(405))
async def erase(known: Known, caller: Caller, customer_id: CustomerId) -> Receipt:
    """Erase what is known of a customer, everywhere in the ledger; the receipt names nobody."""
    if customer_id.endswith(SCORE):
        raise Refusal(405, "a score is not deleted by itself; DELETE /customers/{customer_id} erases the customer")
    return Receipt(**await erasure.erase(known.ledger, customer_id, entries.now(), caller.name))


def _as_answered(connection: Any, customer: str, purpose: str) -> dict[str, Any]:
    """Give the newest score, with the flag that the answer bore; None where the record itself is past keeping."""
    found = last_known(connection, customer, purpose)
    try:
        answered = prediction(connection, found["prediction_id"])["answer"] or {}
    except UnknownPrediction:
        answered = {}
    told = {"churn_probability": found["probability"], "risk_tier": found["tier"], "churn": answered.get("churn")}
    return found | told


async def _stands(known: State, stored: str, purpose: str) -> dict[str, Any]:
    """Tell what keeps a customer from being called, or did."""
    today = datetime.now(UTC).date()
    found = await ask(known, standing, stored, purpose, today)
    return found | {"drawn_out": held_out(stored, today, known.served.engine.campaign.holdout)}


async def _explained(known: State, inputs: dict[str, Any]) -> dict[str, Any]:
    """Add why, by the model that serves now."""
    engine = known.served.engine
    shares = (await known.explainer.contributions(engine, [inputs]))[0] if engine.needs_explainer else None
    return {
        "explained_by_version": engine.version,
        "explained_probability": engine.answer(inputs)["churn_probability"],
        "average": engine.average(inputs, shares),
        "reasons": engine.reasons(inputs, shares),
        "changes": engine.changes(inputs),
    }
