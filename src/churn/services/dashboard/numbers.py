"""All customers together."""

import streamlit as st

from churn.services.api.schemas.portfolio import Bar, Portfolio
from churn.services.client.client import ChurnClient

EMPTY = "Nobody has been scored yet. Score a file of customers in the raw table's columns, then refresh this page:"


def show(client: ChurnClient) -> bool:
    """Show how many customers there are and what is at stake. Tell whether there are any."""
    told = client.portfolio()
    if not told.customers:
        st.info(EMPTY)
        st.code("churn score data/raw/telco_churn_raw.csv scored.csv --ignore Churn", language="sh")
        return False
    _figures(told)
    st.subheader("How likely they are to leave")
    st.bar_chart(
        {_range(one): one.customers for one in told.distribution},
        height=220,
        x_label="probability",
        y_label="customers",
    )
    st.caption(f"Scores from {told.freshness.oldest} to {told.freshness.newest}. {told.movement.words}")
    return True


def _figures(told: Portfolio) -> None:
    risk = told.revenue_at_risk
    shown = [
        ("Customers", f"{told.customers:,}", "with a score that still counts"),
        ("At risk", f"{told.at_risk:,}", f"probability above {told.threshold:.3f}, the champion's threshold"),
        ("Expected to leave", f"{told.expected_leavers:,.0f}", "the probabilities, summed"),
        ("Monthly revenue at risk", f"{risk.value:,.0f}", f"between {risk.low:,.0f} and {risk.high:,.0f}"),
        ("Worth an offer", f"{told.offers:,}", "customers on whom an offer earns more than it costs"),
    ]
    for place, (name, value, words) in zip(st.columns(len(shown)), shown, strict=True):
        place.metric(name, value, help=words, border=True)


def _range(one: Bar) -> str:
    return f"{one.low:.2f}"
