"""Which customers the model serves worst, by the pipeline's report."""

from typing import Any

import streamlit as st

from churn.services.dashboard import frame, kept, look
from churn.services.dashboard.charts.intervals import intervals
from churn.services.dashboard.health.chosen import Chosen

MEASURE = "roc_auc"
SERVED = {True: "the model that answers now", False: "**another model than the one that answers**", None: "a model"}


def show(_asked: Chosen) -> None:
    """Show how well leavers are ranked within each group, the worst marked."""
    st.subheader("The worst segment", anchor=False)
    report = kept.found("Segments cannot be judged: there is no report of them.", "report", name="segments")
    if report is None:
        return
    rows = [row for segment, groups in report.json().items() for row in _rows(segment, groups)]
    if not rows:
        frame.empty("No group was large enough to be judged.", "The report lists groups of at least 20 customers.")
        return
    rows.sort(key=lambda row: float(row["value"]))
    worst = rows[0]
    worst["color"] = look.VERMILION
    frame.draw(
        intervals(rows, "ROC AUC within the group", ".2f"),
        f"Worst: **{look.shown(worst['name'])}**, {worst['value']:.3f} ({worst['low']:.3f} to {worst['high']:.3f}, "
        f"{worst['words']}). Within one group the rest differs less, so the figure is lower than over all. Measured by "
        "the pipeline on test rows that nobody trained on, not in service.",
        key="health_segments",
    )


def _rows(segment: str, groups: Any) -> list[dict[str, Any]]:
    """Give a row for each group whose figure is known."""
    if not isinstance(groups, dict):
        return []
    return [
        {
            "name": f"{look.named(segment)}: {group}",
            "words": f"{look.count(told.get('rows'))} test rows",
            **told[MEASURE],
        }
        for group, told in groups.items()
        if isinstance(told, dict) and isinstance(told.get(MEASURE), dict)
    ]
