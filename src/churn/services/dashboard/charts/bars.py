"""Bars: how many of each, and how a figure is spread."""

from collections.abc import Sequence

import altair as alt

from churn.services.api.schemas.portfolio import Bar
from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

HEIGHT, STEP, AXIS = 260, 30, 60
"""Height of a chart, of one lying bar with its gap, and of the axis below."""


def histogram(bars: Sequence[Bar], threshold: float | None = None) -> Drawn:
    """Show how many customers have which probability; those above the threshold stand out."""
    rows = [
        {
            "low": one.low, "high": one.high, "customers": one.customers,
            "from": f"{look.percent(one.low)} to {look.percent(one.high)}",
            "side": "at risk" if threshold is not None and (one.low + one.high) / 2 > threshold else "not at risk",
        }
        for one in bars
    ]  # fmt: skip
    scale = alt.Scale(domain=["not at risk", "at risk"], range=[look.SKY, look.VERMILION])
    shares = alt.X("low:Q", title="probability of leaving", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    drawn = (
        alt.Chart(data(rows))
        .mark_rect(stroke="white", strokeWidth=2)
        .encode(
            x=shares,
            x2="high:Q",
            y=alt.Y("customers:Q", title="customers", axis=alt.Axis(format=",d", tickMinStep=1)),
            y2=alt.Y2Datum(0),
            color=alt.Color("side:N", scale=scale, legend=alt.Legend(title=None)),
            tooltip=[alt.Tooltip("from:N", title="probability"), alt.Tooltip("customers:Q", format=",")],
        )
    )
    return put(drawn, *([] if threshold is None else [rule(threshold, "offers pay from here")]), height=HEIGHT)


def ranked(rows: Rows, name: str, value: str, *, low: str = "", high: str = "", hover: Sequence[str] = ()) -> Drawn:
    """Show a bar a row, in the rows' order, with whiskers from `low` to `high` where they are named.

    `hover` names further columns; texts are shown as they are, so spell figures before.
    """
    order = [row[name] for row in rows]
    across = alt.Y(f"{name}:N", sort=order, title=None, axis=alt.Axis(labelLimit=220))
    told = [alt.Tooltip(f"{one}:N") for one in (name, *hover)] or alt.Undefined
    chart = alt.Chart(data(rows))
    bars = chart.mark_bar(height=alt.RelativeBandSize(0.6)).encode(
        y=across, x=alt.X(f"{value}:Q", title=value), tooltip=told
    )
    layers = [bars]
    if low and high:
        layers.append(chart.mark_rule(strokeWidth=2).encode(y=across, x=f"{low}:Q", x2=f"{high}:Q", tooltip=told))
    return put(*layers, height=STEP * max(len(rows), 1) + AXIS)


def rule(at: float, words: str) -> Drawn:
    """Mark a place on the horizontal axis, with its words."""
    chart = alt.Chart(data([{"at": at, "words": words}]))
    line = chart.mark_rule(strokeDash=[4, 3], strokeWidth=1.5).encode(x="at:Q", tooltip="words:N")
    name = chart.mark_text(align="left", dx=5, dy=-4, baseline="top", color=look.SOFT).encode(
        x="at:Q", y=alt.value(0), text="words:N"
    )
    return put(line, name, height=HEIGHT)
