"""Record that the list was called, so that nobody is called twice and the effect can be measured."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson
import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.calls import CallList
from churn.services.dashboard import faults, look, source
from churn.services.dashboard.calls import export, wish

ROWS = 500
CHANNELS = ("phone", "mail", "letter", "shop")
PENDING, DONE = "calls_pending", "calls_recorded"
Rows = list[dict[str, Any]]


def show(told: CallList) -> None:
    """Offer to record the list that is seen; say what was recorded last."""
    if done := st.session_state.get(DONE):
        st.success(done, icon=":material/task_alt:")
    if waiting := st.session_state.get(PENDING):
        st.warning(f"**{look.count(len(waiting))} customers are not recorded yet.** The service broke off before them.")
        if st.button("Record the rest", type="primary"):
            _send(waiting)
        return
    both = told.customers + told.held_out.customers
    with st.popover("Record this list as called", icon=":material/edit_note:", disabled=not both):
        st.markdown(
            f"Records **{look.count(told.customers)}** customers as contacted now and "
            f"**{look.count(told.held_out.customers)}** as held out. They leave the list for 30 days, and the page "
            "Campaign compares the two groups."
        )
        channel = st.selectbox("How were they contacted?", CHANNELS, key="calls_channel")
        offer = st.text_input(
            "What was offered?", max_chars=500, key="calls_offer", placeholder="one year contract, 50 off"
        )
        if st.button("Record", type="primary", key="calls_record"):
            _record(told, channel, offer.strip() or None)


def _record(told: CallList, channel: str, offer: str | None) -> None:
    """Record what is seen, and nothing else: a list that changed meanwhile is looked at first."""
    try:
        rows = _rows(told, channel, offer)
    except ServiceError as fault:
        faults.show(fault)
        return
    if rows is None:
        source.forget()
        st.warning(
            "**Nothing was recorded.** The list has changed since you opened it: somebody else recorded calls, or "
            "customers were scored. Look at the new list (read again), then record."
        )
        return
    _send(rows)


def _rows(told: CallList, channel: str, offer: str | None) -> Rows | None:
    """Read both arms afresh and spell them as contacts; None where they are no longer those that are seen."""
    asked = wish.chosen() | wish.filters() | {"purpose": source.purpose()}
    fresh = source.client().call_list(**asked, limit=1)
    if _mark(fresh) != _mark(told):
        return None
    at = datetime.now(UTC).replace(second=0, microsecond=0).isoformat()
    found: Rows = []
    for arm in ("call", "held_out"):
        for one in export.whole(source.client(), asked | {"arm": arm}):
            said = {"customer_id": one.customer_id, "at": at, "channel": channel, "held_out": arm == "held_out"}
            found.append(said | ({"offer": offer} if offer and arm == "call" else {}))
    return found


def _mark(told: CallList) -> tuple[Any, ...]:
    """Tell one list from another; sums of the same customers are the same to the last digit."""
    return told.customers, told.held_out.customers, round(told.expected_value, 6), told.holdout, told.quarter


def _send(rows: Rows) -> None:
    """Send the rows in steps; those that a fault leaves behind wait to be sent as they are."""
    purpose, told = source.purpose(), {"noted": 0, "repeated": 0, "rejected": 0}
    st.session_state[PENDING] = rows
    bar = st.progress(0.0, "Recording …")
    try:
        for start in range(0, len(rows), ROWS):
            step = rows[start : start + ROWS]
            done = source.client().contacts(step, purpose=purpose, idempotency_key=_key(step, purpose))
            told = {name: count + getattr(done, name) for name, count in told.items()}
            st.session_state[PENDING] = rows[start + ROWS :]
            bar.progress(min(1.0, (start + ROWS) / len(rows)), "Recording …")
    except ServiceError as fault:
        faults.show(fault)
        return
    finally:
        source.forget()
        bar.empty()
    st.session_state[DONE] = _said(rows, told)
    st.rerun()


def _key(rows: Rows, purpose: str) -> str:
    """Give the same key to the same rows, so that two clicks, or two people, record them once."""
    return hashlib.sha256(orjson.dumps([purpose, rows], option=orjson.OPT_SORT_KEYS)).hexdigest()


def _said(rows: Rows, told: dict[str, int]) -> str:
    held = sum(one["held_out"] for one in rows)
    words = f"**Recorded:** {look.count(len(rows) - held)} contacted, {look.count(held)} held out."
    if told["repeated"]:
        words += f" {look.count(told['repeated'])} of them had been recorded before, and stand once."
    if told["rejected"]:
        words += f" The service refused {look.count(told['rejected'])}: they were erased or changed meanwhile."
    return words
