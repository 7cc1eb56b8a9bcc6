"""The drawings of the page."""

import itertools
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from churn.page import numbers
from churn.page.blocks import Figure
from churn.page.drawing import ABOVE, AMOUNT, BLUE, HALF, INK, MUTED, SHARE, SMALL, VERMILION, draw, label

Told = dict[str, Any]
DEEPEST = 0.6
"""Of a cell's colour, so that the figure in it stays legible in light and dark."""


def rates(column: Told, overall: float | None, says: str) -> Figure:
    """Draw the churn rate of every group with its interval, against the rate of all."""
    groups = [one for one in column["groups"] if one["rows"]]
    return draw(column["title"], says, lambda axes: _rates(axes, groups, overall), (HALF[0], 0.95 + 0.3 * len(groups)))


def histogram(column: Told, says: str) -> Figure:
    """Draw how many customers have which value, those who left at the foot."""
    return draw(column["title"], says, lambda axes: _histogram(axes, column["histogram"]), (HALF[0], 3.4))


def heatmap(title: str, says: str, pairs: list[Told], titles: dict[str, str]) -> Figure:
    """Draw the strength of every pair as a triangle of cells; warm cells are negative."""
    names = list(dict.fromkeys(itertools.chain.from_iterable(one["pair"] for one in pairs)))
    size = (max(HALF[0], 1.8 + 0.52 * len(names)), max(2.4, 1.3 + 0.34 * len(names)))
    return draw(title, says, lambda axes: _heatmap(axes, names, pairs, titles), size)


def _rates(axes: Axes, groups: list[Told], overall: float | None) -> None:
    places = np.arange(len(groups))[::-1]
    if overall is not None:
        axes.axvline(overall, color=MUTED, lw=1, ls="--")
    for place, one in zip(places, groups, strict=True):
        told = one["churn_rate"]
        if told["value"] is not None:
            axes.plot([told["low"], told["high"]], [place, place], color=BLUE, lw=2.4, alpha=0.45)
            axes.plot(told["value"], place, "o", color=BLUE, ms=5.5)
        words = numbers.count(one["rows"])
        axes.text(1.02, place, words, transform=axes.get_yaxis_transform(), va="center", color=MUTED, fontsize=SMALL)
    axes.set_yticks(places, [label(one["value"]) for one in groups])
    axes.grid(visible=False, axis="y")
    highest = max((one["churn_rate"]["high"] or 0 for one in groups), default=0)
    axes.set(xlim=(0, min(1.0, highest * 1.08) or 1), ylim=(-0.6, len(groups) - 0.4), xlabel="Left (right: customers)")
    axes.xaxis.set_major_formatter(SHARE)


def _histogram(axes: Axes, told: Told) -> None:
    edges = np.asarray(told["edges"], dtype=float)
    wide, rows, churned = np.diff(edges), np.asarray(told["rows"]), np.asarray(told["churned"])
    axes.bar(edges[:-1], churned, wide * 0.92, align="edge", color=VERMILION, label="left")
    axes.bar(
        edges[:-1], rows - churned, wide * 0.92, bottom=churned, align="edge", color=BLUE, alpha=0.4, label="others"
    )
    axes.grid(visible=False, axis="x")
    axes.set(ylabel="Customers")
    axes.yaxis.set_major_formatter(AMOUNT)
    axes.legend(ncols=2, **ABOVE)


def _heatmap(axes: Axes, names: list[str], pairs: list[Told], titles: dict[str, str]) -> None:
    place = {name: number for number, name in enumerate(names)}
    for one in pairs:
        column, row = (place[name] for name in one["pair"])
        value = one["value"]
        if value is not None:
            colour = BLUE if value >= 0 else VERMILION
            shade = DEEPEST * abs(value)
            axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, alpha=shade, lw=0))
        words = "?" if value is None else numbers.decimal(value, 2)
        axes.text(column, row, words, ha="center", va="center", fontsize=8, color=INK)
    axes.set(xlim=(-0.5, len(names) - 1.5), ylim=(len(names) - 0.5, 0.5))
    axes.set_xticks(range(len(names) - 1), [label(titles[name], 18) for name in names[:-1]], rotation=40, ha="right")
    axes.set_yticks(range(1, len(names)), [label(titles[name], 18) for name in names[1:]])
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
