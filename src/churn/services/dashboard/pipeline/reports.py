"""The reports of the model, to read here or to take away."""

from html import escape

import streamlit as st

from churn.errors import ServiceError
from churn.services.client.overview import Report
from churn.services.dashboard import frame, kept, source

PAGES = {
    "model_card.html": "Model card",
    "kpi.html": "Promises kept",
    "evaluation.html": "Evaluation",
    "eda.html": "The data",
    "drift.html": "Drift",
}
HEIGHT, EDGE = 760, 20


def show() -> None:
    """Show a report that was chosen, in a frame that can reach nothing."""
    st.subheader("Reports", anchor=False)
    name = st.segmented_control("Report", list(PAGES), format_func=PAGES.__getitem__, key="pipeline_report",
                                label_visibility="collapsed")  # fmt: skip
    if not name:
        frame.empty("Choose a report.", "It opens here, and can be saved as one file that needs nothing else.")
        return
    report: Report | None = kept.found(f"There is no report {PAGES[name]} of this version.", "report", name=name)
    if report is None:
        return
    _speaks(report, name)
    st.download_button(f"Save {name}", report.content, name, "text/html", on_click="ignore", icon=":material/download:")
    st.iframe(apart(report.content.decode()), height=HEIGHT + EDGE, alt=PAGES[name])


def apart(page: str) -> str:
    """Put a page into a frame with an origin of its own: its scripts run, and reach neither these pages nor cookies."""
    frame = f"border:0;width:100%;height:{HEIGHT}px"
    return f'<iframe sandbox="allow-scripts" srcdoc="{escape(page)}" style="{frame}" title="Report"></iframe>'


def _speaks(report: Report, name: str) -> None:
    """Say where a report is of another model than the one that answers."""
    of_served = report.served
    if of_served is None:
        try:
            of_served = name in source.read("pipeline").reports or None
        except ServiceError:
            of_served = None
    if of_served is False:
        st.warning("This report speaks of another model than the one that answers now.", icon=":material/difference:")
    elif of_served is None:
        st.caption("Whether this report speaks of the model that answers now is not known.")
