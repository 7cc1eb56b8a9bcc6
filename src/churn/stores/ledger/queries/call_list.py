"""Whom to call, best first, without those who must be left in peace, and who is held out in their midst by chance."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from churn.stores.ledger.lots import held_out
from churn.stores.ledger.queries.customers import SHOWN
from churn.stores.ledger.queries.gone import gone
from churn.stores.ledger.queries.offers import CAUSES, Offers, asked, ranked
from churn.stores.ledger.queries.walk import Arm, Walk
from churn.stores.ledger.tables import latest

CALL, HELD_OUT = "call", "held_out"


@dataclass(frozen=True, slots=True)
class Calls(Offers):
    """How many calls, for how much, which share is held out, and which arm is listed."""

    capacity: int | None = None
    budget: float | None = None
    holdout: float = 0.0
    arm: str = CALL
    agent_calls: int = 20
    limit: int = 50
    offset: int = 0


def call_list(connection: Connection, calls: Calls) -> dict[str, Any]:
    """Give one page of an arm, the sums over all of both, and how many were left out for each cause.

    One pass over the offers, in this process: the database would sort and number them two times as slowly.
    """
    walk, causes = _walk(calls), Counter(dict.fromkeys(CAUSES, 0))
    for name, value, cost, cause in connection.execute(ranked(calls)):
        if cause is not None:
            causes[cause] += 1
        elif not walk.over:
            walk.meet(name, value, cost)
    poor, newest = connection.execute(_beside(calls)).one()
    held, more = asdict(walk.held.all), asdict(walk.beyond)
    del held["cost"]
    return asdict(walk.called.all) | {
        "held_out": held,
        "one_more": {"calls": more.pop("customers")} | more,
        "excluded": dict(causes),
        "not_worth_it": poor,
        "as_of": newest,
        "calls": _page(connection, (walk.called if calls.arm == CALL else walk.held).page, calls),
    }


def _walk(calls: Calls) -> Walk:
    pages = {CALL: 0, HELD_OUT: 0} | {calls.arm: calls.limit}
    called, held = (Arm(calls.offset, calls.offset + pages[arm]) for arm in (CALL, HELD_OUT))
    more = calls.agent_calls
    return Walk(
        called, held, calls.capacity, calls.budget, more, lambda name: held_out(name, calls.today, calls.holdout)
    )


def _page(connection: Connection, names: list[str], calls: Calls) -> list[dict[str, Any]]:
    """Show these customers, in their order; who was erased meanwhile is gone."""
    cost = calls.cost.label("cost")
    mine = and_(latest.c.purpose == calls.purpose, latest.c.customer.in_(names))
    found = connection.execute(select(*SHOWN, cost, latest.c.inputs).where(mine)).mappings()
    rows = {row["customer_id"]: dict(row) for row in found}
    return [rows[name] | {"rank": rank} for rank, name in enumerate(names, calls.offset + 1) if name in rows]


def _beside(calls: Calls) -> Select[Any, Any]:
    """Count who is there and whose offer costs more than it brings, and tell when anybody was scored last."""
    poor = and_(latest.c.expected_value <= 0, latest.c.customer.not_in(gone(calls.purpose)), *asked(calls))
    return select(func.count().filter(poor), func.max(latest.c.at)).where(latest.c.purpose == calls.purpose)
