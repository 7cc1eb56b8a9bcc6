"""The same reads and feedback over a real PostgreSQL: every address once, with figures that can be seen to be right."""

import pytest

import ledgers
import serving
from churn.services.api.state import State
from churn.stores.ledger.queries import spread
from churn.stores.ledger.watch import decisions, readings
from postgres import started
from scored import DAY, NOW, contacted, left, score

READ = [{"kind": "drift", "model_version": 1, "since": NOW - 30 * DAY, "until": NOW, "state": "ok", "words": "well",
         "figures": {"scores": 600}}]  # fmt: skip
DECIDED = {"at": NOW, "action": "none", "cause": "quiet", "words": "well", "evidence": {}}


@pytest.fixture(scope="module")
def postgres():
    with started() as server:
        yield server


@pytest.fixture
async def known(place, postgres):
    url = postgres.emptied()
    async with ledgers.opened(url):
        pass
    return State.of(serving.settings(place, CHURN_DATABASE_URL=url))


async def told(api, path):
    answer = await api.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_everything_that_is_read_is_read_from_postgresql(api, known, monkeypatch):
    rows = [serving.customer(customerID=f"b{number}", MonthlyCharges=80.0) for number in range(600)]
    assert (await api.post("/predict/batch", json=rows)).status_code == 200
    name = await score(known.ledger, "old", 0.7, 90.0, at=NOW - 40 * DAY)
    await left(known.ledger, "old", churned=True, days_ago=20)
    await contacted(known.ledger, "b1", days_ago=1)
    assert (await told(api, "/customers?segment=Contract:Month-to-month&segment=tenure:0 to 12"))["total"] == 600
    assert (await told(api, "/customers?left=true"))["total"] == 1
    assert (await told(api, "/customers/old/prediction"))["prediction_id"] == name
    portfolio = await told(api, "/portfolio")
    assert (portfolio["customers"], portfolio["movement"]["then"]["customers"]) == (600, 1)
    assert portfolio["monthly_revenue"] == pytest.approx(600 * 80)
    assert portfolio["left"] == 1
    calls = await told(api, "/call-list?capacity=10&budget=100000")
    assert (calls["total"], calls["excluded"]) == (10, {"churned": 1, "suppressed": 0, "contacted": 1})
    assert calls["held_out"]["customers"] == (await told(api, "/call-list?capacity=10&arm=held_out"))["total"]
    left_out = (await told(api, "/call-list/excluded?cause=contacted"))["customers"]
    assert [(one["customer_id"], one["words"][:7]) for one in left_out] == [("b1", "phoned ")]
    curve = await told(api, "/campaign/curve")
    assert (curve["total"], curve["everybody"]["customers"], len(curve["points"])) == (600, 600, 201)
    assert (await told(api, "/campaign"))["contacted"]["customers"] == 1
    performance = await told(api, "/monitoring/performance")
    assert (performance["mature"], performance["labelled"]) == (1, 1)
    assert performance["estimated"]["customers"] == 601
    assert [one["estimated"]["customers"] for one in performance["by_version"]] == [601]
    monkeypatch.setattr(spread, "MOST", 300)
    drawn = (await told(api, "/monitoring/performance?window_days=29"))["estimated"]
    assert 220 < drawn["customers"] < 380
    await known.ledger.do(lambda one: readings.keep(one, NOW, "production", READ))
    await known.ledger.do(lambda one: decisions.add(one, "production", DECIDED))
    drift = await told(api, "/monitoring/drift?windows=2")
    assert [one["scores"] for one in drift["by_window"]] == [600]
    assert (await told(api, "/monitoring/readings?newest=true"))["total"] == 1
    assert (await told(api, "/monitoring/decisions"))["total"] == 1
    assert (await told(api, "/monitoring/service?days=366"))["volume"][-1]["scores"] == 600
    assert (await told(api, "/monitoring/alerts?severity=high"))["total"] == 0
    assert (await told(api, "/monitoring/drift"))["scores"][-1]["scores"] == 600
    assert (await told(api, "/monitoring/alerts"))["total"] == 0
    assert (await told(api, "/history?at=2030-01-01"))["then"]["hosts"] == []


async def test_feedback_is_noted_once_in_postgresql(api, known):
    gone = {"customer_id": "a", "churned": True, "observed_on": "2026-05-31"}
    key = {"idempotency-key": "k"}
    first = await api.post(
        "/outcomes", json=[gone, gone | {"customer_id": "b"}, gone | {"churned": False}], headers=key
    )
    assert (first.json()["noted"], first.json()["rejects"][0]["status"]) == (2, 409)
    assert (await api.post("/outcomes", json=[gone], headers=key)).status_code == 422
    assert (await api.post("/outcomes", json=gone)).status_code == 200
    assert (await api.delete("/customers/a")).json()["counts"]["outcome"] == 1
    assert (
        await api.post("/suppressions", json={"customer_id": "x\x00", "reason": "r", "until": "2030-01-01"})
    ).status_code == 422


@pytest.mark.parametrize(
    "path", ["/customers?tier=%00", "/customers?segment=Contract:%00", "/customers/%00/prediction"]
)
async def test_a_character_that_postgresql_cannot_hold_is_refused(api, path):
    assert (await api.get(path)).status_code == 422
