"""What dashboards read through the service, over a real ledger filled by scoring; sums are made by hand."""

import math

import pytest

import serving
from churn.campaign import offer_value
from scored import DAY, NOW, contacted, left, score
from serving import told


async def batch(api, **cells):
    rows = [serving.customer(customerID=name, **row) for name, row in cells.items()]
    answer = (await api.post("/predict/batch", json=rows)).json()
    return {row["customerID"]: one for row, one in zip(rows, answer["predictions"], strict=True)}


async def test_a_batch_that_was_acknowledged_is_among_the_customers_at_once(api):
    said = await batch(api, a={"MonthlyCharges": 90.0}, b={"MonthlyCharges": 20.0}, c={"MonthlyCharges": 60.0})
    found = await told(api, "/customers?limit=2")
    assert found["total"] == 3
    best = sorted(said, key=lambda name: -said[name]["expected_value"])[:2]
    assert [one["customer_id"] for one in found["customers"]] == best
    first, was = found["customers"][0], said[best[0]]
    for name in ("churn_probability", "offer", "expected_value", "risk_tier", "model_version", "prediction_id"):
        assert first[name] == was[name], name
    assert first["at"].endswith("Z")


async def test_pages_neither_repeat_nor_skip_anybody(api):
    await batch(api, **{f"c{number}": {} for number in range(23)})
    pages = [await told(api, f"/customers?limit=5&offset={start}") for start in range(0, 25, 5)]
    assert [one["customer_id"] for page in pages for one in page["customers"]] == sorted(f"c{n}" for n in range(23))


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "offset=-1", "sort=password", "min_probability=2", "min_probability=nan", "unknown=1",
     "segment=tenure", "segment=MonthlyCharges:1", "offset=99999999999999999999", "offer=maybe",
     "segment=Contract:%00", "tier=extreme"],
)  # fmt: skip
async def test_a_query_that_cannot_be_meant_is_refused(api, query):
    answer = await api.get(f"/customers?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_simulated_customers_are_told_only_in_simulation(api):
    assert (await api.get("/customers?purpose=simulated")).status_code == 403
    assert (await api.get("/portfolio?purpose=what_if")).status_code == 422


async def test_the_last_score_is_told_as_it_was_answered(api):
    first = (await api.post("/predict", json=serving.customer(customerID="a/1"))).json()
    found = await told(api, "/customers/a%2F1/prediction")
    assert {name: found[name] for name in first} == first
    await api.post("/predict?purpose=what_if", json=serving.customer(customerID="a/1", tenure=70))
    assert (await told(api, "/customers/a%2F1/prediction"))["prediction_id"] == first["prediction_id"]


async def test_the_last_score_is_explained_when_asked(api):
    await api.post("/predict", json=serving.customer(customerID="a"))
    found = await told(api, "/customers/a/prediction?explain=true")
    assert found["reasons"][0]["text"]
    assert found["explained_by_version"] == 1
    assert found["changes"]


async def test_an_explained_score_leads_from_the_average_customer_to_this_one(api):
    for name, tenure in (("a", 1), ("b", 70)):
        await api.post("/predict", json=serving.customer(customerID=name, tenure=tenure))
    both = [await told(api, f"/customers/{name}/prediction?explain=true") for name in ("a", "b")]
    assert both[0]["average"] == pytest.approx(both[1]["average"])
    assert both[0]["inputs"]["tenure"] == 1
    for found in both:
        own = found["explained_probability"]
        assert own == pytest.approx(found["churn_probability"])
        led = found["average"] + sum(one["effect"] for one in found["reasons"])
        assert led == pytest.approx(math.log(own / (1 - own)), abs=0.05 * 19)


async def test_an_explained_score_says_how_the_customer_stands(api, known):
    for name in ("left", "came-back", "called"):
        await api.post("/predict", json=serving.customer(customerID=name))
    await left(known.ledger, "left", churned=True, days_ago=3)
    await left(known.ledger, "came-back", churned=True, days_ago=3)
    await left(known.ledger, "came-back", churned=False, days_ago=1)
    await contacted(known.ledger, "called", days_ago=9)
    await contacted(known.ledger, "called", days_ago=2, held_out=True)
    for until in ("2200-01-01", "2100-01-01"):
        said = {"customer_id": "called", "reason": "complaint", "until": until}
        assert (await api.post("/suppressions", json=said)).status_code == 201
    stand = {
        name: (await told(api, f"/customers/{name}/prediction?explain=true"))["standing"]
        for name in ("left", "came-back", "called")
    }
    assert stand["left"]["outcome"]["churned"]
    assert not stand["came-back"]["outcome"]["churned"]
    assert stand["left"]["suppression"] is stand["left"]["contact"] is None
    assert stand["called"]["suppression"] == {"reason": "complaint", "until": "2200-01-01"}
    assert stand["called"]["contact"]["held_out"]


async def test_who_is_drawn_to_be_left_alone_is_told_as_the_call_list_draws(api, known):
    names = [f"c{number}" for number in range(60)]
    for name in names:
        await score(known.ledger, name, 0.8, 100.0)
    listed = await told(api, "/call-list?arm=held_out&limit=100")
    held = {one["customer_id"] for one in listed["calls"]}
    stands = {name: (await told(api, f"/customers/{name}/prediction?explain=true"))["standing"] for name in names}
    assert {name for name in names if stands[name]["drawn_out"]} == held


async def test_nobody_is_known_under_another_name(api):
    said = (await told(api, "/customers/nobody/prediction", 404))["detail"]
    assert "scored files keep theirs: `churn why RECORD.ROW`" in said


async def test_the_portfolio_says_customers_and_money_at_risk_with_an_interval(api, known):
    for name, probability, monthly in (("a", 0.8, 100.0), ("b", 0.2, 50.0), ("c", 0.1, 30.0)):
        await score(known.ledger, name, probability, monthly)
    found = await told(api, "/portfolio")
    assert (found["customers"], found["at_risk"]) == (3, 1)
    assert found["monthly_revenue"] == pytest.approx(180.0)
    risk = 0.8 * 100 + 0.2 * 50 + 0.1 * 30
    half = 1.959964 * (0.16 * 100**2 + 0.16 * 50**2 + 0.09 * 30**2) ** 0.5
    assert found["revenue_at_risk"]["value"] == pytest.approx(risk)
    assert found["revenue_at_risk"]["high"] == pytest.approx(risk + half)
    assert found["revenue_at_risk"]["low"] == pytest.approx(risk - half)
    assert [(one["tier"], one["customers"]) for one in found["tiers"]] == [("high", 1), ("low", 2)]
    assert [one["customers"] for one in found["distribution"] if one["customers"]] == [1, 1, 1]
    assert found["segments"]["Contract"][0] | {} == found["segments"]["Contract"][0]
    assert found["segments"]["Contract"][0]["group"] == "Month-to-month"
    assert found["segments"]["Contract"][0]["revenue_at_risk"]["value"] == pytest.approx(risk)
    assert found["movement"]["words"].startswith("not known")
    assert found["freshness"]["by_version"] == {"1": 3}


async def test_the_portfolio_is_never_older_than_the_last_score(api, known):
    assert (await told(api, "/portfolio"))["customers"] == 0
    await score(known.ledger, "a", 0.8, 100.0)
    assert (await told(api, "/portfolio"))["customers"] == 1
    assert (await told(api, "/portfolio"))["customers"] == 1
    assert (await api.delete("/customers/a")).status_code == 200
    assert (await told(api, "/portfolio"))["customers"] == 0


async def test_the_portfolio_holds_what_was_written_late(api, known):
    await score(known.ledger, "a", 0.2, 100.0, at=NOW - 2 * DAY)
    await score(known.ledger, "b", 0.2, 100.0)
    assert (await told(api, "/portfolio"))["expected_leavers"] == pytest.approx(0.4)
    await score(known.ledger, "a", 0.7, 100.0, at=NOW - DAY)
    assert (await told(api, "/portfolio"))["expected_leavers"] == pytest.approx(0.9)


async def test_the_portfolio_leaves_out_who_has_left_as_soon_as_it_is_told(api, known):
    await score(known.ledger, "a", 0.8, 100.0)
    await score(known.ledger, "b", 0.8, 50.0)
    assert (await told(api, "/portfolio"))["monthly_revenue"] == 150.0
    await left(known.ledger, "a", churned=True, days_ago=1)
    found = await told(api, "/portfolio")
    assert (found["customers"], found["left"], found["monthly_revenue"]) == (1, 1, 50.0)
    assert [one["customer_id"] for one in (await told(api, "/customers"))["customers"]] == ["b"]
    assert [one["customer_id"] for one in (await told(api, "/customers?left=true"))["customers"]] == ["a"]


async def test_the_portfolio_tells_how_it_moved(api, known):
    await score(known.ledger, "a", 0.2, 100.0, at=NOW - 40 * DAY)
    await score(known.ledger, "a", 0.8, 100.0)
    moved = (await told(api, "/portfolio?days=30"))["movement"]
    assert moved["then"]["revenue_at_risk"]["value"] == pytest.approx(20.0)
    assert moved["revenue_at_risk"] == pytest.approx(60.0)
    assert moved["at_risk"] == 1


async def test_the_call_list_says_why_each_is_on_it(api, known):
    said = await batch(api, a={"MonthlyCharges": 90.0}, b={"MonthlyCharges": 110.0}, c={"MonthlyCharges": 19.0})
    found = await told(api, "/call-list?holdout=0")
    assert [one["customer_id"] for one in found["calls"]] == ["b", "a"]
    assert [one["rank"] for one in found["calls"]] == [1, 2]
    assert found["not_worth_it"] == 1
    assert found["expected_value"] == pytest.approx(said["a"]["expected_value"] + said["b"]["expected_value"])
    assert all(len(one["reasons"]) == 3 for one in found["calls"])
    assert await told(api, "/call-list?holdout=0") == found
    await api.post("/contacts", json={"customer_id": "b", "at": "2026-01-01T00:00:00Z", "channel": "phone"})
    assert (await told(api, "/call-list?holdout=0"))["total"] == 2
    await contacted(known.ledger, "b", days_ago=3)
    after = await told(api, "/call-list?holdout=0")
    assert [one["customer_id"] for one in after["calls"]] == ["a"]
    assert after["excluded"]["contacted"] == 1
    assert "1 contacted" in after["words"]
    assert (await told(api, "/call-list?holdout=0&rest_days=2"))["total"] == 2


async def test_no_alert_is_told_where_there_is_none(api):
    assert await told(api, "/monitoring/alerts") == {"total": 0, "limit": 50, "offset": 0, "open": 0, "alerts": []}


@pytest.mark.parametrize("path", ["/versions", "/experiments", "/versions/compare?a=1&b=2"])
async def test_a_registry_that_was_never_seen_is_told(api, path):
    assert "sync has not yet told" in (await told(api, path, 503))["detail"]


async def test_expected_value_in_the_list_is_the_campaign_s(api, known):
    said = await batch(api, a={"MonthlyCharges": 90.0})
    assert said["a"]["expected_value"] == offer_value(
        said["a"]["churn_probability"], 90.0, known.served.engine.campaign
    )
