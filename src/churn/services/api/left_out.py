"""Why somebody is left out of the call list, in words, and until when."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from churn.stores.ledger.queries.excluded import Excluded

Told = Mapping[str, Any]


def explained(row: Told, wanted: Excluded, now: int) -> dict[str, Any]:
    """Give a row with `words` and `until` in place of what was told; of several the one that lasts longest."""
    told = row["told"]
    words: tuple[str, date | None] = ("", None)
    if row["cause"] == "churned" and told:
        words = f"left, as told for {told[0]['observed_on']}", None
    elif row["cause"] == "suppressed" and told:
        words = f"{told[0]['reason']}, until {told[0]['until']}", told[0]["until"]
    elif told:
        last = max(told, key=lambda one: _rest(one, wanted, now))
        words = _called(last), _day(_rest(last, wanted, now))
    return {name: cell for name, cell in row.items() if name != "told"} | {"words": words[0], "until": words[1]}


def _rest(one: Told, wanted: Excluded, now: int) -> int:
    """Tell until when this contact gives rest, in microseconds."""
    since = wanted.rested
    if one["held_out"] and wanted.tested is not None:
        since = min(since, wanted.tested)
    return int(one["at"]) + now - since


def _called(one: Told) -> str:
    day = _day(one["at"])
    if one["held_out"]:
        return f"held out {day}, to measure the effect of calls"
    return f"phoned {day}" if one["channel"] == "phone" else f"contacted by {one['channel']} {day}"


def _day(at: int) -> date:
    return datetime.fromtimestamp(at // 1_000_000, UTC).date()
