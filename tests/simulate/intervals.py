"""Do the 95 % intervals of the reports hold the truth 95 % of the time? And how often does luck look like skill?"""

from simulate import coverage, lucky
from simulate.tables import Table


def run(seed: int, quick: bool = False) -> list[Table]:
    """Measure the coverage of the product's own intervals, at the size of its test set and of a small segment."""
    tests, small, splits = (6, 6, 4) if quick else (600, 200, 200)
    return [*coverage.run(seed, tests, small, quick), lucky.run(seed, splits, quick)]
