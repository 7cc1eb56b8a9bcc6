"""How well a version tells leavers from stayers, drawn from its evaluation report."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import streamlit as st

from churn.services.api.schemas.versions import VersionTold
from churn.services.dashboard import frame, kept, look
from churn.services.dashboard.charts.roc import roc

REPORT = "evaluation"


def show(versions: Sequence[VersionTold]) -> None:
    """Show the curve of whichever of the versions the evaluation report speaks of."""
    st.markdown("##### Leavers found, against stayers taken for leavers")
    report = kept.found("No curve is kept: there is no evaluation report.", "report", name=REPORT)
    if report is None:
        return
    told = report.json()
    scores = told.get("scores") if isinstance(told, dict) else None
    speaks = next((one for one in versions if one.digest == report.model_digest), None)
    if not scores or speaks is None:
        frame.empty(
            "No curve is kept for these versions.",
            "The service keeps the evaluation report of one model, and it is of neither of these.",
        )
        return
    others = [f"version {one.number}" for one in versions if one.number != speaks.number]
    missing = f" No report is kept for {' and '.join(others)}." if others else ""
    frame.draw(
        roc(list(points(scores))),
        f"Version {speaks.number}, on {look.count(sum(scores['stayed']) + sum(scores['left']))} test rows that nobody "
        f"trained on, by steps of probability.{missing}",
        key="health_roc",
    )


def points(scores: dict[str, list[float]]) -> Iterator[dict[str, Any]]:
    """Give the curve's points, from calling nobody to calling everybody."""
    stayed, left = (list(accumulate(reversed(scores[name]), initial=0)) for name in ("stayed", "left"))
    for threshold, false, true in zip(reversed(scores["edges"]), stayed, left, strict=True):
        yield {"threshold": threshold, "false": false / (stayed[-1] or 1), "true": true / (left[-1] or 1)}
