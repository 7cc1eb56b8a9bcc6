"""Every metric over many resamplings of the customers, drawn once so that all of them are paired.

Up to GRAIN customers are resampled one by one. More are dealt at random into BLOCKS, and blocks are resampled:
customers are independent, so the spread is the same, and the cost of a draw no longer grows with the table. Likewise
their probabilities then share as many cells.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from churn.params.evaluate import Evaluate
from churn.steps.evaluate import formulas
from churn.steps.evaluate.metrics import log_odds, surprise
from churn.steps.evaluate.scored import Groups, Numbers, Scored, earned, gaps, grades, total

GRAIN, BLOCKS = 2000, 1000
AT_ONCE = 500
THIN = 0.01
"""Sums of which a smaller share is not nothing are multiplied as sparse ones: where every block is one customer."""


@dataclass(frozen=True)
class Sums:
    """Weighted sums over the customers of a block, or of a draw of blocks; one a row.

    `left` and `stayed` by cell, `excess` of probability over outcome by bin, `named` by column.
    """

    left: Numbers
    stayed: Numbers
    excess: Numbers
    named: Numbers

    def __len__(self) -> int:
        """Count the blocks."""
        return len(self.named)

    def drawn(self, counts: Numbers) -> "Sums":
        """Add the blocks up as often as each was drawn; `counts` has shape (draws, blocks)."""
        left, stayed = (np.ascontiguousarray(counts @ sums) for sums in (self.left, self.stayed))
        return Sums(left, stayed, counts @ self.excess, counts @ self.named)


def resample(judged: Scored, knobs: Evaluate) -> dict[str, Numbers]:
    """Give every metric by name over the draws, shape (draws,); not a number where a draw leaves it undefined."""
    rng = np.random.default_rng(knobs.seed)
    most = len(judged) if len(judged) <= GRAIN else BLOCKS
    cell, columns = grades(judged.churn, most), _columns(judged)
    heavy = total(cell, judged.weight)
    score = total(cell, judged.weight * log_odds(judged.churn)) / np.where(heavy > 0, heavy, 1)
    blocks = _blocks(judged, rng.permutation(len(judged)) % most, cell, columns, knobs.bins)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        whole = _excess(blocks.drawn(np.ones((1, len(blocks)))))
        parts = [
            _metrics(sums, [*columns], score) | _calibration(sums, whole) for sums in _drawn(blocks, rng, knobs.draws)
        ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _drawn(blocks: Sums, rng: np.random.Generator, draws: int) -> Iterator[Sums]:
    many = len(blocks)
    for start in range(0, draws, AT_ONCE):
        counts = rng.multinomial(many, np.full(many, 1 / many), size=min(AT_ONCE, draws - start))
        yield blocks.drawn(counts.astype(float))


def _blocks(judged: Scored, block: Groups, cell: Groups, columns: dict[str, Numbers], bins: int) -> Sums:
    left, bin_ = judged.weight * judged.outcome, grades(judged.churn, bins)
    everybody = np.zeros_like(block)
    return Sums(
        left=_thin(_summed(block, cell, left)),
        stayed=_thin(_summed(block, cell, judged.weight - left)),
        excess=_summed(block, bin_, judged.weight * (judged.churn - judged.outcome)),
        named=np.hstack([_summed(block, everybody, judged.weight * column) for column in columns.values()]),
    )


def _summed(block: Groups, group: Groups, values: Numbers) -> Numbers:
    wide = int(group.max()) + 1
    return total(block * wide + group, values, (int(block.max()) + 1) * wide).reshape(-1, wide)


def _thin(sums: Numbers) -> Any:
    if np.count_nonzero(sums) > sums.size * THIN:
        return sums
    from scipy.sparse import csr_array

    return csr_array(sums)


def _columns(judged: Scored) -> dict[str, Numbers]:
    outcome, by_rule = judged.outcome, earned(judged)
    found = {"everybody": np.ones(len(judged)), "left": outcome, "log_loss": surprise(judged)}
    found["brier"] = (judged.churn - outcome) ** 2
    for rule, above in (("at_half", 0.5), ("at_threshold", judged.threshold)):
        flagged = (judged.churn > above).astype(float)
        found |= {f"flagged_{rule}": flagged, f"hit_{rule}": flagged * outcome}
        found[f"accuracy_{rule}"] = (flagged == outcome).astype(float)
    return found | {f"profit_per_1000_{rule}": profit for rule, profit in by_rule.items()} | gaps(by_rule)


def _metrics(sums: Sums, names: list[str], score: Numbers) -> dict[str, Numbers]:
    known = (sums.left, sums.stayed)
    mean = dict(zip(names, (sums.named / sums.named[:, :1]).T, strict=True))
    intercept, slope = formulas.recalibration(score, *known)
    ranked = {
        "roc_auc": formulas.roc_auc(*known),
        "pr_auc": formulas.pr_auc(*known),
        "top_decile_lift": formulas.lift(*known),
    }
    recalibrated = {"calibration_intercept": intercept, "calibration_slope": slope}
    return mean | ranked | recalibrated | _ratios(mean, "at_half") | _ratios(mean, "at_threshold")


def _ratios(mean: dict[str, Numbers], rule: str) -> dict[str, Numbers]:
    hit, flagged, left = mean[f"hit_{rule}"], mean[f"flagged_{rule}"], mean["left"]
    return {
        f"precision_{rule}": hit / flagged,
        f"recall_{rule}": hit / left,
        f"f1_{rule}": 2 * hit / (flagged + left),
    }


def _calibration(sums: Sums, whole: Numbers) -> dict[str, Numbers]:
    excess = _excess(sums)
    return {"calibration_error": np.abs(excess).sum(1), "calibration_noise": np.abs(excess - whole).sum(1)}


def _excess(sums: Sums) -> Numbers:
    return sums.excess / sums.named[:, :1]
