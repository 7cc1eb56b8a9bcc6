"""The curves of two versions in one drawing each: the first solid and blue, the second dashed and vermilion."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from churn.page.drawing import AMOUNT, BLUE, MUTED, SHARE, VERMILION, shares

Pair = tuple[pd.DataFrame, pd.DataFrame]
Names = tuple[str, str]
STYLES: tuple[dict[str, Any], ...] = ({"color": BLUE, "ls": "-"}, {"color": VERMILION, "ls": "--"})


def roc(axes: Axes, pair: Pair, names: Names) -> None:
    """Draw the churners found against the false alarms."""
    _chance(axes)
    _lines(axes, pair, names, "fpr", "tpr")
    shares(axes, "Stayers flagged", "Churners found")


def pr(axes: Axes, pair: Pair, names: Names) -> None:
    """Draw the precision against the share of churners found."""
    _lines(axes, pair, names, "recall", "precision")
    shares(axes, "Churners found", "Churners among the flagged")


def calibration(axes: Axes, pair: Pair, names: Names) -> None:
    """Draw the churn that followed against the probability given, with Wilson's intervals."""
    _chance(axes)
    for curve, name, style in zip(pair, names, STYLES, strict=True):
        spread = [(curve["observed"] - curve["low"]).clip(0), (curve["high"] - curve["observed"]).clip(0)]
        axes.errorbar(
            curve["predicted"],
            curve["observed"],
            yerr=spread,
            fmt="o",
            ms=4,
            lw=1.4,
            label=name,
            **style,
            elinewidth=0.9,
        )
    shares(axes, "Probability given", "Churn that followed")
    axes.legend(loc="upper left")


def gains(axes: Axes, pair: Pair, names: Names) -> None:
    """Draw the churners reached by the share of customers contacted."""
    _chance(axes)
    _lines(axes, pair, names, "share_contacted", "share_of_churners")
    shares(axes, "Customers contacted, riskiest first", "Churners reached")


def profit(axes: Axes, pair: Pair, names: Names) -> None:
    """Draw what offers above a threshold earned."""
    axes.axhline(0, color=MUTED, lw=1)
    _lines(axes, pair, names, "threshold", "profit_per_1000")
    axes.set(xlim=(0, 1), xlabel="Offer above this probability", ylabel="Per 1,000 customers")
    axes.xaxis.set_major_formatter(SHARE)
    axes.yaxis.set_major_formatter(AMOUNT)


DRAWINGS: dict[str, tuple[str, str, Callable[..., None]]] = {
    "roc": ("ROC", "Further up and left is better; the dotted line is chance.", roc),
    "pr": ("Precision and recall", "Further up and right is better.", pr),
    "calibration": (
        "Calibration",
        "On the dotted line a probability is as good as its word; bars are 95%.",
        calibration,
    ),
    "gains": ("Gains", "How many of the churners are reached by calling the riskiest first.", gains),
    "profit": ("Profit", "What offers above a threshold earned, in this checkout's campaign.", profit),
}


def _lines(axes: Axes, pair: Pair, names: Names, x: str, y: str) -> None:
    for curve, name, style in zip(pair, names, STYLES, strict=True):
        axes.plot(curve[x], curve[y], label=name, **style)
    axes.legend(loc="best")


def _chance(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color=MUTED, lw=1, ls=":")
