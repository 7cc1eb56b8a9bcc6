"""What stands beside every page: whose pages these are, which model answers, and a way to read all of it again."""

import streamlit as st

from churn.errors import ServiceError
from churn.services.dashboard import look, source


def show() -> None:
    """Show the mark, the model that answers, and the button that reads everything again."""
    st.logo(look.LOGO, size="large")
    with st.sidebar:
        st.caption(_model())
        if st.button(
            "Read again",
            key="read_again",
            icon=":material/refresh:",
            help="figures are kept for 20 seconds",
            width="stretch",
        ):
            source.forget()
            st.rerun()


def _model() -> str:
    try:
        told = source.ready()
    except ServiceError:
        return ":red[:material/cloud_off:] The service does not answer"
    if told.model_version is None:
        return "No model answers"
    color = "green" if told.status == "ready" else "orange"
    kind = " · simulated" if source.simulated(told) else ""
    return f":{color}[●] Model version {told.model_version}{kind}"
