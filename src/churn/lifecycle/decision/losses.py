"""What mature labels say was lost, window by window, and whether it adds up to more than chance."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import log, sqrt
from statistics import NormalDist
from typing import Any

from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.decision.spans import Span
from churn.lifecycle.monitoring.reading import Reading

LOSSES, ACTED = "losses", "acted"
"""Where the evidence of a decision lists what each window lost, and the windows whose loss it acts on."""
Z = NormalDist().inv_cdf(0.975)
SPREAD = 0.5
"""Standard deviation of one customer's log loss where the reading does not tell it: 0.48 on the public table."""
MONTH = 30 * 86_400 * 1_000_000


@dataclass(frozen=True, slots=True)
class Loss:
    """What a window of one version lost per 1,000 customers, with its standard error; `risen` is of the log loss.

    `lost` is None where it could not be measured; `risen_low` is the low end of the interval of the rise.
    """

    since: int
    until: int
    version: int | None
    labelled: int
    spread: float = SPREAD
    lost: float | None = None
    error: float | None = None
    risen: float | None = None
    risen_low: float | None = None

    @property
    def span(self) -> Span:
        """Give the window."""
        return self.since, self.until

    def plain(self) -> dict[str, Any]:
        """Give it as evidence holds it."""
        return asdict(self)


def read(reading: Reading) -> Loss:
    """Take a loss out of a reading of realised performance; what it does not tell is None."""
    figures = reading.figures
    labelled = int(figures.get("labelled") or 0)
    money, loss = _ends(figures.get("lost_per_1000")), _ends(figures.get("log_loss"))
    expected = _ends(figures.get("expected"))
    risen = None if loss is None or expected is None else loss[1] - expected[1]
    reach = (
        None if loss is None or expected is None else sqrt((loss[1] - loss[0]) ** 2 + (expected[2] - expected[1]) ** 2)
    )
    return Loss(
        reading.since,
        reading.until,
        reading.model_version,
        labelled,
        SPREAD if loss is None or labelled < 1 else (loss[2] - loss[0]) / (2 * Z) * sqrt(labelled),
        None if money is None else money[1],
        None if money is None else (money[2] - money[0]) / (2 * Z),
        risen,
        None if risen is None or reach is None else risen - reach,
    )


def remembered(past: Iterable[Decision], version: int | None) -> list[Loss]:
    """Read the losses of one version's windows out of past decisions, the latest word on each window."""
    told = sorted((one for one in past), key=lambda one: one.at)
    found = [Loss(**line) for one in told for line in one.evidence.get(LOSSES, [])]
    return list({one.span: one for one in found if one.version == version}.values())


def acted(past: Iterable[Decision]) -> set[Span]:
    """List the windows whose loss was acted on already."""
    return {(int(one[0]), int(one[1])) for told in past for one in told.evidence.get(ACTED, [])}


def adds_up(losses: Iterable[Loss], level: float) -> bool:
    """Tell whether small losses, window after window, are more than chance.

    Looked at after every window, a version that loses nothing is said to lose with a chance of at most `level` in its
    whole life: the one-sided normal mixture boundary of Howard et al. (Annals of Statistics 49, 2021).
    """
    scores = [one.lost / one.error for one in losses if one.lost is not None and one.error]
    many = len(scores)
    return many > 0 and sum(scores) > sqrt(2 * (many + 1) * log(1 + sqrt((many + 1) / (4 * level**2))))


def at_least(losses: Iterable[Loss]) -> float | None:
    """Give the low end, of 95 %, of what these windows lose on average per 1,000 customers; None: not measured."""
    told = [(one.lost, one.error) for one in losses if one.lost is not None and one.error is not None]
    if not told:
        return None
    return (sum(lost for lost, _ in told) - Z * sqrt(sum(error**2 for _, error in told))) / len(told)


def needed(loss: Loss, smallest: float, level: float, power: float) -> int:
    """Count the labels by which a rise of the log loss by `smallest` is found with this chance."""
    normal = NormalDist()
    return int(((normal.inv_cdf(1 - level) + normal.inv_cdf(power)) * loss.spread / smallest) ** 2) + 1


def monthly(lost_per_1000: float, customers: float, span: Span) -> float:
    """Give what a month loses at the pace of a window with so many customers."""
    return lost_per_1000 * customers / 1000 * MONTH / max(span[1] - span[0], 1)


def _ends(told: Any) -> tuple[float, float, float] | None:
    """Read low, value and high; None where one is missing."""
    if not isinstance(told, Mapping):
        return None
    ends = [told.get(name) for name in ("low", "value", "high")]
    return None if any(one is None for one in ends) else (float(ends[0] or 0), float(ends[1] or 0), float(ends[2] or 0))
