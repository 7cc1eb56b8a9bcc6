"""A figure over time: measured, and only estimated, drawn so that nobody takes one for the other."""

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

HEIGHT = 320
MEASURED, ESTIMATED = "measured on known outcomes", "estimated before outcomes"


def promised(rows: Rows, title: str, form: str) -> Drawn:
    """Draw rows {at, until, version, kind, value, low, high, words}.

    What is measured: full points with their intervals. What is estimated: hollow, dashed, the interval a pale band.
    """
    versions = sorted({str(one["version"]) for one in rows})
    colors = alt.Scale(domain=versions, range=[look.SERIES[place % len(look.SERIES)] for place in range(len(versions))])
    base = alt.Chart(data(rows)).encode(
        x=alt.X("at:T", title=None, axis=alt.Axis(format="%-d %b", labelAngle=0, tickCount=6)),
        color=alt.Color("version:N", scale=colors, legend=alt.Legend(orient="top", title="version", symbolOpacity=1)),
        tooltip=_hover(form),
    )
    y = alt.Y("value:Q", title=title, axis=alt.Axis(format=form), scale=alt.Scale(zero=False))
    low = alt.Y("low:Q", title=title)
    told = base.transform_filter(alt.datum.kind == MEASURED)
    guessed = base.transform_filter(alt.datum.kind == ESTIMATED)
    return put(
        guessed.mark_area(opacity=0.1).encode(y=low, y2="high:Q"),
        guessed.mark_line(strokeDash=[5, 4], strokeWidth=1.5, opacity=0.7).encode(y=y),
        guessed.mark_point(shape="diamond", size=80, filled=False, strokeWidth=1.5).encode(y=y),
        told.mark_rule(strokeWidth=3, opacity=0.45).encode(y=low, y2="high:Q"),
        told.mark_line().encode(y=y),
        told.mark_point(filled=True, size=90, opacity=1, stroke="white").encode(y=y),
        height=HEIGHT,
    )


def _hover(form: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("kind:N", title=" "),
        alt.Tooltip("version:N", title="version"),
        alt.Tooltip("at:T", title="scores from", format="%-d %b %Y"),
        alt.Tooltip("until:T", title="until", format="%-d %b %Y"),
        alt.Tooltip("value:Q", title="value", format=form),
        alt.Tooltip("low:Q", title="95 % interval from", format=form),
        alt.Tooltip("high:Q", title="to", format=form),
        alt.Tooltip("words:N", title="on"),
    ]
