"""The same reads when trees serve: they are explained in a process of their own, and replayed as exactly."""

import pytest

import models
import serving
from churn.errors import ExplainerAway
from churn.services.api.state import State


@pytest.fixture
async def known(tmp_path):
    serving.bundled(tmp_path / "bundle", models.grown("boosting"))
    return State.of(serving.settings(tmp_path))


@pytest.fixture
async def called(api):
    rows = [serving.customer(customerID=f"c{number}", MonthlyCharges=60.0 + number) for number in range(5)]
    return (await api.post("/predict/batch", json=rows)).json()["predictions"]


async def test_a_tree_s_call_list_says_why_too(api, called):
    found = (await api.get("/call-list?holdout=0")).json()
    assert found["total"] == sum(one["offer"] for one in called) > 0
    assert all(one["reasons"] for one in found["calls"])


async def test_the_list_stands_without_reasons_when_the_explainer_is_away(api, called, known, monkeypatch):
    async def away(*_):
        raise ExplainerAway("too many explanations wait; ask again in some seconds")

    monkeypatch.setattr(type(known.explainer), "contributions", away)
    found = (await api.get("/call-list?holdout=0")).json()
    assert found["total"] > 0
    assert "reasons are missing: too many explanations wait" in found["words"]
    assert {tuple(one["reasons"]) for one in found["calls"]} == {()}
    assert (await api.get("/customers/c1/prediction?explain=true")).status_code == 503


async def test_a_tree_is_replayed_exactly(api, called):
    single = (await api.post("/predict", json=serving.customer())).json()
    for name in (single["prediction_id"], called[3]["prediction_id"]):
        found = (await api.get(f"/predictions/{name}")).json()
        assert (found["replay"]["exact"], found["replay"]["difference"]) == (True, 0.0)
