"""What /metrics tells of this host, of the model's age and of the money at stake."""

import pytest

import serving
from churn.services.api import standing_figures
from churn.services.api.state import State
from churn.stores import bundle
from scored import left, score


def figure(page, name):
    return [float(line.rpartition(" ")[2]) for line in page.splitlines() if line.startswith(name)]


async def test_the_money_at_risk_is_that_of_the_last_scores_of_those_who_have_not_left(api, known):
    await score(known.ledger, "a", 0.75, 80.0)
    await score(known.ledger, "b", 0.25, 40.0)
    await score(known.ledger, "gone", 0.9, 100.0)
    await left(known.ledger, "gone", True, 1)
    page = (await api.get("/metrics")).text
    assert figure(page, "churn_portfolio_customers{") == [2]
    assert figure(page, "churn_portfolio_monthly{") == [120]
    assert figure(page, "churn_portfolio_at_risk{") == [pytest.approx(0.75 * 80 + 0.25 * 40)]


async def test_disk_is_told_by_place_and_nothing_waits_in_a_ledger_at_rest(api):
    page = (await api.get("/metrics")).text
    for place in ("state", "temporary"):
        (free,) = figure(page, f'churn_disk_free_bytes{{place="{place}"}}')
        (whole,) = figure(page, f'churn_disk_bytes{{place="{place}"}}')
        assert 0 < free < whole
    assert figure(page, "churn_ledger_lag_seconds") == [0]


async def test_a_batch_that_waits_ages(api, known, monkeypatch):
    old = f"{standing_figures.entries.now() - 90_000_000:014x}{0:014x}"
    monkeypatch.setattr(standing_figures.expansion, "waiting", lambda _: [old])
    page = (await api.get("/metrics")).text
    assert figure(page, "churn_ledger_lag_seconds")[0] == pytest.approx(90, abs=10)
    assert figure(page, "churn_ledger_waiting") == [1]


async def test_the_age_of_the_model_is_known_from_its_promotion_alone(place):
    async with serving.opened(State.of(serving.settings(place))) as api:
        assert figure((await api.get("/metrics")).text, "churn_model_promoted_seconds{") == []
    found = bundle.current(place / "bundle")
    promoted = found.manifest | {"version": 2, "promotion": {"when": "2026-05-01T08:00:00Z"}}
    bundle.write(place / "bundle", 2, {"model.onnx": found.model}, promoted)
    bundle.point(place / "bundle", 2)
    async with serving.opened(State.of(serving.settings(place))) as api:
        page = (await api.get("/metrics")).text
    assert figure(page, 'churn_model_promoted_seconds{model_version="2"}') == [1777622400]


async def test_without_its_ledger_the_host_still_tells_of_its_disk(api, known):
    await known.ledger.close()
    page = (await api.get("/metrics")).text
    assert figure(page, "churn_disk_free_bytes{")
    assert figure(page, "churn_portfolio_at_risk{") == []
