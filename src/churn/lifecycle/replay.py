"""The auditor's question, asked again: the same customer through the same model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from churn.scoring.engine import Engine

ONE_BY_ONE = frozenset({"predict"})
"""Doors that score a customer alone; the others score whole lists, and so does their replay."""
JUDGED = ("churn", "offer", "expected_value", "risk_tier")


@dataclass(frozen=True, slots=True)
class Replay:
    """What the model says today of what it said then; `difference` is that of the probabilities, now less then."""

    exact: bool
    words: str
    difference: float | None = None
    answer: dict[str, Any] | None = None


def replay(
    inputs: Mapping[str, Any], then: Mapping[str, Any], door: str, manifest: Mapping[str, Any], engine: Engine
) -> Replay:
    """Score recorded inputs with the engine of the model that `manifest` names, and compare with the answer then."""
    if engine.digest != manifest["digest"]:
        return Replay(exact=False, words="not replayed: the model at hand is not the one that answered")
    now = engine.answer(inputs) if door in ONE_BY_ONE else engine.answers([inputs])[0]
    off = now["churn_probability"] - float(then["churn_probability"])
    changed = [name for name in JUDGED if name in then and now[name] != then[name]]
    exact = off == 0.0 and not changed
    words = "the same model gives the same answer, to the last bit" if exact else _apart(off, changed)
    return Replay(exact, words, off, now)


def _apart(off: float, changed: list[str]) -> str:
    also = f", and so do {', '.join(changed)}" if changed else ""
    return f"the probability differs by {off:.3g}{also}: the record or the model is not what it was"
