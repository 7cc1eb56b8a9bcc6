"""Estimates before outcomes, drift window by window, volume, speed and alerts, over a real ledger."""

import asyncio
from itertools import pairwise

import pytest

import serving
from churn.services.api.state import State
from churn.stores.ledger import alerts as raising
from churn.stores.ledger.queries import spread
from churn.stores.ledger.tables import alert
from churn.stores.ledger.watch import decisions, readings
from scored import DAY, NOW, left, score
from serving import told


@pytest.fixture
def known(place):
    (place / "reports").mkdir()
    return State.of(serving.settings(place, CHURN_REPORTS_DIR=place / "reports"))


async def many(known, customers, at, version=1, chance=lambda number: (number % 10) / 10 + 0.05, name="c", **cells):
    told = {"at": at, "version": version, **cells}
    await asyncio.gather(*(score(known.ledger, f"{name}{one}", chance(one), 80.0, **told) for one in range(customers)))


async def test_performance_is_estimated_before_any_outcome_for_all_each_version_and_each_window(api, known):
    await many(known, 120, NOW - 40 * DAY)
    await many(known, 100, NOW - 2 * DAY, version=2, chance=lambda _: 0.5, name="d")
    found = await told(api, "/monitoring/performance?window_days=10")
    assert found["labelled"] == 0
    assert found["roc_auc"] is None
    assert found["estimated"]["customers"] == 220
    assert found["estimated"]["churn_rate"]["value"] == pytest.approx(0.5, abs=1e-3)
    one, two = (each["estimated"] for each in found["by_version"])
    tenths = [number / 10 + 0.05 for number in range(10)]
    assert one["brier"]["value"] == pytest.approx(sum(p * (1 - p) for p in tenths) / 10, abs=1e-3)
    assert (two["roc_auc"]["value"], two["brier"]["value"]) == pytest.approx((0.5, 0.25), abs=1e-5)
    assert sum(each["estimated"]["customers"] for each in found["by_window"]) == 220
    assert "before outcomes are known" in one["words"]


async def test_a_customer_scored_often_counts_once_in_an_estimate_by_the_first_score(api, known):
    await many(known, 120, NOW - 8 * DAY, chance=lambda _: 0.2)
    await many(known, 120, NOW - DAY, chance=lambda _: 0.9)
    found = (await told(api, "/monitoring/performance?window_days=366"))["estimated"]
    assert found["customers"] == 120
    assert found["churn_rate"]["value"] == pytest.approx(0.2, abs=1e-3)


async def test_a_single_customer_and_nobody_at_all_are_not_estimated(api, known):
    nobody = (await told(api, "/monitoring/performance"))["estimated"]
    assert (nobody["customers"], nobody["roc_auc"]) == (0, None)
    await score(known.ledger, "a", 0.5, 80.0)
    found = await told(api, "/monitoring/performance")
    assert found["estimated"]["customers"] == 1
    assert found["estimated"]["churn_rate"] is None
    assert found["estimated"]["words"].startswith("not estimated: 1 scored")


async def test_an_outcome_does_not_change_the_estimate(api, known):
    await many(known, 120, NOW - 40 * DAY)
    before = (await told(api, "/monitoring/performance"))["estimated"]
    for number in range(60):
        await left(known.ledger, f"c{number}", churned=True, days_ago=20)
    after = await told(api, "/monitoring/performance")
    assert (after["labelled"], after["estimated"]) == (60, before)


async def test_a_window_that_is_not_over_is_said_to_be_incomplete(api, known):
    await score(known.ledger, "old", 0.5, 80.0, at=NOW - 60 * DAY)
    await score(known.ledger, "new", 0.5, 80.0)
    old, new = (await told(api, "/monitoring/performance?window_days=7"))["by_window"]
    assert (old["complete"], new["complete"]) == (True, False)
    span = "since=2020-01-01&until=2030-01-01"
    future = await told(api, f"/monitoring/performance?window_days=7&{span}")
    assert [one["complete"] for one in future["by_window"]] == [True, False]
    later = await told(api, "/monitoring/performance?since=2100-01-01&until=2101-01-01")
    assert (later["customers"], later["by_window"], later["estimated"]["customers"]) == (0, [], 0)


