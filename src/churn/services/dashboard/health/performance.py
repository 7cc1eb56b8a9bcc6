"""How right the scores were where outcomes are known, and what is to be expected where they are not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st

from churn.lifecycle.proportions import share
from churn.services.api.schemas.monitoring import Measured, Performance, Windowed
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.charts.promised import ESTIMATED, MEASURED, promised
from churn.services.dashboard.health.chosen import Chosen


@dataclass(frozen=True, slots=True)
class Figure:
    """A way to measure: how it is named, what it tells, and how it is spelt."""

    title: str
    words: str
    form: str = ".3f"


FIGURES = {
    "roc_auc": Figure("ROC AUC", "how well leavers are ranked above stayers: 0.5 is chance, 1 is faultless"),
    "log_loss": Figure("Log loss", "how far the probabilities are off: less is better"),
    "brier": Figure("Brier score", "the mean square of what the probabilities were off: less is better"),
    "churn_rate": Figure("Churn rate", "the share that left, against what the scores promised", ".1%"),
}


def told_of(asked: Chosen) -> Performance:
    """Ask how right the scores of a period were. Raises ServiceError."""
    told: Performance = source.read("performance", since=asked.since, window_days=asked.window)
    return told


def whole(asked: Chosen, told: Performance) -> Measured | None:
    """Give the figures of the version that is looked at, or of all; None where it scored nobody."""
    if asked.version is None:
        return told
    return next((one for one in told.by_version if one.model_version == asked.version), None)


def show(asked: Chosen) -> None:
    """Show a figure over time, measured and estimated."""
    st.subheader("How right the scores were", anchor=False)
    told = told_of(asked)
    found = whole(asked, told)
    if found is None or not found.customers:
        frame.empty(
            "Nobody was scored in this period by this version.",
            "Choose a longer period or another version; a retired version keeps what it scored.",
        )
        return
    _standing(found, told.horizon_days)
    name = st.segmented_control(
        "Figure", list(FIGURES), default="roc_auc", required=True, format_func=lambda one: FIGURES[one].title,
        key="health_figure", persist_state="session",
    )  # fmt: skip
    _drawn(name or "roc_auc", [one for one in told.by_window if asked.has(one.model_version)], asked)


def _standing(told: Measured, horizon: int) -> None:
    covered = f" ({look.percent(told.coverage)} of those whose time has passed)" if told.coverage is not None else ""
    st.markdown(
        f"{look.count(told.customers)} customers scored, {look.count(told.mature)} of them at least {horizon} days "
        f"ago; the outcome is known of **{look.count(told.labelled)}**{covered}, of whom "
        f"{look.count(told.churned)} left."
    )
    if told.contacted:
        st.caption(
            f"{look.count(told.contacted)} who were called are left out, since the call had its part in what they did. "
            + (
                f"The {look.count(told.held_out)} whom chance held out stand for them."
                if told.held_out
                else "Nobody was held out to stand for them, so a larger share of the rest has left than of all, and "
                "the scores look too low without being so."
            )
        )
    if told.roc_auc is None:
        st.info(
            f"**Not measured: {look.shown(told.words)}.** What is drawn is an estimate from the scores alone: it takes "
            "the probabilities as right, so it cannot find them wrong.",
            icon=":material/hourglass_top:",
        )


def _drawn(name: str, windows: list[Windowed], asked: Chosen) -> None:
    figure = FIGURES[name]
    rows = [row for one in windows for row in _points(name, one)]
    if not rows:
        frame.empty("No window holds enough scores for this figure.", "Choose a longer period.")
        return
    frame.draw(
        promised(rows, figure.title, figure.form),
        f"{figure.title}: {figure.words}. One point is {asked.window} days of scores. **Full points** are measured on "
        "known outcomes, with 95 % intervals. **Hollow points, dashed**, are estimates before outcomes: what would be "
        f"measured in 95 of 100 such windows if the probabilities are right. {_outside(name, windows)}",
        key="health_performance",
    )
    with st.expander("The figures, window by window"):
        st.dataframe([_row(name, one, figure.form) for one in windows], hide_index=True, width="stretch")


def _points(name: str, one: Windowed) -> Iterator[dict[str, Any]]:
    common = {"at": one.since, "until": one.until, "version": str(one.model_version)}
    open_end = "" if one.complete else "; the window is not whole"
    for kind, told, words in (
        (MEASURED, measured(name, one), f"{look.count(one.labelled)} known outcomes{open_end}"),
        (ESTIMATED, getattr(one.estimated, name), f"{look.count(one.estimated.customers)} scores{open_end}"),
    ):
        if told is not None:
            yield common | {"kind": kind, "value": told.value, "low": told.low, "high": told.high, "words": words}


def measured(name: str, one: Measured) -> Any:
    """Give what was measured, None where too little is known."""
    if name == "churn_rate":
        return share(one.churned, one.labelled) if one.labelled else None
    return getattr(one, name)


def _outside(name: str, windows: list[Windowed]) -> str:
    """Say how often what was measured lies outside what was promised."""
    pairs = [(measured(name, one), getattr(one.estimated, name)) for one in windows]
    both = [(told, said) for told, said in pairs if told is not None and said is not None]
    off = sum(told.high < said.low or told.low > said.high for told, said in both)
    if not both:
        return ""
    return f"In {off} of {len(both)} measured windows the two intervals do not meet."


def _row(name: str, one: Windowed, form: str) -> dict[str, Any]:
    told, said = measured(name, one), getattr(one.estimated, name)
    return {
        "Version": one.model_version,
        "From": look.day(one.since),
        "Until": look.day(one.until),
        "Scored": one.customers,
        "Mature": one.mature,
        "Known": one.labelled,
        "Measured": "too few" if told is None else f"{told.value:{form}} ({told.low:{form}} to {told.high:{form}})",
        "Estimate": "too few" if said is None else f"{said.value:{form}} ({said.low:{form}} to {said.high:{form}})",
        "Whole window": one.complete,
    }
