"""What is seen: is the service well, what is at stake, and whom to call today."""

from collections.abc import Callable

import streamlit as st

from churn.errors import ServiceDown, ServiceError
from churn.services.client.client import ChurnClient
from churn.services.dashboard import calls, numbers, wellbeing

FORBIDDEN = (401, 403)


def show(client: ChurnClient) -> None:
    """Show the page; whatever is away is said in its place, and the rest is shown."""
    st.set_page_config("Telco churn", layout="wide")
    head, again = st.columns([6, 1], vertical_alignment="bottom")
    head.title("Who is about to leave")
    again.button("Refresh", width="stretch")
    told = shown(wellbeing.show, client)
    if told and shown(numbers.show, client):
        shown(calls.show, client)


def shown(part: Callable[[ChurnClient], bool], client: ChurnClient) -> bool:
    """Show a part, or say why it cannot be; tell whether what comes after it makes sense."""
    try:
        return part(client)
    except ServiceDown:
        st.error(f"The service at {client.url} does not answer.")
        st.markdown("Start it, then refresh this page:")
        st.code("make api", language="sh")
    except ServiceError as fault:
        st.error(f"The service refused: {fault}")
        if fault.status in FORBIDDEN:
            st.markdown("It wants a key. Make one, and start the dashboard with it as `CHURN_API_KEY`:")
            st.code("churn keys add dashboard --scope predict", language="sh")
    return False
