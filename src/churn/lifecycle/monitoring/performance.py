"""How right the scores turned out to be, where the outcome is known: realised loss, calibration, segments."""

from dataclasses import asdict, dataclass
from functools import cached_property
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn import contract, table
from churn.lifecycle.monitoring import refit
from churn.lifecycle.monitoring.cases import Cases
from churn.lifecycle.monitoring.champion import Model
from churn.lifecycle.monitoring.features import features
from churn.lifecycle.monitoring.lost import lost
from churn.lifecycle.monitoring.reading import Reading, State
from churn.lifecycle.monitoring.scene import Scene
from churn.lifecycle.monitoring.straying import STRAY, Straying, straying, upper
from churn.lifecycle.proportions import Interval, Z

Numbers = NDArray[np.float64]
LEAST_EACH = 30
"""Leavers, and stayers, without whom a window tells of chance."""


@dataclass(frozen=True)
class Judged:
    """One version's cases of the window whose horizon is over, and what follows from them once."""

    scene: Scene
    version: int
    model: Model
    cases: Cases
    due: int
    """Customers of this version whose horizon is over and who were not called."""
    known: int
    """Those of them whose outcome is known."""

    @cached_property
    def straying(self) -> Straying:
        """Test the scores."""
        return straying(self.cases, self.model.trained_on, self.scene.knobs.monitor.borne_loss)

    @cached_property
    def better(self) -> Numbers:
        """Give what a small model learns from the other customers of this window."""
        known = features(self.cases.rows) if len(self.cases.rows.columns) else np.ones((len(self.cases), 1))
        return refit.crossed(self.cases, np.column_stack([known, self.cases.odds]))

    @cached_property
    def lost(self) -> Interval:
        """Give what better scores would have earned more."""
        return lost(self.cases, self.better, self.scene.knobs.campaign)

    @property
    def lacking(self) -> str:
        """Say why nothing can be judged, nothing if it can."""
        labelled, left = len(self.cases), int(self.cases.outcome.sum())
        least, share = self.scene.knobs.monitor.min_labels, self.scene.knobs.monitor.min_known
        if self.known < share * self.due:
            part = f"{self.known:,} of {self.due:,} outcomes that are due are known"
            return f"not judged: {part}, {share:.0%} are needed: leavers are often told before stayers"
        if labelled >= least and min(left, labelled - left) >= LEAST_EACH:
            return ""
        needed = f"{least} outcomes, and {LEAST_EACH} of either kind, are needed"
        return f"not judged: {labelled:,} outcomes are known, {left:,} of them left; {needed}"


def realised(judged: Judged) -> Reading:
    """Compare the log loss with what the scores themselves foresee, so that other customers alone alarm nobody."""
    cases, figures = judged.cases, _counted(judged)
    if judged.lacking:
        return judged.scene.outcome("realised", judged.version, "unknown", judged.lacking, figures)
    loss, excess = _mean(cases.loss, cases.weight), judged.straying.excess
    figures |= {
        "log_loss": asdict(loss),
        "expected": expected(judged.model, "log_loss"),
        "foreseen": float(np.average(cases.foreseen, weights=cases.weight)),
        "excess": asdict(excess),
        "p_value": judged.straying.worse,
        "rate": judged.scene.knobs.monitor.rate,
        "lost_per_1000": asdict(judged.lost),
        "window_held_out_weight": float(cases.weight.max()),
    }
    state: State = "alarm" if judged.straying.worse < judged.scene.knobs.monitor.rate else "ok"
    words = (
        f"log loss {loss.value:.3f} on {len(cases):,} outcomes, {excess.value:+.3f} against what the scores foresee; "
        f"better scores would have earned {judged.lost.value:+,.0f} per 1,000 customers"
    )
    return judged.scene.outcome("realised", judged.version, state, words, figures)


