"""How often monitoring alarms where nothing is wrong, and how surely where something is; run it as a program.

    python -m simulate.watching 30 10 3000      champions, windows of each, customers of a window

Champions are logistic models of their own 5,600 customers, the truth is the boosted model of simulate/population.py: so
each champion is a little wrong, as all are. Drift is left out: reports/simulations measures it.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churn import contract, table
from churn.lifecycle.monitoring import performance, refit, told
from churn.lifecycle.monitoring.cases import Cases
from churn.lifecycle.monitoring.champion import Model
from churn.lifecycle.monitoring.drifted import moved
from churn.lifecycle.monitoring.features import features
from churn.lifecycle.monitoring.performance import Judged
from churn.lifecycle.monitoring.run import knobs
from churn.lifecycle.monitoring.scene import Scene, Seen, Times
from churn.stores.ledger.queries.windows import Window
from simulate import population

SEED, LEARNT = 606, 5600
KINDS = ("realised", "calibration", "segments", "labels", "prediction_drift")
WAR = {"Month-to-month": -1.2, "One year": 1.9, "Two year": 1.9}
"""What the price war of the game day adds to the log odds of leaving."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Shop:
    """One champion, what it says of its own customers, and the windows that it meets, said and happened."""

    usual: Numbers
    windows: list[Cases]


def shop(windows: int, customers: int, rng: np.random.Generator) -> Shop:
    """Train a champion, and let windows pass."""
    rows = population.draw(LEARNT + windows * customers, rng)
    known, left = features(rows), table.outcome(rows).astype(float)
    learnt = slice(0, LEARNT)
    said = refit.chances(known @ refit.fit(known[learnt], left[learnt], np.ones(LEARNT)))
    starts = range(LEARNT, len(rows), customers)
    parts = [(said[at : at + customers], left[at : at + customers], rows.iloc[at : at + customers]) for at in starts]
    return Shop(said[learnt], [cases(*part) for part in parts])


def cases(said: Numbers, left: Numbers, rows: pd.DataFrame) -> Cases:
    monthly = np.asarray(contract.monthly_value(rows), float)
    return Cases(said, left, monthly, np.ones(len(left)), rows.reset_index(drop=True))


def at_war(window: Cases, rng: np.random.Generator) -> Cases:
    """Let a rival court customers on long contracts."""
    chance = population.probability(window.rows)
    odds = np.log(chance) - np.log1p(-chance) + window.rows["Contract"].map(WAR).to_numpy(dtype=np.float64)
    return replace(window, outcome=(rng.random(len(window)) < 1 / (1 + np.exp(-odds))).astype(float))


def poisoned(window: Cases, rng: np.random.Generator) -> Cases:
    """Swap yes and no for four outcomes in ten."""
    return replace(window, outcome=np.abs(window.outcome - (rng.random(len(window)) < 0.4)))


def alarms(window: Cases, usual: Numbers) -> Iterator[str]:
    """Name the kinds that alarm."""
    empty = Window(0, 0, 0, 0, [])
    scene = Scene(Times.at(10**15, 30, 30), knobs(), None, Seen((), (), empty, (), (), {}, (0, 0)))
    judged = Judged(scene, 1, Model(1, "", {}, LEARNT), window, len(window), len(window))
    for read in (performance.realised, performance.calibration, performance.segments, told.labels):
        found = read(judged)
        if found.state == "alarm":
            yield found.kind
    monitor = scene.knobs.monitor
    distance, limit, _ = moved(usual, window.probability, monitor.draws, monitor.rate, monitor.seed)
    if distance > limit:
        yield "prediction_drift"


def measure(champions: int, windows: int, customers: int) -> dict[str, Counter[str]]:
    """Count alarms by kind: of clean windows, of a price war, of poisoned outcomes."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("clean", "war", "poison")}
    for number in range(champions):
        rng = np.random.default_rng([SEED, number])
        made = shop(windows, customers, rng)
        first = made.windows[0]
        for name, seen in (("clean", made.windows), ("war", [at_war(first, rng)]), ("poison", [poisoned(first, rng)])):
            for one in seen:
                kinds = set(alarms(one, made.usual))
                found[name].update([*kinds, "windows", *(["any"] if kinds else [])])
    return found


def main() -> None:
    champions, windows, customers = map(int, sys.argv[1:4] or (30, 10, 3000))
    for name, counts in measure(champions, windows, customers).items():
        for kind in (*KINDS, "any"):
            many = counts["windows"]
            share = counts[kind] / many
            spread = sqrt(share * (1 - share) / many)
            sys.stdout.write(f"{name:7} {kind:17} {share:.4f} +- {spread:.4f} of {many} windows\n")


if __name__ == "__main__":
    main()
