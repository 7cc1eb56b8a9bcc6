"""Record that the list was called, so that nobody is called twice and the effect can be measured."""

from typing import Any

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.calls import CallList
from churn.services.dashboard import faults, look, source
from churn.services.dashboard.calls import contacts
from churn.services.dashboard.calls.contacts import Rows

CHANNELS = ("phone", "mail", "letter", "shop")
SEEN, PENDING, DONE = "calls_seen", "calls_pending", "calls_recorded"


def news() -> None:
    """Say what was recorded last, and what still waits for a service that broke off."""
    if done := st.session_state.get(DONE):
        st.success(done, icon=":material/task_alt:")
    if waiting := st.session_state.get(PENDING):
        st.warning(f"**{look.many(len(waiting), 'customer')} not recorded yet:** the service broke off before them.")
        if st.button("Record the rest", type="primary", key="calls_rest"):
            _send(waiting)


def show(told: CallList, asked: dict[str, Any]) -> None:
    """Offer to record the list as it is seen now."""
    nothing = not told.customers + told.held_out.customers or bool(st.session_state.get(PENDING))
    st.button(
        "Record as called", on_click=_ask, args=(told, asked), disabled=nothing, icon=":material/edit_note:",
        key="calls_ask", help="so that nobody is called twice, and the effect can be measured",
    )  # fmt: skip
    if SEEN in st.session_state:
        _confirm(*st.session_state[SEEN])


def _ask(told: CallList, asked: dict[str, Any]) -> None:
    """Keep what was seen when it was asked: that is recorded, or nothing."""
    st.session_state[SEEN] = told, asked
    st.session_state.pop(DONE, None)


def _leave() -> None:
    st.session_state.pop(SEEN, None)


@st.dialog("Record this list as called", on_dismiss=_leave)
def _confirm(told: CallList, asked: dict[str, Any]) -> None:
    st.markdown(
        f"**{look.many(told.customers, 'customer')}** will stand as contacted now, "
        f"**{look.count(told.held_out.customers)}** as the control group. They leave the list for a while, and the "
        "page Campaign compares the two groups."
    )
    channel = st.selectbox("How were they contacted?", CHANNELS, key="calls_channel")
    offer = st.text_input(
        "What was offered?", max_chars=500, key="calls_offer", placeholder="one year contract, 50 off"
    )
    if st.button("Record", type="primary", key="calls_record"):
        _record(told, asked, channel, offer.strip() or None)


def _record(told: CallList, asked: dict[str, Any], channel: str, offer: str | None) -> None:
    """Record what was seen, and nothing else: a list that changed meanwhile is looked at first."""
    try:
        rows = contacts.spelt(told, asked, channel, offer)
    except ServiceError as fault:
        faults.show(fault)
        return
    if rows is None:
        source.forget()
        st.warning(
            "**Nothing was recorded.** The list has changed since you looked at it: somebody else recorded calls, or "
            "customers were scored. Close this, look at the new list, then record."
        )
        return
    _send(rows)


def _send(rows: Rows) -> None:
    """Send the rows; those that a fault leaves behind wait to be sent as they are."""
    st.session_state[PENDING] = rows
    told = contacts.Sums()
    try:
        with st.spinner("Recording …"):
            for left in contacts.sent(rows, told):
                st.session_state[PENDING] = left
    except ServiceError as fault:
        if len(st.session_state[PENDING]) == len(rows):
            st.session_state.pop(PENDING)
        faults.show(fault)
        return
    finally:
        source.forget()
    st.session_state[DONE] = told.words(rows)
    _leave()
    st.rerun()
