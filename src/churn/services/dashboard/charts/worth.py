"""What offers bring altogether, customer by customer, the best first."""

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, Rows, data, put

HEIGHT = 320
HOVER = [
    alt.Tooltip("customers:Q", title="offers", format=",d"),
    alt.Tooltip("worth:Q", title="worth together", format=",.0f"),
]


def adding_up(points: Rows, best: dict[str, float]) -> Drawn:
    """Draw the `worth` of offers to so many `customers`; the highest point stands out."""
    x = alt.X("customers:Q", title="customers who get an offer, best first", axis=alt.Axis(format=",d"))
    y = alt.Y("worth:Q", title="worth of all offers together", axis=alt.Axis(format=",.0f"))
    base = alt.Chart(data(points)).encode(x=x, y=y)
    top = alt.Chart(data([best | {"name": f"best: {look.count(best['customers'])}"}])).encode(
        x="customers:Q", y="worth:Q", tooltip=HOVER
    )
    return put(
        base.mark_area(color=look.TEAL, opacity=0.1),
        base.mark_line(color=look.TEAL),
        base.mark_point(size=140, opacity=0).encode(tooltip=HOVER),
        top.mark_point(size=170, filled=True, color=look.ORANGE, opacity=1, stroke="white"),
        top.mark_text(align="center", dy=-16, fontWeight="bold", color=look.INK).encode(text="name:N"),
        height=HEIGHT,
    )
