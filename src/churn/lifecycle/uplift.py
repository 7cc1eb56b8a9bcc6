"""What a campaign saved: the customers who were offered something against those held out on purpose."""

from dataclasses import dataclass

from churn.lifecycle.proportions import Interval, difference, share


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of the comparison; `monthly` is what those whose outcome is known pay a month on average."""

    name: str
    customers: int
    known: int
    churned: int
    monthly: float

    @property
    def rate(self) -> Interval | None:
        """Give the share that churned among the known, or None where nothing is known."""
        return share(self.churned, self.known) if self.known else None


@dataclass(frozen=True, slots=True)
class Uplift:
    """How much rarer churn was among the contacted; None, and `words` says why, where it cannot be measured."""

    words: str
    reduction: Interval | None = None
    saved: Interval | None = None


def uplift(contacted: Arm, held_out: Arm) -> Uplift:
    """Compare the arms; whatever is missing makes it not measurable, never an assumed effect."""
    if contacted.rate is None or held_out.rate is None:
        lacking = [arm.name for arm in (contacted, held_out) if arm.rate is None]
        return Uplift(f"not measurable yet: no mature outcome among the {' and the '.join(lacking)} customers")
    less = difference(held_out.rate, contacted.rate)
    scale = contacted.known
    return Uplift(_words(less), less, Interval(less.value * scale, less.low * scale, less.high * scale))


def money(saved: Interval, gain: float, spent: float) -> Interval:
    """Give what the saves were worth less what was spent; `gain` is the value of one customer kept."""
    return Interval(saved.value * gain - spent, saved.low * gain - spent, saved.high * gain - spent)


def _words(less: Interval) -> str:
    points = f"{100 * less.value:.1f} points [{100 * less.low:.1f}, {100 * less.high:.1f}]"
    if less.low > 0:
        return f"churn was lower among the contacted by {points}"
    if less.high < 0:
        return f"churn was higher among the contacted: the difference is {points}"
    return f"no effect is shown: churn was lower among the contacted by {points}, and the interval holds zero"
