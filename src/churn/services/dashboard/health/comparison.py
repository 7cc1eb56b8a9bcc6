"""Two versions side by side: figures, the gate's paired checks, who changes tier, and the curve."""

import re
from typing import Any

import streamlit as st

from churn.services.api.schemas.versions import Comparison, Figure, Migrated
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.charts import heat
from churn.services.dashboard.charts.drawn import Drawn
from churn.services.dashboard.charts.intervals import intervals
from churn.services.dashboard.health import curves
from churn.services.dashboard.health.chosen import MOST_VERSIONS, Chosen

AMONG = {
    "common": "test customers that neither model trained on",
    "unseen": "test customers that neither model trained on",
    "test": "the whole test table",
    "test_table": "the whole test table",
}
RISKIEST = ("high", "medium", "low")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
GOOD, BAD = ":green[:material/check_circle:]", ":red[:material/cancel:]"
STATES = {"pass": look.TEAL, "fail": look.VERMILION}


def show(_asked: Chosen) -> None:
    """Show two versions side by side, the served one and the one before it at first."""
    st.subheader("Two versions side by side", anchor=False)
    found = source.read("versions", limit=MOST_VERSIONS).versions
    numbers = [one.number for one in found]
    if len(numbers) < 2:
        frame.empty(
            "There is only one version so far.", "The next training makes the second; then they can be compared."
        )
        curves.show(found)
        return
    own = next((place for place, one in enumerate(found) if one.served), 0)
    left, right = st.columns(2)
    a = left.selectbox("This version", numbers, index=1 if own == 0 else 0, key="health_a")
    b = right.selectbox("against", numbers, index=own, key="health_b")
    told: Comparison = source.read("compare", a=a, b=b)
    for one in (told.a, told.b):
        if one.retired:
            st.warning(f"Version {one.number} is {look.shown(one.retired.words)}.", icon=":material/block:")
    st.markdown(look.shown(told.words).capitalize() + ".")
    _figures(told)
    _checks(told)
    _migration(told)
    curves.show([told.a] if a == b else [told.a, told.b])


def _figures(told: Comparison) -> None:
    names = (f"Version {told.a.number}", f"Version {told.b.number}")
    if names[0] == names[1]:
        names = (names[0], f"{names[0]} again")
    rows = [_figure(one, *names) for one in told.metrics]
    st.dataframe(rows, hide_index=True, width="stretch", key="health_figures")
    changed = [one for one in told.params if not one.same]
    with st.expander(f"Settings that differ: {len(changed)} of {len(told.params)}"):
        st.dataframe([{"Setting": one.name, names[0]: one.a, names[1]: one.b} for one in changed], hide_index=True)


def _figure(one: Figure, a: str, b: str) -> dict[str, Any]:
    return {
        "Figure": one.name.replace("_", " "),
        a: _spelt(one.a, one.a_low, one.a_high),
        b: _spelt(one.b, one.b_low, one.b_high),
        f"{b} less {a}": look.UNKNOWN if one.difference is None else f"{one.difference:+.4f}".replace("-", look.MINUS),
    }


def _spelt(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return look.UNKNOWN
    return f"{value:.4f}" if low is None or high is None else f"{value:.4f} ({low:.4f} to {high:.4f})"


def _checks(told: Comparison) -> None:
    st.markdown("##### The gate's paired checks")
    if not told.intervals:
        frame.empty("The gate did not judge these two against one another.", "Figures above are from different rows.")
        return
    for number, one in enumerate(told.intervals):
        name, state = str(one.get("name", "")).replace("_", " "), str(one.get("state", look.UNKNOWN))
        mark = GOOD if state == "pass" else BAD if state == "fail" else ":material/help:"
        words, drawn = st.columns([1, 2], vertical_alignment="center")
        words.markdown(f"{mark} **{look.shown(name)}**: {look.shown(state)}  \nwanted: {look.shown(one.get('bound'))}")
        if one.get("note"):
            words.caption(look.shown(one["note"]))
        if one.get("value") is not None and one.get("low") is not None:
            with drawn:
                frame.draw(_check(one), key=f"health_check_{number}")


def _check(one: dict[str, Any]) -> Drawn:
    """Draw a check's figure and the bounds it is held to."""
    row = {"name": "", "words": "", "color": STATES.get(str(one.get("state")), look.ORANGE)}
    row |= {end: one[end] for end in ("value", "low", "high")}
    return intervals(
        [row], "challenger less champion", ",.3~f", at=[float(at) for at in NUMBER.findall(str(one.get("bound")))]
    )


def _migration(told: Comparison) -> None:
    st.markdown("##### Who would change tier")
    if not told.migration:
        frame.empty(
            "Nothing is kept of who would change tier.", "The gate writes it when it judges one against the other."
        )
        return
    for number, one in enumerate(_apart(told.migration)):
        tiers = _tiers(one)
        frame.draw(
            heat.migration(_cells(one), tiers, (f"version {one.champion}", f"version {one.challenger}")),
            f"Among {AMONG.get(one.among, one.among)}: {look.count(one.moved_customers)} of {look.count(one.rows)} "
            f"change tier, with {look.money(one.moved_revenue)} of {look.money(one.monthly_revenue)} monthly revenue. "
            f"Of {look.count(one.called)} who would be called, {look.count(one.called_by_both)} would be by both.",
            key=f"health_migration_{number}",
        )


def _apart(told: list[Migrated]) -> list[Migrated]:
    """Leave out what tells the same of the same rows again."""
    return [one for place, one in enumerate(told) if one.moves not in [before.moves for before in told[:place]]]


def _tiers(one: Migrated) -> list[str]:
    """Name the tiers that occur, the riskiest first where their names are the usual ones."""
    found = {name for move in one.moves for name in (move.champion, move.challenger)}
    return [name for name in RISKIEST if name in found] + sorted(found - set(RISKIEST))


def _cells(one: Migrated) -> list[dict[str, Any]]:
    return [
        {
            "before": move.champion,
            "after": move.challenger,
            "customers": move.customers,
            "share": move.customers / one.rows if one.rows else 0,
            "revenue": move.monthly_revenue,
            "kind": heat.STAYED if move.champion == move.challenger else heat.MOVED,
        }
        for move in one.moves
    ]
