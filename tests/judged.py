"""Invented customers with a known chance of leaving, for tests of stage evaluate."""

import numpy as np

from churn.campaign import offer_value
from churn.params.campaign import Campaign
from churn.params.evaluate import Evaluate
from churn.steps.evaluate.scored import Scored

CAMPAIGN = Campaign(months=12, margin=0.6, offer=50, contact=5, acceptance=0.3, horizon_days=30, tiers={"low": 0})
KNOBS = Evaluate(seed=11, draws=200, bins=10, min_group=20, offers=[10, 50, 100])


def judged(rows: int = 800, seed: int = 0, stretch: float = 1.0) -> Scored:
    """Draw outcomes from true probabilities; `stretch` above 1 makes the model surer than it may be."""
    draw = np.random.default_rng(seed)
    odds = draw.normal(-1.2, 1.5, rows)
    outcome = (draw.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    return Scored(outcome, 1 / (1 + np.exp(-stretch * odds)), draw.gamma(4, 16, rows), np.ones(rows), 0.3, CAMPAIGN)


def made(outcome: list[float], churn: list[float], threshold: float = 0.3) -> Scored:
    """Put a few customers together by hand; each pays 70 a month."""
    many = np.ones(len(churn))
    return Scored(np.array(outcome, float), np.array(churn, float), 70 * many, many, threshold, CAMPAIGN)


def per_thousand(offered, outcome, monthly, campaign: Campaign) -> float:
    """Give the profit per 1,000 customers when those where `offered` is true receive the offer."""
    return float(np.where(offered, offer_value(outcome, monthly, campaign), 0.0).mean() * 1000)
