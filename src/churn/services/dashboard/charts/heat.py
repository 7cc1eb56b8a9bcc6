"""Tables seen as colour: drift by column and window, scores by day, customers between tiers."""

from collections.abc import Sequence

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

ROW, TIER, AXES = 25, 70, 110
FAR = 2.0
"""From twice its threshold on, a distance gets no darker."""
DRIFT = alt.Scale(
    domain=[0, 0.999, 1, FAR], range=[look.SEQUENTIAL[0], look.SEQUENTIAL[2], "#f0b27a", look.VERMILION], clamp=True
)
"""What has passed its threshold changes colour, not only shade."""
UNKNOWN, MOVED, STAYED = "unknown", "changes tier", "stays"


def drift(cells: Rows) -> Drawn:
    """Draw cells {title, window, since, state, over, distance, threshold, words}; `over` is distance in thresholds."""
    titles, windows = (list(dict.fromkeys(one[name] for one in cells)) for name in ("title", "window"))
    base = alt.Chart(data(cells)).encode(
        x=alt.X("window:O", title=None, sort=windows, axis=alt.Axis(labelAngle=-35, orient="top", domain=False)),
        y=alt.Y("title:N", title=None, sort=titles, axis=alt.Axis(grid=False, labelLimit=160)),
        tooltip=_hover(),
    )
    legend = alt.Legend(title="distance, in thresholds", orient="bottom", gradientLength=200, format=".1f")
    known = base.transform_filter(alt.datum.state != UNKNOWN)
    unknown = base.transform_filter(alt.datum.state == UNKNOWN)
    return put(
        known.mark_rect(stroke="white", strokeWidth=1.5).encode(color=alt.Color("over:Q", scale=DRIFT, legend=legend)),
        unknown.mark_rect(fill="#eceeee", stroke="white", strokeWidth=1.5),
        unknown.mark_text(text="?", color=look.SOFT),
        base.transform_filter(alt.datum.state == "moved").mark_text(text="●", color="white", fontSize=10),
        height=ROW * len(titles) + AXES,
    )


def scores(cells: Rows) -> Drawn:
    """Draw cells {day, tenth, share, scores} of how scores spread, day by day."""
    shade = alt.Color(
        "share:Q",
        scale=alt.Scale(range=list(look.SEQUENTIAL), domainMin=0),
        legend=alt.Legend(title="share of the day's scores", format=".0%", orient="bottom", gradientLength=200),
    )
    tiles = alt.Chart(data(cells)).mark_rect(stroke="white", strokeWidth=0.5)
    painted = tiles.encode(
        x=alt.X("day:O", title=None, axis=alt.Axis(labelAngle=-35, labelOverlap="greedy", domain=False)),
        y=alt.Y("tenth:O", title="probability of leaving", sort="descending", axis=alt.Axis(grid=False)),
        color=shade,
        tooltip=[
            alt.Tooltip("day:N"),
            alt.Tooltip("tenth:N", title="probability"),
            alt.Tooltip("share:Q", title="of the day's scores", format=".1%"),
            alt.Tooltip("scores:Q", format=",.0f"),
        ],
    )
    return put(painted, height=ROW * 10 + AXES)


def migration(cells: Rows, tiers: Sequence[str], sides: tuple[str, str]) -> Drawn:
    """Draw cells {before, after, customers, share, revenue, kind}: who changes tier between the `sides`."""
    base = alt.Chart(data(cells)).encode(
        x=alt.X("after:N", title=sides[1], sort=list(tiers), axis=alt.Axis(labelAngle=0, orient="top", domain=False)),
        y=alt.Y("before:N", title=sides[0], sort=list(tiers), axis=alt.Axis(grid=False)),
        tooltip=[
            alt.Tooltip("before:N", title=sides[0]),
            alt.Tooltip("after:N", title=sides[1]),
            alt.Tooltip("customers:Q", format=",.0f"),
            alt.Tooltip("share:Q", title="of all", format=".1%"),
            alt.Tooltip("revenue:Q", title="monthly revenue", format=",.0f"),
        ],
    )
    kinds = alt.Scale(domain=[STAYED, MOVED], range=[look.SEQUENTIAL[2], look.ORANGE])
    depth = alt.Opacity("share:Q", legend=None, scale=alt.Scale(type="sqrt", domainMin=0, range=[0.06, 1]))
    return put(
        base.mark_rect(stroke="white", strokeWidth=3).encode(color=alt.Color("kind:N", scale=kinds), opacity=depth),
        base.mark_text(fontSize=15, fontWeight="bold", color=look.INK).encode(
            text=alt.Text("customers:Q", format=",.0f")
        ),
        height=TIER * len(tiers) + AXES,
    )


def _hover() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("title:N", title="column"),
        alt.Tooltip("since:N", title="from"),
        alt.Tooltip("state:N", title="state"),
        alt.Tooltip("distance:Q", title="distance", format=".3f"),
        alt.Tooltip("threshold:Q", title="moved from", format=".3f"),
        alt.Tooltip("words:N", title="most of it"),
    ]
