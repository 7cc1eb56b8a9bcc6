"""Whether customers and scores look like those of the table logged with the champion."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn.lifecycle.monitoring.faulty import faulty
from churn.lifecycle.monitoring.reading import Reading, State
from churn.lifecycle.monitoring.scene import Scene
from churn.scoring.scorer import Scorer

Numbers = NDArray[np.float64]
BINS = 50
STATES: dict[str, State] = {"drift": "alarm", "no_drift": "ok", "unknown": "unknown"}
NOBODY = "not judged: there is no champion"


@dataclass(frozen=True, slots=True)
class Usual:
    """What was normal when the champion was trained, and the champion."""

    reference: pd.DataFrame
    scorer: Scorer


def drift(scene: Scene) -> Reading:
    """Hold the newest customers against the champion's reference with thresholds that follow from their number."""
    known = usual(scene)
    if isinstance(known, str):
        return scene.arrival("drift", "unknown", known, {"kind": None, "retrain": False, "columns": [], "faults": []})
    from churn.steps.drift.drift import judge

    reading, _ = judge(known.reference, scene.batch, scene.knobs.drift)
    broken = faulty(scene.batch, known.reference)
    columns = [{"column": one.column, "moved": one.moved, "words": one.words, "distance": one.distance,
                "threshold": one.threshold, "weight": one.weight, "method": one.method}
               for one in reading.columns]  # fmt: skip
    figures = {
        "kind": "data_fault" if broken else reading.kind, "retrain": reading.retrain and not broken,
        "columns": columns, "faults": [*broken, *reading.faults],
        "customers": len(scene.batch), "reference_rows": reading.reference_rows, "weight_moved": reading.weight_moved,
        "min_weight": reading.min_weight, "rate": scene.knobs.drift.rate, "scores": scene.seen.sample.scores,
    }  # fmt: skip
    state, words = STATES[reading.state], reading.reason
    if broken:
        state, words = "alarm", f"{'; '.join(broken)}: a fault of the data. Besides: {words}"
    return scene.arrival("drift", state, words, figures)


def prediction_drift(scene: Scene) -> Reading:
    """Hold the champion's newest scores against its scores of the reference."""
    known, knobs = usual(scene), scene.knobs.monitor
    if isinstance(known, str):
        return scene.arrival("prediction_drift", "unknown", known, {})
    said, whose = np.array([one[0] for one in scene.seen.said]), "given in service"
    if len(said) < knobs.min_rows:
        said, whose = known.scorer.probabilities(scene.batch), "given to the same customers now"
    before = known.scorer.probabilities(known.reference)
    distance, threshold, p_value = moved(before, said, knobs.draws, knobs.rate, knobs.seed)
    figures = {"distance": distance, "threshold": threshold, "p_value": p_value, "rate": knobs.rate,
               "mean": float(said.mean()), "usual_mean": float(before.mean()), "scores": len(said)}  # fmt: skip
    words = f"mean score {said.mean():.3f} {whose}, {before.mean():.3f} on the reference"
    state: State = "alarm" if distance > threshold else "ok"
    return scene.arrival("prediction_drift", state, words, figures)


def moved(usual: Numbers, said: Numbers, draws: int, rate: float, seed: int) -> tuple[float, float, float]:
    """Give the distance of two sets of scores, the threshold that clean windows pass at this rate, and the p-value.

    The distance is the mean gap of the shares below a score, over the scores that cut the usual ones into equal parts.
    """
    edges = np.unique(np.quantile(usual, np.arange(1, BINS) / BINS))
    before, after = (_shares(scores, edges) for scores in (usual, said))
    rng = np.random.default_rng(seed)
    one = rng.multinomial(len(usual), before, size=draws) / len(usual)
    two = rng.multinomial(len(said), before, size=draws) / len(said)
    null, found = _apart(one, two), float(_apart(before, after))
    p_value = float((1 + (null >= found).sum()) / (draws + 1))
    return found, float(np.quantile(null, 1 - rate)), p_value


def _shares(scores: Numbers, edges: Numbers) -> Numbers:
    counts = np.bincount(np.searchsorted(edges, scores, side="right"), minlength=len(edges) + 1)
    return np.asarray(counts / len(scores), dtype=np.float64)


def _apart(one: Numbers, two: Numbers) -> Numbers:
    return np.asarray(np.abs(np.cumsum(one - two, axis=-1)).mean(axis=-1))


def usual(scene: Scene) -> Usual | str:
    """Give what the newest customers are held against, or say why they cannot be."""
    champion, least = scene.champion, scene.knobs.monitor.min_rows
    if champion is None:
        return NOBODY
    if champion.reference is None or champion.scorer is None:
        return f"not judged: {champion.lacks or 'there is no reference table'}"
    if len(scene.batch) < least:
        return f"not judged: {len(scene.batch)} customers are too few; {least} are needed"
    return Usual(champion.reference, champion.scorer)
