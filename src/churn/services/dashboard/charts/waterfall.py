"""From the average customer to this one, a reason a step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, data, put

MOST = 10
"""So many reasons have a bar of their own; the others are one."""
ROW, AXES = 42, 80
"""Height of a reason, and of legend and axis."""
ENDS = ("The average customer", "This customer")
REST = "Everything else together"
MARKS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)
"""Risks that the axis of log-odds names: nobody reads log-odds."""
STANDS = "where the risk stands"
KINDS = {"raises the risk": look.VERMILION, "lowers the risk": look.BLUE, STANDS: look.SOFT}
BEYOND = 700.0


@dataclass(frozen=True, slots=True)
class Step:
    """One reason: what is said of it, and what it adds."""

    words: str
    effect: float


def waterfall(
    average: float, steps: Sequence[Step], own: float, unit: str = "log-odds", ends: tuple[str, str] = ENDS
) -> Drawn:
    """Draw how reasons lead from one level (the average customer's) to another (this customer's), both in `unit`.

    What the steps leave of the way is drawn as one step more.
    """
    rows = rows_of(average, steps, own, unit, ends)
    levels = [row[name] for row in rows for name in ("start", "end")]
    room = 0.08 * (max(levels) - min(levels)) or 0.1
    scale = alt.Scale(domain=[min(levels) - room, max(levels) + room], nice=False, zero=False)
    place = alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.1, paddingOuter=0.1))
    across = alt.X("start:Q", scale=scale, axis=_axis(unit), title="risk of leaving")
    hover = [
        alt.Tooltip("words:N", title=" "),
        alt.Tooltip("before:Q", title="risk before", format=".1%"),
        alt.Tooltip("after:Q", title="risk after", format=".1%"),
        alt.Tooltip("says:N", title="so it"),
    ]
    drawn = alt.Chart(data(rows)).encode(y=place, tooltip=hover)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=[*KINDS], range=[*KINDS.values()]), legend=alt.Legend(symbolType="square")
    )
    bars = drawn.mark_bar(height=13, yOffset=9, cornerRadius=2).encode(across, alt.X2("end:Q"), colour)
    words = drawn.mark_text(align="left", baseline="middle", dy=-9, fontSize=13, color=look.INK, limit=560).encode(
        alt.Text("words:N"), x=alt.value(2)
    )
    marks = drawn.transform_filter(f"datum.kind === '{STANDS}'").mark_tick(
        orient="vertical", thickness=4, size=18, yOffset=9, color=look.SOFT
    )
    return put(bars, marks.encode(across), words, height=ROW * len(rows) + AXES)


def rows_of(
    average: float, steps: Sequence[Step], own: float, unit: str = "log-odds", ends: tuple[str, str] = ENDS
) -> list[dict[str, Any]]:
    """Give a row a bar, from top to bottom: its ends in `unit`, and the risk before and after it."""
    shown, folded = list(steps[:MOST]), steps[MOST:]
    rest = own - average - sum(one.effect for one in shown)
    more = f" ({len(folded)} more reasons)" if folded else ""
    if abs(rest) > 1e-9:
        shown.append(Step(f"{REST}{more}", rest))
    level, rows = average, [_row(ends[0], average, average, unit)]
    for one in shown:
        rows.append(_row(one.words, level, level + one.effect, unit))
        level += one.effect
    rows.append(_row(ends[1], own, own, unit))
    return [row | {"row": number} for number, row in enumerate(rows)]


def risk(level: float, unit: str = "log-odds") -> float:
    """Give the probability at a level."""
    return level if unit != "log-odds" else 1 / (1 + math.exp(-max(-BEYOND, min(BEYOND, level))))


def level(probability: float, unit: str = "log-odds") -> float:
    """Give the level of a probability."""
    held = min(max(probability, 1e-15), 1 - 1e-15)
    return probability if unit != "log-odds" else math.log(held / (1 - held))


def _row(words: str, start: float, end: float, unit: str) -> dict[str, Any]:
    step = end - start
    kind = STANDS if not step else "raises the risk" if step > 0 else "lowers the risk"
    before, after = risk(start, unit), risk(end, unit)
    return {
        "words": words if step else f"{words}: {look.percent(after, 1)}",
        "start": start,
        "end": end,
        "before": before,
        "after": after,
        "kind": kind,
        "says": "starts or ends here" if not step else f"{kind} by {look.percent(abs(after - before), 1)} here",
    }


def _axis(unit: str) -> alt.Axis:
    if unit != "log-odds":
        return alt.Axis(format=".0%", tickCount=5, grid=True)
    places = [math.log(one / (1 - one)) for one in MARKS]
    spell = "format(1/(1+exp(-datum.value)), '.0%')"
    return alt.Axis(values=places, labelExpr=spell, grid=True, labelOverlap="greedy")
