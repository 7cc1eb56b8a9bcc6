"""Which customer is looked at: the one that the address names, `?customer=7590-VHVEG`."""

from typing import cast

import streamlit as st

from churn.services.api.schemas.customers import LastKnown
from churn.services.dashboard import source

NAME = "customer"
ASKED, LINKED = "customer_asked", "customer_linked"


def asked() -> str:
    """Let a customer be asked for by name; a link to this page names one too. Give the name, empty without one."""
    linked = st.query_params.get(NAME, "").strip()
    if st.session_state.get(LINKED) != linked or ASKED not in st.session_state:
        st.session_state[LINKED] = st.session_state[ASKED] = linked
    st.text_input(
        "Customer", key=ASKED, on_change=_look, placeholder="customer number, as in 7590-VHVEG",
        help="As the customer was scored: the number in the table of customers.", max_chars=128,
    )  # fmt: skip
    return cast("str", st.session_state[ASKED]).strip()


def look_at(customer: str) -> None:
    """Look at another customer from now on."""
    st.session_state[LINKED] = ""
    st.query_params[NAME] = customer


def known() -> LastKnown:
    """Give the last known score of the customer who is looked at, explained. Raises ServiceError."""
    return cast("LastKnown", source.read("last_prediction", customer_id=name(), explain=True))


def name() -> str:
    """Name the customer who is looked at."""
    return cast("str", st.session_state[ASKED]).strip()


def _look() -> None:
    wanted = cast("str", st.session_state[ASKED]).strip()
    st.session_state[LINKED] = wanted
    if wanted:
        st.query_params[NAME] = wanted
    else:
        st.query_params.clear()
