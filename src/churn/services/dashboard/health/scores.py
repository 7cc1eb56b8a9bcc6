"""How scores spread, day by day."""

from collections import defaultdict
from typing import Any

import streamlit as st

from churn.services.dashboard import frame, look
from churn.services.dashboard.charts import heat
from churn.services.dashboard.health.chosen import Chosen
from churn.services.dashboard.health.drift import told_of

TENTHS = 10


def show(asked: Chosen) -> None:
    """Show which share of each day's scores lay in which tenth of probability."""
    st.subheader("How the scores spread", anchor=False)
    days: dict[str, list[int]] = defaultdict(lambda: [0] * TENTHS)
    for one in told_of(asked).scores:
        if asked.has(one.model_version):
            days[one.day] = [sum(pair) for pair in zip(days[one.day], one.tenths, strict=True)]
    if not days:
        frame.empty("Nobody was scored in this period by this version.", "Choose a longer period or another version.")
        return
    cells = [cell for day, tenths in sorted(days.items()) for cell in _cells(day, tenths)]
    frame.draw(heat.scores(cells), f"{look.count(len(days))} days with scores; a day without any is left out.",
               key="health_scores")  # fmt: skip


def _cells(day: str, tenths: list[int]) -> list[dict[str, Any]]:
    whole = sum(tenths) or 1
    return [
        {"day": day, "tenth": f"{10 * low} to {10 * low + 10} %", "share": many / whole, "scores": many}
        for low, many in enumerate(tenths)
    ]
