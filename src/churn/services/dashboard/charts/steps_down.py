"""What a change would make of a risk: from now to then, a line a change."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from churn.services.dashboard import look
from churn.services.dashboard.charts.drawn import Drawn, data, put

ROW, AXIS = 38, 50
"""Height of a change, and of the axis."""


def dumbbell(now: float, changes: Sequence[tuple[str, float, str]]) -> Drawn:
    """Draw each change, given as words, the risk after it, and its price in words, from the risk of now."""
    rows: list[dict[str, Any]] = [
        {
            "row": number, "words": words, "now": now, "then": then, "price": price,
            "head": f"{words}: {look.percent(then, 1)}, {price}", "points": f"{100 * (then - now):+.1f}",
        }
        for number, (words, then, price) in enumerate(changes)
    ]  # fmt: skip
    hover = [
        alt.Tooltip("words:N", title=" "),
        alt.Tooltip("now:Q", title="risk now", format=".1%"),
        alt.Tooltip("then:Q", title="risk then", format=".1%"),
        alt.Tooltip("points:N", title="points"),
        alt.Tooltip("price:N", title="for the customer"),
    ]
    high = max([now, *(row["then"] for row in rows)])
    scale = alt.Scale(domain=[0, min(1.0, 1.12 * high)], nice=False)
    across = alt.X("then:Q", title="risk of leaving", axis=alt.Axis(format=".0%", tickCount=5, grid=True), scale=scale)
    drawn = alt.Chart(data(rows)).encode(y=alt.Y("row:O", axis=None), tooltip=hover)
    line = drawn.mark_bar(height=4, yOffset=9, color=look.SKY, cornerRadius=2).encode(across, alt.X2("now:Q"))
    after = drawn.mark_point(filled=True, size=130, yOffset=9, color=look.BLUE, opacity=1).encode(across)
    before = drawn.mark_point(size=110, yOffset=9, color=look.VERMILION, strokeWidth=2, opacity=1).encode(
        alt.X("now:Q", scale=scale)
    )
    words = drawn.mark_text(align="left", dy=-8, fontSize=13, color=look.INK, limit=560).encode(
        alt.Text("head:N"), x=alt.value(2)
    )
    return put(line, before, after, words, height=ROW * len(rows) + AXIS)
