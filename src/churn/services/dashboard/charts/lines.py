"""Lines: a figure over time, with its interval, and the bounds it is held to."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.bars import HEIGHT
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put


def over_time(
    rows: Rows, at: str, value: str, *, series: str = "", low: str = "", high: str = "", hover: Sequence[str] = (),
    form: str = ",.4~g",
) -> Drawn:  # fmt: skip
    """Show a figure over time, a line a series, a band from `low` to `high` where they are named.

    `at` is spelt as ISO 8601; `form` is how d3 spells the value.
    """
    across = alt.X(f"{at}:T", title=None)
    up = alt.Y(f"{value}:Q", title=value, axis=alt.Axis(format=form), scale=alt.Scale(zero=False))
    color = alt.Color(f"{series}:N") if series else alt.value(look.TEAL)
    told: list[Any] = [alt.Tooltip(f"{at}:T", format="%-d %b %Y, %H:%M"), alt.Tooltip(f"{value}:Q", format=form)]
    told += [alt.Tooltip(f"{one}:N") for one in ([series] if series else []) + list(hover)]
    chart = alt.Chart(data(rows)).encode(x=across, color=color)
    layers = [chart.mark_line(point=alt.OverlayMarkDef(size=40)).encode(y=up, tooltip=told)]
    if low and high:
        layers.insert(0, chart.mark_area(opacity=0.15).encode(y=alt.Y(f"{low}:Q", title=value), y2=f"{high}:Q"))
    return put(*layers, height=HEIGHT)


def level(at: float, words: str) -> Drawn:
    """Mark a height, as a bound or a target, with its words."""
    chart = alt.Chart(data([{"at": at, "words": words}]))
    line = chart.mark_rule(strokeDash=[4, 3], color=look.VERMILION).encode(y="at:Q", tooltip="words:N")
    name = chart.mark_text(align="left", dy=-7, dx=4, color=look.VERMILION).encode(
        x=alt.value(0), y="at:Q", text="words:N"
    )
    return put(line, name, height=HEIGHT)
