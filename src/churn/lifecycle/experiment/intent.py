"""A live experiment by intent to treat: each customer counts for the model that the lot gave, whoever answered.

The figure is what a customer came to in money: the value of the months ahead of who stayed, less what calls and offers
cost. Part of its spread is known before the experiment, by the monthly value and the last score before it, and is taken
out (Deng et al., WSDM 2013).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from churn.lifecycle.experiment import mismatch
from churn.lifecycle.experiment.reading import Reading, effect, state, unheard, unknown
from churn.lifecycle.experiment.running import Running
from churn.params.campaign import Campaign

Numbers = NDArray[np.float64]
NAMES = ("champion", "challenger")
PER = 1000


@dataclass(frozen=True, slots=True)
class Met:
    """Customers of an experiment, shape (n,) each; `churned` is NaN where it is not known, `before` without a score."""

    challenged: NDArray[np.bool_]
    version: NDArray[np.int64]
    monthly: Numbers
    called: Numbers
    before: Numbers
    churned: Numbers

    @property
    def known(self) -> NDArray[np.bool_]:
        """Tell whose outcome and value are known."""
        return ~np.isnan(self.churned) & ~np.isnan(self.monthly)


def met(rows: Sequence[Any], of: Running) -> Met:
    """Sort the rows of `exposed.outcomes` by lot."""
    lots = np.array([of.challenged(row.customer) for row in rows], bool)
    version = np.array([row.model_version for row in rows], np.int64)
    return Met(lots, version, **_cells(rows))


def read(rows: Sequence[Any], of: Running) -> Reading:
    """Read a live experiment; unknown where the split, what is known of it, or its size forbids it."""
    found = met(rows, of)
    figures = _counted(found, of)
    if words := _forbidden(figures, of):
        return unknown(words, figures)
    value, lots = _worth(found, of.campaign), found.challenged[found.known]
    arms = [value[lots == arm] for arm in (False, True)]
    error = sqrt(sum(one.var(ddof=1) / len(one) for one in arms))
    gain = effect(PER * float(arms[1].mean() - arms[0].mean()), PER * error, float(of.declared["level"]))
    said = f"per {PER:,} customers the challenger's came to {gain.value:+,.0f} more than the champion's"
    return Reading(state(gain), f"{said} ({gain.low:+,.0f} to {gain.high:+,.0f})", gain, figures)


def worth(rows: Sequence[Any], campaign: Campaign) -> Numbers:
    """Give what past customers whose outcome is known came to, adjusted, shape (n,): the spread to be expected."""
    nobody = np.zeros(len(rows), bool)
    return _worth(Met(nobody, nobody.astype(np.int64), **_cells(rows)), campaign)


def adjusted(value: Numbers, *before: Numbers) -> Numbers:
    """Take out of each value what figures from before the experiment tell of it, by least squares; NaN is not known."""
    known = [np.where(np.isnan(one), np.nanmean(one) if not np.isnan(one).all() else 0.0, one) for one in before]
    missing = [np.isnan(one).astype(float) for one in before if np.isnan(one).any()]
    table = np.column_stack([one - one.mean() for one in (*known, *missing)])
    slopes, *_ = np.linalg.lstsq(table, value - value.mean(), rcond=None)
    return np.asarray(value - table @ slopes)


def _cells(rows: Sequence[Any]) -> dict[str, Numbers]:
    names = ("monthly", "called", "before", "churned")
    return {name: np.array([getattr(row, name) for row in rows], float) for name in names}


def _worth(found: Met, campaign: Campaign) -> Numbers:
    known = found.known
    if not known.any():
        return found.churned[known]
    expected = (1 - found.before) * campaign.margin * campaign.months * found.monthly
    return adjusted(_money(found, campaign)[known], found.monthly[known], expected[known])


def _money(found: Met, campaign: Campaign) -> Numbers:
    """Give what each customer came to: a call costs, and who was called and stayed took the offer."""
    stayed = 1 - found.churned
    worth = campaign.margin * campaign.months * found.monthly
    return stayed * worth - found.called * (campaign.contact + stayed * campaign.offer)


def _counted(found: Met, of: Running) -> dict[str, Any]:
    known, told = found.known, {}
    for name, arm in zip(NAMES, (False, True), strict=True):
        mine = found.challenged == arm
        told[name] = {
            "customers": int(mine.sum()),
            "labelled": int((mine & known).sum()),
            "churned": int(found.churned[mine & known].sum()),
            "called": int(found.called[mine].sum()),
            "answered_by_the_other": int((mine & (found.version == (of.champion if arm else of.challenger))).sum()),
        }
    answered = [int((found.version == version).sum()) for version in (of.champion, of.challenger)]
    return {**told, "answered": answered, "split_p": mismatch.of_split(answered[0], answered[1], of.share)}


def _forbidden(figures: dict[str, Any], of: Running) -> str:
    """Say why nothing may be read; nothing where it may."""
    arms, bound = [figures[name] for name in NAMES], float(of.declared["mismatch"])
    if figures["split_p"] < bound:
        return f"customers did not split as the lots say (p {figures['split_p']:.1g}): some hosts did not take part"
    labelled, customers = ((arms[0][name], arms[1][name]) for name in ("labelled", "customers"))
    if (likely := mismatch.of_shares(labelled, customers)) < bound:
        return f"outcomes are known of one arm more than of the other (p {likely:.1g}): the arms cannot be compared"
    if sum(labelled) < of.declared["min_known"] * sum(customers):
        return unheard(sum(labelled), sum(customers))
    fewest, each = of.declared["min_labelled"], of.declared["min_each"]
    few = [
        one for one in arms if one["labelled"] < fewest or min(one["churned"], one["labelled"] - one["churned"]) < each
    ]
    if few:
        needed = f"{fewest} an arm are needed, {each} of each kind"
        return f"too few known outcomes ({labelled[0]} and {labelled[1]}): {needed}"
    return ""
