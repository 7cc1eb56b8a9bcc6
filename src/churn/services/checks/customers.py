"""Customers made from the contract's example: between them they have every allowed value of every column."""

from typing import Any

from churn import columns, contract

STEPS = 11


def customers(number: int, name: str = "check") -> list[dict[str, Any]]:
    """Make customers, always the same, each with an id."""
    return [_customer(turn) | ({contract.ID: f"{name}-{turn}"} if contract.ID else {}) for turn in range(number)]


def enough() -> int:
    """Count the customers among whom every allowed value occurs."""
    return max((len(one.allowed) for one in columns.columns()), default=1) * STEPS


def _customer(turn: int) -> dict[str, Any]:
    return {one.name: _cell(one, turn + place) for place, one in enumerate(columns.columns())}


def _cell(column: columns.Column, turn: int) -> Any:
    if column.allowed:
        return column.allowed[turn % len(column.allowed)]
    usual = float(str(contract.EXAMPLE[column.name]))
    varied = usual * (1 + turn % STEPS)
    kept = max(varied if column.high is None else min(varied, column.high), column.low or 0)
    return int(kept) if column.whole else round(kept, 2)
