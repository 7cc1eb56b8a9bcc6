"""The money: what an offer to one customer is worth."""

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from churn.params.campaign import Campaign

Numbers = NDArray[np.float64]


@overload
def offer_value(churn: float, monthly: float, campaign: Campaign) -> float: ...
@overload
def offer_value(churn: Any, monthly: Any, campaign: Campaign) -> Numbers: ...
def offer_value(churn: Any, monthly: Any, campaign: Campaign) -> Any:
    """Value an offer to each customer, in currency; floats give a float, all else arrays, shape (n,).

    `churn` is the probability of leaving for what to expect, or the outcome 0/1 for what it came to; `monthly` is what
    each pays a month. A leaver who accepts stays and brings the value of the months ahead less the offer; whoever would
    have stayed takes the offer too; everybody costs the contact.
    """
    if type(churn) is not float:  # numpy would cost one customer more than the sum itself
        churn, monthly = np.asarray(churn, float), np.asarray(monthly, float)
    value = campaign.margin * campaign.months * monthly
    kept = churn * campaign.acceptance * (value - campaign.offer)
    return kept - (1 - churn) * campaign.offer - campaign.contact


def best_threshold(churn: Any, outcome: Any, monthly: Any, campaign: Campaign, weight: Any = 1.0) -> float:
    """Find the probability above which offering to everybody earned the most, each customer counting `weight` times.

    Thresholds lie midway between neighbouring probabilities, so that rounding cannot move a customer across.
    """
    order = np.argsort(-np.asarray(churn, float), kind="stable")
    ranked = np.asarray(churn, float)[order]
    earned = np.cumsum((offer_value(outcome, monthly, campaign) * weight)[order])
    last_of_tie = np.append(ranked[:-1] > ranked[1:], True)
    best = int(np.argmax(np.where(last_of_tie, earned, -np.inf)))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2) if earned[best] > 0 else 1.0
