"""What the offer's price changes: whom to ask, what is earned, and where nothing is left."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from churn.campaign import offer_value
from churn.params.campaign import Campaign
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.curves import profit_curve
from churn.steps.evaluate.intervals import DIGITS, Interval
from churn.steps.evaluate.rates import mean, quotient
from churn.steps.evaluate.scored import Numbers, Scored, earned, offers
from churn.steps.evaluate.undefined import unusable

RULES = ("offer_rule", "at_threshold", "treat_all")


def by_price(judged: Scored, metrics: Mapping[str, Interval], knobs: Evaluate) -> dict[str, Any]:
    """Tell for each offer price what each rule earns, and the prices at which a rule earns nothing.

    Where the price is the campaign's own, threshold and profits are those of the metrics. At another price the one
    threshold is where an offer to a customer with the average bill pays: nothing is chosen by these outcomes.
    """
    if why := unusable(judged):
        return {"reason": why, "prices": [], "break_even": {}, "own_prices": None}
    prices = sorted({*knobs.offers, judged.campaign.offer})
    return {
        "reason": "",
        "prices": [_price(judged, price, metrics, knobs) for price in prices],
        "break_even": _break_even(judged, knobs.min_group),
        "own_prices": _own_prices(judged),
    }


def _price(judged: Scored, price: float, metrics: Mapping[str, Interval], knobs: Evaluate) -> dict[str, Any]:
    own = price == judged.campaign.offer
    campaign = judged.campaign.model_copy(update={"offer": float(price)})
    threshold = judged.threshold if own else _paying(float(np.average(judged.monthly, weights=judged.weight)), campaign)
    asked = replace(judged, campaign=campaign, threshold=threshold)
    profit, offered = earned(asked), offers(asked)
    known, weight = {rule: metrics[f"profit_per_1000_{rule}"] for rule in RULES}, judged.weight
    rules = known if own else {rule: mean(profit[rule], knobs.min_group, weight) for rule in RULES}
    curve = profit_curve(asked)
    return {
        "offer": float(price),
        "own": own,
        "threshold": round(threshold, DIGITS),
        "profit_per_1000": {rule: one.plain() for rule, one in rules.items()},
        "share_offered": {rule: round(float(np.average(offered[rule], weights=weight)), DIGITS) for rule in RULES},
        "gain": mean(profit["offer_rule"] - profit["at_threshold"], knobs.min_group, weight).plain(),
        "curve": {name: curve[name].round(3).tolist() for name in ("threshold", "profit_per_1000")},
    }


def _paying(monthly: float, campaign: Campaign) -> float:
    """Find the probability above which an offer pays for this bill; the offer's value is a straight line in it."""
    stays, leaves = offer_value(0.0, monthly, campaign), offer_value(1.0, monthly, campaign)
    return float(stays / (stays - leaves)) if leaves > 0 else 1.0


def _break_even(judged: Scored, least: int) -> dict[str, Any]:
    """Give the price at which those offered would bring nothing: the offer's value is a straight line in the price."""
    free, falls = _line(judged, judged.outcome)
    flagged = offers(judged)
    return {
        rule: quotient(free[flagged[rule]], falls[flagged[rule]], least, judged.weight[flagged[rule]]).plain()
        for rule in ("at_threshold", "treat_all")
    }


def _own_prices(judged: Scored) -> dict[str, float]:
    """Give the quartiles and the highest of the prices up to which an offer to each customer is expected to pay."""
    free, falls = _line(judged, judged.churn)
    at = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75, "highest": 1.0}
    own = np.clip(free / falls, 0, None)
    return {name: round(float(np.quantile(own, place)), 2) for name, place in at.items()}


def _line(judged: Scored, churn: Numbers) -> tuple[Numbers, Numbers]:
    free, dearer = (
        offer_value(churn, judged.monthly, judged.campaign.model_copy(update={"offer": price})) for price in (0.0, 1.0)
    )
    return free, free - dearer
