"""What dashboards read through the service, over a real ledger filled by scoring; sums are made by hand."""

import json
from pathlib import Path

import pytest

import serving
from churn.campaign import offer_value
from churn.services.api.state import State
from scored import DAY, NOW, contacted, left, score

ROOT = Path(__file__).parents[2]


@pytest.fixture
def reports(place):
    """Give a folder of reports, of which one speaks of another model."""
    folder = place / "reports"
    (folder / "drift").mkdir(parents=True)
    (folder / "metrics.json").write_text(
        json.dumps({"model": "f" * 64, "roc_auc": {"value": 0.8, "low": 0.7, "high": 0.9}})
    )
    (folder / "drift" / "drift.html").write_text("<h1>Drift</h1>")
    (folder / "secret.json").write_text("{}")
    (place / "outside.json").write_text("{}")
    return folder


@pytest.fixture
def known(place, reports):
    return State.of(serving.settings(place, CHURN_REPORTS_DIR=reports))


async def told(api, path, status=200):
    answer = await api.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


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
    found = await told(api, "/call-list")
    assert [one["customer_id"] for one in found["calls"]] == ["b", "a"]
    assert [one["rank"] for one in found["calls"]] == [1, 2]
    assert found["not_worth_it"] == 1
    assert found["expected_value"] == pytest.approx(said["a"]["expected_value"] + said["b"]["expected_value"])
    assert all(len(one["reasons"]) == 3 for one in found["calls"])
    assert await told(api, "/call-list") == found
    await api.post("/contacts", json={"customer_id": "b", "at": "2026-01-01T00:00:00Z", "channel": "phone"})
    assert (await told(api, "/call-list"))["total"] == 2
    await contacted(known.ledger, "b", days_ago=3)
    after = await told(api, "/call-list")
    assert [one["customer_id"] for one in after["calls"]] == ["a"]
    assert after["excluded"]["contacted"] == 1
    assert "1 contacted" in after["words"]
    assert (await told(api, "/call-list?rest_days=2"))["total"] == 2


async def test_a_campaign_without_a_held_out_arm_is_not_measurable_and_says_so(api, known):
    await score(known.ledger, "a", 0.5, 80.0)
    await contacted(known.ledger, "a", days_ago=40)
    await left(known.ledger, "a", churned=False, days_ago=5)
    found = await told(api, "/campaign")
    assert found["words"] == "not measurable yet: no mature outcome among the held-out customers"
    assert (found["reduction"], found["saved"], found["money"]) == (None, None, None)
    assert found["contacted"]["churn_rate"]["value"] == 0.0


async def test_a_campaign_is_measured_by_newcombe_and_valued_by_its_assumptions(api, known):
    for number in range(56):
        await score(known.ledger, f"t{number}", 0.5, 80.0)
        await contacted(known.ledger, f"t{number}", days_ago=40)
        await left(known.ledger, f"t{number}", churned=number < 6, days_ago=20 if number < 6 else 5)
    for number in range(48):
        await contacted(known.ledger, f"h{number}", days_ago=40, held_out=True)
        await left(known.ledger, f"h{number}", churned=number < 14, days_ago=20 if number < 14 else 5)
    found = await told(api, "/campaign")
    reduction = found["reduction"]
    assert reduction["value"] == pytest.approx(14 / 48 - 6 / 56)
    assert (reduction["low"], reduction["high"]) == (pytest.approx(0.0312, abs=1e-4), pytest.approx(0.3359, abs=4e-4))
    assert found["saved"]["value"] == pytest.approx(56 * reduction["value"])
    terms = known.served.engine.campaign
    gain = terms.margin * terms.months * 80.0
    assert found["spent"] == pytest.approx(56 * terms.contact + 50 * terms.offer)
    assert found["money"]["value"] == pytest.approx(found["saved"]["value"] * gain - found["spent"])


async def test_a_window_that_ends_before_it_begins_is_refused(api):
    answer = await told(api, "/campaign?since=2026-05-02T00:00:00Z&until=2026-05-01T00:00:00Z", 422)
    assert answer["detail"] == "since lies before until"


async def test_performance_waits_for_labels(api, known):
    await score(known.ledger, "a", 0.5, 80.0, at=NOW - 40 * DAY)
    found = await told(api, "/monitoring/performance")
    assert (found["customers"], found["mature"], found["labelled"], found["coverage"]) == (1, 1, 0, 0.0)
    assert found["roc_auc"] is None
    assert found["words"].startswith("too few to judge")


async def test_performance_is_measured_on_mature_labels(api, known):
    for number in range(120):
        await score(known.ledger, f"c{number}", 0.75 if number % 2 else 0.25, 80.0, at=NOW - 40 * DAY)
        churned = number % 4 == 0 if number % 2 == 0 else number % 4 != 1 or number % 8 == 1
        await left(known.ledger, f"c{number}", churned=churned, days_ago=20 if churned else 5)
    found = await told(api, "/monitoring/performance?window_days=366")
    assert (found["labelled"], found["coverage"]) == (120, 1.0)
    bins = {one["low"]: one for one in found["calibration"]}
    assert (bins[0.2]["churned"]["value"], bins[0.7]["churned"]["value"]) == (0.5, 0.75)
    brier = (60 * (0.5 * 0.25**2 + 0.5 * 0.75**2) + 60 * (0.75 * 0.25**2 + 0.25 * 0.75**2)) / 120
    assert found["brier"]["value"] == pytest.approx(brier)
    left_high, stayed_high = 45 / 75, 15 / 45
    assert found["roc_auc"]["value"] == pytest.approx(
        left_high * (1 - stayed_high) + 0.5 * (left_high * stayed_high + (1 - left_high) * (1 - stayed_high))
    )
    assert found["by_version"][0]["brier"] == found["brier"]


