"""The page's parts in their order, over one reading of the list."""

import streamlit as st

from churn.services.api.schemas.calls import CallList
from churn.services.dashboard import frame, source
from churn.services.dashboard.calls import listed, peace, recorded, wish, worth

VIEWS = ("To call", "Control group", "Do not call")


def limits() -> None:
    """Let limits and filters be chosen."""
    wish.show()


def figures() -> None:
    """Show what the list is worth."""
    worth.show(_told())


@st.fragment
def tables() -> None:
    """Show who is called, who is held out and who is left in peace; to leaf through them asks for nothing else."""
    call, held, peaceful = st.tabs(VIEWS, key="calls_view", on_change="rerun")
    for tab, part in ((call, _to_call), (held, _held_out), (peaceful, _in_peace)):
        if tab.open:
            with tab:
                frame.guarded(part)


def _to_call() -> None:
    recorded.news()
    listed.show("call", _told())


def _held_out() -> None:
    st.markdown(HELD_OUT)
    listed.show("held_out", _told())


def _in_peace() -> None:
    peace.show(_told())


HELD_OUT = (
    "These customers are worth a call, and chance alone left them out: the same all quarter, and nobody calls them. "
    "The page Campaign compares how many of them left with how many of the called did: the difference is what calling "
    "does. A larger share makes the answer surer, and costs more."
)


def _told() -> CallList:
    told: CallList = source.read("call_list", **wish.chosen(), **wish.filters(), limit=1)
    return told
