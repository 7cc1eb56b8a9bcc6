"""Whom to call, best first, without those who must be left in peace, and who is held out in their midst by chance."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, literal, select, true
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import CTE, Subquery

from churn.stores.ledger.lots import LOTS, lot
from churn.stores.ledger.queries.customers import SHOWN
from churn.stores.ledger.queries.gone import gone
from churn.stores.ledger.queries.offers import CAUSES, Offers, asked, worth
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


def quarter(day: date) -> str:
    """Name the quarter of a day; with a customer's stored name it makes the words of that customer's lot."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def call_list(connection: Connection, calls: Calls) -> dict[str, Any]:
    """Give one page of an arm, the sums over all of both, and how many were left out for each cause.

    The list is walked from the best offer down: each customer is called or, by the lot, held out, until capacity or
    budget ends. So whoever is held out stands where a call would have been made, and the arms can be compared.
    """
    offers = worth(calls)
    walk = _walked(offers, calls)
    found = dict(connection.execute(_sums(offers, walk, calls)).mappings().one())
    poor, newest = connection.execute(_beside(calls)).one()
    return {
        "customers": found["calls"],
        "expected_value": found["calls_value"],
        "cost": found["calls_cost"],
        "held_out": {"customers": found["held"], "expected_value": found["held_value"]},
        "one_more": {name: found[f"more_{name}"] for name in ("calls", "expected_value", "cost")},
        "excluded": {cause: found[cause] for cause in CAUSES},
        "not_worth_it": poor,
        "as_of": newest,
        "calls": _page(connection, walk, calls),
    }


def _walked(offers: CTE, calls: Calls) -> CTE:
    """Give each open offer whether it is held out, and what the calls before it come to: their number and cost."""
    words = literal(f"{quarter(calls.today)}:") + offers.c.customer_id
    below = round(calls.holdout * LOTS)
    held = case((lot(words) < below, 1), else_=0) if below else literal(0)
    drawn = select(offers, held.label("held")).where(offers.c.cause.is_(None)).subquery("drawn")
    order: dict[str, Any] = {"order_by": (drawn.c.expected_value.desc(), drawn.c.customer_id), "rows": (None, -1)}
    number = func.coalesce(func.sum(1 - drawn.c.held).over(**order), 0).label("before")
    spent = func.coalesce(func.sum(drawn.c.cost * (1 - drawn.c.held)).over(**order), 0.0).label("spent")
    limits = [number] * (calls.capacity is not None) + [spent] * (calls.budget is not None)
    return select(drawn, *limits).cte("walk")


def _reached(walk: CTE, calls: Calls) -> ColumnElement[bool]:
    """Tell whether the calls before leave room for one to this customer."""
    room: list[ColumnElement[bool]] = [true()]
    if calls.capacity is not None:
        room.append(walk.c.before < calls.capacity)
    if calls.budget is not None:
        room.append(walk.c.spent + walk.c.cost <= calls.budget)
    return and_(*room)


def _sums(offers: CTE, walk: CTE, calls: Calls) -> Select[Any]:
    """Add up both arms, what one more agent would call, and who is left out, in one statement."""
    called, held = walk.c.held == 0, walk.c.held == 1
    value, cost = walk.c.expected_value, walk.c.cost
    arms = select(
        func.count().filter(called).label("calls"),
        func.coalesce(func.sum(value).filter(called), 0.0).label("calls_value"),
        func.coalesce(func.sum(cost).filter(called), 0.0).label("calls_cost"),
        func.count().filter(held).label("held"),
        func.coalesce(func.sum(value).filter(held), 0.0).label("held_value"),
    ).where(_reached(walk, calls))
    out = select(*(func.count().filter(offers.c.cause == cause).label(cause) for cause in CAUSES))
    first, then, left_out = arms.subquery("arms"), _more(walk, calls), out.select_from(offers).subquery("left_out")
    return select(first, then, left_out).select_from(first.join(then, true()).join(left_out, true()))


def _more(walk: CTE, calls: Calls) -> Subquery:
    """Add up the next calls after the last that there is room for."""
    order = (walk.c.expected_value.desc(), walk.c.customer_id)
    rest = select(walk).where(walk.c.held == 0, ~_reached(walk, calls)).order_by(*order)
    following = rest.limit(calls.agent_calls).subquery("following")
    return select(
        func.count().label("more_calls"),
        func.coalesce(func.sum(following.c.expected_value), 0.0).label("more_expected_value"),
        func.coalesce(func.sum(following.c.cost), 0.0).label("more_cost"),
    ).subquery("more")


def _page(connection: Connection, walk: CTE, calls: Calls) -> list[dict[str, Any]]:
    mine = select(walk.c.customer_id, walk.c.cost).where(walk.c.held == int(calls.arm == HELD_OUT))
    order = (walk.c.expected_value.desc(), walk.c.customer_id)
    chosen = mine.where(_reached(walk, calls)).order_by(*order).limit(calls.limit).offset(calls.offset).subquery("page")
    same = and_(latest.c.purpose == calls.purpose, latest.c.customer == chosen.c.customer_id)
    shown = select(*SHOWN, chosen.c.cost, latest.c.inputs).join_from(chosen, latest, same)
    rows = connection.execute(shown.order_by(latest.c.expected_value.desc(), latest.c.customer))
    return [dict(row) | {"rank": rank} for rank, row in enumerate(rows.mappings(), calls.offset + 1)]


def _beside(calls: Calls) -> Select[Any, Any]:
    """Count who is there and whose offer costs more than it brings, and tell when anybody was scored last."""
    poor = and_(latest.c.expected_value <= 0, latest.c.customer.not_in(gone(calls.purpose)), *asked(calls))
    return select(func.count().filter(poor), func.max(latest.c.at)).where(latest.c.purpose == calls.purpose)
