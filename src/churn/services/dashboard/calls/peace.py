"""Who is worth a call and must not be called now, and why."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.calls import CallList, ExcludedPage, ExcludedRow
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.calls import columns, pages, wish

CAUSES = {
    "contacted": (
        "Called lately",
        "called, or in the control group, a short while ago: a call so soon annoys, and spoils the comparison",
    ),
    "suppressed": (
        "Must not be called",
        "a complaint, no consent, or another reason that somebody gave, until its day",
    ),
    "churned": ("Has left", "the last outcome that was told says that they are gone"),
}
COLUMNS: dict[str, Any] = {
    "customer": columns.CUSTOMER,
    "cause": "Cause",
    "words": st.column_config.TextColumn("What was told", width="large"),
    "until": st.column_config.DateColumn("Until", format="D MMM YYYY"),
    "value": columns.WORTH,
    "probability": columns.CHANCE,
    "monthly": columns.PAYS,
}


def show(told: CallList) -> None:
    """Show the causes with their counts, and a page of customers."""
    out = told.excluded
    for key, (name, words) in CAUSES.items():
        st.markdown(f"**{look.count(getattr(out, key))}** {name.lower()} :gray[· {words}]")
    st.markdown(f"**{look.count(told.not_worth_it)}** not worth it :gray[· an offer to them costs more than it brings]")
    cause = st.segmented_control(
        "Cause", list(CAUSES), format_func=lambda one: CAUSES[one][0], key="calls_cause", label_visibility="collapsed"
    )
    total = sum(getattr(out, one) for one in CAUSES) if cause is None else int(getattr(out, cause))
    _listed({"cause": cause} | wish.filters(), total)


def _listed(asked: dict[str, Any], total: int) -> None:
    leaf = pages.leaf("calls_peace", asked, total)
    told: ExcludedPage = source.read("excluded", **asked, **leaf.window)
    if not told.customers:
        frame.empty(
            "Nobody has to be left in peace.", "Nobody worth a call was called lately, must not be called, or has left."
        )
        return
    st.dataframe([_row(one) for one in told.customers], column_config=COLUMNS, hide_index=True, width="stretch")
    leaf.choose()


def _row(one: ExcludedRow) -> dict[str, Any]:
    return {
        "customer": one.customer_id, "cause": CAUSES[one.cause][0], "words": one.words, "until": one.until,
        "value": round(one.expected_value, 2), "probability": 100 * one.churn_probability, "monthly": one.monthly_value,
    }  # fmt: skip
