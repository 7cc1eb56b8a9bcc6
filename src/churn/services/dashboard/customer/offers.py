"""What the firm can really change for this customer, and what the model says of customers who are so."""

from typing import Any

import streamlit as st

from churn.services.dashboard import frame, look
from churn.services.dashboard.charts import steps_down
from churn.services.dashboard.customer import chosen

COLUMNS: dict[str, Any] = {
    "change": st.column_config.TextColumn("What could be changed", width="medium"),
    "risk": st.column_config.ProgressColumn("Risk then", min_value=0, max_value=1, format="percent"),
    "points": st.column_config.NumberColumn("Points", format="%+.1f", help="of risk, against now"),
    "bill": st.column_config.NumberColumn("Bill a month", format="%.2f"),
    "dearer": st.column_config.NumberColumn("Dearer by", format="%+.2f", help="a month, for the customer"),
    "worth": st.column_config.NumberColumn(
        "Worth of an offer then", format="%.2f", help="what an offer to such a customer would be expected to bring"
    ),
}


def show() -> None:
    """Show realistic offers with their effect on risk, price and worth."""
    told = chosen.known()
    st.subheader("What could be offered", anchor=False)
    if not told.changes:
        frame.empty(
            "Nothing the firm can change lowers this risk.",
            "The customer has what helps already, or what speaks for leaving cannot be changed from here.",
        )
        return
    now = told.explained_probability or told.churn_probability
    rows = [row(one) for one in told.changes]
    frame.draw(steps_down.dumbbell(now, [(one["change"], one["risk"], one["priced"]) for one in rows]))
    st.dataframe(
        [{name: one[name] for name in COLUMNS} for one in rows], column_config=COLUMNS, hide_index=True, width="stretch"
    )
    st.caption(f"Each by itself. This is {look.shown(told.changes[0]['note'])}.")


def row(change: dict[str, Any]) -> dict[str, Any]:
    """Spell one change for the table."""
    words, _, _ = str(change["text"]).partition(":")
    dearer = float(change["monthly_difference"])
    priced = (
        "at the same price" if not dearer else f"{look.money(abs(dearer))} a month {'more' if dearer > 0 else 'less'}"
    )
    return {
        "change": words,
        "risk": change["churn_probability"],
        "points": 100 * change["difference"],
        "bill": change["monthly_charges"],
        "dearer": dearer,
        "worth": change["expected_value"],
        "priced": priced,
    }
