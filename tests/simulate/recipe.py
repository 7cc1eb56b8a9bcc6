"""The product's own way from training rows to a model."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from churn.params.campaign import Campaign
from churn.params.section import S, load
from churn.params.train import Train
from churn.steps.train.compare import Candidate, compare
from churn.steps.train.train import train
from simulate.population import ROOT

QUICK: dict[str, Any] = {"folds": 3, "repeats": 1, "candidates": {"dummy": {}, "scorecard": {"C": [0.3]}}}
SPLIT, ORIGIN = {"seed": 0, "test_share": 0.2}, {"digests": {}, "versions": {}}


def knobs(section: type[S]) -> S:
    """Read a section of the project's params.yaml."""
    return load(section, ROOT / "params.yaml")


def candidates(rows: pd.DataFrame, quick: bool) -> Iterator[Candidate]:
    """Let the families of params.yaml compete on these rows."""
    return compare(rows.assign(weight=1.0), _train(quick))


def model(rows: pd.DataFrame, quick: bool) -> bytes:
    """Train as stage train does, and give the bytes of the file it would export."""
    competing = candidates(rows, quick)
    return train(competing, rows.assign(weight=1.0), _train(quick), knobs(Campaign), SPLIT, ORIGIN).model


def _train(quick: bool) -> Train:
    return knobs(Train).model_copy(update=QUICK if quick else {})
