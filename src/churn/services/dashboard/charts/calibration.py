"""What was said against what happened."""

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

HEIGHT = 380
WHOLE = alt.Scale(domain=[0, 1])


def reliability(bins: Rows) -> Drawn:
    """Draw bins {said, happened, low, high, customers}: on the dashed line what was said is what happened."""
    percent = alt.Axis(format=".0%")
    base = alt.Chart(data(bins)).encode(
        x=alt.X("said:Q", title="probability that was said", axis=percent, scale=WHOLE),
        tooltip=[
            alt.Tooltip("said:Q", title="said", format=".1%"),
            alt.Tooltip("happened:Q", title="really left", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("customers:Q", format=",.0f"),
        ],
    )
    title = "share that really left"
    y = alt.Y("happened:Q", title=title, axis=percent, scale=WHOLE)
    line = alt.Chart(data([{"said": 0, "happened": 0}, {"said": 1, "happened": 1}]))
    size = alt.Size("customers:Q", legend=None, scale=alt.Scale(range=[50, 320]))
    return put(
        line.mark_line(color=look.GREY, strokeDash=[4, 4], strokeWidth=1.5).encode(x="said:Q", y="happened:Q"),
        base.mark_rule(color=look.TEAL, opacity=0.45, strokeWidth=4).encode(y=alt.Y("low:Q", title=title), y2="high:Q"),
        base.mark_line(color=look.TEAL, opacity=0.5, strokeWidth=1.5).encode(y=y),
        base.mark_point(filled=True, color=look.TEAL, opacity=1, stroke="white").encode(y=y, size=size),
        height=HEIGHT,
    )
