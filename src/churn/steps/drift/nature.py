"""What kind of change the moved columns look like, claimed only as far as the columns can tell."""

from collections.abc import Mapping
from dataclasses import dataclass

from churn.params.drift import Drift
from churn.steps.drift.alignment import explained
from churn.steps.drift.calibration import RELATION
from churn.steps.drift.pair import Pair
from churn.steps.drift.reading import Kind

ENOUGH = 20
"""A group of fewer rows of the batch is not asked which way it moved."""
CAUTION = "an inflow of customers who differ in nothing else would look the same"
RELATED = "customers of the same group churn at another rate than in the reference"


@dataclass(frozen=True)
class Nature:
    """The kind of change, and the sentence that says why it looks so."""

    kind: Kind
    words: str


def nature(
    sides: Pair, alarming: list[str], thresholds: Mapping[str, float], weights: Mapping[str, float], drift: Drift
) -> Nature:
    """Tell a change of mix from a change of behaviour among the columns that alarm.

    The batch is weighted so that one moved column has the reference's shares again. What then no longer differs moved
    with that column; a number that no share explains moved within the segments, which is called behaviour.
    """
    movers = [column for column in sides.columns if column.name in alarming]
    leads = {one.name: explained(sides, one, movers, thresholds, drift) for one in movers if one.kind != "number"}
    shared = set().union(*leads.values())
    within = [column.name for column in movers if column.kind == "number" and column.name not in shared]
    said = [RELATED] if RELATION in alarming else []
    if within:
        said += [*(_within(sides, name, weights) for name in within), CAUTION]
    elif leads:
        said.append(_mixed(leads, [column.name for column in movers]))
    return Nature("behaviour" if within or RELATION in alarming else "mix", "; ".join(said))


def _mixed(leads: Mapping[str, list[str]], movers: list[str]) -> str:
    lead = max(leads, key=lambda name: len(leads[name]))
    if len(movers) == 1:
        return f"only the shares of {lead} moved"
    rest = [name for name in movers if name not in {lead, *leads[lead]}]
    still = f", {', '.join(rest)} still differ" if rest else ""
    with_it = f"{', '.join(leads[lead])} no longer differ" if leads[lead] else "nothing else comes back"
    return f"with the shares of {lead} as in the reference {with_it}{still}"


def _within(sides: Pair, name: str, weights: Mapping[str, float]) -> str:
    """Say that no shares explain a number, and in how many groups of the heaviest category it went the same way."""
    segments = [column.name for column in sides.columns if column.kind != "number"]
    segment = max(segments, key=lambda one: weights[one], default=None)
    words = f"no column's shares explain {name}"
    if segment is None:
        return words
    groups = sides.batch.groupby(segment)[name].agg(["mean", "size"])
    shift = (groups.loc[groups["size"] >= ENOUGH, "mean"] - sides.reference.groupby(segment)[name].mean()).dropna()
    higher = int((shift > 0).sum())
    most, way = max((higher, "higher"), (len(shift) - higher, "lower"))
    return f"{words}: it is {way} in {most} of {len(shift)} groups of {segment}"
