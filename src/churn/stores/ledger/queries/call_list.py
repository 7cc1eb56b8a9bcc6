"""Whom to call: offers that are worth more than they cost, best first, without those who must be left in peace."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, case, func, literal, select
from sqlalchemy.sql.selectable import CTE

from churn.params.campaign import Campaign
from churn.stores.ledger.queries.cells import Expression
from churn.stores.ledger.queries.customers import SHOWN
from churn.stores.ledger.tables import contact, latest, outcome, suppression

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
    chosen = _chosen(worth, calls)
    totals = select(func.count(), func.coalesce(func.sum(chosen.c.expected_value), 0.0), func.max(chosen.c.spent))
    customers, value, cost = connection.execute(totals).one()
    left_out = select(worth.c.cause, func.count()).where(worth.c.cause.is_not(None)).group_by(worth.c.cause)
    page = select(chosen).order_by(chosen.c.rank).limit(calls.limit).offset(calls.offset)
    return {
        "customers": customers,
        "expected_value": value,
        "cost": cost or 0.0,
        "excluded": dict.fromkeys(CAUSES, 0) | {cause: count for cause, count in connection.execute(left_out)},
        "not_worth_it": connection.execute(_poor(calls)).scalar_one(),
        "as_of": connection.execute(_newest(calls)).scalar_one(),
        "calls": [dict(row) for row in connection.execute(page).mappings()],
    }


def _worth(calls: Calls) -> CTE:
    """Take all offers of positive value, each with the cause for which it is left out, if any."""
    money, chance = calls.campaign, latest.c.probability
    cost = money.contact + money.offer * (chance * money.acceptance + 1 - chance)
    cause = case(
        (latest.c.customer.in_(_churned(calls)), literal("churned")),
        (latest.c.customer.in_(_suppressed(calls)), literal("suppressed")),
        (latest.c.customer.in_(_contacted(calls)), literal("contacted")),
    )
    own = latest.c.purpose == calls.purpose
    found = select(*SHOWN, latest.c.inputs, cost.label("cost"), cause.label("cause"))
    return found.where(own, latest.c.expected_value > 0).cte("worth")


def _chosen(worth: CTE, calls: Calls) -> CTE:
    """Rank the open offers, and stop where capacity or budget ends."""
    order: tuple[Expression, ...] = (worth.c.expected_value.desc(), worth.c.customer_id)
    rank = func.row_number().over(order_by=order).label("rank")
    spent = func.sum(worth.c.cost).over(order_by=order, rows=(None, 0)).label("spent")
    ranked = select(worth, rank, spent).where(worth.c.cause.is_(None)).cte("ranked")
    chosen = select(ranked)
    if calls.capacity is not None:
        chosen = chosen.where(ranked.c.rank <= calls.capacity)
    if calls.budget is not None:
        chosen = chosen.where(ranked.c.spent <= calls.budget)
    return chosen.cte("chosen")


def _churned(calls: Calls) -> Select[Any]:
    """Name the customers of whom the last thing known is that they left."""
    mine = outcome.c.purpose == calls.purpose
    last = select(outcome.c.customer, func.max(outcome.c.observed_on).label("on")).where(mine)
    last_of = last.group_by(outcome.c.customer).subquery()
    both = (outcome.c.customer == last_of.c.customer) & (outcome.c.observed_on == last_of.c.on)
    return select(outcome.c.customer).join(last_of, both).where(mine, outcome.c.churned)


def _suppressed(calls: Calls) -> Select[Any]:
    return select(suppression.c.customer).where(suppression.c.until >= calls.today)


def _contacted(calls: Calls) -> Select[Any]:
    """Name who was called lately, and who is held out lately: a call would spoil the comparison."""
    return select(contact.c.customer).where(contact.c.purpose == calls.purpose, contact.c.at > calls.rested)


def _poor(calls: Calls) -> Select[Any]:
    own = latest.c.purpose == calls.purpose
    return select(func.count()).select_from(latest).where(own, latest.c.expected_value <= 0)


def _newest(calls: Calls) -> Select[Any]:
    return select(func.max(latest.c.at)).where(latest.c.purpose == calls.purpose)
