"""Whom to call today."""

import csv
import io
from typing import Any

import streamlit as st

from churn.services.api.schemas.calls import Call
from churn.services.client.client import ChurnClient

MOST = 100
FORMULA = tuple("=+-@\t\r")
COLUMNS: dict[str, Any] = {
    "rank": st.column_config.NumberColumn("#", width="small"),
    "customer": "Customer",
    "probability": st.column_config.ProgressColumn("Will leave", min_value=0, max_value=1, format="percent"),
    "tier": "Risk",
    "value": st.column_config.NumberColumn("Worth of a call", format="%.2f", help="expected, after its cost"),
    "monthly": st.column_config.NumberColumn("Pays a month", format="%.2f"),
    "reasons": st.column_config.TextColumn("Why", width="large"),
}


def show(client: ChurnClient) -> bool:
    """Show the best calls, and offer them as a file."""
    st.subheader("Whom to call today")
    capacity = st.number_input("How many calls can be made?", min_value=1, max_value=MOST, value=25)
    told = client.call_list(capacity=int(capacity), limit=int(capacity))
    if not told.calls:
        st.info("Nobody is worth a call today: no offer earns more than it costs, or all were contacted lately.")
        return True
    rows = [_row(one) for one in told.calls]
    st.dataframe(rows, column_config=COLUMNS, hide_index=True, width="stretch")
    st.caption(told.words)
    st.download_button("Download as CSV", _csv(rows), "calls.csv", "text/csv", on_click="ignore")
    return True


def _row(one: Call) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "customer": one.customer_id,
        "probability": one.churn_probability,
        "tier": one.risk_tier,
        "value": one.expected_value,
        "monthly": one.monthly_value,
        "reasons": "; ".join(one.reasons),
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    written = io.StringIO()
    table = csv.DictWriter(written, rows[0])
    table.writeheader()
    table.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return written.getvalue()


def _plain(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in FORMULA else value
