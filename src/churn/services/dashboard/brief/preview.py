"""The brief as it will be sent, and the file to send."""

from datetime import datetime

import streamlit as st

from churn.services.api.schemas.told import Purpose
from churn.services.brief.facts import CALLS, gather
from churn.services.dashboard import look, source

KEPT, HEIGHT, MOST = 60.0, 900, 100_000


def show() -> None:
    """Let the calls of a week be said, show the brief, and offer it as a file."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    calls = left.number_input(
        "How many calls can be made in a week?",
        1,
        MOST,
        CALLS,
        10,
        key="brief_calls",
        help="The brief says their worth.",
    )
    purpose = source.purpose()
    made, content = _made((source.client().url, source.ready().model_version), purpose, calls)
    name = f"churn-brief-{made:%Y-%m-%d}{'-simulated' if purpose == 'simulated' else ''}.html"
    right.download_button(
        "Download", content, name, "text/html", type="primary", icon=":material/download:", on_click="ignore",
        width="stretch",
    )  # fmt: skip
    st.caption(
        f"Made {look.when(made.isoformat())}. One file of {len(content) / 1e3:,.0f} kB that needs nothing else: attach "
        "it to a mail, or open it in any browser. It names no single customer."
    )
    with st.container(border=True):
        st.iframe(content.decode(), height=HEIGHT)
    option = " --purpose simulated" if purpose == "simulated" else ""
    with st.expander("Have it made by itself"):
        st.markdown("The same page, from the command line, as for a weekly job:")
        st.code(f"churn brief --out brief.html --calls {calls}{option}", language="sh")


@st.cache_data(ttl=KEPT, max_entries=20, show_spinner="Writing the brief …")
def _made(about: tuple[str, int | None], purpose: Purpose, calls: int) -> tuple[datetime, bytes]:
    """Write the brief, or recall the one just written about the same service and model."""
    from churn.services.brief.page import page

    del about
    facts = gather(source.client(), purpose, calls)
    return facts.at, page(facts)
