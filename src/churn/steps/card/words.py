"""What a card says in sentences; every figure in them comes from the facts."""

from churn import contract
from churn.page import numbers
from churn.steps.card.sources import Told, at, pairs

UNCERTAIN = 100
"""A group with fewer customers than this is not spoken of alone."""
FEW = 30
"""Nor is the recall among fewer leavers than this."""


def intended_use(told: Told) -> Told:
    """Say what the model is for, and what not."""
    days = numbers.count(at(told, "decision", "horizon_days"))
    return {
        "for": [
            f"Ranking customers by their probability of leaving within {days} days, for people to decide on an offer.",
            "Estimating what an offer to a customer is worth, under the assumptions named below.",
            "Showing a person which of a customer's entries speak for leaving and which against.",
        ],
        "not_for": [
            "Refusing, cancelling or pricing: it was not made for it and not examined for it.",
            "Deciding about a customer without a person who can see the reasons and decide otherwise.",
            "Customers whose entries break the contract; the service refuses them.",
            "Predicting what a changed entry would cause: the model knows what goes together, not what causes what.",
        ],
    }


def ethics(told: Told) -> list[str]:
    """Say whom the model treats differently, and what to do about it."""
    shown = ", ".join(one["title"] for one in told["factors"]["segments"])
    groups = f"Groups by {shown} are measured on their own." if shown else "The contract names no groups to measure."
    return [
        f"The model reads every column of the contract, those that describe a person included. {groups}",
        *_gaps(told),
        (
            "Different shares of flagged customers are expected where groups leave at different rates; whether an "
            "offer, or its absence, then harms somebody is a question for people, not for a metric."
        ),
        (
            "An offer is a benefit: a missed leaver loses it. A flagged stayer gets it without need; nobody is refused "
            "service by this model."
        ),
        "Entries are personal data. The ledger keeps what was scored; `churn erase` takes a customer out of it.",
    ]


def caveats(told: Told, faults: list[str]) -> list[str]:
    """Say what may mislead, the faults of this card's own sources first."""
    said = [f"{fault[0].upper()}{fault[1:].rstrip('.')}." for fault in faults if fault]
    return [*said, _data(told), _horizon(told), _money(), _drift(told), *_small(told)]


def _gaps(told: Told) -> list[str]:
    titles = {one["name"]: one["title"] for one in told["factors"]["segments"]}
    said = []
    for name, title in titles.items():
        groups = [one for one in told["quantitative_analyses"] if one["segment"] == name]
        sure = [one for one in groups if _sure(one)]
        if len(sure) < 2:
            continue
        least, most = (pick(sure, key=_recall) for pick in (min, max))
        said.append(
            f"{title}: of those who left, the threshold would have flagged {_share(most)} of {most['group']} and "
            f"{_share(least)} of {least['group']}; they leave at {numbers.share(most['churn_rate'])} and "
            f"{numbers.share(least['churn_rate'])}."
        )
    return said


def _sure(group: Told) -> bool:
    """Tell whether enough customers of a group left to speak of the share that was flagged."""
    counted = all(map(numbers.known, (at(group, "recall_at_threshold", "low"), group["rows"], group["churn_rate"])))
    return counted and group["rows"] * group["churn_rate"] >= FEW


def _recall(group: Told) -> float:
    return float(group["recall_at_threshold"]["value"])


def _share(group: Told) -> str:
    return numbers.measured(group["recall_at_threshold"], numbers.share)


def _data(told: Told) -> str:
    data = told["training_data"]
    passed = at(data, "validation", "passed")
    said = {True: "The data passed its checks", False: "The data did not pass its checks"}.get(passed, "Unknown checks")
    ceiling = numbers.share(at(data, "validation", "accuracy_ceiling"), 2)
    return (
        f"{said}. It is what it is: no record of contacts and offers, no reason for leaving. Equal customers ended "
        f"differently, so that no accuracy above {ceiling} was to be had on it even by who knows every label."
    )


def _horizon(told: Told) -> str:
    days = numbers.count(at(told, "decision", "horizon_days"))
    return (
        f"That {contract.TARGET} = {contract.POSITIVE} means leaving within {days} days is assumed; no table tells it."
    )


def _money() -> str:
    return "Profits rest on assumed costs and an assumed acceptance; see the decision. Nobody has measured them yet."


def _drift(told: Told) -> str:
    summary = at(told, "drift", "summary")
    return f"Drift at the time of writing: {summary if isinstance(summary, str) and summary else 'unknown'}."


def _small(told: Told) -> list[str]:
    few = [
        f"{pairs(one).get('segment')} {one['group']} ({numbers.count(one['rows'])})"
        for one in told["quantitative_analyses"]
        if numbers.known(one["rows"]) and one["rows"] < UNCERTAIN
    ]
    return [f"Groups with fewer than {UNCERTAIN} customers say little alone: {', '.join(few)}."] if few else []
