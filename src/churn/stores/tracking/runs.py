"""The record of a training: a parent run, and a child run for each candidate."""

import time
from typing import TYPE_CHECKING, Any

from churn.stores import code
from churn.stores.tracking import store

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param, RunTag

DIGEST_LENGTH = 36
"""MLflow's database keeps this much of a dataset's digest."""
CANDIDATE = ("log_loss", "log_loss_se", "roc_auc", "difference", "difference_se")


def keep(uri: str, experiment: str, metadata: dict[str, Any]) -> str:
    """Find the finished training run of this model, or log it from its metadata; give the run's id."""
    client = store.connect(uri)
    with store.faults(uri):
        known = client.get_experiment_by_name(experiment)
        found = find(client, known.experiment_id, metadata["digest"]) if known else None
    return found or log(uri, experiment, metadata)


def open_experiment(uri: str, experiment: str) -> tuple["MlflowClient", str]:
    """Open the store and find or make the experiment, so that a store that is away is known before the work."""
    client = store.connect(uri)
    with store.faults(uri):
        known = client.get_experiment_by_name(experiment)
        return client, str(known.experiment_id if known else client.create_experiment(experiment, _artifacts(uri)))


def find(client: "MlflowClient", experiment_id: str, digest: str) -> str | None:
    """Find a training run by the digest of its model; only a complete one carries it."""
    runs = client.search_runs([experiment_id], f"tags.{store.MARK} = '{digest}'", max_results=1)
    return runs[0].info.run_id if runs else None


def log(uri: str, experiment: str, metadata: dict[str, Any]) -> str:
    """Log a training as a parent run with a child for each candidate; give the parent's id.

    The digest by which the run is found is written last, so that an interrupted record is never taken for whole.
    """
    client, at = open_experiment(uri, experiment)
    with store.faults(uri):
        parent = str(client.create_run(at, run_name=f"train {metadata['family']}").info.run_id)
        _describe(client, parent, metadata)
        for candidate in metadata["candidates"]:
            _child(client, at, parent, candidate)
        client.set_terminated(parent)
        client.set_tag(parent, store.MARK, metadata["digest"])
        return parent


def add_metrics(uri: str, run: str, figures: dict[str, float]) -> None:
    """Add figures to a run, unless it has them."""
    client = store.connect(uri)
    with store.faults(uri):
        known = client.get_run(run).data.metrics
        new = {name: value for name, value in figures.items() if known.get(name) != value}
        if new:
            client.log_batch(run, metrics=_metrics(new))


def _artifacts(uri: str) -> str | None:
    """Place the artifacts of a local store beside its file; a server knows its own place."""
    return (store.file(uri).parent / "mlruns").resolve().as_uri() if uri.startswith(store.SQLITE) else None


def _describe(client: "MlflowClient", run: str, metadata: dict[str, Any]) -> None:
    chosen = next(candidate for candidate in metadata["candidates"] if candidate["chosen"])
    figures = {f"cv_{name}": chosen[name] for name in CANDIDATE[:3]} | {"threshold": metadata["decision"]["threshold"]}
    said = {"family": metadata["family"], **metadata["params"], "rows": metadata["rows"]["train"]}
    digests = {f"digest_{name}": value for name, value in metadata["digests"].items()}
    client.log_batch(run, _metrics(figures), _params(said), _tags(digests | {"git_commit": code.commit()}))
    client.log_inputs(run, [_dataset(metadata)])
    client.log_dict(run, metadata, "model_metadata.json")


def _child(client: "MlflowClient", experiment: str, parent: str, candidate: dict[str, Any]) -> None:
    from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

    tags = {MLFLOW_PARENT_RUN_ID: parent}
    run = client.create_run(experiment, run_name=candidate["family"], tags=tags).info.run_id
    figures = _metrics({name: candidate[name] for name in CANDIDATE})
    for metric, values in candidate["folds"].items():
        figures += [one for step, value in enumerate(values) for one in _metrics({f"fold_{metric}": value}, step)]
    told = {"chosen": str(candidate["chosen"]).lower(), "out": candidate["out"] or ""}
    client.log_batch(run, figures, _params({"family": candidate["family"], **candidate["params"]}), _tags(told))
    client.log_dict(run, candidate["grid"], "grid.json")
    client.set_terminated(run)


def _dataset(metadata: dict[str, Any]) -> Any:
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.data.meta_dataset import MetaDataset
    from mlflow.entities import DatasetInput, InputTag

    digest = metadata["digests"]["data"]
    source = CodeDatasetSource({"dvc.stage": "prepare", "path": "data/prepared/train.parquet"})
    rows = MetaDataset(source, name="train", digest=digest[:DIGEST_LENGTH])
    return DatasetInput(rows._to_mlflow_entity(), [InputTag("mlflow.data.context", "training")])  # noqa: SLF001 its only way


def _metrics(figures: dict[str, float], step: int = 0) -> list["Metric"]:
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    return [Metric(name, float(value), now, step) for name, value in figures.items()]


def _params(said: dict[str, Any]) -> list["Param"]:
    from mlflow.entities import Param

    return [Param(name, str(value)) for name, value in said.items()]


def _tags(said: dict[str, str]) -> list["RunTag"]:
    from mlflow.entities import RunTag

    return [RunTag(name, value) for name, value in said.items()]
