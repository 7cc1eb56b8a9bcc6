"""Two models measured on the customers that neither trained on; their difference is drawn in pairs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from churn import columns, contract
from churn.errors import ModelError
from churn.lifecycle.comparison import compare
from churn.lifecycle.duel import Duel
from churn.lifecycle.gate import common_rows
from churn.lifecycle.migration import Migration
from churn.lifecycle.moving import migrate
from churn.lifecycle.verdict import Check
from churn.params.campaign import Campaign
from churn.params.evaluate import Evaluate
from churn.params.gate import Gate
from churn.params.register import Register
from churn.params.section import load
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.bootstrap import resample
from churn.steps.evaluate.curves import curves
from churn.steps.evaluate.intervals import LEVEL, LOST, Interval, measure
from churn.steps.evaluate.scored import Scored, scored
from churn.steps.evaluate.undefined import without_interval

PAIRED = (
    "log_loss", "brier", "roc_auc", "pr_auc", "top_decile_lift", "calibration_slope", "profit_per_1000_offer_rule",
    "profit_per_1000_at_threshold", "accuracy_at_threshold", "precision_at_threshold", "recall_at_threshold",
)  # fmt: skip
"""What both are measured by; the calibration error is left out, for its draws lie above it even without a fault."""


@dataclass(frozen=True)
class Knobs:
    """The sections of params.yaml that a comparison asks."""

    register: Register
    gate: Gate
    campaign: Campaign
    evaluate: Evaluate


@dataclass(frozen=True)
class Measured:
    """Both versions on the customers that neither trained on; a difference is b less a, drawn in pairs."""

    rows: int
    values: tuple[dict[str, Interval], dict[str, Interval]]
    differences: dict[str, Interval]
    curves: tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]
    asked_by_the_gate: list[Check]
    migration: Migration
    tiers: tuple[dict[str, float], dict[str, float]]

    def plain(self) -> dict[str, Any]:
        """Give it as JSON, without the single customers that the migration knows."""
        return {
            "rows": self.rows,
            "metrics": {
                name: {
                    "a": self.values[0][name].plain(),
                    "b": self.values[1][name].plain(),
                    "b_less_a": difference.plain(),
                }
                for name, difference in self.differences.items()
            },
            "asked_by_the_gate": [one.model_dump() for one in self.asked_by_the_gate],
            "migration": self.migration.model_dump(exclude={"flips"}),
        }


def knobs() -> Knobs:
    """Load the knobs."""
    return Knobs(load(Register), load(Gate), load(Campaign), load(Evaluate))


def measure_together(rows: pd.DataFrame, a: Scorer, b: Scorer, params: Knobs) -> Measured:
    """Measure both on the rows that neither trained on. Raises ModelError where they cannot be compared."""
    _refuse_unlike(a, b)
    met = _met(rows, a, b).where(common_rows(rows, b, a))
    if not len(met.rows):
        raise ModelError("every row of the table was trained on by one of the two")
    sides = _scored(met, met.champion, a, params), _scored(met, met.challenger, b, params)
    values = measure(sides[0], params.evaluate, PAIRED), measure(sides[1], params.evaluate, PAIRED)
    tiers = a.decision["tiers"], b.decision["tiers"]
    bins = params.evaluate.bins
    return Measured(
        len(met.rows),
        values,
        _differences(sides, values, params.evaluate),
        (curves(sides[0], bins), curves(sides[1], bins)),
        compare(met, params.gate, params.campaign)[0],
        migrate(met, *tiers),
        tiers,
    )


def _refuse_unlike(a: Scorer, b: Scorer) -> None:
    read = [{one["name"]: one for one in model.decision["columns"]} for model in (a, b)]
    if apart := sorted(name for name in {*read[0], *read[1]} if read[0].get(name) != read[1].get(name)):
        raise ModelError(f"the two read different columns: {', '.join(apart)}")
    contracts = {model.decision["contract"] for model in (a, b)}
    if contracts != {columns.digest()}:
        which = "one of them was" if len(contracts) > 1 else "both were"
        raise ModelError(f"{which} made for another contract than the one these rows are held to")


def _met(rows: pd.DataFrame, a: Scorer, b: Scorer) -> Duel:
    """Let both models score the rows. Raises ModelError where a row has no outcome or gets no probability."""
    if contract.TARGET not in rows or rows[contract.TARGET].isna().any():
        raise ModelError(f"the table lacks outcomes (column {contract.TARGET}), against which both would be held")
    met = Duel(rows, challenger=b.probabilities(rows), champion=a.probabilities(rows))
    lost = int((~np.isfinite(met.challenger + met.champion)).sum())
    if lost:
        raise ModelError(f"{lost:,} of {len(rows):,} rows get no probability: they lack values")
    return met


def _scored(met: Duel, churn: Any, model: Scorer, params: Knobs) -> Scored:
    return scored(met.rows, churn, float(model.decision["threshold"]), params.campaign)


def _differences(
    sides: tuple[Scored, Scored], values: tuple[dict[str, Interval], dict[str, Interval]], params: Evaluate
) -> dict[str, Interval]:
    """Subtract draw by draw: one seed deals the same customers to both."""
    drawn = [] if any(map(without_interval, sides)) else [resample(side, params) for side in sides]
    return {name: _difference(name, values, drawn) for name in PAIRED}


def _difference(name: str, values: tuple[dict[str, Interval], dict[str, Interval]], drawn: list[Any]) -> Interval:
    a, b = values[0][name], values[1][name]
    if a.value is None or b.value is None:
        return Interval(None, reason=a.reason or b.reason)
    if a.low is None or b.low is None:
        return Interval(b.value - a.value, reason=a.reason or b.reason)
    draws = drawn[1][name] - drawn[0][name]
    known = draws[np.isfinite(draws)]
    if len(known) < len(draws) * (1 - LOST):
        return Interval(b.value - a.value, reason="too many draws have no value")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(b.value - a.value, float(low), float(high))
