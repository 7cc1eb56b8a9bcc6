"""What the model would say if things were otherwise; asked as a what-if, which counts nowhere."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from churn import contract
from churn.columns import columns
from churn.services.api.schemas.customers import LastKnown
from churn.services.api.spelling import ExplainedAnswer, Reason
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.charts import waterfall
from churn.services.dashboard.charts.waterfall import Step
from churn.services.dashboard.customer import chosen, coherence, form

NOTE = (
    "What the model says of customers who are so; not a proven effect of changing this one. It is asked as a what-if: "
    "it is kept apart and counts in no figure. The bill does not follow an add-on by itself: change it too."
)
ENDS = ("This customer now", "This customer then")
TINY = 1e-9


def show() -> None:
    """Show the form and what comes of it; only this part runs again when a field changes."""
    st.subheader("What if …", anchor=False)
    told = chosen.known()
    if told.inputs is None:
        frame.empty("The record that was scored is no longer kept, so there is nothing to start from.")
        return
    _play(told)


@st.fragment
def _play(told: LastKnown) -> None:
    frame.guarded(lambda: _played(told))


def _played(told: LastKnown) -> None:
    now = {one.name: (told.inputs or {})[one.name] for one in columns()}
    result = st.container(border=True)
    turn = st.session_state.setdefault(f"turn_{told.prediction_id}", 0)
    then = form.ask(now, f"if_{told.prediction_id}_{turn}")
    changed = [name for name in now if then[name] != now[name]]
    if changed and st.button("Back to how it is", icon=":material/undo:"):
        st.session_state[f"turn_{told.prediction_id}"] += 1
        st.rerun(scope="fragment")
    with result:
        if not changed:
            st.markdown("Change something below, and see here what the model would say then.")
        else:
            frame.guarded(lambda: _answered(told, now, then))


def _answered(told: LastKnown, now: Mapping[str, Any], then: Mapping[str, Any]) -> None:
    for words in coherence.unusual(then, now):
        st.warning(f"Unusual together: {look.shown(words)}. The model has seen hardly anybody like that.")
    said = _ask(told, then)
    _figures(told, said, contract.monthly_value(now), contract.monthly_value(then))
    st.markdown(_changes(now, then))
    before, after = told.reasons or [], said.reasons or []
    unit = next((one.unit for one in (*before, *after)), "log-odds")
    ends = [waterfall.level(one, unit) for one in (_risk(told), said.churn_probability)]
    chart = waterfall.waterfall(ends[0], _steps(before, after), ends[1], unit, ENDS)
    frame.draw(chart, NOTE, key="if_waterfall")


def _figures(told: LastKnown, said: ExplainedAnswer, was: float, bill: float) -> None:
    """Show what would be, each beside how it is; the worth of another version's answer is not compared."""
    points = 100 * (said.churn_probability - _risk(told))
    worth = told.expected_value if told.explained_by_version == told.model_version else None
    gain = 0.0 if worth is None else said.expected_value - worth
    places = st.columns(4)
    places[0].metric(
        "Risk then", look.percent(said.churn_probability, 1), _more(points, 1, " points"), delta_color="inverse"
    )
    places[1].metric("Tier then", said.risk_tier)
    places[2].metric("Worth of an offer then", look.money(said.expected_value), _more(gain))
    places[3].metric("Would pay per month", look.money(bill), _more(bill - was, 2), delta_color="off")


def _risk(told: LastKnown) -> float:
    """Give the risk of now, as the model says that is asked."""
    return told.churn_probability if told.explained_probability is None else told.explained_probability


def _more(change: float, digits: int = 0, unit: str = "") -> str | None:
    """Spell a change with the plain sign by which a figure's arrow is turned; nothing for none."""
    return f"{change:+,.{digits}f}{unit}" if round(change, digits) else None


def _ask(told: LastKnown, then: Mapping[str, Any]) -> ExplainedAnswer:
    """Ask once for each record and version: the key is made of them, so that a rerun records nothing twice.

    The customer's name goes along, so that whoever erases the customer erases this too.
    """
    row = {**then, **({contract.ID: told.customer_id} if contract.ID else {})}
    said = json.dumps([row, told.explained_by_version], sort_keys=True, default=str)
    key = hashlib.sha256(said.encode()).hexdigest()
    found: ExplainedAnswer = source.read("predict", customer=row, explain=True, purpose="what_if", idempotency_key=key)
    return found


def _changes(now: Mapping[str, Any], then: Mapping[str, Any]) -> str:
    said = [
        f"{one.title}: {form.spelt(one, now[one.name])} → **{form.spelt(one, then[one.name])}**"
        for one in columns()
        if now[one.name] != then[one.name]
    ]
    return " · ".join(said)


def _steps(before: list[Reason], after: list[Reason]) -> list[Step]:
    """Give what each reason adds then beyond what it adds now, strongest first."""
    words = {one.column: one.text.rpartition(":")[0] or one.text for one in (*before, *after)}
    moved = dict.fromkeys(words, 0.0)
    for sign, reasons in ((-1.0, before), (1.0, after)):
        for one in reasons:
            moved[one.column] += sign * one.effect
    steps = [Step(words[name], by) for name, by in moved.items() if abs(by) > TINY]
    return sorted(steps, key=lambda one: -abs(one.effect))
