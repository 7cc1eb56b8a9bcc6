"""How often the intervals of stage evaluate hold the truth: one model, many test sets, a truth from all of them."""

import numpy as np
from joblib import Parallel, delayed

from churn.params.campaign import Campaign
from churn.params.evaluate import Evaluate
from churn.scoring.scorer import Scorer
from churn.steps.evaluate.intervals import Interval, measure
from churn.steps.evaluate.metrics import points
from churn.steps.evaluate.scored import Scored, scored
from simulate import recipe
from simulate.population import draw
from simulate.tables import Cell, Promise, Table, clopper_pearson, spread

LEARNT, TESTED, SMALL = 5634, 1409, 300
"""Rows of four fifths and of one fifth of the public table, and of one of its smaller segments."""
PROMISED = {"roc_auc": "ROC-AUC", "log_loss": "log loss", "profit_per_1000_offer_rule": "profit per 1,000"}
BESIDE = (
    "profit_per_1000_at_threshold", "profit_gain_offer_rule_over_at_half", "brier", "pr_auc", "calibration_slope",
    "calibration_intercept", "top_decile_lift", "accuracy_at_half", "precision_at_threshold", "recall_at_threshold",
    "f1_at_threshold",
)  # fmt: skip
LEAST, MOST = 0.93, 0.97
PROCESSES, IN_ONE_TURN = 2, 20
COLUMNS = ["metric", "truth", "mean estimate", "mean width", "coverage", "its interval", "truth below", "truth above"]

Judged = tuple[Scored, dict[str, Interval]]


def run(seed: int, tests: int, small: int, quick: bool) -> list[Table]:
    """Judge one model on many test sets of two sizes; the truth is its metrics on all the larger ones together."""
    learnt, at_size, few = np.random.SeedSequence(seed).spawn(3)
    model = recipe.model(draw(LEARNT, np.random.default_rng(learnt)), quick)
    many, less = _judged(model, tests, TESTED, at_size), _judged(model, small, SMALL, few)
    truth = _truth([one for one, _ in many])
    shows = f"A {Scorer(model).decision['family']} trained once on {LEARNT:,} customers as stage train does; the truth "
    shows += f"is what it reaches on {len(many) * TESTED:,} others. "
    at_size_too = _table(many, TESTED, truth, seed, shows + "At the size of the product's test set.")
    return [at_size_too, _table(less, SMALL, truth, seed, shows + "At the size of a small segment; nothing promised.")]


def _judged(model: bytes, tests: int, rows: int, seed: np.random.SeedSequence) -> list[Judged]:
    """Draw test sets, score and measure them in several processes."""
    turns = [range(start, min(start + IN_ONE_TURN, tests)) for start in range(0, tests, IN_ONE_TURN)]
    jobs = zip(turns, seed.spawn(len(turns)), strict=True)
    knobs, money = recipe.knobs(Evaluate), recipe.knobs(Campaign)
    done = Parallel(PROCESSES)(delayed(_turn)(model, turn, rows, own, knobs, money) for turn, own in jobs)
    return [one for part in done for one in part]


def _turn(
    model: bytes, turn: range, rows: int, seed: np.random.SeedSequence, knobs: Evaluate, money: Campaign
) -> list[Judged]:
    scorer = Scorer(model)
    drawn = draw(rows * len(turn), np.random.default_rng(seed))
    everybody = scored(drawn, scorer.probabilities(drawn), scorer.decision["threshold"], money)
    tests = [everybody.where(np.arange(len(drawn)) // rows == place) for place in range(len(turn))]
    return [
        (test, measure(test, knobs.model_copy(update={"seed": number})))
        for number, test in zip(turn, tests, strict=True)
    ]


def _truth(tests: list[Scored]) -> dict[str, float]:
    """Measure the model on the rows of all test sets together."""
    arrays = {name: np.concatenate([getattr(one, name) for one in tests]) for name in ("outcome", "churn", "monthly")}
    weight = np.ones(len(arrays["churn"]))
    whole = Scored(**arrays, weight=weight, threshold=tests[0].threshold, campaign=tests[0].campaign)
    return {name: float(get()) for name, get in points(whole, recipe.knobs(Evaluate).bins).items()}


def _table(made: list[Judged], size: int, truth: dict[str, float], seed: int, shows: str) -> Table:
    found = {name: [intervals[name] for _, intervals in made] for name in (*PROMISED, *BESIDE)}
    promised = PROMISED if size == TESTED else {}
    return Table(
        title=f"95 % intervals over {len(made):,} test sets of {size:,} customers",
        command='make simulate ARGS="--only intervals"',
        seed=seed,
        shows=shows,
        columns=COLUMNS,
        rows=[_row(name, truth[name], tries) for name, tries in found.items()],
        promises=[_promise(words, truth[name], found[name]) for name, words in promised.items()],
    )


def _row(name: str, truth: float, tries: list[Interval]) -> list[Cell]:
    value, low, high = np.array([(one.value, one.low, one.high) for one in tries], float).T
    held = int(((low <= truth) & (truth <= high)).sum())
    interval = spread(*clopper_pearson(held, len(tries)))
    figures = [truth, float(np.nanmean(value)), float(np.nanmean(high - low))]
    return [name, *figures, f"{held / len(tries):.1%}", interval, *map(_percent, (truth < low, truth > high))]


def _promise(words: str, truth: float, tries: list[Interval]) -> Promise:
    """Hold the measured coverage, not the ends of its interval, to the promise."""
    held = sum(one.low is not None and one.low <= truth <= (one.high or 0.0) for one in tries)
    met = LEAST <= held / len(tries) <= MOST
    words = f"the 95 % interval of {words} holds the truth {LEAST:.0%} to {MOST:.0%} of the time"
    return Promise(words, f"{held / len(tries):.1%}", spread(*clopper_pearson(held, len(tries))), met)


def _percent(missed: np.ndarray) -> str:
    return f"{missed.mean():.1%}"
