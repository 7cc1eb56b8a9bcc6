"""Finding one customer, and saying plainly when there is none to be found."""

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.calls import CallList
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.customer import chosen

BEST = 8
NOBODY, MISSPELT = 404, 422


def show() -> bool:
    """Ask for a customer; tell whether there is one to speak of."""
    asked = chosen.asked()
    if not asked:
        _suggest()
        return False
    try:
        chosen.known()
    except ServiceError as fault:
        if fault.status not in (NOBODY, MISSPELT):
            raise
        _missing(asked)
        return False
    return True


def _missing(asked: str) -> None:
    frame.empty(
        f"No score is kept of {look.shown(asked)}.",
        "Four things can be behind it: the number is misspelt; the customer was never scored; the customer was scored "
        "only within a file (the file has the answer); or the customer was erased on request. Who was erased leaves "
        "no trace here, so that nobody can tell these apart.",
    )
    _suggest()


def _suggest() -> None:
    told: CallList = source.read("call_list", limit=BEST)
    if not told.calls:
        return
    names = [one.customer_id for one in told.calls]
    st.pills("Or one of those whom it pays most to call today", names, key="suggested", on_change=_take)


def _take() -> None:
    if st.session_state["suggested"]:
        chosen.look_at(st.session_state["suggested"])
