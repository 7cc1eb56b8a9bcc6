"""The files that a card is written from, read with care: what is not there is unknown, never a fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from churn import columns
from churn.errors import ModelError

Told = dict[str, Any]


@dataclass(frozen=True)
class Sources:
    """What the stages before said: of the model, its metrics and segments, the data's profile and checks, drift."""

    metadata: Told
    metrics: Told
    segments: Told
    profile: Told
    validation: Told
    drift: Told

    @property
    def model(self) -> str:
        """Give the digest of the model's bytes. Raises ModelError where the metadata name no model."""
        digest = at(self.metadata, "digest")
        if not isinstance(digest, str) or not digest:
            raise ModelError("the model's metadata name no model; run `dvc repro train`")
        return digest

    @property
    def unmeasured(self) -> str:
        """Say why the metrics are not this model's; nothing if they are."""
        measured = at(self.metrics, "model")
        if measured == self.model:
            return ""
        if not isinstance(measured, str):
            return "the metrics do not say of which model they are; run `dvc repro evaluate`"
        return f"the metrics are of another model ({measured[:12]}); run `dvc repro evaluate`"

    @property
    def another_contract(self) -> str:
        """Say that the model was made for other columns than the contract's; nothing if not."""
        made_for = at(self.metadata, "digests", "contract")
        if made_for == columns.digest():
            return ""
        return "the model was made for another contract than the one in this project; its columns keep their names"

    def metric(self, name: str) -> Told:
        """Give a metric of this model, or why it is unknown."""
        if self.unmeasured:
            return {"value": None, "low": None, "high": None, "reason": self.unmeasured}
        found = at(self.metrics, name)
        missing = {"value": None, "low": None, "high": None, "reason": "not among the metrics"}
        return dict(found) if isinstance(found, Mapping) else missing


def at(told: Any, *path: str) -> Any:
    """Follow names into nested JSON; None where the way ends."""
    for name in path:
        told = told.get(name) if isinstance(told, Mapping) else None
    return told


def lines(told: Any, *path: str) -> list[Told]:
    """Give the objects of a list in nested JSON; none where there is no such list."""
    found = at(told, *path) if path else told
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []  # type: ignore[misc]


def pairs(told: Any, *path: str) -> Told:
    """Give an object in nested JSON; an empty one where there is none."""
    found = at(told, *path) if path else told
    return dict(found) if isinstance(found, Mapping) else {}
