"""Whether customers are still those that the model learnt from, column by column and week by week."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.drift import ColumnMoved, Drift, DriftWindow
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.charts import heat
from churn.services.dashboard.health.chosen import Chosen

WEEK, MOST_WINDOWS, LONGEST = 7, 26, 366
RANK = {"moved": 0, "watch": 1, "unknown": 2, "stable": 3}
SAYS = {"moved": "moved", "watch": "watch", "unknown": "unknown (not: none)", "stable": "stable"}


def told_of(asked: Chosen) -> Drift:
    """Ask how far columns moved in each window of a period. Raises ServiceError."""
    days = WEEK if asked.days <= WEEK * MOST_WINDOWS else 2 * WEEK
    windows = min(asked.days // days, MOST_WINDOWS)
    told: Drift = source.read("drift", days=min(asked.days, LONGEST), windows=windows, window_days=days)
    return told


def show(asked: Chosen) -> None:
    """Show how far each column lies from the training table, in every window."""
    st.subheader("Are customers still those it learnt from?", anchor=False)
    told = told_of(asked)
    _state(told)
    if told.by_window:
        frame.draw(
            heat.drift([cell for one in told.by_window for cell in _cells(one)]),
            "Each cell: the distance of the column from the training table, in thresholds (categories: population "
            "stability index; numbers: standard deviations of the mean). Orange with ● has moved. Grey with ? is **not "
            "known**: too few customers or none, which is not the same as no drift. All versions score the same "
            "customers, so the version filter changes nothing here.",
            key="health_drift",
        )
    with st.expander("The newest customers, column by column"):
        rows = sorted(told.live.columns, key=lambda one: RANK[one.state])
        st.dataframe([_column(one) for one in rows], hide_index=True, width="stretch")
    _refused(told)
    _pipeline(told)


def _state(told: Drift) -> None:
    box = {"moved": st.error, "watch": st.warning, "stable": st.success}.get(told.state, st.info)
    words = look.shown(told.words)
    if told.state == "unknown":
        words += ". Unknown is not the same as no drift"
    box(f"**Drift: {told.state}.** {words}; {look.count(told.live.customers)} newest customers were compared.")


def _cells(one: DriftWindow) -> list[dict[str, Any]]:
    return [
        {
            "title": look.named(cell.column),
            "window": " ".join(look.day(one.since).split()[:2]),
            "since": look.day(one.since),
            "state": cell.state,
            "distance": cell.distance,
            "threshold": cell.threshold,
            "over": None if cell.distance is None else abs(cell.distance) / cell.threshold,
            "words": f"{cell.words} ({look.count(one.customers)} customers)",
        }
        for cell in one.columns
    ]


def _column(one: ColumnMoved) -> dict[str, Any]:
    distance = one.psi if one.psi is not None else one.shift
    spelt = look.UNKNOWN if distance is None else f"{distance:.3f}"
    return {"Column": look.named(one.column), "State": SAYS[one.state], "Distance": spelt, "In words": one.words}


def _refused(told: Drift) -> None:
    if not told.refused:
        return
    many = sum(one.count for one in told.refused)
    with st.expander(f"{look.count(many)} cells were refused: they broke the contract"):
        rows = [
            {
                "Column": look.named(one.column),
                "What it must be": one.reason,
                "Cells": one.count,
                "Last": look.when(one.last),
            }
            for one in told.refused
        ]
        st.dataframe(rows, hide_index=True, width="stretch")


def _pipeline(told: Drift) -> None:
    reading = told.pipeline or {}
    said = reading.get("summary") or reading.get("reason") or "there is none on this host"
    st.caption(f"The pipeline's own last reading: {look.shown(said)}. Its page is among the reports (page Pipeline).")
