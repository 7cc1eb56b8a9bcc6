"""The one decision that is asked."""

import streamlit as st

from churn.services.api.schemas.calls import CallList
from churn.services.dashboard import look
from churn.services.dashboard.today import figures


def show() -> None:
    """Say what there is to decide, what it is worth, and where it is done."""
    told = figures.plan()
    with st.container(border=True, key="decision"):
        st.caption("DECIDE TODAY")
        if not told.customers:
            st.markdown(f"#### Nobody is worth a call today\n\n{_nobody(told)}")
            return
        st.markdown(
            f"#### Call the first {look.count(told.customers)}: worth {look.money(told.expected_value)}\n\n{_why(told)}"
        )
        st.page_link("views/call_list.py", label="**Go to the call list**", icon=":material/arrow_forward:")


def _why(told: CallList) -> str:
    held, more = told.held_out, told.one_more
    words = f"Contacts and offers cost about {look.money(told.cost)}, which is already taken off."
    if held.customers:
        words += f" {look.count(held.customers)} more are left alone by chance, so that the effect can be measured."
    if more.calls:
        words += f" {look.many(more.calls, 'call')} more would bring another {look.money(more.expected_value)}."
    return words


def _nobody(told: CallList) -> str:
    out = told.excluded
    left = out.suppressed + out.contacted
    if left:
        return f"{look.count(left)} would be, but were called lately or must be left in peace."
    return "No offer is expected to bring more than it costs."
