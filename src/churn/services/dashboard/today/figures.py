"""The figures of the day: who is at risk, what that costs, and how both moved."""

import streamlit as st

from churn.services.api.schemas.portfolio import Portfolio
from churn.services.dashboard import look, source

DAYS = 7


def show() -> None:
    """Show what is at stake, and how it moved in a week."""
    told: Portfolio = source.read("portfolio", days=DAYS)
    shown = [
        ("Customers at risk", look.count(told.at_risk)),
        ("Monthly revenue at risk", look.money(told.revenue_at_risk.value)),
    ]
    for place, (name, value) in zip(st.columns(len(shown)), shown, strict=True):
        place.metric(name, value, border=True)
