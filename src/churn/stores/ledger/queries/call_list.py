"""Whom to call: offers that are worth more than they cost, best first, without those who must be left in peace."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, case, func, literal, select
from sqlalchemy.sql.selectable import CTE

from churn.params.campaign import Campaign
from churn.stores.ledger.queries.customers import SHOWN
from churn.stores.ledger.queries.gone import gone
from churn.stores.ledger.tables import contact, latest, suppression

CAUSES = ("churned", "suppressed", "contacted")


@dataclass(frozen=True, slots=True)
class Calls:
    """How many calls, for how much, since when nobody may have been called; `rested` is in microseconds."""

    purpose: str
    today: date
    rested: int
    campaign: Campaign
    capacity: int | None = None
    budget: float | None = None
    limit: int = 50
    offset: int = 0


def call_list(connection: Connection, calls: Calls) -> dict[str, Any]:
    """Give one page of the list, the sums over all of it, and how many were left out for each cause."""
    worth = _worth(calls)
    causes = select(worth.c.cause, func.count()).where(worth.c.cause.is_not(None)).group_by(worth.c.cause)
    chosen = _chosen(worth, calls)
    whole = chosen.limit(calls.capacity).subquery()
    totals = select(func.count(), func.sum(whole.c.expected_value), func.sum(whole.c.cost))
    customers, value, cost = connection.execute(totals).one()
    poor, newest = connection.execute(_beside(calls)).one()
    return {
        "customers": customers,
        "expected_value": value or 0.0,
        "cost": cost or 0.0,
        "excluded": dict.fromkeys(CAUSES, 0) | {row[0]: row[1] for row in connection.execute(causes)},
        "not_worth_it": poor,
        "as_of": newest,
        "calls": _page(connection, chosen, calls),
    }


def _page(connection: Connection, chosen: Select[Any], calls: Calls) -> list[dict[str, Any]]:
    left = calls.limit if calls.capacity is None else min(calls.limit, max(0, calls.capacity - calls.offset))
    page = chosen.limit(left).offset(calls.offset).subquery()
    same = (latest.c.purpose == calls.purpose) & (latest.c.customer == page.c.customer_id)
    order = (page.c.expected_value.desc(), page.c.customer_id)
    rows = connection.execute(select(page, latest.c.inputs).join_from(page, latest, same).order_by(*order))
    return [dict(row) | {"rank": rank} for rank, row in enumerate(rows.mappings(), calls.offset + 1)]


def _worth(calls: Calls) -> CTE:
    """Take all offers of positive value, each with the cause for which it is left out, if any."""
    money, chance = calls.campaign, latest.c.probability
    cost = money.contact + money.offer * (chance * money.acceptance + 1 - chance)
    cause = case(
        (latest.c.customer.in_(gone(calls.purpose)), literal("churned")),
        (latest.c.customer.in_(_suppressed(calls)), literal("suppressed")),
        (latest.c.customer.in_(_contacted(calls)), literal("contacted")),
    )
    own = latest.c.purpose == calls.purpose
    found = select(*SHOWN, cost.label("cost"), cause.label("cause"))
    return found.where(own, latest.c.expected_value > 0).cte("worth")


def _chosen(worth: CTE, calls: Calls) -> Select[Any]:
    """Order the open offers, those of one value by name, and stop where the budget ends."""
    order = (worth.c.expected_value.desc(), worth.c.customer_id)
    if calls.budget is None:
        return select(worth).where(worth.c.cause.is_(None)).order_by(*order)
    spent = func.sum(worth.c.cost).over(order_by=order, rows=(None, 0)).label("spent")
    within = select(worth, spent).where(worth.c.cause.is_(None)).subquery("within")
    paid = select(within).where(within.c.spent <= calls.budget)
    return paid.order_by(within.c.expected_value.desc(), within.c.customer_id)


def _suppressed(calls: Calls) -> Select[Any]:
    return select(suppression.c.customer).where(suppression.c.until >= calls.today)


def _contacted(calls: Calls) -> Select[Any]:
    """Name who was called lately, and who is held out lately: a call would spoil the comparison."""
    return select(contact.c.customer).where(contact.c.purpose == calls.purpose, contact.c.at > calls.rested)


def _beside(calls: Calls) -> Select[Any, Any]:
    """Count who is there and whose offer costs more than it brings, and tell when anybody was scored last."""
    poor = func.count().filter(latest.c.expected_value <= 0, latest.c.customer.not_in(gone(calls.purpose)))
    return select(poor, func.max(latest.c.at)).where(latest.c.purpose == calls.purpose)
