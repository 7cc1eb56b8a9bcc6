"""What the list is worth within these limits, and what one more agent would be."""

import streamlit as st

from churn.services.api.schemas.calls import CallList
from churn.services.dashboard import look, tiles
from churn.services.dashboard.calls import wish
from churn.services.dashboard.tiles import Tile


def show(told: CallList) -> None:
    """Show the sums over the whole list, and in words what more calls would bring."""
    held = told.held_out
    tiles.show(
        [
            Tile("Calls to make", look.count(told.customers), _room(told)),
            Tile("They are worth", look.money(told.expected_value), "expected, all costs taken off"),
            Tile("They cost", look.money(told.cost), "contacts and offers, expected"),
            Tile(
                "Control group",
                look.count(held.customers),
                f"{look.money(held.expected_value)} forgone, to measure",
            ),
        ],
        "calls",
    )
    st.markdown(_more(told))


def _room(told: CallList) -> str:
    room = wish.chosen()["capacity"] - told.customers
    if room <= 0:
        return "as many as can be made"
    short = "the budget ends here" if told.one_more.calls else "nobody else is worth it"
    return f"room for {look.count(room)} more: {short}"


def _more(told: CallList) -> str:
    more = told.one_more
    if not more.calls:
        return ":material/group_add: **One more agent** would find nobody left who is worth a call."
    return (
        f":material/group_add: **One more agent** ({look.many(more.calls, 'call')}) would bring another "
        f"**{look.money(more.expected_value)}**, contacts and offers of {look.money(more.cost)} taken off. :gray[The "
        "agent's own pay is not: it is worth it where a day of it costs less.]"
    )
