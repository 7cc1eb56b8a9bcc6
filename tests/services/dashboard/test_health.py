"""How the model does, looked at over services with and without a past."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

import played
from churn.services.dashboard.charts import heat
from churn.services.dashboard.charts.calibration import reliability
from churn.services.dashboard.charts.promised import ESTIMATED, MEASURED, promised
from churn.services.dashboard.charts.roc import roc
from churn.services.dashboard.charts.service import latency, volume
from churn.services.dashboard.health.curves import points
from looking import words

CHARTS = "vega_lite_chart"


@pytest.fixture
def section(look):
    """Look at a section of the page, of some service."""

    def section(name, *address):
        seen = look("health", *address)
        return seen.segmented_control(key="section").set_value(name).run()

    return section


@pytest.fixture
def older(past):
    """Answer as the service did before there were estimates and a curve, and give the address."""

    class Older(BaseHTTPRequestHandler):
        def do_GET(self):
            told = httpx.get(past + self.path)
            content, status = told.json(), told.status_code
            if self.path.startswith("/monitoring/performance"):
                del content["estimated"]
            if self.path.startswith("/campaign/curve"):
                content, status = {"title": "Not Found", "detail": "there is no such address"}, 404
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Older) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def shown(seen):
    return {one.label: one.value for one in seen.metric}


def test_without_labels_estimates_are_named_estimates(look):
    seen = look("health")
    assert shown(seen)["Ranking (ROC AUC)"] == "not measured yet"
    assert "it takes the probabilities as right, so it cannot find them wrong" in words(seen)
    assert "Calibration cannot be judged yet" in words(seen)
    assert "Segments cannot be judged" in words(seen)


def test_with_labels_the_measured_and_the_estimated_are_both_drawn(look, past):
    seen = look("health", past)
    assert shown(seen)["Ranking (ROC AUC)"] == "0.726"  # who was held out counts twice: for the called, too
    assert "Not measured" not in words(seen)
    drawn = seen.get(CHARTS)[0].proto.spec + str(seen.get(CHARTS)[0].proto)
    assert MEASURED in drawn
    assert ESTIMATED in drawn
    assert "0.700 (0.600 to 0.800, 90 test rows)" in words(seen)


def test_another_figure_can_be_chosen(look, past):
    seen = look("health", past)
    for figure in ("log_loss", "brier", "churn_rate"):
        seen = seen.segmented_control(key="health_figure").set_value(figure).run()
        assert not seen.exception
        assert len(seen.get(CHARTS)) == 3


def test_a_version_that_scored_nobody_is_said_to_have_scored_nobody(look, past):
    seen = look("health", past)
    chosen = seen.selectbox(key="version")
    assert chosen.options == ["all versions", "version 2 (retired)", "version 1"]
    seen = chosen.set_value(2).run()
    assert "Nobody was scored in this period by this version" in words(seen)
    assert "Nobody was scored in this period by this version" in words(
        seen.segmented_control(key="section").set_value("Service").run()
    )


def test_filters_stay_while_sections_change(look, past):
    seen = look("health", past).selectbox(key="days").set_value(180).run()
    for name in ("Drift", "Versions", "Performance"):
        seen = seen.segmented_control(key="section").set_value(name).run()
        assert seen.selectbox(key="days").value == 180
        assert not seen.exception


def test_drift_that_cannot_be_judged_is_unknown_never_none(section):
    said = words(section("Drift"))
    assert "Drift: unknown" in said
    assert "Unknown is not the same as no drift" in said


def test_drift_is_told_with_its_thresholds_and_the_rate_of_false_alarms(section, past):
    seen = section("Drift", past)
    said = words(seen)
    assert "Drift: moved" in said
    assert "Of windows without drift 2 % would alarm" in said
    (row,) = seen.dataframe[0].value.to_dict("records")
    assert (row["State"], row["Distance"], row["Moved from"]) == ("moved", "0.200", "0.050")


def test_readings_are_told_the_alarming_first_with_the_decisions(section, past):
    seen = section("Readings", past)
    read, decided = (one.value for one in seen.dataframe)
    assert [one[0] for one in read["State"]] == ["alarm", "unknown", "ok"]
    assert read["False alarms"].tolist() == ["2 %", "", "1 %"]
    assert decided["Decision"].tolist() == ["note"]


def test_where_monitoring_said_nothing_it_is_said(section):
    assert "Monitoring has said nothing yet." in words(section("Readings"))


def test_the_service_tells_how_fast_it_is_and_how_much_it_scored(section):
    seen = section("Service")
    assert int(shown(seen)["Requests"]) > 0
    assert shown(seen)["Failed for a fault of ours"].endswith(" %)")
    assert len(seen.get(CHARTS)) == 2


def test_alerts_are_paged_and_filtered_by_how_grave_they_are(section, past):
    seen = section("Alerts", past)
    assert shown(seen)["Open alerts"] == str(played.ALERTS)
    assert len(seen.dataframe[0].value) == 50
    grave = seen.pills(key="health_severity").set_value(["critical"]).run()
    assert {one[0] for one in grave.dataframe[0].value["Severity"]} == {"critical"}
    assert len(grave.dataframe[0].value) == played.ALERTS // 4


def test_the_last_page_of_alerts_is_left_when_a_filter_takes_it_away(section, past):
    seen = section("Alerts", past)
    seen = seen.pagination(key="health_alerts_page").set_value(3).run()
    assert len(seen.dataframe[0].value) == played.ALERTS - 100
    assert len(seen.pills(key="health_severity").set_value(["low"]).run().dataframe[0].value) == played.ALERTS // 4


def test_no_alert_is_good_news(section):
    assert "No alert is open" in words(section("Alerts"))


def test_versions_are_compared_with_checks_migration_and_curve(section, past):
    seen = section("Versions", past)
    said = words(seen)
    assert "retired by anna" in said
    assert "log loss gain" in said
    assert "9 of 100 change tier" in said
    assert "No report is kept for version 2" in said
    assert len(seen.get(CHARTS)) == 3


def test_without_a_registry_the_versions_are_said_to_be_unknown(section):
    said = words(section("Versions"))
    assert "The promotion history is not known on this host" in said
    assert "This cannot be answered now" in said


def test_a_service_of_an_older_version_gets_words_and_what_it_can_tell_is_told(look, older):
    seen = look("health", older)
    assert "of another version than these pages" in words(seen)
    assert shown(seen)["Answers now"] == "version 1"
    seen = seen.segmented_control(key="section").set_value("Alerts").run()
    assert len(seen.dataframe[0].value) == 50
    said = words(look("campaign", older))
    assert "There is nothing under this name" in said
    assert "customers who were called left less often" in said


def test_live_can_be_switched_off(look):
    assert not look("health").toggle(key="health_live").set_value(False).run().exception


def test_a_curve_goes_from_calling_nobody_to_calling_everybody():
    found = list(points({"edges": [0, 0.5, 1], "stayed": [8, 2], "left": [1, 9]}))
    assert [(one["false"], one["true"]) for one in found] == [(0, 0), (0.2, 0.9), (1, 1)]
    assert [one["threshold"] for one in found] == [1, 0.5, 0]


def test_a_heat_map_draws_the_unknown_apart_from_the_stable():
    cell = {"title": "Tenure", "window": "1 May", "words": "", "distance": None, "threshold": 0.25, "over": None}
    spelt = heat.drift([cell | {"state": "unknown"}]).to_json()
    assert '"text": {"value": "?"}' in spelt.replace("\n", "").replace("  ", "") or '"text": "?"' in spelt
    assert "datum.state === 'unknown'" in spelt


def test_every_chart_has_a_hover():
    ends = {"value": 0.5, "low": 0.4, "high": 0.6}
    for chart in (
        promised([{"at": "2026-05-01", "version": "1", "kind": MEASURED, **ends}], "ROC AUC", ".3f"),
        reliability([{"said": 0.5, "happened": 0.4, "customers": 9, "low": 0.1, "high": 0.8}]),
        latency([{"route": "/predict", "count": 1, "p50": 1.0, "p95": 2.0, "p99": 3.0}]),
        volume([{"day": "2026-05-01", "version": "1", "scores": 5}]),
        heat.scores([{"day": "2026-05-01", "tenth": "0 to 10 %", "share": 1.0, "scores": 5}]),
        heat.migration(
            [{"before": "a", "after": "a", "customers": 1, "share": 1, "kind": heat.STAYED}], ["a"], ("x", "y")
        ),
        roc([{"false": 0, "true": 0, "threshold": 1}]),
    ):
        assert "tooltip" in chart.to_json()