async def test_of_very_many_customers_some_are_drawn_by_lot_and_it_is_said(api, known, monkeypatch):
    monkeypatch.setattr(spread, "MOST", 200)
    await many(known, 400, NOW - DAY)
    found = (await told(api, "/monitoring/performance"))["estimated"]
    assert 150 < found["customers"] < 250
    assert found["words"].endswith("; drawn by lot from 400 customers")
    assert found["churn_rate"]["value"] == pytest.approx(0.5, abs=0.1)


def drifted(until, state="alarm", customers=1500, **cells):
    column = {"column": "Contract", "moved": True, "distance": 0.2, "threshold": 0.05, "weight": 0.4,
              "method": "jensenshannon", "words": "Two year: 24.0% to 90.0%"}  # fmt: skip
    light = column | {"column": "gender", "weight": 0.001}
    figures = {"customers": customers, "scores": customers, "columns": [column | cells, light], "min_weight": 0.03,
               "rate": 0.02, "kind": "mix"}  # fmt: skip
    return {"kind": "drift", "model_version": 1, "since": until - 30 * DAY, "until": until, "state": state,
            "words": "Contract moved", "figures": figures}  # fmt: skip


async def keep(known, *some, purpose="production"):
    await known.ledger.do(lambda connection: readings.keep(connection, NOW, purpose, some))


async def test_drift_is_what_monitoring_read_window_by_window(api, known):
    await keep(known, drifted(NOW - 31 * DAY, "ok", moved=False), drifted(NOW - DAY))
    found = await told(api, "/monitoring/drift?windows=3")
    assert [one["state"] for one in found["by_window"]] == ["watch", "moved"]
    assert (found["state"], found["words"], found["live"]["customers"]) == ("moved", "Contract moved", 1500)
    assert {one["column"]: one["state"] for one in found["live"]["columns"]} == {"Contract": "moved", "gender": "watch"}
    assert (found["live"]["rate"], found["live"]["columns"][0]["threshold"]) == (0.02, 0.05)
    assert all(one["until"] <= other["since"] for one, other in pairwise(found["by_window"]))


async def test_without_a_reading_drift_is_unknown_and_it_is_said_why(api):
    found = await told(api, "/monitoring/drift?windows=3")
    assert (found["state"], found["by_window"]) == ("unknown", [])
    assert "churn monitor" in found["words"]
    assert {one["state"] for one in found["live"]["columns"]} == {"unknown"}


async def test_monitoring_that_fell_silent_leaves_drift_unknown(api, known):
    await keep(known, drifted(NOW - 61 * DAY, "ok"))
    found = await told(api, "/monitoring/drift?windows=1")
    assert found["state"] == "unknown"
    assert "has said nothing since" in found["words"]
    assert found["by_window"][0]["state"] == "watch"


async def test_nothing_is_told_by_window_unless_it_is_asked_for(api, known):
    await keep(known, drifted(NOW))
    assert (await told(api, "/monitoring/drift"))["by_window"] == []
    await told(api, "/monitoring/drift?windows=27", 422)
    await told(api, "/monitoring/drift?window_days=7", 422)


async def test_readings_and_decisions_are_paged_and_told_apart_by_purpose(api, known):
    await keep(known, *(drifted(NOW - back * 30 * DAY) for back in range(3)), drifted(NOW) | {"kind": "volume"})
    page = await told(api, "/monitoring/readings?kind=drift&limit=2&offset=1")
    assert (page["total"], len(page["readings"])) == (3, 2)
    assert page["readings"][0]["figures"]["rate"] == 0.02
    newest = await told(api, "/monitoring/readings?newest=true")
    assert [one["kind"] for one in newest["readings"]] == ["drift", "volume"]
    decided = {"at": NOW, "action": "note", "cause": "shift", "words": "w", "evidence": {"a": 1}}
    await known.ledger.do(lambda connection: decisions.add(connection, "production", decided))
    (found,) = (await told(api, "/monitoring/decisions"))["decisions"]
    assert (found["action"], found["done_at"], found["evidence"]) == ("note", None, {"a": 1})
    for path in ("readings", "decisions"):
        await told(api, f"/monitoring/{path}?purpose=simulated", 403)
    await told(api, "/monitoring/readings?kind=weather", 422)


