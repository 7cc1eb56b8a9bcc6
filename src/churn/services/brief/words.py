"""What the brief says, sentence by sentence."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from churn.page import numbers
from churn.page.inline import Tone
from churn.services.api.schemas.alerts import AlertTold
from churn.services.api.schemas.calls import CallList
from churn.services.api.schemas.campaign import CampaignTold
from churn.services.api.schemas.told import Interval
from churn.services.brief.facts import WEEK, Facts

Said = tuple[str, Tone]
GRAVE = ("critical", "high")
SIMULATED = (
    "Simulated. These figures come from made-up traffic that shows what the brief can tell. No real customer was "
    "scored, called or lost."
)
UNTOLD = "This could not be told"


def day(moment: datetime | date | str) -> str:
    """Spell a day: 21 Nov 2026."""
    return f"{datetime.fromisoformat(moment) if isinstance(moment, str) else moment:%-d %b %Y}"


def signed(value: float) -> str:
    """Spell a change of an amount."""
    return f"+{numbers.amount(value)}" if round(value) > 0 else numbers.amount(value) if round(value) else "no change"


def points(share: float, digits: int = 1) -> str:
    """Spell a difference of two shares."""
    return numbers.decimal(100 * share, digits)


def movement(facts: Facts) -> list[str]:
    """Say what moved since last week, or why that is not known."""
    moved = facts.portfolio.movement
    if moved.then is None:
        return [f"What moved since last week is not known: {moved.words}."]
    then, risk = moved.then, moved.revenue_at_risk or 0.0
    said = [
        f"Customers at risk: {signed(moved.at_risk or 0)}, from {numbers.count(then.at_risk)} a week ago.",
        f"Monthly revenue at risk: {signed(risk)}, from {numbers.amount(then.revenue_at_risk.value)}.",
        f"Customers with a score that counts: {signed(moved.customers or 0)}, from {numbers.count(then.customers)}.",
    ]
    left = facts.portfolio.left
    return said + ([f"{numbers.count(left)} scored customers have left so far; no figure counts them."] if left else [])


def calls(facts: Facts) -> list[str]:
    """Say what this week's calls are worth, and what they leave out."""
    told = facts.calls
    if told is None:
        return [f"{UNTOLD}: {facts.missing['calls']}."]
    if not told.customers:
        return ["Nobody is worth a call this week: each offer costs more than it is expected to bring, or rests."]
    many, worth, out = numbers.count(told.customers), numbers.amount(told.expected_value), told.excluded
    first = (
        f"The best {many} calls are expected to be worth {worth} after contacts and offers of "
        f"{numbers.amount(told.cost)}. That is what the model expects under the campaign's assumptions, not what "
        "calls were shown to bring."
    )
    last = (
        f"Left out of the list: {numbers.count(out.suppressed)} who must not be called, {numbers.count(out.contacted)} "
        f"who were contacted or held out lately, {numbers.count(out.churned)} who have left."
    )
    return [first, *_beside(told), last]


def paid(told: CampaignTold | None, why: str = "") -> Said:
    """Say whether calls paid, against the customers who were held out by chance; or that it cannot be told, and why."""
    if told is None:
        return f"{UNTOLD}: {why}.", "unknown"
    period = f"Calls from {day(told.since)} to {day(told.until)}"
    if told.reduction is None:
        return f"{period}: whether they paid cannot be told. {_sentence(told.words)}", "unknown"
    less, money = told.reduction, _money(told)
    reach = f"95% interval {points(less.low)} to {points(less.high)}"
    if less.low > 0:
        return f"{period} worked: the called left {points(less.value)} points less often ({reach}). {money}", "good"
    if less.high < 0:
        return f"{period} did harm: the called left {points(-less.value)} points more often. {money}", "bad"
    return (
        (
            f"{period}: no effect is shown. The difference is {points(less.value)} points, and its interval holds zero "
            f"({reach}): it may be chance. {money}"
        ),
        "warn",
    )


def verdict(told: CampaignTold | None) -> Said:
    """Say the same in a word or two."""
    if told is None or told.reduction is None:
        return "Cannot be told", "unknown"
    less = told.reduction
    return ("Yes", "good") if _above(told.money) else ("Harmful", "bad") if less.high < 0 else ("Not shown", "warn")


def health(facts: Facts) -> Said:
    """Say in one sentence how the model does."""
    name, right, wrong = f"The model (version {facts.ready.model_version})", _right(facts), _wrong(facts)
    if wrong:
        return f"{name} needs a look ({'; '.join(wrong)}): {right}.", "warn"
    if facts.performance is None or facts.performance.roc_auc is None:
        return f"How well the model (version {facts.ready.model_version}) does is not known yet: {right}.", "unknown"
    beside = f", and {facts.drift.words}" if facts.drift else ""
    return f"{name} does well: {right}{beside}.", "good"


def grave(facts: Facts) -> list[AlertTold]:
    """List the open alerts that cannot wait."""
    return [one for one in opened(facts) if one.severity in GRAVE]


def opened(facts: Facts) -> list[AlertTold]:
    """List the open alerts."""
    return [one for one in facts.alerts.alerts if one.resolved_at is None] if facts.alerts else []


def stale(facts: Facts) -> bool:
    """Tell whether nobody was scored for more than a week."""
    newest = facts.portfolio.freshness.newest
    return newest is not None and facts.at - datetime.fromisoformat(newest) > timedelta(WEEK.days)


def _beside(told: CallList) -> Iterator[str]:
    held, more = told.held_out, told.one_more
    if held.customers:
        yield (
            f"{numbers.count(held.customers)} more who would be worth a call are left alone by chance, so that what "
            f"calls bring can be measured; the price is {numbers.amount(held.expected_value)} of expected worth."
        )
    if more.calls:
        yield (
            f"One more agent, {numbers.count(more.calls)} calls, would be expected to add "
            f"{numbers.amount(more.expected_value)}, before the agent's own pay."
        )


def _wrong(facts: Facts) -> list[str]:
    parts = (facts.ready.model, facts.ready.ledger, facts.ready.registry)
    said = [one.words for one in parts if not one.ok]
    if facts.drift and facts.drift.state == "moved":
        said.append(facts.drift.words)
    urgent = len(grave(facts))
    return said + ([f"{urgent} open alert{'s' if urgent > 1 else ''} cannot wait"] if urgent else [])


def _right(facts: Facts) -> str:
    told = facts.performance
    if told is None:
        return f"its results could not be read ({facts.missing['performance']})"
    if told.roc_auc is None:
        return told.words
    auc = told.roc_auc
    return (
        f"of 100 pairs of a customer who left and one who stayed it put {auc.value * 100:.0f} in the right order "
        f"(95% interval {auc.low * 100:.0f} to {auc.high * 100:.0f}; 50 would be chance), measured on "
        f"{numbers.count(told.labelled)} customers whose outcome is known"
    )


def _money(told: CampaignTold) -> str:
    if told.money is None:
        return ""
    worth = told.money
    return (
        f"Customers kept are worth {numbers.amount(worth.value)} after all costs (95% interval "
        f"{numbers.interval(worth.low, worth.high, numbers.amount)}), under the campaign's assumed margin and months."
    )


def _above(one: Interval | None) -> bool:
    return one is not None and one.low > 0


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('.') else '.'}"
