"""How often the gate is fooled by a challenger that is no better, and how often it opens for one that is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from churn.lifecycle.comparison import LOSS, PROFIT
from churn.lifecycle.gate import weigh
from churn.lifecycle.noninferiority import NAME, UNTOLD
from churn.params.campaign import Campaign
from churn.params.gate import Gate
from simulate import recipe, rivals
from simulate.rivals import Pool, Rivals
from simulate.tables import Cell, Promise, Table, clopper_pearson, spread

TESTED, GROWN = 1409, 2800
"""Rows of a fifth of the public table, and of as much again."""
POOL, MODELS = 60_000, 2
NULLS, OPENS = 1000, 300
"""Test tables drawn for a challenger that must not pass, and for one that should."""
BETTER = (0.005, 0.01, 0.02)
FALSE, POWER, AT = 0.05, 0.70, 0.01
MARGINS = (500, 1000, 1500, 2000, 3000)
COMMAND = 'make simulate ARGS="--only gate"'


@dataclass(frozen=True)
class Tally:
    """How the gate judged one pair of rivals over many test tables; a row a table."""

    rivals: Rivals
    rows: int
    gains: tuple[float, float, float]
    judged: pd.DataFrame

    def passed(self, rule: str) -> tuple[int, int]:
        """Count the tables where a rule or a check passed, and all."""
        return int(self.judged[rule].sum()), len(self.judged)


def run(seed: int, quick: bool) -> list[Table]:
    """Let rivals whose true difference is known meet on many test tables, judged as stage register judges them."""
    rng = np.random.default_rng(seed)
    pool = rivals.pool(6_000 if quick else POOL, MODELS, rng)
    nulls, opens = _nulls(pool, rng), _opens(pool, rng)
    worse = [one.turned(one.words.replace("better", "worse")) for one in opens]
    harming = [rivals.harming(pool, "SeniorCitizen", 1.0, rng), rivals.harming(pool, "Contract", "One year", rng)]
    many, few = (20, 10) if quick else (NULLS, OPENS)
    asked = [(one, rows, times) for rows, times in ((TESTED, many), (GROWN, few)) for one in nulls]
    asked += [(one, rows, few) for rows in (TESTED, GROWN) for one in opens]
    asked += [(one, TESTED, few) for one in [*worse, *harming]]
    jobs = zip(asked, np.random.SeedSequence(seed).spawn(len(asked)), strict=True)
    done = Parallel(2, batch_size=1)(delayed(_meet)(pool, *one, own) for one, own in jobs)
    fooled, opened = done[: 2 * len(nulls)], done[2 * len(nulls) : 2 * (len(nulls) + len(opens))]
    rest = done[2 * (len(nulls) + len(opens)) :]
    return [
        _false(fooled, seed),
        _power(opened, seed),
        _margins([*fooled, *opened, *rest[: len(worse)]], seed),
        _refresh([*fooled, *rest[: len(worse)]], seed),
        _segments([*fooled, *rest[len(worse) :]], seed),
    ]


def _nulls(pool: Pool, rng: np.random.Generator) -> list[Rivals]:
    """Make challengers that are truly no better: equal, or a shade worse."""
    one, other = (rivals.noisy(pool.models[0], pool.chance, 0.005, rng) for _ in range(2))
    first, second = (rivals.noisy(pool.models[0], pool.chance, 0.02, rng) for _ in range(2))
    return [
        rivals.no_better(pool, "equal, each with a little noise of its own", one, other),
        rivals.no_better(pool, "equal, each with much noise of its own", first, second),
        rivals.no_better(pool, "the recipe on another sample", *pool.models),
    ]


def _opens(pool: Pool, rng: np.random.Generator) -> list[Rivals]:
    """Make champions that are truly worse: by noise, and by what they have not learnt from."""
    made = []
    for by in BETTER:
        noisy, blind = rivals.noisy(pool.models[0], pool.chance, by, rng), rivals.blinded(pool, by)
        made.append(Rivals(f"AUC better by {by:g}, noise", pool.models[0], noisy))
        made.append(Rivals(f"AUC better by {by:g}, columns", pool.models[0], blind))
    return made


def _meet(pool: Pool, both: Rivals, rows: int, times: int, seed: np.random.SeedSequence) -> Tally:
    rng, gate, campaign = np.random.default_rng(seed), recipe.knobs(Gate), recipe.knobs(Campaign)
    told = [weigh(rivals.meet(pool, both, rows, rng), gate, campaign, UNTOLD) for _ in range(times)]
    small = Rivals(both.words, both.challenger[:0], both.champion[:0])
    return Tally(small, rows, rivals.true_gains(pool, both, campaign), pd.DataFrame(list(map(_told, told))))


def _told(found: dict[str, object]) -> dict[str, float | bool]:
    """Take what the tables need from one verdict; the rule of refreshing as it is for newer data."""
    checks = {check.name: check for check in found["checks"]}
    again = [check for check in found["refresh"].checks if check.name != NAME]
    return {name: check.met for name, check in checks.items()} | {
        "promoted": found["state"] == "pass",
        "fail": found["state"] == "fail",
        "refreshed": all(check.met for check in again),
        "calibration": checks["calibration_gap"].met and checks["calibration_slope"].met,
        "earned low": checks[PROFIT].low,
    }


def _share(hits: int, of: int) -> list[Cell]:
    return [f"{hits / of:.1%}", spread(*clopper_pearson(hits, of))]


def _of(tally: Tally, *rules: str) -> list[Cell]:
    """Name the pair, its true gains, and the share of tables where each of these passed."""
    gains = [f"{tally.gains[0]:+.4f}", f"{tally.gains[1]:+.4f}", f"{tally.gains[2]:+,.0f}"]
    alone = [f"{tally.judged[rule].mean():.1%}" for rule in rules[1:]]
    return [tally.rivals.words, tally.rows, len(tally.judged), *gains, *_share(*tally.passed(rules[0])), *alone]


PAIR = ["challenger", "test rows", "tables", "true AUC gain", "true log-loss gain", "true profit gain per 1,000"]
CHECKS = [LOSS, PROFIT, "calibration", "segments"]
ALONE = ["log loss alone", "profit alone", "calibration alone", "segments alone"]


def _false(found: list[Tally], seed: int) -> Table:
    """Hold the upper end of the worst pair to the promise."""
    worst = max((one for one in found if one.rows == TESTED), key=lambda one: one.passed("promoted")[0])
    hits, of = worst.passed("promoted")
    met = clopper_pearson(hits, of)[1] <= FALSE
    words = f"of no-better challengers at most {FALSE:.0%} are promoted at {TESTED:,} rows: upper end, worst pair"
    return Table(
        title="False promotion: challengers that are no better",
        command=COMMAND,
        seed=seed,
        shows="Equal rivals are the hardest case: every truly worse challenger passes less often.",
        columns=[*PAIR, "promoted", "its interval", *ALONE, "said to be worse"],
        rows=[_of(one, "promoted", *CHECKS, "fail") for one in found],
        promises=[Promise(words, f"{hits / of:.1%}", spread(*clopper_pearson(hits, of)), met)],
    )


def _power(found: list[Tally], seed: int) -> Table:
    """Hold the lower of the two kinds of champions to the promise."""
    at = [one for one in found if one.rows == TESTED and f"by {AT:g}," in one.rivals.words]
    hits, of = min((one.passed("promoted") for one in at), key=lambda one: one[0] / one[1])
    words = f"a challenger better by {AT:g} AUC is promoted at least {POWER:.0%} of the time at {TESTED:,} rows"
    return Table(
        title="Power: challengers that are better",
        command=COMMAND,
        seed=seed,
        shows="A champion is worse by noise in its log odds, or by leaning to a model that has not learnt from "
        "contract, internet service and tenure. Both are calibrated.",
        columns=[*PAIR, "promoted", "its interval", *ALONE],
        rows=[_of(one, "promoted", *CHECKS) for one in found],
        promises=[Promise(words, f"{hits / of:.1%}", spread(*clopper_pearson(hits, of)), hits / of >= POWER)],
    )


def _margins(found: list[Tally], seed: int) -> Table:
    kept = sorted((one for one in found if one.rows == TESTED), key=lambda one: -one.gains[2])
    rows = [
        [
            one.rivals.words,
            f"{one.gains[2]:+,.0f}",
            *(f"{(one.judged['earned low'] > -by).mean():.1%}" for by in MARGINS),
        ]
        for one in kept
    ]
    return Table(
        title=f"What the margin of profit lets through, alone, at {TESTED:,} rows",
        command=COMMAND,
        seed=seed,
        shows="Profit is far noisier than log loss: a narrow margin turns good challengers away, a wide one lets "
        "through whoever earns less. By log loss the worse ones are stopped all the same.",
        columns=["challenger", PAIR[-1], *(f"margin {by:,}" for by in MARGINS)],
        rows=rows,
    )


def _refresh(found: list[Tally], seed: int) -> Table:
    return Table(
        title="Refreshing: challengers on newer data, no worse or worse",
        command=COMMAND,
        seed=seed,
        shows="The rule of refreshing lets equals through and is meant to; a person approves each.",
        columns=[*PAIR, "may refresh", "its interval"],
        rows=[_of(one, "refreshed") for one in found if one.rows == TESTED],
    )


def _segments(found: list[Tally], seed: int) -> Table:
    return Table(
        title="Segments: false alarms, and challengers that harm one group",
        command=COMMAND,
        seed=seed,
        shows="The share of test tables where no group was shown to get worse: of equals nearly all; of a challenger "
        "that harms one group the fewer the better.",
        columns=[*PAIR, "no group shown harmed", "its interval", "promoted"],
        rows=[_of(one, "segments", "promoted") for one in found if one.rows == TESTED],
    )
