"""All that may be learnt from, as stage prepare reads it, before any window or half-life."""

from pathlib import Path

import pandas as pd

from churn.lifecycle.retraining.export import INCOMING
from churn.params.prepare import Prepare
from churn.params.section import load
from churn.steps.prepare.prepare import prepare
from churn.stores import inlet
from churn.stores.files import read_yaml
from churn.stores.raw_table import read_raw


def pool(root: Path) -> pd.DataFrame:
    """Give the training rows of all periods, each weighing as many customers as it stands for. Raises TableError."""
    knobs = load(Prepare, root / "params.yaml").model_copy(update={"window": None, "half_life": None})
    batches = {path.name: read_raw(path) for path in inlet.batches(root / INCOMING)}
    return prepare(read_raw(root / raw_table(root)), batches, knobs).train


def raw_table(root: Path) -> Path:
    """Find the raw table's place in dvc.yaml."""
    (declared,) = read_yaml(root / "dvc.yaml")["stages"]["ingest"]["outs"]
    return Path(declared if isinstance(declared, str) else next(iter(declared)))
