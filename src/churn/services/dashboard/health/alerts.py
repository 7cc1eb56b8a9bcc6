"""What needs somebody's eyes, the open ones first."""

from math import ceil
from typing import Any

import streamlit as st

from churn.services.api.schemas.alerts import AlertsPage, AlertTold, DeliveryTold
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.health import taken
from churn.services.dashboard.health.chosen import Chosen

ROWS = 50
SEVERITIES: dict[str, str] = {"critical": "red", "high": "orange", "medium": "yellow", "low": "blue"}
COLUMNS: dict[str, Any] = {
    "Severity": st.column_config.MultiselectColumn(
        options=list(SEVERITIES), color=list(SEVERITIES.values()), width="small"
    ),
    "What": st.column_config.TextColumn(width="large"),
    "Times": st.column_config.NumberColumn(format="localized", width="small"),
}


def show(asked: Chosen) -> None:
    """Show a page of alerts, of the severities that were chosen, and let somebody take one."""
    st.subheader("What needs a look", anchor=False)
    chosen = st.pills("Severity", list(SEVERITIES), selection_mode="multi", key="health_severity", help="none: all")
    page = int(st.session_state.get("health_alerts_page") or 1)
    told = _told(asked, tuple(chosen), page)
    if not told.alerts and page > 1:  # the filter left fewer pages than the one that was looked at
        page = 1
        told = _told(asked, tuple(chosen), page)
    taken.news()
    if not told.total:
        frame.empty("No alert is open, and none was closed in this period.", "That is how it should be.")
        return
    st.markdown(f"**{look.count(told.open)} open** of {look.count(told.total)} in this period.")
    st.dataframe([_row(one) for one in told.alerts], column_config=COLUMNS, hide_index=True, width="stretch",
                 key="health_alerts")  # fmt: skip
    if told.total > ROWS:
        pages = ceil(told.total / ROWS)
        st.pagination(pages, key="health_alerts_page")
    taken.show([one for one in told.alerts if one.state != "resolved"])


def _told(asked: Chosen, severity: tuple[str, ...], page: int) -> AlertsPage:
    told: AlertsPage = source.read("alerts", days=asked.days, severity=severity, limit=ROWS, offset=(page - 1) * ROWS)
    return told


def _row(one: AlertTold) -> dict[str, Any]:
    return {
        "Severity": [one.severity],
        "State": one.state,
        "Last": look.when(one.last_at),
        "What": one.words,
        "Meaning": one.title,
        "Owner": one.owner,
        "Looked after by": one.acknowledged_by or "",
        "Times": one.times,
        "First": look.when(one.raised_at),
        "Closed": look.when(one.resolved_at) if one.resolved_at else "",
        "Told": _reached(one.deliveries),
        "Runbook": one.runbook,
    }


def _reached(deliveries: list[DeliveryTold]) -> str:
    """Say through which channels somebody heard of it, and which did not take it."""
    newest = {one.channel: one for one in deliveries}  # in the order of time
    words = {"sent": "told by {}", "failed": "{} failed, is tried again", "given_up": "{} took nothing"}
    return ", ".join(words[one.state].format(channel) for channel, one in newest.items()) or "nobody was told"
