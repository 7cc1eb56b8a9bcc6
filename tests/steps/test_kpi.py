"""The page of promises: three states by the whole interval, and unknown wherever a file does not say."""

import copy
import json
import runpy
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from churn.errors import ParamsError
from churn.page.render import render
from churn.params.kpi import Kpi
from churn.params.section import load
from churn.steps.kpi.kpi import kpi
from churn.steps.kpi.page import page
from churn.steps.kpi.sources import Sources
from pages import assert_whole

ROOT = Path(__file__).parents[2]
MODEL, HOSTILE = "f5" * 32, "<script>alert(1)</script>"
SERVING = """# Serving benchmark

## 1 row, 8 connections

| | requests/s | p99 ms | x mlflow (rate, CPU) |
| --- | ---: | ---: | ---: |
| mlflow models serve | 37.6 | 399.7 | 1.00, 1.00 |
| ours | 2,951.4 | 4.2 | 1,078.49, 39.38 |
"""
FILES = """## scorecard, 5 rows

Promised: at least 15 x pandas + scikit-learn at once: 12.9 x, **not met**.

## Memory of ours

Promised: at most 500 MB: 361 MB, met.
"""
DRILLS = "| promise | |\n| --- | --- |\n| nothing is lost | kept |\n| each is answered | kept |\n"
KNOBS = Kpi(
    accuracy=0.82,
    metrics={
        "roc_auc": {"at_least": 0.8},
        "log_loss": {"at_most": 0.46},
        "calibration_slope": {"at_least": 0.8, "at_most": 1.25},
    },
    contender="ours",
    serving=[
        {"size": "1 row, 8 connections", "figure": "p99 ms", "at_most": 15.0},
        {"size": "1 row, 8 connections", "figure": "x mlflow", "at_least": 40.0},
        {"size": "2 rows", "figure": "p99 ms", "at_most": 15.0},
    ],
)


