"""All customers together."""

import streamlit as st

from churn.services.api.schemas.portfolio import Portfolio
from churn.services.client.client import ChurnClient

EMPTY = "Nobody has been scored yet. Send customers in the raw table's columns, then refresh this page:"
EXAMPLE = """import csv, httpx

customers = list(csv.DictReader(open("data/raw/telco_churn_raw.csv")))
for customer in customers:
    del customer["Churn"]
httpx.post("{url}/predict/batch", json=customers, timeout=60).raise_for_status()"""
COLOR = "#0f766e"
UNTIL_MINUTE = 16


def show(client: ChurnClient) -> bool:
    """Show how many customers there are and what is at stake. Tell whether there are any."""
    told = client.portfolio()
    if not told.customers:
        st.info(EMPTY)
        st.code(EXAMPLE.format(url=client.url), language="python")
        return False
    _figures(told)
    st.subheader("How likely they are to leave")
    bars = {f"{one.low:.2f}": one.customers for one in told.distribution}
    st.bar_chart(bars, height=220, x_label="probability", y_label="customers", color=COLOR)
    st.caption(_age(told))
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


def _age(told: Portfolio) -> str:
    fresh, moved = told.freshness, told.movement
    oldest, newest = (str(one)[:UNTIL_MINUTE].replace("T", " ") for one in (fresh.oldest, fresh.newest))
    return f"Scored from {oldest} to {newest} UTC. Against {moved.days} days before: {moved.words}."
