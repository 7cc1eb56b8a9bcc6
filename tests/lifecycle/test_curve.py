"""The curve of expected profit, against sums made customer by customer and against campaigns played out."""

import numpy as np
import pytest

from churn.campaign import offer_value
from churn.lifecycle.curve import STEPS, Crowd, curve
from churn.params.campaign import Campaign

TERMS = Campaign(
    months=12, margin=0.6, offer=50, contact=5, acceptance=0.3, horizon_days=30, tiers={"low": 0.0, "high": 0.5}
)
TERMS_TRIED = [
    TERMS,
    TERMS.model_copy(update={"contact": 0.0, "offer": 0.0}),
    TERMS.model_copy(update={"acceptance": 1.0, "offer": 1e6}),
    TERMS.model_copy(update={"margin": 0.0, "months": 600.0}),
    TERMS.model_copy(update={"contact": 1e6, "acceptance": 0.0}),
]


@pytest.fixture(scope="module")
def customers():
    """Give probabilities and monthly values, many of them just at the points of the curve, and some alike."""
    chance = np.random.default_rng(5)
    churn = np.concatenate([chance.beta(1, 3, 1500), np.arange(STEPS + 1) / STEPS, [0.0, 0.0, 1.0, 0.3, 0.3]])
    return churn, chance.uniform(18, 120, len(churn)).round(2)


def drawn(customers, terms=TERMS, threshold=0.3):
    churn, monthly = customers
    return curve(Crowd.of(zip(churn.tolist(), monthly.tolist(), strict=True)), threshold, terms)


@pytest.mark.parametrize("terms", TERMS_TRIED)
def test_each_point_is_the_sum_over_whoever_is_strictly_above_it(customers, terms):
    churn, monthly = customers
    value = offer_value(churn, monthly, terms)
    found = drawn(customers, terms)
    assert [one["threshold"] for one in found["points"]] == [step / STEPS for step in range(STEPS + 1)]
    for point in [*found["points"], found["champion"]]:
        above = churn > point["threshold"]
        assert point["customers"] == above.sum()
        assert point["share"] == above.mean()
        assert point["profit"].value == pytest.approx(value[above].sum(), rel=1e-9, abs=1e-5)
        assert point["expected_leavers"] == pytest.approx(churn[above].sum())
    assert found["everybody"]["profit"].value == pytest.approx(value.sum(), rel=1e-9, abs=1e-5)
    assert (found["everybody"]["customers"], found["everybody"]["share"], found["total"]) == (1706, 1.0, 1706)


@pytest.mark.parametrize("terms", TERMS_TRIED)
def test_the_rule_takes_exactly_whoever_is_worth_more_than_the_offer_costs(customers, terms):
    value = offer_value(*customers, terms)
    rule = drawn(customers, terms)["rule"]
    assert rule["customers"] == (value > 0).sum()
    assert rule["profit"].value == pytest.approx(value[value > 0].sum())


def test_the_best_is_the_largest_and_of_several_the_one_that_calls_the_fewest(customers):
    found = drawn(customers)
    assert found["best"]["profit"].value == max(one["profit"].value for one in [*found["points"], found["champion"]])
    dear = drawn(customers, TERMS_TRIED[-1])
    assert (dear["best"]["threshold"], dear["best"]["customers"], dear["best"]["profit"].value) == (1.0, 0, 0.0)
    assert dear["words"].endswith("by these assumptions no offer earns anything")


def test_the_interval_holds_what_played_campaigns_come_to_as_often_as_it_says(customers):
    """Play each campaign out: everybody leaves or not, accepts or not, by chance."""
    churn, monthly = customers
    chance, found = np.random.default_rng(8), drawn(customers)
    gain = TERMS.margin * TERMS.months * monthly - TERMS.offer
    for point in (found["champion"], found["everybody"]):
        above = np.ones(len(churn), bool) if point is found["everybody"] else churn > point["threshold"]
        leaves = chance.random((4000, above.sum())) < churn[above]
        accepts = chance.random(leaves.shape) < TERMS.acceptance
        came = np.where(leaves, accepts * gain[above], -TERMS.offer).sum(1) - TERMS.contact * above.sum()
        inside = (came >= point["profit"].low) & (came <= point["profit"].high)
        assert 0.935 < inside.mean() < 0.965
        assert came.mean() == pytest.approx(point["profit"].value, abs=5 * came.std() / 4000**0.5)


def test_of_nobody_and_of_one_there_is_a_curve_too():
    nobody = curve(Crowd.of([]), 0.3, TERMS)
    assert (nobody["total"], nobody["everybody"]["share"], nobody["best"]["profit"].value) == (0, 0.0, 0.0)
    assert nobody["words"].startswith("nobody is there to offer anything to")
    one = curve(Crowd.of([(0.3, 80.0)]), 0.3, TERMS)
    assert (one["champion"]["customers"], one["everybody"]["customers"]) == (0, 1)
    certain = curve(Crowd.of([(1.0, 80.0)]), 0.3, TERMS.model_copy(update={"acceptance": 1.0}))["champion"]["profit"]
    assert certain.low == certain.value == certain.high == pytest.approx(0.6 * 12 * 80 - 50 - 5)
