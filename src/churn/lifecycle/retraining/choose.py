"""Which past to learn from: as much as does not make the newest customers worse understood."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from churn import table
from churn.params.retrain import Retrain
from churn.steps.evaluate.scored import effective
from churn.steps.train import features

PENALTY = 0.3
"""Of the scorecard that compares pasts; stage train finds which family is served."""
FOLDS, REPEATS, SEED = 5, 2, 29
LEAST, LEAST_EACH = 300, 40
"""With fewer customers of the newest period, or fewer of either outcome, nothing speaks against the older ones."""

TINY = 1e-9
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Past:
    """Newest periods to learn from and the half-life of their weight, as `prepare` in params.yaml spells them."""

    window: int | None
    half_life: float | None

    @property
    def words(self) -> str:
        """Say which past it is."""
        which = "all periods" if self.window is None else f"the newest {self.window} period(s)"
        return which if self.half_life is None else f"{which}, half the weight every {self.half_life:g}"


@dataclass(frozen=True)
class Line:
    """How a past did on the newest customers: mean log loss, and how much it lies above the best with its error."""

    window: int | None
    half_life: float | None
    log_loss: float
    behind: float
    error: float


@dataclass(frozen=True)
class Choice:
    """The past that was chosen, in words why, and how all of them did."""

    past: Past
    words: str
    lines: tuple[Line, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Give it as JSON holds it."""
        chosen = {"window": self.past.window, "half_life": self.past.half_life}
        return {"chosen": chosen, "words": self.words, "tried": [asdict(one) for one in self.lines]}


class _Known:
    """Rows as numbers, spelt once for all folds and pasts."""

    def __init__(self, spelt: Numbers, rows: pd.DataFrame) -> None:
        self.spelt, self.left = np.asarray(spelt), table.outcome(rows)
        self.age = (rows["period"].max() - rows["period"]).to_numpy()
        self.weight, self.stands = rows["weight"].to_numpy(), table.sampling_weights(rows)

    def loss(self, held: NDArray[np.bool_], past: Past) -> float:
        """Fit on a past without the held-out customers; give their mean log loss."""
        learnt = ~held & (self.age < (past.window or np.inf))
        weight = self.weight * (0.5 ** (self.age / past.half_life) if past.half_life else 1.0)
        model = LogisticRegression(C=PENALTY, solver="newton-cholesky")
        model.fit(self.spelt[learnt], self.left[learnt], sample_weight=weight[learnt])
        churn = np.clip(model.predict_proba(self.spelt[held])[:, 1], TINY, 1 - TINY)
        loss = -np.where(self.left[held] == 1, np.log(churn), np.log1p(-churn))
        return float(np.average(loss, weights=self.stands[held]))


def choose(rows: pd.DataFrame, knobs: Retrain) -> Choice:
    """Compare pasts on held-out folds of the newest period; take the longest that is not clearly worse than the best.

    `rows` are training rows of all periods, whose `weight` knows of no age yet. Clearly: by more than one standard
    error of the paired difference, corrected for folds that share customers (Nadeau and Bengio 2003).
    """
    newest = rows["period"].eq(rows["period"].max()).to_numpy()
    if fault := _too_little(rows, newest):
        return Choice(Past(None, None), f"{Past(None, None).words}: {fault}")
    pasts = _pasts(int(rows["period"].max()), knobs)
    with sklearn.config_context(enable_metadata_routing=True):
        known = _Known(features.for_lines().fit_transform(rows), rows)
    losses = np.array([[known.loss(fold, past) for past in pasts] for fold in _folds(rows, newest)])
    best = int(losses.mean(0).argmin())
    lines = tuple(_line(past, losses[:, at], losses[:, best]) for at, past in enumerate(pasts))
    at = next(at for at, line in enumerate(lines) if line.behind <= line.error)
    return Choice(pasts[at], _words(pasts[at], lines[at], lines), lines)


def _too_little(rows: pd.DataFrame, newest: NDArray[np.bool_]) -> str:
    left = table.outcome(rows.loc[newest])
    told, rarer = effective(table.sampling_weights(rows.loc[newest])), int(min(left.sum(), (1 - left).sum()))
    if newest.all():
        return "there is but one"
    if told < LEAST or rarer < LEAST_EACH:
        return (
            f"the newest period tells no more than {told:.0f} customers, {rarer} of the rarer outcome: too few to ask"
        )
    return ""


def _pasts(newest: int, knobs: Retrain) -> list[Past]:
    """List the pasts that differ, the longest first."""
    windows = [None, *sorted({one for one in knobs.windows if one is not None and one <= newest}, reverse=True)]
    lives = [None, *sorted({one for one in knobs.half_lives if one is not None}, reverse=True)]
    return [Past(window, life) for window in windows for life in (lives if window != 1 else [None])]


def _folds(rows: pd.DataFrame, newest: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Hold out part of the newest customers after another, shape (n,)."""
    place, left = np.flatnonzero(newest), table.outcome(rows.loc[newest])
    for repeat in range(REPEATS):
        for _, held in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + repeat).split(place, left):
            yield np.isin(np.arange(len(rows)), place[held])


def _line(past: Past, own: Numbers, best: Numbers) -> Line:
    apart = own - best
    error = float(apart.std(ddof=1) * np.sqrt(1 / len(apart) + 1 / (FOLDS - 1)))
    figures = (round(float(one), 6) for one in (own.mean(), apart.mean(), error))
    return Line(past.window, past.half_life, *figures)


def _words(past: Past, line: Line, lines: Sequence[Line]) -> str:
    whole = lines[0]
    if past == Past(None, None):
        return f"{past.words}: no shorter past is clearly better on the newest customers (log loss {line.log_loss:.4f})"
    gain = f"log loss {line.log_loss:.4f} on the newest customers, {whole.log_loss:.4f} with all periods"
    return f"{past.words}: {gain}"
