"""Experiments on real customers: whom they met, and what was read of those that are over."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.trials import TrialsPage, TrialTold
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.health.chosen import Chosen

ROWS = 20
MODES = {"live": "answers some customers", "shadow": "answers nobody, beside the champion"}


def show(_asked: Chosen) -> None:
    """Show the running experiment and the last ones."""
    st.subheader("Experiments", anchor=False)
    told: TrialsPage = source.read("live_experiments", limit=ROWS)
    if not told.total:
        frame.empty("No version was tried on customers yet.", "`churn experiment start` declares an experiment.")
        return
    for one in told.experiments:
        if one.state == "running":
            _running(one)
    over = [_row(one) for one in told.experiments if one.state != "running"]
    if over:
        st.dataframe(over, hide_index=True, width="stretch", key="health_trials")


def _running(one: TrialTold) -> None:
    with st.container(border=True):
        st.markdown(f"**{look.shown(one.name)}** · version {one.challenger} {MODES[one.mode]}")
        st.markdown(look.shown(one.words))
        st.caption(f"{look.shown(one.test)} · asked by {look.shown(one.who)}: {look.shown(one.why)}")


def _row(one: TrialTold) -> dict[str, Any]:
    effect = f"{one.effect.value:+,.4g} ({one.effect.low:+,.4g} to {one.effect.high:+,.4g})" if one.effect else ""
    return {
        "Name": one.name,
        "Ended": look.when(one.ends),
        "Challenger": f"version {one.challenger}, {one.mode}",
        "Against": f"version {one.champion}",
        "It did": one.outcome or one.state,
        "Difference": effect,
        "What was read": one.words,
    }
