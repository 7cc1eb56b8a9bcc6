"""From training rows to a model file and the paper that goes with it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import sklearn
from joblib import parallel_config
from onnx import ModelProto
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from churn import campaign as money
from churn import columns, contract, table
from churn.errors import TableError
from churn.params.campaign import Campaign
from churn.params.train import Train
from churn.steps.train import export
from churn.steps.train.choose import choose
from churn.steps.train.compare import Candidate
from churn.steps.train.explanation import explain
from churn.steps.train.families import YARDSTICKS
from churn.steps.train.golden import golden
from churn.steps.train.metadata import describe

DIGITS = 10


@dataclass(frozen=True)
class Trained:
    """The winner: the bytes of its ONNX file, and its metadata."""

    model: bytes
    metadata: dict[str, Any]

    @property
    def words(self) -> str:
        """Say who won and how it will be used."""
        out = [f"; {line['family']} is out: {line['out']}" for line in self.metadata["candidates"] if line["out"]]
        threshold = self.metadata["decision"]["threshold"]
        return f"{self.metadata['family']} wins, profit threshold {threshold:.3f}{''.join(out)}"


def refuse_unvalidated(verdict: dict[str, Any]) -> None:
    """Raise TableError unless validation passed under the contract of today."""
    if not verdict.get("passed") or verdict.get("contract") != columns.digest():
        raise TableError("the data has not passed validation under this contract; run `dvc repro validate`")


def train(
    candidates: Iterable[Candidate], rows: pd.DataFrame, params: Train, campaign: Campaign,
    split: dict[str, float], origin: dict[str, Any],
) -> Trained:  # fmt: skip
    """Choose among the candidates, fix the decision on held-out folds, export. Raises ExportError.

    `split` is how training rows were told from test rows, and travels with the model; `origin` holds the digests of
    the code and the params, and the library versions, that made it.
    """
    competing = list(candidates)
    models = {one.family: _exported(one) for one in competing}
    standings = choose(competing, _unable(competing, models, rows, params.parity))
    winner = next(standing.candidate for standing in standings if standing.chosen)
    decision = _decision(winner, rows, params, campaign, split)
    notes = {"explanation": explain(winner.fitted, rows), "golden": golden(winner.fitted, rows)}
    model = export.with_decision(models[winner.family], decision, **notes)
    return Trained(model, describe(model, decision, standings, rows, origin))


def _exported(candidate: Candidate) -> ModelProto | str:
    if candidate.family in YARDSTICKS:
        return YARDSTICKS[candidate.family]
    try:
        return export.export(candidate.fitted)
    except Exception as fault:  # noqa: BLE001 skl2onnx raises whatever its converters raise
        return f"has no ONNX form ({type(fault).__name__}: {str(fault).splitlines()[0]})"


def _unable(
    candidates: list[Candidate], models: dict[str, ModelProto | str], rows: pd.DataFrame, parity: float
) -> dict[str, str]:
    out = {family: model for family, model in models.items() if isinstance(model, str)}
    for one in candidates:
        if one.family not in out and (apart := export.disparity(one.fitted, models[one.family], rows)) > parity:
            out[one.family] = f"its ONNX form differs by {apart:.2e}, more than {parity:.0e}"
    return out


def _decision(
    winner: Candidate, rows: pd.DataFrame, params: Train, campaign: Campaign, split: dict[str, Any]
) -> dict[str, Any]:
    return {
        "family": winner.family,
        "columns": [{"name": column.name, "kind": column.kind} for column in columns.columns()],
        "blanks": [asdict(blank) for blank in contract.BLANKS],
        "threshold": round(_threshold(winner, rows, params, campaign), DIGITS),
        "tiers": campaign.tiers,
        "horizon_days": campaign.horizon_days,
        "campaign": campaign.model_dump(exclude={"tiers", "horizon_days"}),
        "contract": columns.digest(),
        "split": split,
    }


def _threshold(winner: Candidate, rows: pd.DataFrame, params: Train, campaign: Campaign) -> float:
    """Find the most profitable threshold on probabilities that each training row got without having been seen."""
    outcome, weight = table.outcome(rows), rows["weight"].to_numpy()
    folds = StratifiedKFold(params.folds, shuffle=True, random_state=params.seed)
    with sklearn.config_context(enable_metadata_routing=True), parallel_config("loky", inner_max_num_threads=1):
        unseen = cross_val_predict(
            sklearn.clone(winner.fitted),
            rows[columns.names()],
            outcome,
            cv=folds,
            n_jobs=params.jobs,
            method="predict_proba",
            params={"sample_weight": weight},
        )
    return money.best_threshold(unseen[:, 1], outcome, contract.monthly_value(rows), campaign, weight)
