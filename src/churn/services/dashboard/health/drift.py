"""Whether customers are still those that the model learnt from, column by column and window by window."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.drift import ColumnMoved, Drift, DriftWindow
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.charts import heat
from churn.services.dashboard.health.chosen import Chosen

MOST_WINDOWS, LONGEST = 12, 366
RANK = {"moved": 0, "watch": 1, "unknown": 2, "stable": 3}
SAYS = {"moved": "moved", "watch": "moved, says little", "unknown": "unknown (not: none)", "stable": "stable"}


def told_of(asked: Chosen) -> Drift:
    """Ask how far columns moved in each of the last windows. Raises ServiceError."""
    told: Drift = source.read("drift", days=min(asked.days, LONGEST), windows=MOST_WINDOWS)
    return told


def show(asked: Chosen) -> None:
    """Show how far each column lies from the table logged with the champion, in every window."""
    st.subheader("Are customers still those it learnt from?", anchor=False)
    told = told_of(asked)
    _state(told)
    if told.by_window:
        frame.draw(
            heat.drift([cell for one in told.by_window for cell in _cells(one)]),
            "Each cell: the distance of the column from the table logged with the champion, in thresholds. Orange with "
            "● has moved. Grey with ? is **not known**: too few customers or none, which is not the same as no drift. "
            "All versions score the same customers, so the version filter changes nothing here.",
            key="health_drift",
        )
    with st.expander("The newest window, column by column"):
        rows = sorted(told.live.columns, key=lambda one: RANK[one.state])
        st.dataframe([_column(one) for one in rows], hide_index=True, width="stretch")
    _refused(told)
    _pipeline(told)


def _state(told: Drift) -> None:
    box = {"moved": st.error, "watch": st.warning, "stable": st.success}.get(told.state, st.info)
    words = look.shown(told.words)
    if told.state == "unknown":
        words += ". Unknown is not the same as no drift"
    live = told.live
    ended = "" if live.until is None else f" in the window up to {look.day(live.until)}"
    wrong = "" if live.rate is None else f" Of windows without drift {look.percent(live.rate)} would alarm."
    box(f"**Drift: {told.state}.** {words}; {look.count(live.customers)} customers were compared{ended}.{wrong}")


def _cells(one: DriftWindow) -> list[dict[str, Any]]:
    return [
        {
            "title": look.named(cell.column),
            "window": " ".join(look.day(one.since).split()),
            "since": look.day(one.since),
            "state": cell.state,
            "distance": cell.distance,
            "threshold": cell.threshold,
            "over": None if cell.distance is None or not cell.threshold else cell.distance / cell.threshold,
            "words": f"{cell.words} ({look.count(one.customers)} customers)",
        }
        for cell in one.columns
    ]


def _column(one: ColumnMoved) -> dict[str, Any]:
    return {
        "Column": look.named(one.column),
        "State": SAYS[one.state],
        "Distance": look.UNKNOWN if one.distance is None else f"{one.distance:.3f}",
        "Moved from": look.UNKNOWN if one.threshold is None else f"{one.threshold:.3f}",
        "Says of churn": look.percent(one.weight, 1),
        "In words": one.words,
    }


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
