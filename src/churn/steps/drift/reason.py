"""Why a batch has its state, in words, and what kind of change it looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from churn.params.drift import Drift
from churn.steps.drift.calibration import RELATION
from churn.steps.drift.comparison import Compared
from churn.steps.drift.faults import Faults
from churn.steps.drift.nature import nature
from churn.steps.drift.reading import Kind
from churn.steps.drift.verdict import Verdict
from churn.steps.drift.words import chance

MEND = "mend the data and judge it again; nothing is to be learnt from it"


@dataclass(frozen=True)
class Reason:
    """The reason, the kind of change if there is one, and faults of the whole batch."""

    words: str
    kind: Kind | None = None
    faults: list[str] = field(default_factory=list)


def reason(
    verdict: Verdict,
    compared: Compared,
    found: Mapping[str, Faults],
    weights: Mapping[str, float],
    drift: Drift,
    missing: str,
) -> Reason:
    """Say why the batch is judged as it is; `missing` says why there is none."""
    if missing:
        return Reason(missing, faults=[missing])
    broken = [f"{name}: {', '.join(one.broken)}" for name, one in found.items() if one.broken]
    parts = [f"a fault of the data: {'; '.join(broken)}; {MEND}"] if broken else []
    kind: Kind | None = "data_fault" if broken else None
    if verdict.alarming:
        parts.append(_alarm(verdict, compared, weights, drift))
    if verdict.alarming and not broken:
        looks = nature(compared.sides, verdict.alarming, compared.thresholds, weights, drift)
        kind = looks.kind
        parts.append(f"looks like a change of {looks.kind}: {looks.words}")
    if verdict.unjudged:
        parts.append(_unknown(verdict.unjudged, compared))
    if verdict.state == "no_drift":
        parts.append(_nothing(verdict, drift))
    return Reason("; ".join(parts), kind)


def _alarm(verdict: Verdict, compared: Compared, weights: Mapping[str, float], drift: Drift) -> str:
    sure = min(share for name in verdict.alarming if (share := compared.together(name)) is not None)
    weight = sum(weights[name] for name in verdict.alarming if name != RELATION)
    return (
        f"{', '.join(verdict.alarming)} moved; they carry {weight:.1%} of what the columns say about churn "
        f"({chance(sure, drift.draws)}; {drift.rate:.1%} of clean batches alarm)"
    )


def _nothing(verdict: Verdict, drift: Drift) -> str:
    if not verdict.noted:
        return "no column moved"
    each = f"less than {drift.min_weight:.1%} of what the columns say about churn (drift.min_weight)"
    return f"only {', '.join(verdict.noted)} moved, each with {each}"


def _unknown(unjudged: list[str], compared: Compared) -> str:
    """Say what could not be judged, the columns that share a cause together."""
    if compared.sides.shortage:
        return compared.sides.shortage
    causes: dict[str, list[str]] = {}
    for name in unjudged:
        fault = compared.sides.unlabelled if name == RELATION else compared.measured.fault
        causes.setdefault(compared.sides.obstacles.get(name, fault), []).append(name)
    every = "every column" if len(causes) == 1 and not compared.moves else ""
    return "; ".join(f"{every or ', '.join(names)} not judged: {why}" for why, names in causes.items())
