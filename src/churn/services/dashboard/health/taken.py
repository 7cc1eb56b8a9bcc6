"""Take an alert, so that others know and it is no longer sent again; or close it."""

from typing import Any

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.alerts import AlertTold
from churn.services.dashboard import faults, look, source

DONE, WHICH, NOTE = "health_alert_done", "health_alert", "health_alert_note"
MOST_WHO, MOST_NOTE = 100, 500
DEEDS = {"acknowledge": "is looked after now", "resolve": "is closed"}


def news() -> None:
    """Say what was done last, once."""
    if words := st.session_state.pop(DONE, None):
        st.success(words, icon=":material/task_alt:")


def show(alerts: list[AlertTold]) -> None:
    """Offer what can be done about the alerts of this page that are not resolved."""
    if not alerts:
        return
    with st.expander("Look after one", icon=":material/back_hand:"):
        names = {one.id: f"{one.severity}: {one.title} ({one.kind.replace('_', ' ')})" for one in alerts}
        which = st.selectbox("Alert", list(names), format_func=names.__getitem__, key=WHICH)
        one = next(each for each in alerts if each.id == which)
        st.markdown(f"**First:** {look.shown(one.first)} The rest is in `{one.runbook}`.")
        st.text_input("Note", max_chars=MOST_NOTE, key=NOTE, placeholder="what you found, or what you do")
        with st.container(horizontal=True):
            _button("I look after it", "acknowledge", one, disabled=one.state == "acknowledged", type="primary")
            _button("Close it", "resolve", one, help="what raised it raises it anew if it still holds")


def _button(words: str, deed: str, one: AlertTold, **options: Any) -> None:
    if st.button(words, key=f"health_alert_{deed}", **options):
        _do(deed, one)


def _do(deed: str, one: AlertTold) -> None:
    """Ask the service, then read everything anew. A refusal is said in its place."""
    said = {"note": (st.session_state.get(NOTE) or "").strip() or None, "who": _who(), "purpose": source.purpose()}
    try:
        getattr(source.client(), deed)(one.id, **said)
    except ServiceError as fault:
        faults.show(fault)
        if fault.status == faults.FORBIDDEN:
            st.markdown("This wants the scope `admin`. On the host of the service it can be done without a key:")
            st.code(f"churn alerts {'ack' if deed == 'acknowledge' else deed} {one.kind}", language="sh")
        return
    source.forget()
    st.session_state[DONE] = f"**{one.title}** {DEEDS[deed]}."
    st.rerun()


def _who() -> str | None:
    """Name whoever signed in; without a sign-in the key's name says it."""
    if not st.user.get("is_logged_in", False):
        return None
    who = str(st.user.get("email") or st.user.get("name") or "")
    return who[:MOST_WHO] or None
