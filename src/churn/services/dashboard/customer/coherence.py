"""Which values go together: what stands for the lack of something in one column hangs on another column."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from churn import contract
from churn.columns import columns

NO = "No"


@dataclass(frozen=True, slots=True)
class Absence:
    """A column holds `value` exactly where `other` is "No"."""

    other: str
    value: str


@cache
def absences() -> dict[str, Absence]:
    """Find them in the contract's words: the value `No phone service` hangs on the column titled `Phone service`."""
    named = {f"no {one.title}".lower(): one.name for one in columns() if NO in one.allowed}
    found = {
        one.name: Absence(named[value.lower()], value)
        for one in columns()
        for value in one.allowed
        if isinstance(value, str) and value.lower() in named
    }
    return {name: one for name, one in found.items() if one.other != name}


def options(name: str, row: Mapping[str, Any]) -> list[Any]:
    """List the values that a column may have beside those of other columns."""
    allowed = next(list(one.allowed) for one in columns() if one.name == name)
    absence = absences().get(name)
    if absence is None:
        return allowed
    missing = row[absence.other] == NO
    return [value for value in allowed if (value == absence.value) == missing]


def coherent(row: Mapping[str, Any]) -> dict[str, Any]:
    """Bring each column that hangs on another to a value that it may have beside that one."""
    return {name: _held(cell, options(name, row)) if name in absences() else cell for name, cell in row.items()}


def unusual(row: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Say which rules of the contract a record breaks that it kept before."""
    return [f"{rule.name} ({rule.why})" for rule in contract.RULES if rule.broken(row) and not rule.broken(before)]


def _held(cell: Any, allowed: list[Any]) -> Any:
    return cell if cell in allowed else NO if NO in allowed else allowed[0]
