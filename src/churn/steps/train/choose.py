"""Which candidate wins: the simplest that is not clearly worse than the best."""

from dataclasses import dataclass

import numpy as np

from churn.errors import ExportError
from churn.steps.train.compare import Candidate


@dataclass(frozen=True)
class Standing:
    """A candidate beside the best one: mean and standard error of the paired per-fold difference in log loss."""

    candidate: Candidate
    difference: float
    difference_se: float
    out: str | None
    chosen: bool


def choose(candidates: list[Candidate], out: dict[str, str]) -> list[Standing]:
    """Rank the candidates, given in order of simplicity; `out` tells why a family cannot serve.

    The winner is the simplest family whose mean paired difference to the best is within one standard error of that
    difference. Raises ExportError if nobody is left.
    """
    able = [candidate for candidate in candidates if candidate.family not in out]
    if not able:
        raise ExportError("\n  ".join(["no candidate can be served:", *(f"{k}: {v}" for k, v in out.items())]))
    best = min(able, key=lambda candidate: float(candidate.folds["log_loss"].mean()))
    winner = next(candidate for candidate in able if _within_one_error(candidate, best))
    return [
        Standing(candidate, *_difference(candidate, best), out.get(candidate.family), candidate is winner)
        for candidate in candidates
    ]


def _difference(candidate: Candidate, best: Candidate) -> tuple[float, float]:
    paired = candidate.folds["log_loss"] - best.folds["log_loss"]
    return float(paired.mean()), float(paired.std(ddof=1) / np.sqrt(len(paired)))


def _within_one_error(candidate: Candidate, best: Candidate) -> bool:
    mean, error = _difference(candidate, best)
    return mean <= error
