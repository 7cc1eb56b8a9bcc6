"""A form made from the contract: a field a column, with its title, its range and its words."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from churn import contract
from churn.columns import Column, columns
from churn.services.dashboard.customer import coherence

ACROSS = 3
WORDS = {0: "No", 1: "Yes"}


def ask(row: Mapping[str, Any], form: str) -> dict[str, Any]:
    """Show every column of a record as a field; give the record as it stands in the form, which goes by this name."""
    movable = _movable()
    given = dict(row)
    first = [one for one in columns() if one.name in movable]
    _fields(first, row, given, form)
    with st.expander("Everything else about the customer"):
        _fields([one for one in columns() if one.name not in movable], row, given, form)
    return coherence.coherent(given)


def _movable() -> set[str]:
    """Name what the firm can change, what that moves, and what grows by itself."""
    levers = {lever.column for lever in contract.LEVERS} | {name for lever in contract.LEVERS for name, _ in lever.adds}
    return (
        levers
        | {absence.other for name, absence in coherence.absences().items() if name in levers}
        | {*contract.CURVED}
    )


def _fields(shown: Sequence[Column], row: Mapping[str, Any], given: dict[str, Any], form: str) -> None:
    """Show fields from left to right; each goes into `given`, so that later ones can hang on it."""
    for start in range(0, len(shown), ACROSS):
        for place, column in zip(st.columns(ACROSS), shown[start : start + ACROSS], strict=False):
            with place:
                given[column.name] = field(column, row[column.name], given, f"{form}_{column.name}")


def field(column: Column, value: Any, beside: Mapping[str, Any], key: str) -> Any:
    """Show one field and give what stands in it."""
    if column.allowed:
        return _choice(column, value, beside, key)
    kind: Any = int if column.whole else float
    ends = [None if end is None else kind(end) for end in (column.low, column.high)]
    return st.number_input(
        column.title, *ends, value=kind(value), step=kind(1), format="%d" if column.whole else "%.2f", key=key,
        help=_help(column),
    )  # fmt: skip


def _choice(column: Column, value: Any, beside: Mapping[str, Any], key: str) -> Any:
    allowed = coherence.options(column.name, beside)
    start = allowed.index(value) if value in allowed else allowed.index(coherence.NO) if coherence.NO in allowed else 0
    return st.selectbox(
        column.title, allowed, index=start, format_func=lambda one: spelt(column, one), help=_help(column),
        key=f"{key}_{len(allowed)}", disabled=len(allowed) == 1,
    )  # fmt: skip


def spelt(column: Column, value: Any) -> str:
    """Spell a value for people."""
    if column.kind == "flag" and {*column.allowed} <= {*WORDS}:
        return WORDS[value]
    return f"{value:,.2f}".removesuffix(".00") if isinstance(value, float) else str(value)


def _help(column: Column) -> str:
    if column.allowed:
        return column.description
    ends = [
        f"from {column.low:,.0f}" if column.low is not None else "",
        f"to {column.high:,.0f}" if column.high is not None else "",
    ]
    return f"{column.description} ({' '.join(one for one in ends if one)})" if any(ends) else column.description
