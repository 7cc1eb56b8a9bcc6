"""What each policy of retraining earns on the same customers, after what it costs."""

from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from math import sqrt
from multiprocessing import get_context

import numpy as np
from scipy.stats import t as student

from churn.params.campaign import Campaign
from gameday import models, rivals
from gameday.diary import Diary
from gameday.rivals import POLICIES
from gameday.script import Script
from simulate import recipe

OURS, ORACLE = "ours", "an oracle's refit each month"
PROCESSES = 1


@dataclass(frozen=True)
class Books:
    """One policy's day with one seed; `earned` per 1,000 customers of each window, `retrained` the windows."""

    policy: str
    seed: int
    earned: list[float]
    retrained: list[int]
    promoted: int

    def net(self, script: Script) -> float:
        """Give what is left after costs, over the whole day and all customers."""
        spent = len(self.retrained) * script.costs.retrain + self.promoted * script.costs.promotion
        return sum(self.earned) * script.rows / 1000 - spent


def pool() -> ProcessPoolExecutor:
    """Give the process in which the others play while the day goes on."""
    return ProcessPoolExecutor(PROCESSES, get_context("spawn"))


def begin(at: ProcessPoolExecutor, script: Script, seeds: Sequence[int]) -> list[Future[list[Books]]]:
    """Let every policy that can be played in process live through the day, with each seed."""
    return [at.submit(books, script, seed) for seed in seeds]


def books(script: Script, seed: int) -> list[Books]:
    """Give the books of all policies on the same customers, and of what nobody can do."""
    given = rivals.months(script, seed)
    played = {name: rivals.play(script, policy, given) for name, policy in POLICIES.items()}
    kept = [Books(name, seed, one.earned, one.retrained, len(one.retrained)) for name, one in played.items()]
    campaign, best = recipe.knobs(Campaign), []
    for month in given:
        _, said = rivals.scores(models.oracle(script, month.window, seed), month)
        best.append(month.earned(said, campaign))
    return [*kept, Books(ORACLE, seed, best, [], 0)]


def ours(diary: Diary, seed: int) -> Books:
    """Give the books of the day that was played through the real service."""
    moved = sum(len(page.moves) for page in diary.pages)
    retrained = [page.window for page in diary.pages if page.retrained]
    return Books(OURS, seed, [page.earned for page in diary.pages], retrained, moved)


@dataclass(frozen=True)
class Line:
    """One policy: what it keeps on the day that was played, and what ours keeps more; an interval over other seeds."""

    policy: str
    net: float
    retrained: int
    more: float
    low: float | None
    high: float | None


def compare(script: Script, kept: Sequence[Books], played: Books) -> list[Line]:
    """Set every policy beside the day that was played.

    The interval is of a policy's own distance to the oracle over all seeds: how much is this day's luck.
    """
    found = [Line(OURS, played.net(script), len(played.retrained), 0.0, None, None)]
    for name in [*POLICIES, ORACLE]:
        mine = next((one for one in kept if one.policy == name and one.seed == played.seed), None)
        if mine is None:
            continue
        more = played.net(script) - mine.net(script)
        reach = _reach(script, kept, name)
        ends = (None, None) if reach is None or name == ORACLE else (more - reach, more + reach)
        found.append(Line(name, mine.net(script), len(mine.retrained), more, *ends))
    return found


def _reach(script: Script, kept: Sequence[Books], name: str) -> float | None:
    """Give the half width of the 95 % interval of one day's distance to the oracle."""
    best = {one.seed: one.net(script) for one in kept if one.policy == ORACLE}
    apart = [best[one.seed] - one.net(script) for one in kept if one.policy == name]
    if len(apart) < 3:
        return None
    return float(student.ppf(0.975, len(apart) - 1) * np.std(apart, ddof=1) * sqrt(1 + 1 / len(apart)))
