"""The bound that holds at every look: how often chance alone breaks it, and how soon something real does."""

import numpy as np
import pytest

from churn.lifecycle.regret.sequence import bound

LOOKS = (500, 700, 1000, 1500, 2000, 3000, 4500, 6000)
RISK = 0.025


def gains(rng, customers, noise=(0.0, 0.05)):
    """Give by how much one model's log loss lies below another's, when both err by so much around the truth."""
    truth = rng.beta(1.2, 3.2, customers)
    said = [np.clip(truth + rng.normal(0, spread, customers), 0.01, 0.99) for spread in noise]
    left = rng.random(customers) < truth
    losses = [-np.log(np.where(left, one, 1 - one)) for one in said]
    return losses[0] - losses[1]


def taken_back(gain, weight=None):
    """Tell at which look a champion would be taken back, or None."""
    weight = np.ones(len(gain)) if weight is None else weight
    return next((many for many in LOOKS if bound(gain[:many], weight[:many], RISK).high < 0), None)


@pytest.mark.parametrize("spread", [0.05, 0.15])
def test_a_champion_as_good_as_the_one_before_is_hardly_ever_taken_back_however_often_one_looks(spread):
    rng = np.random.default_rng(17)
    fell = sum(taken_back(gains(rng, LOOKS[-1], (spread, spread))) is not None for _ in range(1500))
    assert fell / 1500 <= RISK, "over all eight looks together"


def test_weights_as_hold_outs_have_them_do_not_break_it():
    rng = np.random.default_rng(23)
    fell = 0
    for _ in range(1000):
        weight = np.where(rng.random(LOOKS[-1]) < 0.05, 10.0, 1.0)
        fell += taken_back(gains(rng, LOOKS[-1], (0.1, 0.1)), weight) is not None
    assert fell / 1000 <= RISK


def test_a_champion_that_is_clearly_worse_is_taken_back_at_the_first_look():
    rng = np.random.default_rng(29)
    soon = [taken_back(gains(rng, LOOKS[-1], (0.05, 0.3))) for _ in range(100)]
    assert soon.count(500) >= 95


def test_a_plain_interval_would_take_a_good_champion_back_too_often():
    """So the price of the wider bound buys something."""
    rng = np.random.default_rng(31)

    def plain(gain):
        return any(gain[:many].mean() + 1.96 * gain[:many].std() / many**0.5 < 0 for many in LOOKS)

    fell = sum(plain(gains(rng, LOOKS[-1], (0.1, 0.1))) for _ in range(1000))
    assert fell / 1000 > 2 * RISK
