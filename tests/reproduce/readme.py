"""The figures that the README tells, and where each comes from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reproduce import tolerances
from reproduce.comparison import Line
from reproduce.results import Values

METRICS, PROFILE = "reports/metrics.json", "reports/data_profile.json"
HEADING = "## Honest numbers"
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
"""Rows of the table under the heading, and what metrics.json calls them."""


@dataclass(frozen=True)
class Told:
    """A figure outside the table: the pattern that finds it, its file and name, and what it is multiplied by."""

    pattern: str
    file: str
    name: str
    times: float = 1.0


BESIDE = (
    Told(r"On ([\d,]+) customers that training never saw", METRICS, "rows"),
    Told(r"Telco table \(([\d,]+) customers", PROFILE, "rows"),
    Told(r"customers, ([\d.]+) % left\)", PROFILE, "churn_rate", 100.0),
)


def check(readme: str, found: dict[str, Values]) -> Line:
    """Hold every figure of the README against a run's results."""
    line = Line("README, one run", tolerances.README)
    for words, text, value in (*_table(readme, found), *_beside(readme, found)):
        line.compared += 1
        if text is None:
            line.off.append(f"README: {words}: not found; write it, or take it out of tests/reproduce/readme.py")
        elif value is None or text.replace(",", "") != f"{value:.{len(text.partition('.')[2])}f}":
            line.off.append(f"README: {words}: {text}, but the run has {value}")
    return line


def _table(readme: str, found: dict[str, Values]) -> Iterator[tuple[str, str | None, float | None]]:
    part = readme.partition(HEADING)[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \| (-?[\d.,]+) \| (-?[\d.,]+) to (-?[\d.,]+) \|$", part, re.MULTILINE)
    for words, *texts in rows:
        for end, text in zip(("value", "low", "high"), texts, strict=True):
            yield f"{words}, {end}", text, found.get(METRICS, {}).get(f"{FIGURES.get(words)}.{end}")
    for words in FIGURES.keys() - {row[0] for row in rows}:
        yield words, None, None


def _beside(readme: str, found: dict[str, Values]) -> Iterator[tuple[str, str | None, float | None]]:
    for told in BESIDE:
        text = re.search(told.pattern, readme)
        value = found.get(told.file, {}).get(told.name)
        yield told.pattern, text and text[1], None if value is None else value * told.times
