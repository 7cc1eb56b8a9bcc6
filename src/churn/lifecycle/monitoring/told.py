"""Whether outcomes arrive when they are due, and whether they can be believed."""

from dataclasses import asdict, replace
from math import sqrt
from statistics import NormalDist, median
from typing import Any

import numpy as np

from churn.lifecycle.monitoring.performance import LEAST_EACH, Judged
from churn.lifecycle.monitoring.reading import Reading, State
from churn.lifecycle.monitoring.scene import Scene
from churn.lifecycle.monitoring.straying import straying
from churn.lifecycle.proportions import Interval, Z


def outcomes(scene: Scene) -> Reading:
    """Compare the share of customers whose outcome is known when it is due with what is usual."""
    due = [one for one in scene.seen.due if not one.called]
    labelled = sum(one.churned is not None for one in due)
    share, usual = labelled / len(due) if due else None, _usual(scene)
    figures = {"mature": len(due), "labelled": labelled, "share": share, "usual": usual,
               "called": len(scene.seen.due) - len(due)}  # fmt: skip
    if share is None or len(due) < scene.knobs.monitor.min_rows:
        words = f"not judged: {len(due):,} customers are due, {scene.knobs.monitor.min_rows} are needed"
        return scene.outcome("outcomes", None, "unknown", words, figures)
    words = f"{labelled:,} of {len(due):,} outcomes that are due are known ({share:.0%})"
    if usual is None:
        return scene.outcome("outcomes", None, _first(scene, share), f"{words}; nothing tells what is usual", figures)
    few = share < scene.knobs.monitor.min_outcomes * usual
    return scene.outcome("outcomes", None, "alarm" if few else "ok", f"{words}, usual are {usual:.0%}", figures)


def labels(judged: Judged) -> Reading:
    """Examine outcomes before anything is learnt from them; what cannot be examined is not believed."""
    figures = {"examined": len(judged.cases), "suspicious": 0, "why": [], **_back(judged.scene)}
    if one_kind := _one_kind(judged):
        figures |= {"why": [one_kind], "suspicious": len(judged.cases)}
        return judged.scene.outcome("labels", judged.version, "alarm", one_kind, figures)
    if judged.lacking:
        return judged.scene.outcome("labels", judged.version, "unknown", judged.lacking, figures)
    found = [_again(judged), *_unexplained(judged, figures), _swapped(judged)]
    why = [one for one in found if one]
    figures |= {"why": why, "suspicious": len(judged.cases) if why else figures["suspicious"]}
    words = "; ".join(why) if why else f"{len(judged.cases):,} outcomes agree with what else is known"
    return judged.scene.outcome("labels", judged.version, "alarm" if why else "ok", words, figures)


def _first(scene: Scene, share: float) -> State:
    """Take a first window for good if most of its outcomes came, and for unknown otherwise."""
    return "ok" if share >= scene.knobs.monitor.min_outcomes else "unknown"


def _usual(scene: Scene) -> float | None:
    """Give the median share of windows before, those of alarms left out: an outage is not what is usual."""
    past = [one for one in scene.seen.past if one["kind"] == "outcomes" and one["state"] != "alarm"]
    before = [one for one in past if one["until"] < scene.times.due[1] and one["figures"].get("share") is not None]
    newest = sorted(before, key=lambda one: int(one["until"]))[-scene.knobs.monitor.usual_windows :]
    return float(median(one["figures"]["share"] for one in newest)) if newest else None


def _back(scene: Scene) -> dict[str, Any]:
    told, again = scene.seen.back
    return {"told_left": told, "scored_again": again, "suspicious": again}


def _again(judged: Judged) -> str:
    """Find customers who were told to have left, and are scored again."""
    told, again = judged.scene.seen.back
    most = judged.scene.knobs.monitor.max_back
    reach = NormalDist().inv_cdf(1 - judged.scene.knobs.monitor.rate) * sqrt(most * (1 - most) * max(told, 1))
    if again <= most * told + reach:
        return ""
    return f"{again:,} of {told:,} customers who were told to have left were scored again afterwards"


def _one_kind(judged: Judged) -> str:
    """Find that almost all outcomes are the same, where the scores foresee both kinds: the other does not arrive.

    Too few of one kind to judge the model by are enough to doubt the outcomes, if the others were told.
    """
    cases, scene = judged.cases, judged.scene
    many, left, foreseen = len(cases), int(cases.outcome.sum()), float(cases.chance.sum())
    told = many >= scene.knobs.monitor.min_labels and judged.known >= scene.knobs.monitor.min_known * judged.due
    rare = min(left, many - left) < LEAST_EACH <= min(foreseen, many - foreseen)
    if not (told and rare and judged.straying.off < scene.knobs.monitor.rate):
        return ""
    return f"{left:,} of {many:,} customers were told to have left, where the scores foresee {foreseen:,.0f}"


def _unexplained(judged: Judged, figures: dict[str, Any]) -> list[str]:
    """Find outcomes that nothing about the customers explains any more: chance decided them, or a mistake.

    When customers behave otherwise, a new model explains their outcomes about as well as the old one did before.
    """
    cases = judged.cases
    rate = float(np.average(cases.outcome, weights=cases.weight))
    blind = np.where(cases.outcome == 1, np.log(rate), np.log1p(-rate))
    better = np.where(cases.outcome == 1, np.log(judged.better), np.log1p(-judged.better))
    gain, mean = better - blind, float(np.average(cases.chance, weights=cases.weight))
    entropy = -mean * np.log(mean) - (1 - mean) * np.log1p(-mean)
    usual = float(entropy - np.average(cases.foreseen, weights=cases.weight))
    value = float(np.average(gain, weights=cases.weight))
    half = Z * float(np.sqrt((cases.weight**2 * (gain - value) ** 2).sum()) / cases.weight.sum())
    figures |= {"explained": asdict(Interval(value, value - half, value + half)), "explained_usually": usual}
    if value + half >= judged.scene.knobs.monitor.min_explained * usual or not len(cases.rows.columns):
        return []
    return [f"nothing known of the customers explains these outcomes: {value / usual:.0%} of what the model explains"]


def _swapped(judged: Judged) -> str:
    """Find outcomes that fit the scores just as well as ever, once yes and no change places."""
    turned = replace(judged.cases, outcome=1 - judged.cases.outcome)
    knobs = judged.scene.knobs.monitor
    as_ever = straying(turned, judged.model.trained_on, knobs.borne_loss).worse > knobs.rate
    if judged.straying.worse > knobs.rate or not as_ever:
        return ""
    return "they fit the scores when yes and no change places: somebody swapped them"
