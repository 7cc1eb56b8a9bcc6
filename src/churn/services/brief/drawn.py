"""The brief's drawings."""

from functools import partial

from matplotlib.axes import Axes

from churn.page.blocks import Figure
from churn.page.drawing import AMOUNT, BLUE, SHARE, SKY, VERMILION, draw, label
from churn.services.api.schemas.portfolio import Portfolio

BARS, ENDS = 8, {"fontsize": 8.5, "padding": 3}
FIRST = "Contract"


def spread(told: Portfolio) -> Figure:
    """Draw how many customers have which risk."""
    says = f"{told.at_risk:,} of {told.customers:,} customers lie above {told.threshold:.1%}, the model's threshold."
    return draw("How likely customers are to leave", says, partial(_spread, told=told))


def groups(told: Portfolio) -> Figure | None:
    """Draw which groups the revenue at risk comes from; None without groups."""
    name = FIRST if FIRST in told.segments else next(iter(told.segments), None)
    if name is None:
        return None
    says = "Probability times monthly bill, added up; whiskers are 95% intervals."
    return draw(f"Monthly revenue at risk by {name.lower()}", says, partial(_groups, told=told, name=name))


def _spread(axes: Axes, told: Portfolio) -> None:
    for one in told.distribution:
        color = VERMILION if (one.low + one.high) / 2 > told.threshold else SKY
        axes.bar(one.low, one.customers, (one.high - one.low) * 0.92, align="edge", color=color)
    axes.axvline(told.threshold, color=BLUE, linestyle=(0, (4, 3)), linewidth=1.2)
    axes.set(xlim=(0, 1), xlabel="probability of leaving", ylabel="customers")
    axes.xaxis.set_major_formatter(SHARE)
    axes.yaxis.set_major_formatter(AMOUNT)
    axes.grid(axis="x", visible=False)


def _groups(axes: Axes, told: Portfolio, name: str) -> None:
    shown = sorted(told.segments[name], key=lambda one: one.revenue_at_risk.value)[-BARS:]
    values = [one.revenue_at_risk.value for one in shown]
    reach = [
        [max(0.0, one.revenue_at_risk.value - one.revenue_at_risk.low) for one in shown],
        [max(0.0, one.revenue_at_risk.high - one.revenue_at_risk.value) for one in shown],
    ]
    axes.barh([label(one.group) for one in shown], values, 0.62, color=BLUE, xerr=reach, error_kw={"linewidth": 1.2})
    axes.set(xlabel="a month")
    axes.xaxis.set_major_formatter(AMOUNT)
    axes.grid(axis="y", visible=False)
