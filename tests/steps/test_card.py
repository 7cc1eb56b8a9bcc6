"""The model card: its figures are those of the files it is written from, and what they lack is unknown."""

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest

from churn import columns
from churn.errors import ModelError
from churn.page.metrics import METRICS
from churn.page.render import render
from churn.steps.card.facts import facts
from churn.steps.card.page import page
from churn.steps.card.sources import Sources
from pages import assert_whole

MODEL = "f5" * 32
HOSTILE = "<script>alert(1)</script>"


def metric(value: float | None, reason: str = "") -> dict:
    known = value is not None
    ends = {"value": value, "low": value - 0.02 if known else None, "high": value + 0.02 if known else None}
    return ends | ({"reason": reason} if reason else {})


def group(rows: int, rate: float, recall: float | None) -> dict:
    named = {"roc_auc": metric(0.8), "log_loss": metric(0.4), "precision_at_threshold": metric(0.6)}
    return {"rows": rows, "churn_rate": rate, "mean_probability": rate} | named | {
        "recall_at_threshold": metric(recall, "" if recall is not None else "nobody left")
    }  # fmt: skip


def made() -> Sources:
    candidate = {"family": "scorecard", "params": {"C": 0.3}, "log_loss": 0.4083, "log_loss_se": 0.004}
    candidate |= {"roc_auc": 0.85, "difference": 0.0, "difference_se": 0.0, "chosen": True, "out": None}
    beaten = candidate | {"family": "forest", "chosen": False, "out": "not exported faithfully", "difference": 0.0044}
    return Sources(
        metadata={
            "digest": MODEL, "family": "scorecard", "params": {"C": 0.3}, "rows": {"train": 5705},
            "digests": {"data": "8d" * 32, "contract": columns.digest(), "code": "05" * 32, "params": "9f" * 32},
            "versions": {"python": "3.11.7"}, "candidates": [candidate, beaten],
            "decision": {
                "threshold": 0.344, "tiers": {"low": 0.0, "high": 0.6}, "horizon_days": 30,
                "campaign": {"months": 12.0, "offer": 50.0}, "split": {"seed": 20, "test_share": 0.2},
                "columns": [{"name": "Contract", "kind": "category"}, {"name": "unheard of"}],
            },
        },
        metrics={"model": MODEL, "rows": 1338, "churn_rate": 0.278774} | {name: metric(0.5) for name in METRICS},
        segments={
            "gender": {"Female": group(687, 0.29, 0.67), "Male": group(651, 0.27, 0.71)},
            "Contract": {"One year": group(285, 0.12, 0.09), "Two year": group(90, 0.03, None)},
        },
        profile={
            "rows": 7043, "churn_rate": 0.26537,
            "arrivals": [{"source": "a.csv", "arrived": 7043, "accepted": 7043, "duplicates": 0, "quarantined": 0}],
        },
        validation={"passed": True, "accuracy_ceiling": 0.997444, "checks": [{"name": "rows", "passed": True}]},
        drift={"state": "no_drift", "summary": "no drift: nothing moved"},
    )  # fmt: skip


def card(sources: Sources):
    told = facts(sources)
    json.dumps(told, allow_nan=False)
    return told, assert_whole(render(page(told)))


def test_every_metric_stands_with_its_interval():
    sources = made()
    told, seen = card(sources)
    assert told["metrics"] == {name: sources.metrics[name] for name in METRICS}
    rows = dict(zip(told["metrics"], seen.table("Metric"), strict=True))
    assert rows["roc_auc"]["Metric"].startswith("ROC-AUC chance that")
    assert (rows["roc_auc"]["Value"], rows["roc_auc"]["95% interval"]) == ("0.500", "0.480 to 0.520")
    assert rows["accuracy_at_half"]["Value"] == "50.0%"


def test_it_names_its_exact_model():
    told, seen = card(made())
    details = told["model_details"]
    assert details["digest"] == MODEL
    for digest in (MODEL, *details["digests"].values()):
        assert digest in seen.text


def test_groups_stand_with_their_figures():
    told, seen = card(made())
    rows = {row["Group"]: row for row in seen.table("Group")}
    assert rows["Gender: Female"] | {"Customers": "687", "Left": "29.0%"} == rows["Gender: Female"]
    assert rows["Gender: Female"]["Recall"] == "67.0% 65.0% to 69.0%"
    assert rows["Contract: Two year"]["Recall"] == "unknown nobody left"
    assert len(told["quantitative_analyses"]) == 4


