"""Who is champion, how it came to be, and who was before."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.history import HistoryPage, PromotionTold
from churn.services.api.schemas.model_info import ModelInfo
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.health.chosen import Chosen

SHORT = 12


def show(_asked: Chosen) -> None:
    """Show the model that answers, and every move of the champion's name."""
    st.subheader("Who is champion", anchor=False)
    _model(source.read("model_info"))
    told: HistoryPage = source.read("history", limit=100)
    for fault in told.faults:
        st.error(f"**The record of promotions cannot be trusted.** {look.shown(fault)}", icon=":material/gpp_bad:")
    if told.promotions is None:
        frame.empty("The promotion history is not known on this host.", "Sync brings it: `churn sync`.")
    elif not told.promotions:
        frame.empty("Nobody was promoted yet.", "`churn promote` makes a version champion.")
    else:
        newest = sorted(told.promotions, key=lambda one: -one.number)
        st.dataframe([_move(one) for one in newest], hide_index=True, width="stretch", key="health_promotions")
    if told.events:
        with st.expander(f"What the hosts really served: {look.count(told.total)} changes"):
            rows = [
                {"When": look.when(one.at), "Host": one.host, "Version": one.version, "Why": one.why, "Who": one.who}
                for one in told.events
            ]
            st.dataframe(rows, hide_index=True, width="stretch")


def _model(told: ModelInfo) -> None:
    promoted, gate = told.promoted or {}, told.gate or {}
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        st.markdown(f"**Version {told.version}** · {look.shown(told.family)}")
        when = f"{look.when(promoted.get('when'))}, by {look.shown(promoted.get('who', look.UNKNOWN))}"
        st.markdown(f"Champion since: {when}  \nWhy: {look.shown(promoted.get('why', look.UNKNOWN))}")
        st.caption(f"Digest {told.digest[:SHORT]} · run {look.shown(told.run[:SHORT])}")
    with right.container(border=True, height="stretch"):
        st.markdown(f"**Gate: {look.shown(gate.get('state', look.UNKNOWN))}**")
        st.markdown(look.shown(gate.get("reason", "no verdict is kept with this version")))
        st.caption(look.shown(told.freshness.words))


def _move(one: PromotionTold) -> dict[str, Any]:
    return {
        "When": look.when(one.when),
        "What": one.action,
        "From": "" if one.from_version is None else f"version {one.from_version}",
        "To": f"version {one.to_version}",
        "Who": one.who,
        "Why": one.why,
        "Ended": one.ending or "not ended",
        "Trusted": "yes" if one.fault is None else f"no: {one.fault}",
    }
