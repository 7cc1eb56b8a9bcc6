"""What offers would earn, by the probability above which they are made."""

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

HEIGHT = 360
ACROSS = alt.X(
    "threshold:Q", title="offers to everybody whose probability of leaving is above", axis=alt.Axis(format=".0%")
)
HOVER = [
    alt.Tooltip("threshold:Q", title="offers above", format=".1%"),
    alt.Tooltip("customers:Q", title="customers", format=",.0f"),
    alt.Tooltip("share:Q", title="of all", format=".0%"),
    alt.Tooltip("profit:Q", title="expected profit", format=",.0f"),
    alt.Tooltip("low:Q", title="95 % interval from", format=",.0f"),
    alt.Tooltip("high:Q", title="to", format=",.0f"),
]
COLORS = (look.ORANGE, look.BLUE)


def profit(points: Rows, marks: Rows, rule: Rows) -> Drawn:
    """Draw expected profit and its interval by threshold.

    `marks` are thresholds of which something is to be said {name, threshold, profit, customers, share}; `rule` is what
    choosing customer by customer comes to {name, profit}: it has no threshold, so it is a line across.
    """
    base = alt.Chart(data(points)).encode(x=ACROSS, tooltip=HOVER)
    y = alt.Y("profit:Q", title="expected profit of one campaign", axis=alt.Axis(format="~s"))
    zero = alt.Chart(data([{"at": 0}])).mark_rule(color=look.GREY).encode(y="at:Q")
    return put(
        base.mark_area(opacity=0.16, color=look.TEAL).encode(y=alt.Y("low:Q"), y2="high:Q"),
        zero,
        *_across(rule),
        base.mark_line(color=look.TEAL).encode(y=y),
        base.mark_point(size=120, opacity=0).encode(y=y),
        *_marked(marks),
        height=HEIGHT,
    )


def _across(rule: Rows) -> list[alt.Chart]:
    base = alt.Chart(data(rule)).encode(y="profit:Q", tooltip=["name:N", alt.Tooltip("profit:Q", format=",.0f")])
    line = base.mark_rule(color=look.PURPLE, strokeDash=[2, 3], strokeWidth=2)
    words = base.mark_text(align="right", dy=-8, color=look.PURPLE, fontWeight="bold").encode(
        x=alt.value("width"), text="name:N"
    )
    return [line, words]


def _marked(marks: Rows) -> list[alt.Chart]:
    names = [one["name"] for one in marks]
    scale = alt.Scale(domain=names, range=list(COLORS[: len(names)]))
    shapes = alt.Scale(domain=names, range=["circle", "diamond"][: len(names)])
    color = alt.Color("name:N", scale=scale, legend=alt.Legend(title=None, orient="top", labelLimit=400))
    shape = alt.Shape("name:N", scale=shapes, legend=alt.Legend(title=None, orient="top", labelLimit=400))
    base = alt.Chart(data(marks)).encode(x="threshold:Q", color=color, tooltip=["name:N", *HOVER[:4]])
    line = base.mark_rule(strokeDash=[5, 4], strokeWidth=1.5)
    return [line, base.mark_point(size=170, filled=True, opacity=1, stroke="white").encode(y="profit:Q", shape=shape)]
