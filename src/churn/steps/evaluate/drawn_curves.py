"""The curves of the evaluation's page."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from churn.page.blocks import Figure
from churn.page.drawing import ABOVE, AMOUNT, BLUE, CYCLE, MUTED, SHARE, SMALL, VERMILION, WIDE, draw, shares

Told = dict[str, Any]


def roc(curve: pd.DataFrame, says: str) -> Figure:
    """Draw the leavers found against the stayers flagged."""

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, lw=1, ls="--")
        axes.plot(curve["fpr"], curve["tpr"], color=BLUE)
        shares(axes, "Stayers flagged", "Leavers found")

    return draw("ROC curve", says, paint)


def pr(curve: pd.DataFrame, rate: float, says: str) -> Figure:
    """Draw the precision against the share of leavers found."""

    def paint(axes: Axes) -> None:
        axes.axhline(rate, color=MUTED, lw=1, ls="--")
        axes.plot(curve["recall"], curve["precision"], color=BLUE)
        shares(axes, "Leavers found (recall)", "Leavers among flagged")

    return draw("Precision and recall", says, paint)


def calibration(curve: pd.DataFrame, says: str) -> Figure:
    """Draw the churn rate of customers by the probability they were given."""

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, lw=1, ls="--")
        axes.vlines(curve["predicted"], curve["low"], curve["high"], color=BLUE, lw=2.4, alpha=0.45)
        axes.plot(curve["predicted"], curve["observed"], "o-", color=BLUE, ms=4.5, lw=1.2)
        shares(axes, "Probability given", "Left")

    return draw("Calibration", says, paint)


def gains(curve: pd.DataFrame, says: str) -> Figure:
    """Draw the leavers reached by the customers contacted, with the lift at three places."""

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, lw=1, ls="--")
        axes.plot([0, *curve["share_contacted"]], [0, *curve["share_of_churners"]], color=BLUE)
        for share in (0.1, 0.2, 0.4):
            reached = float(np.interp(share, curve["share_contacted"], curve["share_of_churners"]))
            axes.plot(share, reached, "o", color=BLUE, ms=5)
            words = f"{reached:.0%}, lift {reached / share:.1f}"
            axes.annotate(words, (share, reached), (8, -9), textcoords="offset points", fontsize=SMALL)
        shares(axes, "Contacted, riskiest first", "Leavers reached")

    return draw("Gains and lift", says, paint)


def scores(told: Told, threshold: float, says: str) -> Figure:
    """Draw how the probabilities lie, by what happened."""

    def paint(axes: Axes) -> None:
        edges = np.asarray(told["edges"], float)
        wide = np.diff(edges)
        for name, colour in (("stayed", BLUE), ("left", VERMILION)):
            height = np.asarray(told[name], float) / max(sum(told[name]), 1)
            axes.bar(edges[:-1], height, wide * 0.94, align="edge", color=colour, alpha=0.5, label=f"those who {name}")
        axes.axvline(threshold, color=MUTED, lw=1.2, ls="--")
        axes.annotate(" threshold", (threshold, 1), xycoords=("data", "axes fraction"), va="top", fontsize=SMALL)
        axes.set(xlim=(0, 1), xlabel="Probability given", ylabel="Share of them")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(SHARE)
        axes.legend(ncols=2, **ABOVE)

    return draw("Scores by what happened", says, paint, WIDE)


def profit(prices: list[Told], says: str) -> Figure:
    """Draw what a threshold earns at each offer price, the rule by customer as a dashed line of its colour."""

    def paint(axes: Axes) -> None:
        for colour, one in zip(CYCLE, prices, strict=False):
            curve, rule = one["curve"], one["profit_per_1000"]
            axes.plot(curve["threshold"], curve["profit_per_1000"], color=colour, label=f"offer {one['offer']:g}")
            if rule["offer_rule"]["value"] is not None:
                axes.axhline(rule["offer_rule"]["value"], color=colour, lw=1, ls="--")
            if rule["at_threshold"]["value"] is not None:
                axes.plot(one["threshold"], rule["at_threshold"]["value"], "o", color=colour, ms=6)
        axes.set(xlim=(0, 1), xlabel="Offer above this probability", ylabel="Per 1,000 customers")
        best = max(max(one["curve"]["profit_per_1000"]) for one in prices)
        axes.set_ylim(-0.35 * max(best, 1), 1.15 * max(best, 1))
        axes.xaxis.set_major_formatter(SHARE)
        axes.yaxis.set_major_formatter(AMOUNT)
        axes.legend(ncols=4, **ABOVE)

    return draw("Profit against the threshold", says, paint, WIDE)
