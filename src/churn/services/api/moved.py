"""How far customers moved, as monitoring read it: the newest window, and the ones before."""

from collections.abc import Mapping, Sequence
from typing import Any

from churn import columns
from churn.services.api.schemas.drift import ColumnMoved, DriftWindow, Live, State
from churn.services.api.schemas.told import iso

KIND = "drift"
STATES: dict[str, State] = {"alarm": "moved", "ok": "stable"}
NEVER = "not judged: monitoring has said nothing yet; `churn monitor` runs it"
LATE = 2
"""After so many windows without a word, what was said last tells nothing of today."""

Read = Mapping[str, Any]


def live(read: Sequence[Read], now: int | None) -> Live:
    """Tell the newest reading; `now` is None where time is played, and nothing can be late."""
    if not read:
        return Live(customers=0, state="unknown", words=NEVER, columns=_unknown(NEVER))
    last, figures = read[0], read[0]["figures"]
    told = Live(
        customers=figures.get("customers", 0), state=_state(last), words=last["words"], since=iso(last["since"]),
        until=iso(last["until"]), model_version=last["model_version"], rate=figures.get("rate"),
        kind=figures.get("kind"), columns=_columns(last),
    )  # fmt: skip
    if now is None or now <= last["until"] + LATE * (last["until"] - last["since"]):
        return told
    words = f"not known: monitoring has said nothing since the window up to {iso(last['until'])}; see `churn monitor`"
    return told.model_copy(update={"state": "unknown", "words": words})


def by_window(read: Sequence[Read], many: int) -> list[DriftWindow]:
    """Tell the last so many windows, oldest first; of a window that two champions saw, the newer one's."""
    newest: dict[int, Read] = {}
    for one in read:
        newest.setdefault(one["until"], one)
    return [_window(newest[until]) for until in sorted(newest)[len(newest) - min(many, len(newest)) :]]


def _window(one: Read) -> DriftWindow:
    figures = one["figures"]
    return DriftWindow(
        since=iso(one["since"]), until=iso(one["until"]), scores=figures.get("scores", 0),
        customers=figures.get("customers", 0), state=_state(one), words=one["words"],
        model_version=one["model_version"], columns=_columns(one),
    )  # fmt: skip


def _state(one: Read) -> State:
    """Call a window with a column that moved without alarming one to watch."""
    state = STATES.get(one["state"], "unknown")
    light = state == "stable" and any(cell.get("moved") for cell in one["figures"].get("columns", []))
    return "watch" if light else state


def _columns(one: Read) -> list[ColumnMoved]:
    cells, least = one["figures"].get("columns", []), one["figures"].get("min_weight", 0.0)
    return [_column(cell, least) for cell in cells] or _unknown(one["words"])


def _column(cell: Mapping[str, Any], least: float) -> ColumnMoved:
    state: State = "stable"
    if cell.get("moved") is None:
        state = "unknown"
    elif cell["moved"]:
        state = "moved" if (cell.get("weight") or 0.0) >= least else "watch"
    return ColumnMoved.model_validate({**cell, "state": state})


def _unknown(words: str) -> list[ColumnMoved]:
    return [ColumnMoved(column=name, state="unknown", words=words) for name in columns.names()]
