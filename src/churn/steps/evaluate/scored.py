"""Customers whose outcome is known, beside what the model said of them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import contract, table
from churn.campaign import offer_value
from churn.params.campaign import Campaign

Numbers = NDArray[np.float64]
Groups = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """Customers to judge a model by; every array has shape (n,).

    `outcome` is 1 for who left and 0 for who stayed, `churn` the probability of leaving, `monthly` what each pays a
    month. The model offers above `threshold`; profits are counted in `campaign`.
    """

    outcome: Numbers
    churn: Numbers
    monthly: Numbers
    weight: Numbers
    threshold: float
    campaign: Campaign

    def __len__(self) -> int:
        """Count the customers."""
        return len(self.churn)

    def where(self, chosen: Flags) -> "Scored":
        """Keep the customers where `chosen`, shape (n,), is true."""
        kept = {name: getattr(self, name)[chosen] for name in ("outcome", "churn", "monthly", "weight")}
        return replace(self, **kept)


def scored(rows: pd.DataFrame, churn: Numbers, threshold: float, campaign: Campaign) -> Scored:
    """Put the rows of a prepared table beside their probabilities; each weighs as many customers as it stands for."""
    outcome = table.outcome(rows).astype(float)
    monthly = np.asarray(contract.monthly_value(rows), float)
    return Scored(outcome, np.asarray(churn, float), monthly, table.sampling_weights(rows), threshold, campaign)


def effective(weight: Numbers) -> float:
    """Count the customers of one weight each that tell as much as these do (Kish)."""
    return float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0


def grades(churn: Numbers, most: int) -> Groups:
    """Deal rows into at most `most` about equally full groups, numbered by rising probability; ties stay together."""
    order = np.argsort(churn)
    rising = churn[order]
    first = np.flatnonzero(np.append(True, rising[1:] != rising[:-1])[: len(churn)])
    group = first * most // max(len(churn), 1)  # of each distinct probability, by the rank of its first row
    number = np.append(0, np.cumsum(group[1:] != group[:-1]))[: len(first)]
    found = np.empty(len(churn), np.int64)
    found[order] = np.repeat(number, np.diff(np.append(first, len(churn))))
    return found


def total(group: Groups, values: Numbers, groups: int = 0) -> Numbers:
    """Add `values` up by group, shape (groups,)."""
    return np.bincount(group, values, minlength=groups).astype(float)


def offers(judged: Scored) -> dict[str, Flags]:
    """Say by rule who is offered something, shape (n,)."""
    everybody = np.ones(len(judged), bool)
    return {
        "offer_rule": offer_value(judged.churn, judged.monthly, judged.campaign) > 0,
        "at_threshold": judged.churn > judged.threshold,
        "at_half": judged.churn > 0.5,
        "treat_all": everybody,
        "treat_none": ~everybody,
    }


def earned(judged: Scored) -> dict[str, Numbers]:
    """Give by rule what each customer brought, per 1,000 customers, shape (n,)."""
    worth = offer_value(judged.outcome, judged.monthly, judged.campaign) * 1000
    return {rule: np.where(offered, worth, 0.0) for rule, offered in offers(judged).items()}


def gaps(profit: dict[str, Numbers]) -> dict[str, Numbers]:
    """Subtract the plain rules' profits from those of the rules that know the campaign."""
    return {
        f"profit_gain_{rule}_over_{plain}": profit[rule] - profit[plain]
        for rule in ("offer_rule", "at_threshold")
        for plain in ("at_half", "treat_all")
    }
