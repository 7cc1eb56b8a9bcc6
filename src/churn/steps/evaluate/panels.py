"""The six panels of the figure: each draws one curve on its axes."""

from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from churn.steps.evaluate.curves import confusion_counts
from churn.steps.evaluate.measured import Measured

BLUE, ORANGE, GREEN, GREY, PALE = "#0072B2", "#D55E00", "#007F5F", "#6B6B6B", "#D6E4EE"
"""After Okabe and Ito: apart for colour-blind eyes too."""
SMALL = 8.5
PAPER = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
Place = tuple[float, float, float, Literal["left", "center", "right"]]
"""Where a label hangs: x, points to the right and up, the side that holds on."""
LEVELS: tuple[tuple[str, str, str, Place], ...] = (
    ("offer_rule", "offer by customer", GREEN, (1, -2, 6, "right")),
    ("treat_all", "offer to all", ORANGE, (0.1, 0, -13, "left")),
    ("treat_none", "offer to none", GREY, (0.1, 0, 6, "left")),
)
"""Rules without a threshold: metric, words, colour, place of the label."""
SHARE, MONEY = PercentFormatter(1, decimals=0), FuncFormatter(lambda amount, _: f"{amount:,.0f}")


def roc(axes: Axes, measured: Measured) -> None:
    """Draw the churners found against the false alarms."""
    curve = measured.curves["roc"]
    axes.fill_between(curve["fpr"], curve["tpr"], color=PALE, lw=0, alpha=0.6)
    axes.plot([0, 1], [0, 1], color=GREY, lw=1, ls="--")
    axes.plot(curve["fpr"], curve["tpr"], color=BLUE, lw=2)
    _shares(axes, "ROC", "Stayers flagged", "Churners found")
    _note(axes, f"ROC-AUC {measured.spelt('roc_auc', 3)}", (0.97, 0.05), "right")


def pr(axes: Axes, measured: Measured) -> None:
    """Draw the precision against the share of churners found."""
    curve = measured.curves["pr"]
    rate = float(np.average(measured.judged.outcome, weights=measured.judged.weight))
    axes.fill_between(curve["recall"], curve["precision"], color=PALE, lw=0, alpha=0.6)
    axes.axhline(rate, color=GREY, lw=1, ls="--")
    axes.text(0.02, rate + 0.015, f"chosen at random: {rate:.0%}", color=GREY, fontsize=SMALL)
    axes.plot(curve["recall"], curve["precision"], color=BLUE, lw=2)
    _shares(axes, "Precision and recall", "Churners found (recall)", "Churners among the flagged (precision)")
    _note(axes, f"Average precision {measured.spelt('pr_auc', 3)}", (0.97, 0.95), "right")


def calibration(axes: Axes, measured: Measured) -> None:
    """Draw the churn rate against the probability, with the spread of the probabilities at the foot."""
    curve = measured.curves["calibration"]
    heights, edges = np.histogram(measured.judged.churn, bins=40, range=(0, 1))
    axes.bar(
        edges[:-1], heights / heights.max() * 0.16, width=0.025, align="edge", color=PALE, edgecolor="white", lw=0.5
    )
    axes.plot([0, 1], [0, 1], color=GREY, lw=1, ls="--")
    spread = [(curve["observed"] - curve["low"]).clip(0), (curve["high"] - curve["observed"]).clip(0)]
    axes.errorbar(curve["predicted"], curve["observed"], yerr=spread, fmt="o-", color=BLUE, ms=4.5, lw=1.4, capsize=2.5)
    _shares(axes, "Calibration", "Probability given (bars: how many customers)", "Churn that followed")
    slope, error = measured.spelt("calibration_slope", 2), measured.spelt("calibration_error", 3)
    _note(axes, f"Slope {slope}\nError {error}", (0.04, 0.95), "left")


