"""What the firm can change for one customer, and what the model says of customers who are so."""

from collections.abc import Mapping, Sequence
from typing import Any

from churn import contract
from churn.columns import Column, columns
from churn.terms import Lever

NOTE = "what the model says of customers who are alike but for this; not a proven effect"
CENTS = 2
TINY = 0.001
"""A smaller fall of the probability is not worth saying."""

Row = dict[str, Any]
Change = dict[str, Any]


def possible(customer: Mapping[str, Any]) -> list[tuple[Lever, Row]]:
    """List the levers that can be pulled for this customer, each with the customer as he would be then.

    None leads to a value outside the contract, or breaks a rule of it that held before.
    """
    before = _broken(customer)
    pulled = [(lever, _pulled(lever, customer)) for lever in contract.LEVERS if _applies(lever, customer)]
    return [(lever, row) for lever, row in pulled if _within(lever, row) and _broken(row) <= before]


def tell(
    customer: Mapping[str, Any], now: Mapping[str, Any], then: Sequence[tuple[Lever, Row, Mapping[str, Any]]]
) -> list[Change]:
    """Put into words what lowers the risk, best first; `now` and the last of each `then` are answers of the engine.

    `expected_value` is, as in every answer, what an offer to such a customer is worth.
    """
    found = [_change(lever, customer, row, now, answer) for lever, row, answer in then]
    helpful = [change for change in found if change["difference"] <= -TINY]
    return sorted(helpful, key=lambda change: float(change["difference"]))


def _change(
    lever: Lever, customer: Mapping[str, Any], row: Row, now: Mapping[str, Any], then: Mapping[str, Any]
) -> Change:
    before, after = now["churn_probability"], then["churn_probability"]
    bill, extra = contract.monthly_value(row), contract.monthly_value(row) - contract.monthly_value(customer)
    return {
        "column": lever.column,
        "from": customer[lever.column],
        "to": lever.goal,
        "churn_probability": after,
        "difference": after - before,
        "expected_value": then["expected_value"],
        "monthly_charges": bill,
        "monthly_difference": round(extra, CENTS),
        "text": f"{lever.words}: the risk would be {after:.1%} instead of {before:.1%}, {_priced(extra)}",
        "note": NOTE,
    }


def _priced(extra: float) -> str:
    if abs(extra) < 10**-CENTS:
        return "at the same price"
    return f"for {abs(extra):.2f} a month {'more' if extra > 0 else 'less'}"


def _applies(lever: Lever, customer: Mapping[str, Any]) -> bool:
    return customer[lever.column] in lever.start and all(customer[name] in held for name, held in lever.needs)


def _pulled(lever: Lever, customer: Mapping[str, Any]) -> Row:
    added = {name: round(customer[name] + amount, CENTS) for name, amount in lever.adds}
    return {**customer, **added, lever.column: lever.goal}


def _within(lever: Lever, row: Row) -> bool:
    bounds = {column.name: column for column in columns()}
    return all(_holds(bounds[name], row[name]) for name, _ in lever.adds)


def _holds(column: Column, number: float) -> bool:
    low, high = column.low, column.high
    return (low is None or number >= low) and (high is None or number <= high)


def _broken(row: Mapping[str, Any]) -> set[str]:
    return {rule.name for rule in contract.RULES if rule.broken(row)}
