"""Whether what was said is what happened."""

import streamlit as st

from churn.services.dashboard import frame, look
from churn.services.dashboard.charts.calibration import reliability
from churn.services.dashboard.health.chosen import Chosen
from churn.services.dashboard.health.performance import told_of, whole


def show(asked: Chosen) -> None:
    """Show probability against churn rate, on known outcomes."""
    st.subheader("Does 30 % mean 30 of 100?", anchor=False)
    found = whole(asked, told_of(asked))
    if found is None or not found.calibration:
        frame.empty(
            "Calibration cannot be judged yet.",
            "It takes outcomes that are known, of customers whose time to leave has passed.",
        )
        return
    rows = [
        {
            "said": one.mean_probability,
            "happened": one.churned.value,
            "low": one.churned.low,
            "high": one.churned.high,
            "customers": one.customers,
        }
        for one in found.calibration
    ]
    off = sum(not row["low"] <= row["said"] <= row["high"] for row in rows)
    frame.draw(
        reliability(rows),
        f"On {look.count(found.labelled)} known outcomes; bars are 95 % intervals, points grow with the customers "
        f"behind them. {off} of {len(rows)} groups lie off the line by more than chance; of twenty, one does so "
        "by chance.",
        key="health_calibration",
    )