def test_the_groups_that_are_treated_most_apart_are_named():
    told, _ = card(made())
    (gap,) = [words for words in told["ethical_considerations"] if words.startswith("Gender:")]
    assert "71.0% (69.0% to 73.0%) of Male and 67.0% (65.0% to 69.0%) of Female" in gap
    assert not [words for words in told["ethical_considerations"] if words.startswith("Contract:")]


def test_small_groups_are_a_caveat():
    told, _ = card(made())
    assert "Groups with fewer than 100 customers say little alone: Contract Two year (90)." in told["caveats"]


def test_the_decision_and_its_assumptions_stand():
    _, seen = card(made())
    assert seen.table("Tier") == [
        {"Tier": "low", "Probability": "from 0"},
        {"Tier": "high", "Probability": "from 0.6"},
    ]
    assert {row["Value"] for row in seen.table("Assumed")} == {"12", "50"}
    assert "Flagged above a probability of 0.344" in seen.text


def test_metrics_of_another_model_are_unknown_and_it_says_so():
    sources = made()
    for measured, words in (("ab" * 32, "of another model (abababababab)"), (None, "do not say of which model")):
        told, seen = card(replace(sources, metrics=sources.metrics | {"model": measured}))
        assert {one["value"] for one in told["metrics"].values()} == {None}
        assert told["quantitative_analyses"] == []
        assert words in told["caveats"][0].lower()
        assert "How well it does is unknown" in seen.text
        assert "0.480 to 0.520" not in seen.text


def test_a_model_of_another_contract_is_a_caveat():
    sources = made()
    told, _ = card(replace(sources, metadata=sources.metadata | {"digests": {"contract": "00"}}))
    assert told["caveats"][0].startswith("The model was made for another contract")


@pytest.mark.parametrize("emptied", [{}, [], None, "text", 3, {"checks": "no list", "decision": [], "arrivals": 3}])
def test_what_the_sources_lack_is_unknown(emptied):
    """Files of another version, or of nothing at all."""
    bare = Sources({"digest": MODEL}, emptied, emptied, emptied, emptied, emptied)
    told, seen = card(bare)
    assert told["training_data"]["rows"] is None
    assert "Validation: unknown" in " ".join(seen.text.replace(" .", ".").split())
    assert seen.text.count("unknown") > 10


def test_parts_of_the_wrong_shape_are_unknown():
    sources = made()
    crooked = copy.deepcopy(sources.metadata)
    crooked["decision"] = {"threshold": "high", "tiers": [1, 2], "campaign": None, "columns": "all"}
    crooked["candidates"] = [{}, "none", {"params": 3, "log_loss": "low"}]
    told, seen = card(replace(sources, metadata=crooked, segments={"gender": [1], "Contract": {"One year": 3}}))
    assert told["decision"]["threshold"] == "high"
    assert "Flagged above a probability of unknown" in seen.text


def test_metadata_without_a_model_are_refused():
    for told in ({}, {"digest": 3}, []):
        with pytest.raises(ModelError, match="name no model; run `dvc repro train`"):
            facts(replace(made(), metadata=told))


def test_failed_checks_are_named():
    sources = made()
    broken = {"passed": False, "checks": [{"name": "class balance", "passed": False}, {"name": "rows", "passed": True}]}
    _, seen = card(replace(sources, validation=broken))
    assert "failed: class balance" in seen.text


def test_hostile_words_stay_words():
    sources = made()
    hostile = json.loads(json.dumps(sources.metadata).replace("scorecard", HOSTILE).replace("unheard of", HOSTILE))
    told, seen = card(
        replace(sources, metadata=hostile, drift={"summary": HOSTILE}, segments={"gender": {HOSTILE: {}}})
    )
    assert told["model_details"]["family"] == HOSTILE
    assert seen.text.count(HOSTILE) >= 4


def test_the_same_files_give_the_same_bytes():
    assert render(page(facts(made()))) == render(page(facts(made())))


def test_the_files_of_the_last_run_become_a_card():
    root = Path(__file__).parents[2]
    reports = ("metrics", "segments", "data_profile", "validation", "drift/drift")
    read = [json.loads((root / "reports" / f"{name}.json").read_text()) for name in reports]
    told, seen = card(Sources(made().metadata | {"digest": read[0]["model"]}, *read))
    assert f"{read[0]['roc_auc']['value']:.3f}" in seen.text
    assert len(told["quantitative_analyses"]) > 10
