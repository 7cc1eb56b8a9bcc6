"""What the team can do today and whom it wants to see: chosen once, kept while the browser stays."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.portfolio import Portfolio
from churn.services.dashboard import look, source

CAPACITIES = (
    *range(5, 50, 5), *range(50, 100, 10), *range(100, 500, 25), *range(500, 1000, 100), *range(1000, 5000, 500),
    5000, 10_000, 20_000, 50_000, 100_000,
)  # fmt: skip
BUDGETS = (100, 250, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500, 10_000, 20_000, 50_000, 100_000, 500_000, None)
SHARES = tuple(share / 100 for share in range(0, 51, 5))
CAPACITY, AGENT = 60, 20
"""Where the choice begins: three agents of twenty calls a day. What a team can do, no service knows."""
KEYS = {name: f"calls_{name}" for name in ("capacity", "budget", "holdout", "agent_calls", "tier", "segment")}


def chosen() -> dict[str, Any]:
    """Give the limits as the call list takes them, of all customers."""
    found = {name: st.session_state.get(KEYS[name]) for name in ("budget", "holdout")}
    return found | {
        "capacity": st.session_state.get(KEYS["capacity"], CAPACITY),
        "agent_calls": st.session_state.get(KEYS["agent_calls"], AGENT),
    }


def filters() -> dict[str, Any]:
    """Give whom to show, as the call list takes it."""
    group = st.session_state.get(KEYS["segment"])
    return {"tier": st.session_state.get(KEYS["tier"]) or None, "segment": (group,) if group else ()}


def show() -> None:
    """Let the limits and the filters be chosen."""
    own = source.read("call_list", limit=1, capacity=CAPACITY).holdout
    with st.container(border=True):
        left, right = st.columns(2, gap="large")
        with left:
            _slider("capacity", "Calls that can be made", CAPACITIES, CAPACITY, look.count, "best first, until here")
            _slider("budget", "Budget for contacts and offers", BUDGETS, None, _budget, "expected cost, until here")
        with right:
            _slider("holdout", "Control group, to measure", _shares(own), own, look.percent, HELD_OUT)
            st.number_input(
                "Calls one agent makes", 1, 1000, AGENT, key=KEYS["agent_calls"], persist_state="session",
                help="for what one more agent would be worth",
            )  # fmt: skip
        _filters(source.read("portfolio", days=7))


HELD_OUT = (
    "These customers would be worth a call and are not called. How many of them leave is compared with how many of the "
    "called do: only so is it known what calling does."
)


def _slider(name: str, label: str, options: tuple[Any, ...], first: Any, spell: Any, words: str) -> None:
    st.select_slider(label, options, first, format_func=spell, key=KEYS[name], persist_state="session", help=words)


def _filters(told: Portfolio) -> None:
    left, right = st.columns(2, gap="large")
    tiers = ["", *(one.tier for one in told.tiers if one.tier)]
    left.selectbox("Risk", tiers, format_func=lambda tier: tier or "any", key=KEYS["tier"], persist_state="session")
    groups = ["", *(f"{name}:{one.group}" for name, many in told.segments.items() for one in many if one.group)]
    right.selectbox(
        "Group", groups, format_func=_group, key=KEYS["segment"], persist_state="session",
        help="a group of the segments that the reports speak of",
    )  # fmt: skip


def _group(spelt: str) -> str:
    column, _, group = spelt.partition(":")
    return f"{look.named(column)}: {group}" if spelt else "everybody"


def _budget(amount: float | None) -> str:
    return "no limit" if amount is None else look.money(amount)


def _shares(own: float) -> tuple[float, ...]:
    """Give the shares to choose from: twentieths, and the campaign's own just as it is."""
    return tuple(sorted({*SHARES, own}))
