"""What calling saved and would earn, looked at over real services."""

import pytest

import played
from churn.services.api.schemas.campaign import CampaignTold
from churn.services.client.client import ChurnClient
from churn.services.dashboard.campaign import needed
from churn.services.dashboard.charts.gains import gains
from churn.services.dashboard.charts.intervals import intervals
from churn.services.dashboard.charts.profit import profit
from looking import words


@pytest.fixture
def none():
    """Give the answer of a service that nobody told of any call."""
    side = {"customers": 0, "contacts": 0, "mature": 0, "known": 0, "churned": 0, "churn_rate": None}
    empty = {"crossed": 0, "words": "", "reduction": None, "saved": None, "money": None, "spent": 0, "assumptions": {}}
    times = {"since": "2026-05-01T00:00:00Z", "until": "2026-06-01T00:00:00Z", "horizon_days": 30}
    return CampaignTold(contacted=side, held_out=side, **times, **empty)


def test_what_cannot_be_measured_is_said_with_what_is_needed_and_nothing_assumed(look):
    seen = look("campaign")
    said = words(seen)
    assert "What calling saved cannot be measured yet" in said
    assert "for none of them the 30 days have passed" in said
    assert "more among those held out" in said
    assert "Customers saved" not in [one.label for one in seen.metric]


def test_what_is_measured_is_told_with_its_interval_and_what_the_money_assumes(look, past):
    seen = look("campaign", past)
    with ChurnClient(past) as client:
        told = client.campaign()
    shown = {one.label: one.value for one in seen.metric}
    assert shown["Customers saved"] == f"{told.saved.value:,.0f}"
    assert shown["Outcomes known"] == f"{played.ARM} + {played.ARM}"
    assert f"by {100 * told.reduction.value:.1f} points" in words(seen)
    assert "The number of customers saved is measured. Its worth is not" in words(seen)
    assert len(seen.get("vega_lite_chart")) == 3


def test_a_slider_changes_the_plan_and_a_button_brings_the_champions_back(look, past):
    seen = look("campaign", past)
    assert seen.button(key="assumptions_reset").disabled
    own = seen.slider(key="assumed_offer").value
    before = seen.dataframe[0].value["Expected profit"].tolist()
    dear = seen.slider(key="assumed_offer").set_value(own + 50).run()
    assert dear.dataframe[0].value["Expected profit"].tolist() != before
    assert "with your assumptions" in words(dear)
    assert "calling nobody is best" not in words(dear)
    hopeless = seen.slider(key="assumed_acceptance").set_value(0.0).run()
    assert "calling nobody is best" in words(hopeless)
    back = hopeless.button(key="assumptions_reset").click().run()
    assert back.slider(key="assumed_offer").value == own
    assert back.dataframe[0].value["Expected profit"].tolist() == before


def test_so_many_outcomes_are_needed_as_textbooks_say():
    assert needed.per_arm(0.3, 0.2) == 291
    assert needed.per_arm(0.3, 0.25) > 1000


def test_nobody_noted_is_said_and_without_a_rate_there_is_no_plan(none):
    assert needed.lacking("Called", none.contacted, 30) == "**Called**: nobody is noted yet."
    assert needed.plan(none, None) == ""
    assert "5 points (to plan with, not a forecast)" in needed.plan(none, 0.3)


def test_outcomes_that_nobody_told_are_named_as_what_is_missing(none):
    side = none.contacted.model_copy(update={"customers": 9, "mature": 7})
    assert "nobody has told who of them left" in needed.lacking("Called", side, 30)


def test_charts_hold_what_they_are_given_and_a_hover():
    point = {"threshold": 0.5, "customers": 3, "share": 0.2, "profit": 5.0, "low": 1.0, "high": 9.0, "reached": 0.4}
    for chart in (
        profit([point], [point | {"name": "best"}], [{"name": "each", "profit": 5.0}]),
        gains([point], [point | {"name": "best"}]),
        intervals([{"name": "a", "value": 0.5, "low": 0.4, "high": 0.6}], "rate", at=[0.5]),
    ):
        spelt = chart.to_json()
        assert "tooltip" in spelt
        assert '"share": 0.2' in spelt or '"low": 0.4' in spelt
