"""The README's figures are those of the committed reports."""

import json
import re

import pytest

from workshop import ROOT

README = (ROOT / "README.md").read_text()
METRICS = json.loads((ROOT / "reports/metrics.json").read_text())
FIGURES = {
    "ROC-AUC": "roc_auc",
    "PR-AUC": "pr_auc",
    "log loss": "log_loss",
    "Brier score": "brier",
    "calibration slope": "calibration_slope",
    "top-decile lift": "top_decile_lift",
    "accuracy at 0.5": "accuracy_at_half",
    "accuracy at the profit threshold": "accuracy_at_threshold",
    "profit per 1,000, per-customer offer rule": "profit_per_1000_offer_rule",
    "profit per 1,000, threshold 0.5": "profit_per_1000_at_half",
    "profit per 1,000, offer to all": "profit_per_1000_treat_all",
}


@pytest.mark.parametrize(("words", "name"), FIGURES.items())
def test_each_figure_is_the_report_s(words, name):
    (line,) = re.findall(rf"^\| {re.escape(words)} \| (\S+) \| (\S+) to (\S+) \|$", README, re.MULTILINE)
    told = METRICS[name]
    for text, value in zip(line, (told["value"], told["low"], told["high"]), strict=True):
        decimals = len(text.partition(".")[2])
        assert text.replace(",", "") == f"{value:.{decimals}f}"


def test_every_figure_of_the_table_is_held():
    table = README.split("## Honest numbers")[1].split("## ")[0]
    assert len([line for line in table.splitlines() if line.startswith("| ")]) == len(FIGURES) + 1


def test_it_counts_the_rows_of_the_report():
    assert f"On {METRICS['rows']:,} customers" in README


def test_it_stays_short():
    assert len(README.splitlines()) <= 150


def test_every_file_it_names_exists():
    named = set(re.findall(r"`((?:src|tests|reports|model|data)/[\w./]+)`", README))
    drawn = {f"reports/{name}.html" for name in ("drift/drift", "eda", "model_card")}
    made = {"data/quarantine/rows.csv", "model/model_metadata.json", *drawn}
    assert {path for path in named - made if not (ROOT / path).exists()} == set()
