"""What monitoring read in the newest windows, how often that would be wrong, and what was decided."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.readings import DecisionsPage, DecisionTold, ReadingsPage, ReadingTold
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.health.chosen import Chosen

STATES = {"alarm": "orange", "unknown": "gray", "ok": "green"}
COLUMNS: dict[str, Any] = {
    "State": st.column_config.MultiselectColumn(options=list(STATES), color=list(STATES.values()), width="small"),
    "In words": st.column_config.TextColumn(width="large"),
}
LONGEST, ROWS, DECISIONS = 3660, 100, 20
TITLES = {
    "volume": "Customers scored", "latency": "Speed", "errors": "Failed requests", "refused": "Refused rows",
    "drift": "Customers moved", "prediction_drift": "Scores moved", "estimated": "Estimated before outcomes",
    "realised": "Realised loss", "calibration": "Calibration", "segments": "Segments", "outcomes": "Outcomes arrive",
    "labels": "Outcomes believed",
}  # fmt: skip


def show(asked: Chosen) -> None:
    """Show the newest reading of each kind, and the decisions made upon readings."""
    st.subheader("What monitoring read, and what was decided", anchor=False)
    told: ReadingsPage = source.read("readings", newest=True, days=LONGEST, limit=ROWS)
    mine = [one for one in told.readings if one.model_version is None or asked.has(one.model_version)]
    if mine:
        order = sorted(_newest(mine), key=lambda one: (list(STATES).index(one.state), list(TITLES).index(one.kind)))
        st.dataframe([_reading(one) for one in order], column_config=COLUMNS, hide_index=True, width="stretch",
                     key="health_readings")  # fmt: skip
        st.caption("Unknown is not the same as well. False alarms: of windows without a fault, how many would alarm.")
    else:
        frame.empty("Monitoring has said nothing yet.", "`churn monitor` judges the newest windows.")
    made: DecisionsPage = source.read("decisions", limit=DECISIONS)
    if made.decisions:
        st.dataframe([_decision(one) for one in made.decisions], hide_index=True, width="stretch",
                     key="health_decisions")  # fmt: skip
    else:
        st.caption("Nothing was decided yet.")


def _newest(readings: list[ReadingTold]) -> list[ReadingTold]:
    """Leave out kinds' windows that a later one replaced."""
    ends = {kind: max(one.until for one in readings if one.kind == kind) for kind in {one.kind for one in readings}}
    return [one for one in readings if one.until == ends[one.kind]]


def _reading(one: ReadingTold) -> dict[str, Any]:
    rate = one.figures.get("rate")
    return {
        "State": [one.state],
        "What": TITLES[one.kind],
        "In words": one.words,
        "False alarms": look.percent(rate) if isinstance(rate, float) else "",
        "Window": f"{look.day(one.since)} to {look.day(one.until)}",
        "Version": one.model_version,
        "Read": look.when(one.at),
    }


def _decision(one: DecisionTold) -> dict[str, Any]:
    return {
        "When": look.when(one.at),
        "Decision": one.action,
        "Cause": one.cause,
        "In words": one.words,
        "A month of not acting loses": "" if one.money is None else look.money(one.money),
        "What came of it": one.done or "",
    }