def metric(low: float, value: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def table(title: str, *promises: tuple[str, bool]) -> dict:
    made = [{"words": words, "figure": "2.0%", "interval": "1.4% to 3.0%", "met": met} for words, met in promises]
    return {
        "title": title, "command": "make simulate ARGS=x", "shows": "500 splits.", "columns": ["model", "share"],
        "rows": [["scorecard", "2.8%"]], "promises": made,
    }  # fmt: skip


def made() -> Sources:
    return Sources(
        metadata={"digest": MODEL},
        evaluation={
            "model": MODEL,
            "metrics": {
                "roc_auc": metric(0.826, 0.847, 0.87), "log_loss": metric(0.392, 0.422, 0.451),
                "calibration_slope": metric(0.894, 0.993, 1.127), "accuracy_at_half": metric(0.775, 0.797, 0.818),
            },
            "accuracy": {
                "expected_at_most": metric(0.797, 0.805, 0.813), "nobody_leaves": metric(0.697, 0.721, 0.745),
            },
        },
        validation={"passed": True, "rows": 7043, "checks": [{"name": "rows", "passed": True}]},
        drift={"state": "no_drift", "summary": "no drift: nothing moved"},
        reproduction={"agree": True, "model": MODEL, "off": 0, "lines": [{"compared": 1_200}, {"compared": 1_338}]},
        simulations={
            "drift": {"tables": [table("Alarms", ("at most 2% alarm", True))]},
            "gate": {"tables": [table("Gate", ("at most 5% pass", False))]},
            "intervals": {"tables": [table("Lucky splits: accuracy above 82%")]},
        },
        benchmarks={"serving.md": SERVING, "files.md": FILES, "drills.md": DRILLS},
    )  # fmt: skip


def with_metric(name: str, value: object) -> Sources:
    sources = made()
    changed = copy.deepcopy(sources.evaluation)
    changed["metrics"][name] = value
    return replace(sources, evaluation=changed)


def states(sources: Sources) -> dict[str, str]:
    return {one["promise"]: one["state"] for one in told(sources)["promises"]}


def told(sources: Sources) -> dict:
    found = kpi(sources, KNOBS)
    assert_whole(render(page(found)))
    return json.loads(json.dumps(found, allow_nan=False))


def test_a_promise_is_met_where_its_whole_interval_is():
    assert states(made()) == {
        "ROC-AUC": "met",
        "Log loss": "met",
        "Calibration slope": "met",
        "Accuracy at 0.5": "not met",
        "The data keep the contract and its rules": "met",
        "The newest batch looks like the training rows": "met",
        "Two runs in separate environments agree": "met",
        "at most 2% alarm": "met",
        "at most 5% pass": "not met",
        "Coverage of the intervals": "unknown",
        "A million rows through the pipeline": "unknown",
        "1 row, 8 connections: p99 ms": "met",
        "1 row, 8 connections: x mlflow (the lesser of rate and CPU)": "not met",
        "2 rows: p99 ms": "unknown",
        "scorecard, 5 rows": "not met",
        "Memory of ours": "met",
        "Nothing acknowledged is lost under faults": "met",
    }


@pytest.mark.parametrize(
    ("low", "high", "state", "why"),
    [
        (0.80, 0.87, "met", ""),
        (0.79, 0.87, "unknown", "not shown: the interval lies on both sides of the target"),
        (0.70, 0.7999, "not met", ""),
        (None, None, "unknown", "no interval was measured"),
    ],
)
def test_the_interval_decides(low, high, state, why):
    (one,) = [
        one for one in told(with_metric("roc_auc", metric(low, 0.84, high)))["promises"] if "ROC" in one["promise"]
    ]
    assert (one["state"], one["why"]) == (state, why)


@pytest.mark.parametrize(
    ("low", "high", "state"),
    [(0.7, 0.79, "not met"), (0.7, 0.9, "unknown"), (1.2, 1.3, "unknown"), (1.3, 2, "not met")],
)
def test_a_range_has_two_ends(low, high, state):
    assert states(with_metric("calibration_slope", metric(low, low, high)))["Calibration slope"] == state


def test_a_doctored_file_turns_met_into_not_met():
    assert states(with_metric("log_loss", metric(0.5, 0.52, 0.55)))["Log loss"] == "not met"
    broken = replace(made(), validation={"passed": False, "rows": 5, "checks": [{"name": "rows", "passed": False}]})
    assert states(broken)["The data keep the contract and its rules"] == "not met"
    drifted = replace(made(), drift={"state": "drift", "summary": "drift: prices"})
    assert states(drifted)["The newest batch looks like the training rows"] == "not met"
    lost = replace(made(), benchmarks={"drills.md": DRILLS + "| no key twice | **broken** |\n"})
    assert states(lost)["Nothing acknowledged is lost under faults"] == "not met"


@pytest.mark.parametrize(
    "evaluation",
    [None, [], "text", {}, {"metrics": {}}, {"model": "0a" * 32, "metrics": {"roc_auc": metric(0.9, 0.95, 0.99)}}],
    ids=["nothing", "a list", "text", "empty", "of no model", "of another model"],
)
def test_what_is_not_of_this_model_is_unknown(evaluation):
    found = told(replace(made(), evaluation=evaluation))
    of_model = [one for one in found["promises"] if one["about"] == "Model"]
    assert {one["state"] for one in of_model} == {"unknown"}
    assert all(one["why"].startswith(("the evaluation is of another", "the evaluation does not")) for one in of_model)


@pytest.mark.parametrize("value", [float("nan"), None, "0.9", True, {"value": 1}], ids=str)
def test_a_value_that_is_no_number_is_unknown(value):
    for one in (value, {"value": value, "low": value, "high": value}):
        assert states(with_metric("roc_auc", one))["ROC-AUC"] == "unknown"


def test_the_reason_of_the_evaluation_is_said():
    lacking = {"value": None, "low": None, "high": None, "reason": "all customers have the same outcome"}
    (one,) = [one for one in told(with_metric("roc_auc", lacking))["promises"] if one["promise"] == "ROC-AUC"]
    assert (one["state"], one["measured"], one["why"]) == ("unknown", "unknown", "all customers have the same outcome")


@pytest.mark.parametrize(
    "odd", [None, [], "text", 3, {"checks": "x", "passed": "yes", "state": 7, "drift": []}], ids=str
)
def test_odd_files_are_unknown_and_break_nothing(odd):
    sources = Sources(odd, odd, odd, odd, odd, odd, {"serving.md": "## 1 row\n|", "files.md": "Promised: :, met."})
    found = told(sources)
    assert {one["state"] for one in found["promises"]} == {"unknown"}
    assert found["counts"]["met"] == 0


def test_the_page_tells_what_the_json_tells():
    found = told(made())
    seen = assert_whole(render(page(found)))
    rows = [
        dict(zip(table[0], line, strict=True))
        for table in seen.tables
        if table[0][0] == "Promise"
        for line in table[1:]
    ]
    assert [(row["Promise"], row["Target"], row["Measured"], row["State"]) for row in rows] == [
        (one["promise"], one["target"], one["measured"], one["state"]) for one in found["promises"]
    ]
    assert (rows[0]["Measured"], rows[0]["95% interval, or why not known"]) == ("0.847", "0.826 to 0.870")
    assert all(row["Measured again by"] for row in rows)
    assert found["counts"] == {"met": 10, "not met": 4, "unknown": 3}


def test_what_is_not_shown_is_not_called_unknown():
    seen = assert_whole(render(page(told(with_metric("roc_auc", metric(0.79, 0.84, 0.87))))))
    assert seen.table("Promise")[0]["State"] == "not shown"


def test_the_accuracy_that_was_asked_for_is_answered():
    text = assert_whole(render(page(told(made())))).text
    assert "The source documents ask for an accuracy above 82%" in text
    assert "79.7% (77.5% to 81.8%)" in text
    assert "No honest model reaches 82% on this table." in text
    assert "80.5% (79.7% to 81.3%)" in text
    assert "Lucky splits: accuracy above 82%" in text
    assert "2.8%" in text


@pytest.mark.parametrize(
    ("high", "slope", "words"),
    [
        (0.83, (0.9, 1.1), "Whether 82% can be had is not shown."),
        (0.813, (0.5, 0.7), "Whether 82% can be had is not shown."),
        (None, (0.9, 1.1), "Whether 82% can be had is unknown."),
    ],
)
def test_the_ceiling_is_claimed_only_where_it_is_shown(high, slope, words):
    sources = with_metric("calibration_slope", metric(slope[0], slope[0], slope[1]))
    sources.evaluation["accuracy"]["expected_at_most"]["high"] = high
    text = assert_whole(render(page(told(sources)))).text
    assert words in text
    assert "No honest model" not in text


@pytest.mark.parametrize(
    ("reproduction", "state"),
    [
        ({"agree": False, "model": MODEL, "off": 3, "lines": []}, "not met"),
        ({"agree": True, "model": "0" * 64, "off": 0, "lines": []}, "unknown"),
        ({"agree": "yes", "model": MODEL}, "unknown"),
        ([], "unknown"),
        (None, "unknown"),
    ],
)
def test_only_a_comparison_of_this_model_tells_that_runs_agree(reproduction, state):
    assert states(replace(made(), reproduction=reproduction))["Two runs in separate environments agree"] == state


def test_without_simulations_lucky_splits_are_unknown():
    text = assert_whole(render(page(told(replace(made(), simulations=None))))).text
    assert "How often a lucky split shows it: unknown ( make simulate has not been run here" in text


def test_words_of_other_files_cannot_break_the_page():
    sources = replace(made(), drift={"state": "drift", "summary": HOSTILE})
    sources.simulations["gate"]["tables"][0]["promises"][0]["words"] = HOSTILE
    content = render(page(kpi(sources, KNOBS)))
    assert_whole(content)
    assert HOSTILE.encode() not in content


@pytest.mark.parametrize(
    ("bound", "words"),
    [("{}", "give at_least, at_most or both"), ("{at_least: 2.0, at_most: 1.0}", "must not lie above"),
     ("{at_lest: 1.0}", "Extra inputs are not permitted")],
)  # fmt: skip
def test_a_bound_that_asks_nothing_is_refused(tmp_path, bound, words):
    path = tmp_path / "params.yaml"
    path.write_text(f"kpi: {{accuracy: 0.8, metrics: {{roc_auc: {bound}}}, contender: ours, serving: []}}\n")
    with pytest.raises(ParamsError, match=words):
        load(Kpi, path)


def test_the_stage_writes_the_same_bytes_each_time_and_needs_no_simulation(tmp_path, monkeypatch):
    sources = made()
    shutil.copy(ROOT / "params.yaml", tmp_path)
    for name in ("metadata", "evaluation", "validation", "drift"):
        (tmp_path / f"{name}.json").write_text(json.dumps(getattr(sources, name)))
    monkeypatch.chdir(tmp_path)
    main = runpy.run_path(str(ROOT / "scripts" / "kpi_report.py"))["main"]
    files = [tmp_path / f"{name}.json" for name in ("metadata", "evaluation", "validation", "drift")]
    for out in ("one", "two"):
        main(
            *files,
            tmp_path / "none.json",
            tmp_path / "none",
            ROOT / "reports/benchmarks",
            tmp_path / out / "k.json",
            tmp_path / out / "k.html",
        )
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / out).iterdir()} for out in ("one", "two"))
    assert one == two
    found = json.loads(one["k.json"])
    assert [one["state"] for one in found["promises"] if one["about"].startswith("Simulated")] == ["unknown"] * 4


def test_the_committed_benchmarks_answer_every_promise_about_the_service():
    """A changed heading or column of the benchmarks would leave the page without them."""
    pages = {path.name: path.read_text() for path in (ROOT / "reports/benchmarks").glob("*.md")}
    found = kpi(replace(made(), benchmarks=pages), load(Kpi, ROOT / "params.yaml"))
    served = [one for one in found["promises"] if one["about"] in ("Service", "Files")]
    assert len(served) >= 10
    assert "unknown" not in {one["state"] for one in served}
