"""What is shown where an answer should be: what went wrong, in words, and what to do."""

import streamlit as st

from churn.errors import ServiceDown, ServiceError, ServiceSlow, ServiceStrange
from churn.services.dashboard import look, source

UNKNOWN_KEY, FORBIDDEN, AWAY, MISSING, MANY = 401, 403, 503, 404, 429


def show(fault: ServiceError) -> None:
    """Say what went wrong and what to do."""
    {ServiceDown: _down, ServiceSlow: _slow, ServiceStrange: _strange}.get(type(fault), _refused)(fault)


def no_model() -> None:
    """Say that no model answers, and how to bring one."""
    st.error("**No model answers yet.** So nobody can be scored, and there are no figures.", icon=":material/block:")
    st.markdown("Train one and make it champion; the service takes it by itself as soon as it is there:")
    st.code("make pipeline", language="sh")


def _down(_fault: ServiceError) -> None:
    url = source.client().url
    st.error(
        f"**The service does not answer.** Nobody listens at {url}, or the way there is cut.",
        icon=":material/cloud_off:",
    )
    st.markdown("Start it, then read this page again (if it runs elsewhere, say where in `CHURN_API_URL`):")
    st.code("make serve", language="sh")


def _slow(_fault: ServiceError) -> None:
    st.warning(
        "**The service takes too long.** It was given "
        f"{source.SECONDS:g} seconds. It may be busy with large files: wait a minute, then read again.",
        icon=":material/hourglass_top:",
    )


def _strange(fault: ServiceError) -> None:
    st.error(
        "**The service is of another version than these pages**, or it is another service: its answer cannot be read. "
        "Start both from one version (`make serve`).",
        icon=":material/difference:",
    )
    st.caption(look.shown(fault))


def _refused(fault: ServiceError) -> None:
    lead, advice = ADVICE.get(fault.status or 0, ("The service refused", ""))
    st.error(f"**{lead}.** {look.shown(fault)}", icon=":material/error:")
    if advice:
        st.markdown(advice)
    if fault.status in (UNKNOWN_KEY, FORBIDDEN):
        st.code("churn keys add dashboard --scope predict --scope feedback", language="sh")
    elif fault.request_id:
        st.caption(f"Request {fault.request_id}")


KEY = "Make a key, and start these pages with it as `CHURN_API_KEY`:"
ADVICE = {
    UNKNOWN_KEY: ("The service wants a key", KEY),
    FORBIDDEN: ("The key of these pages may not do this", "What they may do hangs on the scopes of their key. " + KEY),
    AWAY: ("This cannot be answered now", "The service says what it waits for; read again in a minute."),
    MISSING: ("There is nothing under this name", ""),
    MANY: ("Too much was asked at once", "Wait a minute, then read again."),
}
