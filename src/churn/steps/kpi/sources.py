"""The files that the page is written from, read with care: what is not there is unknown, never a fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Told = dict[str, Any]


@dataclass(frozen=True)
class Sources:
    """What other stages and commands left.

    JSON by stage, `reproduction` and `simulations` if any, Markdown `benchmarks` by name.
    """

    metadata: Any
    evaluation: Any
    validation: Any
    drift: Any
    reproduction: Any
    simulations: Any
    benchmarks: Mapping[str, str]

    @property
    def model(self) -> str:
        """Give the digest of the model on disk; empty where its metadata name none."""
        digest = at(self.metadata, "digest")
        return digest if isinstance(digest, str) else ""

    def metric(self, name: str) -> Told:
        """Give a metric of this model, or why it is unknown."""
        return self._of_this_model("metrics", name)

    def accuracy(self, name: str) -> Told:
        """Give what the evaluation says beside the accuracy, or why it is unknown."""
        return self._of_this_model("accuracy", name)

    def _of_this_model(self, *path: str) -> Told:
        found, reason = at(self.evaluation, *path), _another(at(self.evaluation, "model"), self.model)
        if not reason and isinstance(found, Mapping):
            return dict(found)
        return {"value": None, "low": None, "high": None, "reason": reason or "the evaluation does not say"}


def at(told: Any, *path: str) -> Any:
    """Follow names into nested JSON; None where the way ends."""
    for name in path:
        told = told.get(name) if isinstance(told, Mapping) else None
    return told


def lines(told: Any, *path: str) -> list[Told]:
    """Give the objects of a list in nested JSON; none where there is no such list."""
    found = at(told, *path)
    return [dict(one) for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _another(measured: Any, model: str) -> str:
    if not model:
        return "the model's metadata name no model"
    if not isinstance(measured, str):
        return "the evaluation does not say of which model it is"
    return "" if measured == model else f"the evaluation is of another model ({measured[:12]})"