def gains(axes: Axes, measured: Measured) -> None:
    """Draw the share of churners reached by the share of customers contacted."""
    curve = measured.curves["gains"]
    axes.plot([0, 1], [0, 1], color=GREY, lw=1, ls="--")
    axes.plot([0, *curve["share_contacted"]], [0, *curve["share_of_churners"]], color=BLUE, lw=2)
    for share in (0.1, 0.2, 0.4):
        reached = float(np.interp(share, curve["share_contacted"], curve["share_of_churners"]))
        axes.vlines(share, 0, reached, color=GREY, lw=0.8, ls=":")
        axes.plot(share, reached, "o", color=BLUE, ms=5)
        _label(axes, f"{reached:.0%}, lift {reached / share:.1f}", (share, 9, -9, "left"), reached, BLUE)
    _shares(axes, "Gains and lift", "Customers contacted, riskiest first", "Churners reached")
    _note(axes, f"Lift of the first tenth {measured.spelt('top_decile_lift', 2)}", (0.97, 0.05), "right")


def confusion(axes: Axes, measured: Measured) -> None:
    """Draw how many customers fell on each side of the threshold."""
    counts = confusion_counts(measured.judged)
    share = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        ink: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "color": "white" if share[row, column] > 0.6 else "black",
        }
        axes.text(column, row - 0.06, f"{count:,}", fontsize=18, **ink)
        of_row = f"{share[row, column]:.0%} of those who" if counts[row].any() else "nobody"
        axes.text(column, row + 0.14, f"{of_row} {('stayed', 'left')[row]}", **ink)
    axes.set_xticks([0, 1], ["not flagged", "flagged"])
    axes.set_yticks([0, 1], ["stayed", "left"], rotation=90, va="center")
    axes.tick_params(length=0)
    axes.grid(visible=False)
    scores = [
        f"{name} {measured.spelt(f'{name}_at_threshold', 2, ends=False)}"
        for name in ("accuracy", "precision", "recall")
    ]
    axes.set(title=f"Flagged above {measured.judged.threshold:.3f}", xlabel=", ".join(scores).capitalize())


def profit(axes: Axes, measured: Measured) -> None:
    """Draw the profit against the threshold, beside the rules that need none."""
    curve = measured.curves["profit"]
    for rule, words, colour, place in LEVELS:
        earned = measured.metrics[f"profit_per_1000_{rule}"].value or 0.0
        axes.axhline(earned, color=colour, lw=1.2, ls="--")
        _label(axes, f"{words}: {earned:,.0f}", place, earned, colour)
    axes.plot(curve["threshold"], curve["profit_per_1000"], color=BLUE, lw=2)
    hung: list[tuple[str, str, Place]] = [
        ("at_half", GREY, (0.5, 11, 4, "left")),
        ("at_threshold", BLUE, (measured.judged.threshold, 0, -62, "center")),
    ]
    for rule, colour, place in hung:
        earned = measured.metrics[f"profit_per_1000_{rule}"].value or 0.0
        axes.plot(place[0], earned, "o", color=colour, ms=7, zorder=5)
        _label(axes, f"above {place[0]:.3g}: {earned:,.0f}", place, earned, colour)
    axes.margins(y=0.09)
    axes.set(xlim=(0, 1), title="Profit per 1,000 customers", xlabel="Offer above this probability", ylabel="Profit")
    axes.xaxis.set_major_formatter(SHARE)
    axes.yaxis.set_major_formatter(MONEY)


def _label(axes: Axes, words: str, place: Place, y: float, colour: str) -> None:
    x, right, up, side = place
    style: dict[str, Any] = {"color": colour, "fontsize": SMALL, "ha": side, "bbox": PAPER, "zorder": 4}
    axes.annotate(words, (x, y), (right, up), textcoords="offset points", **style)


def _note(axes: Axes, words: str, at: tuple[float, float], side: str) -> None:
    foot = "bottom" if at[1] < 0.5 else "top"
    axes.text(*at, words, transform=axes.transAxes, ha=side, va=foot, bbox=PAPER)


def _shares(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1.02), title=title, xlabel=x, ylabel=y)
    axes.xaxis.set_major_formatter(SHARE)
    axes.yaxis.set_major_formatter(SHARE)
