"""No group of customers may be shown to get worse, however much the others gain."""

import math
from collections.abc import Iterator

import numpy as np

from churn import contract, table
from churn.lifecycle.duel import Chosen, Duel
from churn.lifecycle.resampling import Interval, intervals
from churn.lifecycle.verdict import Check, SegmentCheck
from churn.params.gate import Gate
from churn.steps.evaluate.scored import effective

BOUND = "high >= 0"


def check_segments(duel: Duel, gate: Gate) -> list[SegmentCheck]:
    """Bootstrap the paired gain in log loss in each group of the contract's segments.

    The intervals hold together at `gate.segment_level` (Bonferroni over the groups that are large enough): of
    challengers that harm nobody 1 in 20 is said at 0.9 to harm somebody. A group with few rows, churners, or customers
    who stayed is not judged.
    """
    groups = list(_groups(duel))
    judged = [chosen for _, _, chosen in groups if _enough(duel, chosen, gate)]
    ends = iter(_intervals(duel, judged, gate) if judged else [])
    return [_check(duel, one, next(ends) if _enough(duel, one[2], gate) else None) for one in groups]


def worst(segments: list[SegmentCheck]) -> list[Check]:
    """Sum the groups up in one check: none was shown to get worse. No check where the contract has no segments."""
    if not segments:
        return []
    judged = [one for one in segments if one.state != "unknown"]
    if not judged:
        return [Check(name="segments", bound=BOUND, note="no group is large enough to be judged")]
    last = min(judged, key=lambda one: one.high or 0.0)
    harmed = ", ".join(f"{one.column} {one.group}" for one in judged if one.state == "fail")
    note = f"{harmed} got worse" if harmed else f"none of {len(judged)} groups shown to get worse"
    ends = {"value": last.value, "low": last.low, "high": last.high}
    return [Check(name="segments", **ends, bound=f"{BOUND} in every group", state=last.state, note=note)]


def _groups(duel: Duel) -> Iterator[tuple[str, str, Chosen]]:
    for segment in contract.SEGMENTS:
        named = table.groups(duel.rows, segment)
        for group in named.cat.categories:
            yield segment.column, str(group), np.asarray(named.eq(group), dtype=bool)


def _enough(duel: Duel, chosen: Chosen, gate: Gate) -> bool:
    rows, left = int(chosen.sum()), int(duel.outcome[chosen].sum())
    return effective(duel.weight[chosen]) >= gate.segment_rows and min(left, rows - left) >= gate.segment_churners


def _intervals(duel: Duel, judged: list[Chosen], gate: Gate) -> list[Interval]:
    among = np.column_stack(judged) * duel.weight[:, None]
    level = 1 - (1 - gate.segment_level) / len(judged)
    return intervals(np.repeat(duel.loss_gain[:, None], len(judged), axis=1), among, level, gate)


def _check(duel: Duel, named: tuple[str, str, Chosen], found: Interval | None) -> SegmentCheck:
    column, group, chosen = named
    size = {"rows": int(chosen.sum()), "churners": int(duel.outcome[chosen].sum())}
    told = {"name": "log_loss_gain", "bound": BOUND, "column": column, "group": group} | size
    if found is None or math.isnan(found.high):
        return SegmentCheck(**told, note="too few to judge")
    ends = {"value": found.value, "low": found.low, "high": found.high}
    return SegmentCheck(**told, **ends, state="fail" if found.high < 0 else "pass")
