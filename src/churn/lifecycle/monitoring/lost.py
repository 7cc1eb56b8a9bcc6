"""What scores that are not right any more cost, in the campaign's money."""

import numpy as np
from numpy.typing import NDArray

from churn.campaign import offer_value
from churn.lifecycle.monitoring.cases import Cases
from churn.lifecycle.proportions import Interval, Z
from churn.params.campaign import Campaign

Numbers = NDArray[np.float64]


def lost(cases: Cases, better: Numbers, campaign: Campaign) -> Interval:
    """Give what the offers of better scores, shape (n,), earned more than those of the scores, per 1,000 customers.

    Better scores must not have seen the outcome of the customer they are of. Below 0, they are not better.
    """
    gain = 1000 * (_earned(better, cases, campaign) - _earned(cases.probability, cases, campaign))
    total = cases.weight.sum()
    value = float((cases.weight * gain).sum() / total)
    error = float(np.sqrt((cases.weight**2 * (gain - value) ** 2).sum()) / total)
    return Interval(value, value - Z * error, value + Z * error)


def foreseen(probability: Numbers, right: Numbers, monthly: Numbers, campaign: Campaign) -> float:
    """Give what offers by the right scores would bring more than offers by these, per 1,000 customers, on average."""
    value = offer_value(right, monthly, campaign)
    gain = np.maximum(value, 0) - np.where(offer_value(probability, monthly, campaign) > 0, value, 0.0)
    return float(1000 * gain.mean()) if len(gain) else 0.0


def _earned(said: Numbers, cases: Cases, campaign: Campaign) -> Numbers:
    offered = offer_value(said, cases.monthly, campaign) > 0
    return np.where(offered, offer_value(cases.outcome, cases.monthly, campaign), 0.0)
