"""Whether as many customers arrive as usual, and whether more of them are refused."""

from collections import Counter
from dataclasses import replace
from math import sqrt
from statistics import NormalDist, median
from typing import Any

from churn.lifecycle.monitoring.reading import Reading, State
from churn.lifecycle.monitoring.scene import Scene

TWICE = 2.0
"""A window with less than half, or more than twice the usual number of customers, alarms."""


def volume(scene: Scene) -> Reading:
    """Compare the number of customers scored with what is usual."""
    mine = [one for one in scene.seen.scored if one.window == scene.window]
    customers, usual = sum(one.customers for one in mine), _usual(scene)
    versions = {str(one.model_version): one.scores for one in mine}
    figures = {"customers": customers, "scores": sum(versions.values()), "by_version": versions, "usual": usual}
    if usual is None:
        return scene.arrival(
            "volume", "unknown", f"{customers:,} customers were scored; no whole window before it", figures
        )
    strange = customers * TWICE < usual or customers > TWICE * usual
    words = f"{customers:,} customers were scored; usual are {usual:,.0f}"
    return scene.arrival("volume", "alarm" if strange else "ok", words, figures)


def refused(scene: Scene) -> Reading:
    """Compare the share of rows refused for each column and reason with what is usual."""
    return scene.arrival("refused", *_refusals(scene, scene.window))


def arriving(scene: Scene) -> bool:
    """Tell whether anything arrived since the newest whole window."""
    return _rows(scene, scene.window + 1) > 0


def refused_so_far(scene: Scene) -> Reading:
    """Judge the window that is not over yet: a fault of the data does not wait for its end."""
    state, words, figures = _refusals(scene, scene.window + 1)
    since = scene.times.arrived[1]
    reading = scene.arrival("refused", state, f"so far: {words}", figures)
    return replace(reading, since=since, until=since + scene.times.width)


def _refusals(scene: Scene, window: int) -> tuple[State, str, dict[str, Any]]:
    counts = [_told(scene, window, *key) for key in sorted({(one.column, one.reason) for one in scene.seen.refused})]
    rows = _rows(scene, window)
    figures = {"rows": rows, "columns": counts, "rate": scene.knobs.monitor.rate}
    if rows == 0:
        return "unknown", "nothing arrived, so nothing is known of refusals", figures
    risen = [one for one in counts if one["risen"]]
    return "alarm" if risen else "ok", _words(risen, rows), figures


def _usual(scene: Scene) -> float | None:
    """Give the median of the windows before; the very first one began in the middle, and tells nothing."""
    before: Counter[int] = Counter()
    for one in scene.seen.scored:
        before[one.window] += one.customers
    first = None if scene.seen.oldest is None else scene.seen.oldest // scene.times.width
    many = [count for window, count in before.items() if window < scene.window and window != first]
    return float(median(many)) if many else None


def _rows(scene: Scene, *windows: int) -> int:
    """Count the customers that came, those refused too; one row is refused for one cell at least."""
    scored = sum(one.scores for one in scene.seen.scored if one.window in windows)
    cells: Counter[tuple[int, str, str]] = Counter()
    for one in scene.seen.refused:
        if one.window in windows:
            cells[one.window, one.column, one.reason] += one.count
    return scored + sum(max((n for key, n in cells.items() if key[0] == window), default=0) for window in windows)


def _told(scene: Scene, window: int, column: str, reason: str) -> dict[str, Any]:
    same = [one for one in scene.seen.refused if (one.column, one.reason) == (column, reason)]
    count = sum(one.count for one in same if one.window == window)
    told = {one.window for one in scene.seen.scored} | {one.window for one in scene.seen.refused}
    rows, before = _rows(scene, window), _rows(scene, *(one for one in told if one < window))
    usual = sum(one.count for one in same if one.window < window) / before if before else 0.0
    share = count / rows if rows else 0.0
    knobs = scene.knobs.monitor
    chance = usual * rows + NormalDist().inv_cdf(1 - knobs.rate) * sqrt(usual * (1 - min(usual, 1)) * rows + 1)
    risen = share > usual + knobs.max_refused and count > chance
    return {"column": column, "reason": reason, "count": count, "share": share, "usual": usual, "risen": risen}


def _words(risen: list[dict[str, Any]], rows: int) -> str:
    if not risen:
        return f"of {rows:,} rows no more were refused than usual"
    told = [f"{one['column']} in {one['share']:.1%} of rows ({one['reason']}; usual {one['usual']:.1%})"
            for one in sorted(risen, key=lambda one: -one["share"])]  # fmt: skip
    return f"refused: {', '.join(told)}"