async def test_the_newest_readings_are_gauges(api, known):
    await keep(known, drifted(NOW - 30 * DAY), drifted(NOW, "ok", customers=7))
    lines = (await api.get("/metrics")).text.splitlines()
    whose = 'kind="drift",model_version="1",purpose="production"'
    assert f'churn_reading{{{whose},state="ok"}} 1.0' in lines
    assert f'churn_reading{{{whose},state="alarm"}} 0.0' in lines
    assert f'churn_reading_value{{figure="customers",{whose}}} 7.0' in lines
    assert "churn_readings_known 1.0" in lines


async def test_simulated_customers_are_told_of_by_themselves(place):
    known = State.of(serving.settings(place, CHURN_SIMULATION="1"))
    async with serving.opened(known) as api:
        await score(known.ledger, "a", 0.5, 80.0, purpose="simulated")
        await keep(known, drifted(NOW - 400 * DAY), purpose="simulated")
        assert (await told(api, "/monitoring/drift?windows=1"))["by_window"] == []
        played = await told(api, "/monitoring/drift?windows=1&purpose=simulated")
        assert played["state"] == "moved", "where time is played nothing is late"
        assert (await told(api, "/monitoring/service"))["volume"] == []
        assert (await told(api, "/monitoring/service?purpose=simulated"))["volume"][0]["scores"] == 1
        assert (await told(api, "/ready"))["simulation"] is True


async def test_the_service_tells_of_its_requests_and_of_what_was_scored(api):
    before = await told(api, "/monitoring/service")
    await api.post("/predict", json=serving.customer(customerID="a"))
    await api.post("/predict", json=serving.customer(tenure=-1))
    await api.post("/predict/batch", json=[serving.customer(customerID="b"), serving.customer(gender="Other")])
    found = await told(api, "/monitoring/service")
    assert found["requests"] - before["requests"] == 4
    assert found["refused_rows"] - before["refused_rows"] == 2
    speed = {one["route"]: one for one in found["latency"]}
    assert 0 < speed["/predict"]["p50"] <= speed["/predict"]["p99"]
    assert sum(one["scores"] for one in found["volume"]) == 2
    assert [(one["model_version"], one["refused"]) for one in found["volume"]] == [(1, 1), (None, 1)]
    assert found["since"]
    await told(api, "/monitoring/service?purpose=simulated", 403)


async def test_without_its_ledger_the_service_still_tells_of_its_speed(api, known):
    await known.ledger.close()
    found = await told(api, "/monitoring/service")
    assert found["volume"] == []
    assert found["words"].endswith("the ledger does not answer")
    ready = await told(api, "/ready", 503)
    assert (ready["status"], ready["ledger"]["ok"], ready["simulation"]) == ("not ready", False, False)


async def test_alerts_are_told_by_how_grave_they_are_also_those_with_older_words(api, known):
    for kind, word in (("a", "warning"), ("b", "critical"), ("c", "info"), ("d", "never heard of"), ("e", "error")):
        await known.ledger.do(lambda c, kind=kind: raising.raise_(c, kind, "words", NOW))
        await known.ledger.do(
            lambda c, kind=kind, word=word: c.execute(alert.update().where(alert.c.kind == kind).values(severity=word))
        )
    found = await told(api, "/monitoring/alerts")
    severities = {one["kind"]: one["severity"] for one in found["alerts"]}
    assert severities == {"a": "medium", "b": "critical", "c": "low", "d": "high", "e": "high"}
    grave = await told(api, "/monitoring/alerts?severity=high&severity=critical")
    assert (grave["total"], grave["open"]) == (3, 3)
    assert {one["kind"] for one in grave["alerts"]} == {"b", "d", "e"}
    await told(api, "/monitoring/alerts?severity=warning", 422)


@pytest.mark.parametrize("content", [None, "not JSON", "[]", '{"stages": [{"name": "x"}]}', '{"stages": 1}'])
async def test_without_a_pipeline_that_can_be_read_it_is_said_what_to_do(api, place, content):
    if content is not None:
        (place / "reports/pipeline.json").write_text(content)
    assert "dvc repro" in (await told(api, "/reports/pipeline", 404))["detail"]
