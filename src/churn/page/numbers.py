"""How numbers are spelt on every page; what is not known is called so."""

import math
from collections.abc import Callable, Mapping
from typing import Any

UNKNOWN = "unknown"

Number = float | int | None
Spell = Callable[[Number], str]


def known(value: Any) -> bool:
    """Say whether this is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def count(value: Number) -> str:
    """Spell how many: 7,043."""
    return f"{value:,.0f}" if known(value) else UNKNOWN


def amount(value: Number) -> str:
    """Spell money: 21,085."""
    return count(value).replace("-", "\N{MINUS SIGN}")


def share(value: Number, digits: int = 1) -> str:
    """Spell a part of a whole: 26.5%."""
    return f"{value:.{digits}%}" if known(value) else UNKNOWN


def decimal(value: Number, digits: int = 3) -> str:
    """Spell a measure without unit: 0.847."""
    return f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}") if known(value) else UNKNOWN


def plain(value: Number) -> str:
    """Spell a value of the data with as many digits as it needs: 29.85."""
    return f"{value:,.6g}".replace("-", "\N{MINUS SIGN}") if known(value) else UNKNOWN


def interval(low: Number, high: Number, spell: Spell = decimal) -> str:
    """Spell an interval: 0.826 to 0.870; nothing if an end is not known."""
    return f"{spell(low)} to {spell(high)}" if known(low) and known(high) else ""


def measured(metric: Mapping[str, Any] | None, spell: Spell = decimal) -> str:
    """Spell a metric `{value, low, high, reason?}` with its interval, or why it has no value."""
    value, within, reason = parts(metric, spell)
    beside = within or reason
    return f"{value} ({beside})" if beside else value


def parts(metric: Mapping[str, Any] | None, spell: Spell = decimal) -> tuple[str, str, str]:
    """Spell a metric's value, its interval, and why either is missing; each may be empty but the first."""
    one: Mapping[str, Any] = metric if isinstance(metric, Mapping) else {}
    value = spell(one["value"]) if known(one.get("value")) else UNKNOWN
    return value, interval(one.get("low"), one.get("high"), spell), str(one.get("reason") or "")


def digest(value: Any) -> str:
    """Spell a digest as far as a person compares it."""
    return str(value)[:12] if isinstance(value, str) and value else UNKNOWN
