import json

import pytest

from churn.lifecycle.evidence.card import card, write
from churn.lifecycle.evidence.markdown import safe
from churn.lifecycle.verdict import Verdict

CHECKS = [
    {"name": "log_loss_gain", "value": 0.01, "low": 0.004, "high": 0.02, "bound": "low > 0", "state": "pass"},
    {"name": "profit_gain", "value": -2500.0, "low": -4000, "high": -1000, "bound": "low > -2000", "state": "unknown"},
]
MOVED = {
    "rows": 1000, "monthly_revenue": 64_000.0, "moved_customers": 80, "moved_revenue": 5_100.0, "called": 200,
    "called_by_both": 178, "flips": [],
    "moves": [{"champion": "low", "challenger": "high", "customers": 80, "monthly_revenue": 5100.0}],
}  # fmt: skip
VERDICT = {
    "format": 2, "state": "pass", "reason": "shown on 1,000 rows", "challenger": "c" * 64, "champion": "a" * 64,
    "rows": 1000, "checks": CHECKS, "migration": {"common": MOVED},
}  # fmt: skip
DRIFT = {
    "state": "drift", "kind": "behaviour", "retrain": True, "summary": "2026-05-01-april.csv: drift",
    "columns": [
        {"column": "MonthlyCharges", "moved": True, "words": "mean 64 -> 91", "weight": 0.2},
        {"column": "gender", "moved": False, "words": "as before", "weight": 0.0},
    ],
}  # fmt: skip
VALIDATION = {"passed": True, "rows": 8243, "checks": [{"name": "rows", "passed": True, "words": "enough"}]}
METRICS = {"rows": 1338, "roc_auc": {"value": 0.8472, "low": 0.826, "high": 0.87}}


@pytest.fixture
def reports(tmp_path):
    (tmp_path / "drift").mkdir()
    gate = Verdict.model_validate(VERDICT).told()
    assert "flips" not in gate["migration"]["common"], "what is said of single customers stays in the registry"
    for name, told in {"gate": gate, "drift/drift": DRIFT, "validation": VALIDATION, "metrics": METRICS}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(told))
    return tmp_path


def changed(reports, name, **parts):
    path = reports / f"{name}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | parts))


def test_the_card_tells_the_gate_the_moves_and_the_cause(reports):
    told = card(reports, "labels confirmed the loss")
    assert told.startswith("# Evidence for model `cccccccccccc`: pass\n")
    assert "against champion `aaaaaaaaaaaa` on 1,000 rows" in told
    assert "| log_loss_gain | 0.01 | 0.004 to 0.02 | low &#62; 0 | pass |" in told
    assert "- 80 change tier (8.0%), and 5,100 of 64,000 a month with them" in told
    assert "- 178 of 200 stay on the call list (20% of all)" in told
    assert "| low | high | 80 | 5,100 |" in told
    assert "labels confirmed the loss" in told
    assert "customers of the same kind leave more or less often" in told
    assert "| MonthlyCharges | mean 64 -&#62; 91 | 20% |" in told
    assert "gender" not in told
    assert "8,243 rows; validation passed" in told
    assert "| roc_auc | 0.8472 | 0.826 to 0.87 |" in told


def test_merging_what_did_not_pass_promotes_nobody_and_the_card_says_so(reports):
    for state in ("fail", "unknown"):
        changed(reports, "gate", state=state)
        assert "Merging this promotes nobody" in card(reports)
    assert "only then does `churn promote` run" not in card(reports)
    assert "churn promote --refresh" not in card(reports)
    changed(reports, "gate", refresh={"state": "pass", "reason": "no worse", "checks": []})
    assert "churn promote --refresh" in card(reports)


@pytest.mark.parametrize(
    "torn", ["", "{", "null", "[]", '{"state": "pass"}', '{"migration": 1}', '{"migration": {"test": 1}}']
)
def test_a_verdict_that_cannot_be_read_is_unknown(reports, torn):
    (reports / "gate.json").write_text(torn)
    told = card(reports)
    assert told.startswith("# Evidence for a model: unknown")
    assert "Merging this promotes nobody" in told


def test_missing_reports_are_unknown_and_never_well(tmp_path):
    told = card(tmp_path)
    assert told.count("unknown") == 3
    assert "Unknown, for there are no figures" in told
    assert "Nobody said." in told


def test_a_failed_check_of_the_data_is_named(reports):
    failed = {"name": "leak", "passed": False, "words": "Fee tells the outcome"}
    changed(reports, "validation", passed=False, checks=[failed])
    told = card(reports)
    assert "validation failed: 1 of 1 checks failed" in told
    assert "- Fee tells the outcome" in told


def test_values_of_a_table_stay_text(reports):
    """A category that an intruder named would otherwise be an image, a link or a mention in the pull request."""
    evil = "![x](http://evil.example/?c) <img src=x> @everyone | #1 www.evil.example\n# Approved"
    changed(reports, "drift/drift", columns=[{"column": "Contract", "moved": True, "words": evil, "weight": 0.1}])
    told = card(reports, evil)
    assert not any(mark in told for mark in ("![", "](", "<img", "@everyone", "http://", "www.", "\n# Approved"))
    assert safe("@ann fixes #12, o/r#3, GH-4 &#64;") == (
        "@<!-- -->ann fixes #<!-- -->12, o/r#<!-- -->3, GH-<!-- -->4 &#38;#<!-- -->64;"
    ), "a forge looks for names after it read entities, so they hide none"
    assert safe("plain words, 12 % of 3.5") == "plain words, 12 % of 3.5"
    assert len(safe("x" * 10_000)) < 500


def test_the_card_of_a_first_model_says_that_there_was_nothing_to_beat(reports):
    changed(reports, "gate", champion=None, rows=0, migration={}, reason="shown on the first model")
    told = card(reports)
    assert "Judged as a first model" in told
    assert "There is no champion to compare with" in told


def test_the_card_is_written_whole(reports):
    write(reports, reports / "evidence.md", "by hand")
    assert (reports / "evidence.md").read_text() == card(reports, "by hand")
