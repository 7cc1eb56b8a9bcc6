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
        if done.complete:
            st.success(done.words(), icon=":material/task_alt:")
        else:
            st.warning(done.words(), icon=":material/rule:")
    if waiting := st.session_state.get(PENDING):
        many = look.many(len(waiting), "customer")
        st.warning(f"**{many} not recorded yet:** the service broke off before it answered for them.")
        if st.button(
            "Record the rest", type="primary", key="calls_rest", help="whoever was recorded meanwhile is left out"
        ):
            _rest(waiting)


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
    try:
        _send(rows, contacts.Sums())
    except ServiceError as fault:
        if fault.status in REFUSED and len(st.session_state[PENDING]) == len(rows):
            st.session_state.pop(PENDING)
        faults.show(fault)


REFUSED = range(400, 500)
"""Statuses after which nothing of a request was recorded; after any other fault it may have been."""


def _rest(waiting: Rows) -> None:
    """Record what a fault left behind, without those whom somebody else has recorded since."""
    told = contacts.Sums()
    try:
        with st.spinner("Looking who is still on the list …"):
            still = contacts.still_listed(waiting)
        told.gone = len(waiting) - len(still)
        _send(still, told)
    except ServiceError as fault:
        faults.show(fault)
        if words := told.left_out():
            st.warning(words)


def _send(rows: Rows, told: contacts.Sums) -> None:
    """Send the rows; those that a fault leaves behind wait. Raises ServiceError."""
    st.session_state[PENDING] = rows
    try:
        with st.spinner("Recording …"):
            for left in contacts.sent(rows, told):
                st.session_state[PENDING] = left
    finally:
        source.forget()
    st.session_state[DONE] = told
    _leave()
    st.rerun()
