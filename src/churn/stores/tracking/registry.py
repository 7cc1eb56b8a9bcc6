"""The versions of the model: find, add, alias, fetch."""

import hashlib
import tempfile
from dataclasses import dataclass
from importlib.metadata import version as installed
from io import StringIO
from pathlib import Path
from typing import Any

from churn import columns
from churn.errors import TrackingError
from churn.stores.tracking import store

ARTIFACT = "best_churn_model.onnx"
FLAVOUR = Path(__file__).with_name("pyfunc.py")
SERVING = ("mlflow", "numpy", "onnxruntime", "pandas")


@dataclass(frozen=True)
class Version:
    """One version of the registered model."""

    number: int
    digest: str
    run: str
    source: str
    tags: dict[str, str]
    created: int = 0
    """Milliseconds since the epoch."""


class Registry:
    """The registered model `name` in the MLflow store at `uri`."""

    def __init__(self, uri: str, name: str) -> None:
        """Open the store. Raises TrackingError."""
        self.uri, self.name = uri, name
        self._client = store.connect(uri)

    def versions(self) -> list[Version]:
        """List all versions, oldest first."""
        with store.faults(self.uri):
            found = self._client.search_model_versions(f"name = '{self.name}'")
        return sorted(map(_version, found), key=lambda one: one.number)

    def by_digest(self, digest: str) -> Version | None:
        """Find the version with these model bytes."""
        return next((one for one in self.versions() if one.digest == digest), None)

    def by_alias(self, alias: str) -> Version | None:
        """Find the version that bears an alias."""
        number = self.aliases().get(alias)
        return next((one for one in self.versions() if one.number == number), None)

    def aliases(self) -> dict[str, int]:
        """Give each alias and the number of its version."""
        return self.marks()[0]

    def marks(self) -> tuple[dict[str, int], dict[str, str]]:
        """Give aliases and tags of the registered model with one question: cheap enough to ask again and again."""
        model = self._model()
        aliases = {alias: int(number) for alias, number in model.aliases.items()} if model else {}
        return aliases, dict(model.tags) if model else {}

    def alias(self, alias: str, number: int) -> None:
        """Move an alias to a version."""
        with store.faults(self.uri):
            self._client.set_registered_model_alias(self.name, alias, str(number))

    def tag_version(self, number: int, key: str, value: str) -> None:
        """Write a tag of a version, unless it reads so already."""
        with store.faults(self.uri):
            if self._client.get_model_version(self.name, str(number)).tags.get(key) != value:
                self._client.set_model_version_tag(self.name, str(number), key, value)

    def tags(self) -> dict[str, str]:
        """Give the tags of the registered model itself."""
        return self.marks()[1]

    def tag_once(self, key: str, value: str) -> None:
        """Write a tag of the registered model that nobody may change; raise TrackingError if it exists."""
        if key in self.tags():
            raise TrackingError(f"{self.name}: tag {key} exists and is not overwritten; another writer was first")
        with store.faults(self.uri):
            self._client.set_registered_model_tag(self.name, key, value)
        if self.tags().get(key) != value:
            raise TrackingError(f"{self.name}: tag {key} was overwritten by another writer; see `churn history`")

    def add(self, run: str, model: Path, tags: dict[str, str], example: Any) -> Version:
        """Log the model file into a run as a pyfunc and register it, findable by its tags from the first moment."""
        with store.faults(self.uri):
            import mlflow

            with mlflow.start_run(run_id=run):
                logged = mlflow.pyfunc.log_model(
                    name=self.name,
                    python_model=str(FLAVOUR),
                    artifacts={"model": str(model)},
                    signature=_signature(),
                    input_example=example,
                    pip_requirements=[f"{package}=={installed(package)}" for package in SERVING],
                )
            if self._model() is None:
                self._client.create_registered_model(self.name)
            made = self._client.create_model_version(self.name, logged.model_uri, run, tags, model_id=logged.model_id)
            return _version(made)

    def fetch(self, version: Version) -> bytes:
        """Download the model file of a version. Raises TrackingError if its bytes are not those registered."""
        with store.faults(self.uri), tempfile.TemporaryDirectory() as folder:
            import mlflow

            place = f"models:/{self.name}/{version.number}/artifacts/{ARTIFACT}"
            got = mlflow.artifacts.download_artifacts(place, dst_path=folder)
            model = Path(got).read_bytes()
        if hashlib.sha256(model).hexdigest() != version.digest:
            raise TrackingError(f"{self.name} version {version.number}: its file is not the one that was registered")
        return model

    def metrics(self, version: Version) -> dict[str, float]:
        """Give the figures logged with a version."""
        with store.faults(self.uri):
            return dict(self._client.get_run(version.run).data.metrics)

    def _model(self) -> Any:
        with store.faults(self.uri):
            return next(iter(self._client.search_registered_models(f"name = '{self.name}'")), None)


def _version(found: Any) -> Version:
    tags = dict(found.tags)
    return Version(
        int(found.version),
        tags.get(store.MARK, ""),
        str(found.run_id),
        str(found.source),
        tags,
        int(found.creation_timestamp or 0),
    )


def _signature() -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema
    from mlflow.types.schema import AnyType

    raw = [ColSpec("string" if _reads_as_text(one) else AnyType(), one.name) for one in columns.columns()]
    return ModelSignature(Schema(raw), Schema([ColSpec("double", "churn_probability"), ColSpec("boolean", "churn")]))


def _reads_as_text(column: columns.Column) -> bool:
    """Tell whether a CSV reader gives the allowed values as they are: 408, True and NA arrive as something else."""
    import pandas as pd

    if column.kind != "category":
        return False
    told = pd.DataFrame({"value": column.allowed}).to_csv(index=False)
    return bool(pd.read_csv(StringIO(told))["value"].tolist() == list(column.allowed))
