"""One page of the list: whom to call, or who is held out in their place."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.calls import Arm, Call, CallList
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.calls import columns, export, pages, recorded, wish

RAISES = ": raises the risk"
"""What every reason for a call says; the column's name says it once."""
COLUMNS: dict[str, Any] = {
    "rank": st.column_config.NumberColumn("#", width="small"),
    "customer": columns.CUSTOMER,
    "value": columns.WORTH,
    "probability": columns.CHANCE,
    "reasons": st.column_config.TextColumn("Why: what raises the risk", width="large"),
    "tier": st.column_config.TextColumn("Risk", width="small"),
    "monthly": columns.PAYS,
}


def show(arm: Arm, sums: CallList) -> None:
    """Show a page of one arm, and offer all of it as a file."""
    asked = wish.chosen() | wish.filters() | {"arm": arm}
    leaf = pages.leaf(f"calls_{arm}", asked, sums.customers if arm == "call" else sums.held_out.customers)
    told: CallList = source.read("call_list", **asked, **leaf.window)
    if not told.calls:
        frame.empty(*NOBODY[arm])
        return
    rows = [_row(one) for one in told.calls]
    seen = st.dataframe(
        rows, column_config=COLUMNS, column_order=list(COLUMNS), hide_index=True, on_select="rerun",
        selection_mode="single-row", key=f"table_{arm}", alt="Customers, best call first",
    )  # fmt: skip
    leaf.choose()
    with st.container(horizontal=True, vertical_alignment="center"):
        _open(rows, seen)
        export.offer(asked, told.total)
        if arm == "call":
            recorded.show(sums, wish.chosen() | wish.filters())


NOBODY = {
    "call": (
        "Nobody is on the list.",
        "Within these limits and filters no offer earns more than it costs, or all were called lately.",
    ),
    "held_out": ("Nobody is held out.", "The share is nought, or the list is too short for chance to pick anybody."),
}


def _row(one: Call) -> dict[str, Any]:
    return {
        "rank": one.rank, "customer": one.customer_id, "probability": 100 * one.churn_probability,
        "tier": one.risk_tier, "value": round(one.expected_value or 0.0, 2), "monthly": one.monthly_value,
        "reasons": "; ".join(reason.removesuffix(RAISES) for reason in one.reasons),
    }  # fmt: skip


def _open(rows: list[dict[str, Any]], seen: Any) -> None:
    """Lead to the customer whose row was chosen."""
    chosen = [rows[place]["customer"] for place in seen.selection.rows if place < len(rows)]
    if not chosen:
        st.button("Choose a row to look at the customer", disabled=True, icon=":material/person_search:")
    elif st.button(f"Look at {look.shown(chosen[0])}", icon=":material/person_search:", type="primary"):
        st.switch_page("views/customer.py", query_params={"customer": chosen[0]})