def calibration(judged: Judged) -> Reading:
    """Tell whether scores are too high or too low, too bold or too timid."""
    figures = _counted(judged)
    if judged.lacking:
        return judged.scene.outcome("calibration", judged.version, "unknown", judged.lacking, figures)
    cases, gap = judged.cases, judged.straying.gap
    line = refit.fit(np.column_stack([np.ones(len(cases)), cases.odds]), cases.outcome, cases.weight, ridge=1e-6)
    figures |= {"gap": asdict(gap), "slope": float(line[1]), "intercept": float(line[0]),
                "expected": expected(judged.model, "calibration_slope"), "p_value": judged.straying.off,
                "rate": judged.scene.knobs.monitor.rate}  # fmt: skip
    state: State = "alarm" if judged.straying.off < judged.scene.knobs.monitor.rate else "ok"
    words = (
        f"{gap.value:+.1%} left against the mean score (95 %: {gap.low:+.1%} to {gap.high:+.1%}), slope {line[1]:.2f}"
    )
    return judged.scene.outcome("calibration", judged.version, state, words, figures)


def segments(judged: Judged) -> Reading:
    """Look for a group of customers whose scores are too high or too low, all groups together at the rate."""
    figures = _counted(judged)
    if judged.lacking or not len(judged.cases.rows.columns):
        why = judged.lacking or "not judged: what these customers were scored on is not kept"
        return judged.scene.outcome("segments", judged.version, "unknown", why, figures)
    groups = _groups(judged)
    limit = 1 - (1 - judged.scene.knobs.monitor.rate) ** (1 / max(len(groups), 1))
    wrong = sorted((one for one in groups if one["p_value"] < limit), key=lambda one: one["p_value"])
    figures |= {"groups": groups, "rate": judged.scene.knobs.monitor.rate, "limit": limit}
    told = [f"{one['column']} {one['group']}: {one['left']:.1%} left, {one['said']:.1%} said" for one in wrong[:3]]
    words = "; ".join(told) if told else f"none of {len(groups)} groups strays beyond chance"
    return judged.scene.outcome("segments", judged.version, "alarm" if wrong else "ok", words, figures)


def expected(model: Model, name: str) -> dict[str, float] | None:
    """Give a figure of the champion's own test with its interval, None where it was not logged."""
    ends = {"value": "", "low": "_low", "high": "_high"}
    found = {end: model.figures.get(f"test_{name}{suffix}") for end, suffix in ends.items()}
    return None if None in found.values() else {end: float(one or 0) for end, one in found.items()}


def _groups(judged: Judged) -> list[dict[str, Any]]:
    cases, least = judged.cases, judged.scene.knobs.drift.min_rows // 2
    found = []
    for segment in contract.SEGMENTS:
        named = table.groups(cases.rows, segment).astype("str").to_numpy()
        for name in sorted(set(named)):
            mine = cases.where(named == name)
            if len(mine) >= least:
                found.append({"column": segment.column, "group": name, **_group(mine, judged)})
    return found


def _group(mine: Cases, judged: Judged) -> dict[str, float]:
    """Test one group; the model learnt it from as large a part of its rows."""
    learnt = max(judged.model.trained_on * mine.weight.sum() / judged.cases.weight.sum(), 1.0)
    coin, total = mine.chance * (1 - mine.chance), mine.weight.sum()
    gap = float((mine.weight * (mine.outcome - mine.probability)).sum() / total)
    drawn = float((mine.weight**2 * coin).sum() / total**2)
    error = sqrt(drawn + STRAY * float((mine.weight * coin).sum() / total) / learnt)
    left, said = (float(np.average(one, weights=mine.weight)) for one in (mine.outcome, mine.probability))
    return {"customers": len(mine), "left": left, "said": said, "gap": gap, "p_value": 2 * upper(abs(gap) / error)}


def _counted(judged: Judged) -> dict[str, Any]:
    return {"labelled": len(judged.cases), "left": int(judged.cases.outcome.sum())}


def _mean(values: Numbers, weight: Numbers) -> Interval:
    value = float(np.average(values, weights=weight))
    half = Z * float(np.sqrt((weight**2 * (values - value) ** 2).sum()) / weight.sum())
    return Interval(value, value - half, value + half)
