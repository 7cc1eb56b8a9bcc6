"""From what was seen to readings: each kind by itself, so that the fault of one takes no other along."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from churn.lifecycle.monitoring import arrivals, cases, drifted, foresight, performance, service, told
from churn.lifecycle.monitoring.champion import Model
from churn.lifecycle.monitoring.performance import Judged
from churn.lifecycle.monitoring.reading import Kind, Reading
from churn.lifecycle.monitoring.scene import Scene, typed
from churn.lifecycle.monitoring.service import Counters

FAULT = "fault"
"""The figure of a reading that could not be made because monitoring itself failed."""
LABELLED: tuple[tuple[Kind, Callable[[Judged], Reading]], ...] = (
    ("realised", performance.realised),
    ("calibration", performance.calibration),
    ("segments", performance.segments),
    ("labels", told.labels),
)

log = logging.getLogger("churn.monitor")


def judge(scene: Scene, counters: Counters | str) -> list[Reading]:
    """Make all readings of one look."""
    judged = list(_judged(scene))
    newest = judged[0] if judged else None
    made: list[tuple[Kind, Callable[[], Reading]]] = [
        ("volume", lambda: arrivals.volume(scene)),
        ("latency", lambda: service.latency(scene, counters)),
        ("errors", lambda: service.errors(scene, counters)),
        ("refused", lambda: arrivals.refused(scene)),
        ("drift", lambda: _kept(scene) or drifted.drift(scene)),
        ("prediction_drift", lambda: drifted.prediction_drift(scene)),
        ("outcomes", lambda: told.outcomes(scene)),
        ("estimated", lambda: foresight.estimated(scene, newest)),
    ]
    if arrivals.arriving(scene):
        made.append(("refused", lambda: arrivals.refused_so_far(scene)))
    found = [_made(scene, kind, make) for kind, make in made]
    for kind, read in LABELLED:
        found += [_made(scene, kind, partial(read, one)) for one in judged]
        found += [] if judged else [_nobody(scene, kind)]
    return found


def _judged(scene: Scene) -> Iterator[Judged]:
    """Give the versions of the window whose horizon is over, the one with most outcomes first."""
    known = Counter(one.model_version for one in scene.seen.due if one.churned is not None)
    for version, _ in known.most_common():
        mine = [one for one in scene.seen.due if one.model_version == version]
        kept = {one.customer: scene.seen.asked.get((version, one.customer)) for one in mine}
        rows = _rows({customer: row for customer, row in kept.items() if row is not None})
        model = scene.model(version) or Model(version, "", {})
        due = [one.churned is not None for one in mine if not one.called]
        yield Judged(scene, version, model, cases.of(mine, rows), len(due), sum(due))


def _rows(asked: Mapping[str, Any]) -> pd.DataFrame:
    return typed(list(asked.values())).set_axis(list(asked), axis="index") if asked else pd.DataFrame()


def _kept(scene: Scene) -> Reading | None:
    """Give the last reading of drift again if it was of these very scores: it takes seconds to make."""
    mine = (scene.champion.version if scene.champion else None, *scene.times.arrived)
    for one in scene.seen.past:
        same = one["kind"] == "drift" and (one["model_version"], one["since"], one["until"]) == mine
        if same and one["figures"].get("scores") == scene.seen.sample.scores:
            return scene.arrival("drift", one["state"], one["words"], one["figures"])
    return None


def _made(scene: Scene, kind: Kind, make: Callable[[], Reading]) -> Reading:
    try:
        return make()
    except Exception as fault:
        log.exception("%s could not be judged", kind)
        words = f"not judged: monitoring failed ({type(fault).__name__}: {str(fault)[:200]})"
        return replace(scene.arrival(kind, "unknown", words, {FAULT: True}), words=words)


def _nobody(scene: Scene, kind: Kind) -> Reading:
    version = scene.champion.version if scene.champion else None
    return scene.outcome(kind, version, "unknown", "not judged: no outcome is known", {"labelled": 0, "examined": 0})
