import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from churn.campaign import best_threshold, offer_value
from churn.params.campaign import Campaign
from judged import per_thousand

CAMPAIGN = Campaign(months=10, margin=0.5, offer=20, contact=2, acceptance=0.5, horizon_days=30, tiers={"low": 0})


def test_the_value_of_an_offer_by_hand():
    """A leaver worth 10 x 0.5 x 100 = 500 accepts half the time: 0.5 x (500 - 20) - 2; a stayer costs 20 + 2."""
    assert offer_value([1, 0], [100, 100], CAMPAIGN).tolist() == [238, -22]
    assert offer_value([0.25], [100], CAMPAIGN)[0] == pytest.approx(0.25 * 0.5 * 480 - 0.75 * 20 - 2)


@given(st.floats(0, 1), st.floats(0, 500))
def test_one_customer_is_valued_as_many_are_to_the_last_bit(churn, monthly):
    alone = offer_value(churn, monthly, CAMPAIGN)
    assert type(alone) is float
    assert alone == offer_value(np.array([churn]), np.array([monthly]), CAMPAIGN)[0]


def test_the_best_threshold_lies_between_neighbours():
    threshold = best_threshold([0.9, 0.7, 0.3, 0.1], [1, 1, 0, 0], [100] * 4, CAMPAIGN)
    assert threshold == pytest.approx(0.5)


def test_nobody_is_worth_an_offer():
    assert best_threshold([0.9, 0.1], [0, 0], [100, 100], CAMPAIGN) == 1.0


def test_weights_move_the_threshold():
    churn, outcome = [0.9, 0.5, 0.2], [1, 0, 1]
    assert best_threshold(churn, outcome, [100] * 3, CAMPAIGN) < 0.2
    assert best_threshold(churn, outcome, [100] * 3, CAMPAIGN, np.array([1, 20, 1])) == pytest.approx(0.7)


@given(
    churn=arrays(float, 12, elements=st.sampled_from([0.1, 0.2, 0.4, 0.8])),
    outcome=arrays(int, 12, elements=st.integers(0, 1)),
)
def test_no_other_threshold_earns_more(churn, outcome):
    monthly = np.full(12, 30.0)
    best = per_thousand(churn > best_threshold(churn, outcome, monthly, CAMPAIGN), outcome, monthly, CAMPAIGN)
    others = [per_thousand(churn > cut, outcome, monthly, CAMPAIGN) for cut in (0, 0.15, 0.3, 0.6, 1)]
    assert best >= max(others) - 1e-9
