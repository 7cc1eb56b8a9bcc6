"""What these rows cannot say, with the figures that show it."""

from typing import Any

from churn import contract
from churn.page import numbers
from churn.steps.explore.groups import MISSING

SMALL = 100
"""A group with fewer customers than this has an interval of some twenty points."""

Told = dict[str, Any]


def limits(told: Told, horizon_days: int) -> list[dict[str, str]]:
    """Say what the table does not hold, a title and its words each."""
    said = {
        "When": _when(told),
        "Within which time": f"The table does not say over how many days somebody had to leave to count as {_left()}. "
        f"The pipeline assumes {horizon_days} days (campaign.horizon_days); nothing in the rows can confirm it.",
        "Who is no longer here": _survivors(told),
        "What the firm did": "The contract has no place for contacts and offers. The churn rate is the one under "
        "whatever was done at the time: some who stayed may have stayed because of it.",
        "Why": f"{_many(told['churned'], 'customer')} left, and no column says for what reason. Columns that are known "
        f"only afterwards ({', '.join(contract.LEAKS) or 'none named'}) are refused, not missed.",
        "What would happen if": _cause(told),
        "Small groups": _small(told),
        "Beyond a point": _ceiling(told),
    }
    return [{"title": title, "words": words} for title, words in said.items() if words]


def extremes(column: Told) -> tuple[Told, Told] | None:
    """Give the groups with the lowest and the highest churn rate, or None where there are no two to tell apart."""
    asked = [one for one in column["groups"] if one["churn_rate"]["value"] is not None]
    ranked = sorted(asked, key=lambda one: one["churn_rate"]["value"])
    return (ranked[0], ranked[-1]) if len(ranked) > 1 else None


def strongest(told: Told) -> Told | None:
    """Give the column that says most about the outcome, if any does."""
    ranked = sorted(told["columns"], key=lambda column: -(column["information"]["bits"] or 0))
    return ranked[0] if ranked and ranked[0]["information"]["told"] and extremes(ranked[0]) else None


def _left() -> str:
    return f"{contract.TARGET} = {contract.POSITIVE}"


def _many(number: int, noun: str) -> str:
    return f"{numbers.count(number)} {noun}{'' if number == 1 else 's'}"


def _when(told: Told) -> str:
    days, rate = told["days"], numbers.share(told["churn_rate"]["value"])
    if len(days) > 1:
        return (
            f"The rows were observed on {len(days)} days, {days[0]} to {days[-1]}. Differences between those days are "
            "mixed with differences between the customers of those days."
        )
    dated = f"All were observed on {days[0]}" if days else "No row carries a date"
    return (
        f"{dated}: {_many(told['rows'], 'row')} are one snapshot. The {rate} that left are a share of those in the "
        "table, not a rate a month, and neither seasons nor trends can be seen."
    )


def _survivors(told: Told) -> str:
    banded = next((segment.column for segment in contract.SEGMENTS if segment.edges), None)
    column = next((one for one in told["columns"] if one["name"] == banded), None)
    if column is None:
        return ""
    asked = [one for one in column["groups"] if one["churn_rate"]["value"] is not None and one["value"] != MISSING]
    seen = ""
    if len(asked) > 1:
        first, last = ((one["value"], numbers.share(one["churn_rate"]["value"])) for one in (asked[0], asked[-1]))
        seen = f" Its lowest tenth ({first[0]}) left in {first[1]} of cases, its highest ({last[0]}) in {last[1]}: "
        seen += "this mixes how leaving changes with time and who is still there to be counted."
    here = (
        f"Whoever left before the snapshot is not in it: where {column['title']} counts time, long ones are of those "
        "who stayed."
    )
    return here + seen


def _cause(told: Told) -> str:
    column = strongest(told)
    pair = extremes(column) if column else None
    if column is None or pair is None:
        return "A difference between groups is no effect: nobody was moved from one group to the other."
    low, high = pair
    return (
        f"{column['title']}: {numbers.share(high['churn_rate']['value'])} of {high['value']} left, "
        f"{numbers.share(low['churn_rate']['value'])} of {low['value']}. These people differ in "
        "more than that; it does not say what moving a customer from one to the other would do."
    )


def _small(told: Told) -> str:
    groups = [(column["title"], one) for column in told["columns"] for one in column["groups"] if one["rows"]]
    few = [f"{title} {one['value']} ({numbers.count(one['rows'])})" for title, one in groups if one["rows"] < SMALL]
    if not few:
        return ""
    named = ", ".join(few[:5]) + (" and others" if len(few) > 5 else "")
    return f"{len(few)} of {len(groups)} groups have fewer than {SMALL} customers: {named}. Their intervals are wide."


def _ceiling(told: Told) -> str:
    twice = told["twice"]
    if not twice["vectors"]:
        return ""
    return (
        f"{_many(twice['rows'], 'row')} share all their features with a row of the other outcome. Who knew every label "
        f"but had to answer equal features alike would be right in {numbers.share(twice['ceiling'], 2)} of these rows; "
        "no model that learns from them can promise as much for others."
    )
