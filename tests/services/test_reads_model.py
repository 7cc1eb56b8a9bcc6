"""What dashboards read of the model: what it is, its reports, whether its customers moved."""

import json

import pytest

import serving
from churn.services.api.state import State
from serving import told


@pytest.fixture
def reports(place):
    """Give a folder of reports, of which one speaks of another model."""
    folder = place / "reports"
    (folder / "drift").mkdir(parents=True)
    (folder / "metrics.json").write_text(
        json.dumps({"model": "f" * 64, "roc_auc": {"value": 0.8, "low": 0.7, "high": 0.9}})
    )
    (folder / "drift" / "drift.html").write_text("<h1>Drift</h1>")
    (folder / "kpi.html").write_text("<h1>Promises</h1>")
    (folder / "secret.json").write_text("{}")
    (place / "outside.json").write_text("{}")
    return folder


@pytest.fixture
def known(place, reports):
    return State.of(serving.settings(place, CHURN_REPORTS_DIR=reports))


async def test_drift_is_unknown_when_it_cannot_be_judged(api):
    await api.post("/predict", json=serving.customer(customerID="a"))
    found = await told(api, "/monitoring/drift")
    assert found["state"] == "unknown"
    assert found["pipeline"] is None
    assert {one["state"] for one in found["live"]["columns"]} == {"unknown"}
    assert found["scores"][0]["scores"] == 1


async def test_refused_rows_are_told_with_drift(api):
    await api.post("/predict", json=serving.customer(gender="Other"))
    found = await told(api, "/monitoring/drift")
    assert [(one["column"], one["count"]) for one in found["refused"]] == [("gender", 1)]


async def test_a_report_is_given_as_it_is_with_an_etag(api):
    answer = await api.get("/reports/metrics")
    assert answer.json()["roc_auc"]["low"] == 0.7
    assert (answer.headers["x-model-digest"], answer.headers["x-model-served"]) == ("f" * 64, "false")
    again = await api.get("/reports/metrics", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["drift.html", "kpi.html"])
async def test_a_page_may_run_its_own_scripts_and_reach_nothing(api, name):
    answer = await api.get(f"/reports/{name}")
    assert answer.headers["content-type"].startswith("text/html")
    assert "sandbox allow-scripts; default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name", ["secret", "metrics.json", "eda", "../outside", "..%2Foutside", "%2e%2e%2foutside", "gate", "."]
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
