"""Expected profit by threshold, told by a real service over a real ledger."""

import numpy as np
import pytest

import serving
from churn.campaign import offer_value
from churn.services.api.state import State
from scored import left, score
from serving import told


@pytest.fixture
async def crowd(api, known):
    """Score forty customers, of whom one has left and one was erased; give the others' probabilities and values."""
    figures = [(round(0.025 * place, 3), 20.0 + 37 * place % 90) for place in range(41)]
    for place, (probability, monthly) in enumerate(figures):
        await score(known.ledger, f"c{place}", probability, monthly)
    await left(known.ledger, "c40", churned=True, days_ago=1)
    assert (await api.delete("/customers/c39")).status_code == 200
    return np.array(figures[:39]).T


async def test_the_curve_is_what_the_same_customers_come_to_by_hand(api, known, crowd):
    churn, monthly = crowd
    for asked in ({}, {"offer": 10.0, "contact": 1.5, "months": 24.0, "margin": 0.4, "acceptance": 0.5}):
        found = await told(api, "/campaign/curve?" + "&".join(f"{name}={one}" for name, one in asked.items()))
        terms = known.served.engine.campaign.model_copy(update=asked)
        assert found["assumptions"] == terms.model_dump(include=set(found["assumptions"]))
        value = offer_value(churn, monthly, terms)
        for point in [*found["points"], found["champion"]]:
            above = churn > point["threshold"]
            assert (point["customers"], point["profit"]["value"]) == (above.sum(), pytest.approx(value[above].sum()))
        assert (found["rule"]["customers"], found["rule"]["profit"]["value"]) == (
            (value > 0).sum(), pytest.approx(value[value > 0].sum()),
        )  # fmt: skip
        assert found["champion"]["threshold"] == known.served.engine.threshold
        assert (found["total"], found["everybody"]["customers"]) == (39, 39)
        assert found["best"] in [*found["points"], found["champion"]]
        assert found["words"].startswith("assumed, not measured: ")


async def test_who_leaves_or_is_scored_anew_is_in_the_next_curve(api, known, crowd):
    assert (await told(api, "/campaign/curve"))["total"] == 39
    await left(known.ledger, "c3", churned=True, days_ago=1)
    assert (await told(api, "/campaign/curve"))["total"] == 38
    await score(known.ledger, "c0", 0.99, 50.0)
    assert (await told(api, "/campaign/curve"))["points"][180]["customers"] == (crowd[0] > 0.9).sum() + 1


@pytest.mark.parametrize(
    "query",
    ["months=0", "months=-1", "months=nan", "months=601", "margin=1.01", "margin=-0.1", "offer=-1", "offer=1e300",
     "contact=inf", "acceptance=2", "acceptance=much", "price=5"],
)  # fmt: skip
async def test_assumptions_that_nobody_can_mean_are_refused_by_their_name(api, query):
    answer = await told(api, f"/campaign/curve?{query}", 422)
    assert [one["column"] for one in answer["errors"]] == [query.partition("=")[0]]
    assert answer["errors"][0]["reason"]


async def test_of_nobody_there_is_a_curve_too(api):
    found = await told(api, "/campaign/curve")
    assert (found["total"], found["everybody"]["share"], found["best"]["profit"]["value"]) == (0, 0.0, 0.0)
    assert found["words"] == "nobody is there to offer anything to: nobody has been scored, or whoever was has left"


async def test_simulated_customers_have_a_curve_of_their_own(api, place):
    await told(api, "/campaign/curve?purpose=simulated", 403)
    known = State.of(serving.settings(place, CHURN_SIMULATION=1))
    async with serving.opened(known) as open_to_simulation:
        await score(known.ledger, "made-up", 0.7, 100.0, purpose="simulated")
        assert (await told(open_to_simulation, "/campaign/curve?purpose=simulated"))["total"] == 1
        assert (await told(open_to_simulation, "/campaign/curve"))["total"] == 0
