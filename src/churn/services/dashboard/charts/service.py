"""How fast the service answers, and how much it is asked."""

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

ROW, AXIS, HEIGHT = 30, 50, 260


def latency(routes: Rows) -> Drawn:
    """Draw routes {route, count, p50, p95, p99} in milliseconds, where ten times as long is always as far."""
    base = alt.Chart(data(routes)).encode(
        y=alt.Y("route:N", title=None, sort=None, axis=alt.Axis(labelLimit=210, grid=False)),
        tooltip=[
            alt.Tooltip("route:N"),
            alt.Tooltip("count:Q", title="requests", format=",.0f"),
            *(alt.Tooltip(f"{name}:Q", title=f"{name}, ms", format=",.1f") for name in ("p50", "p95", "p99")),
        ],
    )
    x = alt.X("p50:Q", title="milliseconds", scale=alt.Scale(type="log"), axis=alt.Axis(grid=True, format=",~g"))
    return put(
        base.mark_rule(strokeWidth=4, opacity=0.3, color=look.TEAL).encode(x=x, x2="p99:Q"),
        base.mark_point(filled=True, size=130, color=look.TEAL, opacity=1, stroke="white").encode(x=x),
        base.mark_tick(thickness=3, size=18, color=look.ORANGE).encode(x="p95:Q"),
        height=ROW * len(routes) + AXIS,
    )


def volume(days: Rows) -> Drawn:
    """Draw scores a day, by the version that gave them."""
    bars = alt.Chart(data(days)).mark_bar(cornerRadiusEnd=2)
    across = alt.X("day:T", timeUnit="utcyearmonthdate", title=None, axis=alt.Axis(format="%-d %b", tickCount=8))
    hover = [
        alt.Tooltip("day:N"),
        alt.Tooltip("version:N"),
        alt.Tooltip("scores:Q", format=",.0f"),
    ]
    up = alt.Y("scores:Q", title="scores a day", axis=alt.Axis(format=",d", tickMinStep=1))
    color = alt.Color("version:N", legend=alt.Legend(title="version"))
    return put(bars.encode(x=across, y=up, color=color, tooltip=hover), height=HEIGHT)
