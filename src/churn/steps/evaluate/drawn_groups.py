"""What the evaluation's page draws of groups and of columns."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from churn.page import numbers
from churn.page.blocks import Figure
from churn.page.drawing import ABOVE, BLUE, HALF, SHARE, SMALL, VERMILION, WIDE, draw, label

Told = dict[str, Any]


def flagged(groups: list[Told], titles: dict[str, str], says: str) -> Figure:
    """Draw of each group how many of those who left, and of those who stayed, would be flagged."""

    def paint(axes: Axes) -> None:
        places = np.arange(len(groups))[::-1]
        for name, colour, words, up in (
            ("recall", VERMILION, "of those who left", 0.13),
            ("false_positive_rate", BLUE, "of those who stayed", -0.13),
        ):
            for place, one in zip(places, groups, strict=True):
                rate = one[name]
                if rate["low"] is not None:
                    axes.plot([rate["low"], rate["high"]], [place + up] * 2, color=colour, lw=2.4, alpha=0.4)
            known = [(one[name]["value"], place + up) for place, one in zip(places, groups, strict=True)]
            shown = [(value, place) for value, place in known if value is not None]
            axes.plot(*(zip(*shown, strict=True) if shown else ([], [])), "o", color=colour, ms=5, label=words)
        axes.set_yticks(places, [f"{titles[one['segment']]}: {label(one['group'], 18)}" for one in groups])
        axes.set(xlim=(0, 1), ylim=(-0.6, len(groups) - 0.4), xlabel="Flagged at the threshold")
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(SHARE)
        axes.legend(ncols=2, **ABOVE)

    return draw("Flagged, by group", says, paint, (WIDE[0], 1.1 + 0.32 * max(len(groups), 1)))


def dependence(effect: Told, says: str) -> Figure:
    """Draw the mean probability if all customers held each value."""
    points = effect["points"]
    height = HALF[1] if effect["kind"] == "number" else 0.9 + 0.32 * len(points)

    def paint(axes: Axes) -> None:
        probabilities = [one["probability"] for one in points]
        if effect["kind"] == "number":
            axes.plot([one["value"] for one in points], probabilities, "o-", color=BLUE, ms=4)
            axes.set(ylabel="Mean probability", xlabel=effect["title"])
            axes.set_ylim(0, max(0.5, *probabilities) * 1.05)
            axes.yaxis.set_major_formatter(SHARE)
            return
        places = np.arange(len(points))[::-1]
        axes.barh(places, probabilities, 0.62, color=BLUE, alpha=0.55)
        for place, value in zip(places, probabilities, strict=True):
            axes.annotate(
                numbers.share(value), (value, place), (4, 0), textcoords="offset points", va="center", fontsize=SMALL
            )
        axes.set_yticks(places, [label(one["value"]) for one in points])
        axes.set(xlim=(0, max(0.5, *probabilities) * 1.12), xlabel="Mean probability")
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_formatter(SHARE)

    return draw(effect["title"], says, paint, (HALF[0], height))
