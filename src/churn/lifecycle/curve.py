"""What offers to everybody above a threshold are expected to bring."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn.campaign import offer_value
from churn.lifecycle.proportions import Interval, Z
from churn.params.campaign import Campaign

Numbers = NDArray[np.float64]
Told = dict[str, Any]

STEPS = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """Customers in the order of their probability of leaving, the likeliest first; arrays of shape (n,)."""

    churn: Numbers
    monthly: Numbers

    @classmethod
    def of(cls, rows: Iterable[tuple[float, float]]) -> "Crowd":
        """Take (probability, monthly value) of each customer."""
        both = np.array(list(rows), float).reshape(-1, 2)
        ranked = both[np.argsort(-both[:, 0], kind="stable")]
        return cls(np.ascontiguousarray(ranked[:, 0]), np.ascontiguousarray(ranked[:, 1]))

    def above(self, threshold: float) -> int:
        """Count the customers whose probability is strictly above a threshold."""
        return int(np.searchsorted(-self.churn, -threshold, side="left"))


@dataclass(frozen=True, slots=True)
class Expected:
    """Of each customer: what an offer is expected to bring, and the variance of that."""

    value: Numbers
    variance: Numbers

    @classmethod
    def of(cls, crowd: Crowd, campaign: Campaign) -> "Expected":
        """Expect one of three things of each: kept by the offer, lost all the same, or a stayer who takes it too.

        They bring value - offer, nothing and -offer, each less the contact, which varies for nobody.
        """
        churn, kept = crowd.churn, crowd.churn * campaign.acceptance
        gain = campaign.margin * campaign.months * crowd.monthly - campaign.offer
        mean = kept * gain - (1 - churn) * campaign.offer
        squares = kept * gain**2 + (1 - churn) * campaign.offer**2
        return cls(offer_value(churn, crowd.monthly, campaign), np.maximum(squares - mean**2, 0.0))


def curve(crowd: Crowd, threshold: float, campaign: Campaign) -> Told:
    """Give the points of the curve, the champion's at its threshold, the best, the rule's and everybody's."""
    expected, total = Expected.of(crowd, campaign), len(crowd.churn)
    sums = [_running(one) for one in (expected.value, expected.variance, crowd.churn)]

    def point(at: float) -> Told:
        chosen = crowd.above(at)
        return {"threshold": at} | _offered(chosen, total, *(float(one[chosen]) for one in sums))

    points, champion = [point(step / STEPS) for step in range(STEPS + 1)], point(threshold)
    worth = expected.value > 0
    rule = (float(one[worth].sum()) for one in (expected.value, expected.variance, crowd.churn))
    everybody = (float(one[-1]) for one in sums)
    found = {
        "total": total,
        "points": points,
        "champion": champion,
        "best": max([*points, champion], key=lambda one: (one["profit"].value, one["threshold"])),
        "rule": _offered(int(worth.sum()), total, *rule),
        "everybody": _offered(total, total, *everybody),
    }
    return found | {"words": _words(found)}


def _running(one: Numbers) -> Numbers:
    """Give the sums of the first 0, 1, 2 ... customers."""
    return np.concatenate([[0.0], np.cumsum(one)])


def _offered(customers: int, total: int, value: float, variance: float, leavers: float) -> Told:
    half = Z * variance**0.5
    return {
        "customers": customers,
        "share": customers / total if total else 0.0,
        "profit": Interval(value, value - half, value + half),
        "expected_leavers": leavers,
    }


def _words(found: Told) -> str:
    if not found["total"]:
        return "nobody is there to offer anything to: nobody has been scored, or whoever was has left"
    champion, best, rule = found["champion"], found["best"], found["rule"]
    words = (
        f"assumed, not measured: offers to the {_sum(champion)} above the champion's threshold of "
        f"{champion['threshold']:.2f} are expected to bring {_span(champion)}"
    )
    if best["profit"].value <= 0 >= rule["profit"].value:
        return f"{words}; by these assumptions no offer earns anything"
    most = f"the most, {_span(best)}, above {best['threshold']:.2f}"
    return f"{words}; {most}; offers to just the {_sum(rule)} for whom they are worth it, {_span(rule)}"


def _sum(offers: Told) -> str:
    return f"{offers['customers']:,} customers"


def _span(offers: Told) -> str:
    profit = offers["profit"]
    return f"{profit.value:,.0f} [{profit.low:,.0f}, {profit.high:,.0f}]"
