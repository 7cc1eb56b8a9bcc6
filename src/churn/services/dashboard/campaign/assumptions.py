"""What the plans assume, set by whoever looks, and set back."""

from dataclasses import dataclass

import streamlit as st

from churn.services.api.schemas.curve import MOST_MONEY, MOST_MONTHS, Assumed


@dataclass(frozen=True, slots=True)
class Knob:
    """One assumption: how it is shown, from where to where it goes, and how many of its units make one of ours."""

    title: str
    words: str
    most: float
    step: float
    form: str
    units: float = 1.0
    least: float = 0.0
    bound: float = MOST_MONEY
    """The service takes no more."""


KNOBS = {
    "acceptance": Knob(
        "Leavers who accept and stay", "who would stay takes the offer in any case", 100, 1, "%d %%", 100, bound=100
    ),
    "offer": Knob("Cost of an offer", "where it is taken", 200, 5, "%g"),
    "contact": Knob("Cost of a call", "whatever comes of it", 50, 1, "%g"),
    "months": Knob(
        "Months a kept customer stays", "how long the revenue goes on", 60, 1, "%g", least=1, bound=MOST_MONTHS
    ),
    "margin": Knob("Margin", "of what a customer pays", 100, 1, "%d %%", 100, bound=100),
}
PREFIX = "assumed_"


def sliders(own: Assumed) -> None:
    """Show a slider an assumption, beginning at the champion's own, and a way back to those."""
    for name, knob in KNOBS.items():
        value = getattr(own, name) * knob.units
        st.session_state.setdefault(PREFIX + name, float(value))
        most = float(min(max(knob.most, 2 * value), knob.bound))
        least = float(min(knob.least, value))
        st.slider(knob.title, least, most, step=float(knob.step), format=knob.form, help=knob.words,
                  key=PREFIX + name, persist_state="session")  # fmt: skip
    st.button("Back to the usual plan", key="assumptions_reset", on_click=_reset, args=(own,),
              disabled=not changed(own), width="stretch", icon=":material/undo:")  # fmt: skip


def chosen(own: Assumed) -> dict[str, float]:
    """Give what is assumed where it differs from the champion's own."""
    told = {name: st.session_state.get(PREFIX + name) for name in KNOBS}
    found = {name: value / KNOBS[name].units for name, value in told.items() if value is not None}
    return {name: value for name, value in found.items() if abs(value - getattr(own, name)) > 1e-9}


def changed(own: Assumed) -> bool:
    """Tell whether anything is assumed otherwise than by the champion."""
    return bool(chosen(own))


def _reset(own: Assumed) -> None:
    for name, knob in KNOBS.items():
        st.session_state[PREFIX + name] = float(getattr(own, name) * knob.units)