async def test_a_customer_who_was_scored_often_counts_once_in_all(api, known):
    for version, days_ago in ((1, 100), (1, 60), (2, 40), (2, 40)):
        await score(known.ledger, "a", 0.5, 80.0, at=NOW - days_ago * DAY, version=version)
    await left(known.ledger, "a", churned=False, days_ago=5)
    found = await told(api, "/monitoring/performance?window_days=10")
    assert (found["customers"], found["mature"], found["labelled"]) == (1, 1, 1)
    assert [(one["model_version"], one["labelled"]) for one in found["by_version"]] == [(1, 1), (2, 1)]
    assert len(found["by_window"]) == 3


async def test_performance_of_nobody_is_told(api):
    found = await told(api, "/monitoring/performance")
    assert (found["customers"], found["coverage"], found["by_version"], found["by_window"]) == (0, None, [], [])


async def test_drift_is_unknown_when_it_cannot_be_judged(api):
    await api.post("/predict", json=serving.customer(customerID="a"))
    found = await told(api, "/monitoring/drift")
    assert found["state"] == "unknown"
    assert found["pipeline"] is None
    assert {one["state"] for one in found["live"]["columns"]} == {"unknown"}
    assert found["scores"][0]["scores"] == 1


async def test_drift_names_the_columns_that_moved(api, reports):
    (reports / "data_profile.json").write_bytes((ROOT / "tests/data_profile.json").read_bytes())
    await batch(api, **{f"c{number}": {} for number in range(250)})
    found = await told(api, "/monitoring/drift")
    moved = {one["column"]: one for one in found["live"]["columns"]}
    assert found["state"] == "moved"
    assert moved["Contract"]["state"] == "moved"
    assert moved["Contract"]["psi"] > 0.25
    assert moved["tenure"]["shift"] < -1


async def test_refused_rows_are_told_with_drift(api):
    await api.post("/predict", json=serving.customer(gender="Other"))
    found = await told(api, "/monitoring/drift")
    assert [(one["column"], one["count"]) for one in found["refused"]] == [("gender", 1)]


async def test_no_alert_is_told_where_there_is_none(api):
    assert await told(api, "/monitoring/alerts") == {"total": 0, "limit": 50, "offset": 0, "open": 0, "alerts": []}


async def test_a_report_is_given_as_it_is_with_an_etag(api):
    answer = await api.get("/reports/metrics")
    assert answer.json()["roc_auc"]["low"] == 0.7
    assert (answer.headers["x-model-digest"], answer.headers["x-model-served"]) == ("f" * 64, "false")
    again = await api.get("/reports/metrics", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_drift_page_may_run_its_scripts_and_reach_nothing(api):
    answer = await api.get("/reports/drift.html")
    assert answer.headers["content-type"].startswith("text/html")
    assert "sandbox allow-scripts; default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name", ["secret", "metrics.json", "../outside", "..%2Foutside", "%2e%2e%2foutside", "gate", "."]
)
async def test_no_other_file_is_a_report(api, name):
    answer = await api.get(f"/reports/{name}")
    assert answer.status_code == 404


async def test_model_info_says_what_answers_and_what_it_wants(api, known):
    found = await told(api, "/model_info")
    engine = known.served.engine
    assert (found["version"], found["digest"], found["threshold"]) == (1, engine.digest, engine.threshold)
    columns = {one["name"]: one for one in found["columns"]}
    assert columns["Contract"]["allowed"] == ["Month-to-month", "One year", "Two year"]
    assert (columns["tenure"]["low"], columns["tenure"]["high"], columns["tenure"]["allowed"]) == (0, 120, None)
    assert found["horizon_days"] == engine.campaign.horizon_days
    assert found["metrics"] == {"test_roc_auc": 0.8}
    assert "sync has not run" in found["freshness"]["words"]


async def test_figures_have_intervals_when_the_report_is_of_this_model(api, known, reports):
    report = {"model": known.served.engine.digest, "roc_auc": {"value": 0.8, "low": 0.7, "high": 0.9}}
    (reports / "metrics.json").write_text(json.dumps(report))
    assert (await told(api, "/model_info"))["metrics"]["test_roc_auc"] == report["roc_auc"]


@pytest.mark.parametrize("path", ["/versions", "/experiments", "/versions/compare?a=1&b=2"])
async def test_a_registry_that_was_never_seen_is_told(api, path):
    assert "sync has not yet told" in (await told(api, path, 503))["detail"]


async def test_expected_value_in_the_list_is_the_campaign_s(api, known):
    said = await batch(api, a={"MonthlyCharges": 90.0})
    assert said["a"]["expected_value"] == offer_value(
        said["a"]["churn_probability"], 90.0, known.served.engine.campaign
    )
