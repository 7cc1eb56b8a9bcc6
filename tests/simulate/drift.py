"""How often clean batches alarm and named shifts are found, by the very code that judges a batch."""

import logging
import multiprocessing
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import t as student

from churn.params.drift import Drift
from churn.params.section import load
from churn.steps.drift.calibration import RELATION, Calibration, calibrate, observed
from churn.steps.drift.family import family
from churn.steps.drift.pair import Pair, pair
from churn.steps.drift.verdict import Verdict, decide, moved, seen
from churn.steps.drift.weights import weigh
from simulate.population import ROOT, draw
from simulate.shifts import QUIET, SHIFTS
from simulate.tables import Promise, Table, clopper_pearson, spread

REFERENCES, BATCHES, ROWS, SIZES = 100, 10, 5_600, (200, 500, 2_000)
COMMAND = 'make simulate ARGS="--only drift"'
WANTED, WEAKEST = 0.9, 2
"""The power wanted at 500 rows, and for how many of the shifts less is granted."""

Row = dict[str, str | int | bool]

log = logging.getLogger("simulate")


def run(seed: int, quick: bool) -> list[Table]:
    """Judge clean and shifted batches against many references; `quick` takes a few."""
    references = 4 if quick else REFERENCES
    seeds = np.random.SeedSequence(seed).spawn(references)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        parts = list(_told(pool.imap(_judge_one, seeds)))
    found = pd.DataFrame([row | {"reference": place} for place, rows in enumerate(parts) for row in rows])
    rate = load(Drift, ROOT / "params.yaml").rate
    return [
        _alarms(found[found["shift"] == "none"], rate, seed),
        _power(found[found["shift"].ne("none") & ~found["outcomes"]], seed),
    ]


def _told(parts: Iterator[list[Row]]) -> Iterator[list[Row]]:
    for place, rows in enumerate(parts, 1):
        log.info("drift: %d references judged", place)
        yield rows


def _judge_one(seed: np.random.SeedSequence) -> list[Row]:
    """Draw one reference; judge its clean batches with and without outcomes, and one batch of each shift."""
    rng, drift = np.random.default_rng(seed), load(Drift, ROOT / "params.yaml")
    drift = drift.model_copy(update={"seed": int(rng.integers(2**31))})
    reference = draw(ROWS, rng)
    weights = weigh(reference)
    rows: list[Row] = []
    for size in SIZES:
        names = ["none"] * BATCHES + list(SHIFTS)
        batches = [draw(size, rng) if name == "none" else SHIFTS[name](size, rng) for name in names]
        sides = _beside(reference, batches, drift)
        calibration = calibrate(sides[0], weights, drift)
        for name, one in zip(names, sides, strict=True):
            rows += _judged(name, one, calibration, weights, drift)
    return rows


def _beside(reference: pd.DataFrame, batches: list[pd.DataFrame], drift: Drift) -> list[Pair]:
    """Set batches of one size beside the reference, all at once, since that takes as long as one."""
    size = len(batches[0])
    whole = pair(reference, pd.concat(batches, ignore_index=True), drift)
    assert whole.left is not None
    return [
        replace(
            whole, batch=whole.batch[start : start + size], left=(whole.left[0], whole.left[1][start : start + size])
        )
        for start in range(0, len(whole.batch), size)
    ]


def without_outcomes(calibration: Calibration, drift: Drift) -> Calibration:
    """Give the thresholds for a batch of the same size that tells no outcomes: the same draws, a smaller family."""
    columns = [name for name in calibration.alarms.null if name != RELATION]
    return replace(calibration, alarms=family(calibration.alarms.null, columns, drift.rate))


def _judged(shift: str, sides: Pair, calibration: Calibration, weights: dict[str, float], drift: Drift) -> list[Row]:
    """Judge a batch with its outcomes and without, as the stage does but for the distances.

    They are counted and not Evidently's; a test holds the two equal.
    """
    distances, found = observed(sides, calibration, drift), seen(sides, drift)
    blind = {name: distance for name, distance in distances.items() if name != RELATION}
    told = decide(moved(distances, calibration), weights, found, sides, drift)
    untold = decide(moved(blind, without_outcomes(calibration, drift)), weights, found, sides, drift)
    return [_row(shift, len(sides.batch), told, True), _row(shift, len(sides.batch), untold, False)]


def _row(shift: str, size: int, verdict: Verdict, outcomes: bool) -> Row:
    return {
        "shift": shift,
        "size": size,
        "outcomes": outcomes,
        "alarm": verdict.state == "drift",
        "noted": bool(verdict.noted),
    }


def _alarms(found: pd.DataFrame, rate: float, seed: int) -> Table:
    rows, promises = [], []
    for (outcomes, size), cell in found.groupby(["outcomes", "size"]):
        low, high = clustered(cell)
        share = cell["alarm"].mean()
        kind = "with outcomes" if outcomes else "without outcomes"
        rows.append([kind, size, len(cell), f"{share:.1%}", spread(low, high), f"{cell['noted'].mean():.1%}"])
        words = f"of clean batches of {size:,} rows {kind} {rate:.1%} alarm"
        promises.append(Promise(words, f"{share:.1%}", spread(low, high), bool(low <= rate <= high)))
    return Table(
        title="False alarms of the drift check",
        command=COMMAND,
        seed=seed,
        shows=f"{found['reference'].nunique()} references of {ROWS:,} rows, "
        f"{BATCHES} disjoint clean batches of each size against each; "
        f"intervals are clustered by reference; a note is a move of a column that says little about churn, no alarm",
        columns=["batch", "rows", "batches", "alarms", "interval", "noted"],
        rows=rows,
        promises=promises,
    )


def clustered(found: pd.DataFrame, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of a share whose batches share references: Student's over the references' own shares.

    Where these are all alike they tell no spread, and the batches count one by one.
    """
    shares = found.groupby("reference")["alarm"].mean()
    if not shares.std(ddof=1) > 0:
        return clopper_pearson(int(found["alarm"].sum()), len(found), level)
    reach = student.ppf((1 + level) / 2, len(shares) - 1) * shares.std(ddof=1) / np.sqrt(len(shares))
    return max(float(shares.mean() - reach), 0.0), min(float(shares.mean() + reach), 1.0)


def _power(found: pd.DataFrame, seed: int) -> Table:
    rows, weak = [], []
    for name, cell in found.groupby("shift", sort=False):
        of_size = {size: part["alarm"] for size, part in cell.groupby("size")}
        rows.append([name, *(_share(of_size[size]) for size in SIZES)])
        if of_size[500].mean() < WANTED and name not in QUIET:
            weak.append(name)
    strong = [name for name in SHIFTS if name not in weak and name not in QUIET]
    words = f"at 500 rows {WANTED:.0%} of all but the weakest shifts alarm (the weakest: {', '.join(weak) or 'none'})"
    return Table(
        title="Power of the drift check",
        command=COMMAND,
        seed=seed,
        shows=f"share of shifted batches that alarm, with its interval; one batch of each size against each of "
        f"{found['reference'].nunique()} references; {' and '.join(QUIET)} should alarm no oftener than clean batches",
        columns=["shift", *(f"{size:,} rows" for size in SIZES)],
        rows=rows,
        promises=[Promise(words, f"{len(strong)} of {len(SHIFTS) - len(QUIET)}", "see table", len(weak) <= WEAKEST)],
    )


def _share(alarms: pd.Series) -> str:
    low, high = clopper_pearson(int(alarms.sum()), len(alarms))
    return f"{alarms.mean():.0%} ({spread(low, high, 0)})"
