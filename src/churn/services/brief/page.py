"""The brief laid out: one HTML file that loads nothing."""

from churn.page import numbers
from churn.page.blocks import Block, Card, Cards, Grid, Note, Page, Points, Section, Table, Text
from churn.page.inline import Inline, Mark, Tone
from churn.page.render import render
from churn.services.api.schemas.campaign import CampaignTold, Side
from churn.services.brief import drawn, words
from churn.services.brief.decision import decision
from churn.services.brief.facts import WEEK, Facts

SOURCE = "Made from what the service told at the time above. No single customer is named; the call list names them."
LEAD = "Who is about to leave, what that costs, and what there is to decide"
TONES: dict[str, Tone] = {"critical": "bad", "high": "bad", "medium": "warn", "low": "plain"}


def page(facts: Facts) -> bytes:
    """Lay out the brief; the same facts give the same bytes."""
    simulated = facts.purpose == "simulated"
    title = "Weekly churn brief" + (" (simulated)" if simulated else "")
    week = f"{words.day(facts.at - WEEK)} to {words.day(facts.at)}"
    sections = (
        Section("At a glance", _glance(facts, simulated)),
        Section("The decision asked", [Note(*decision(facts))]),
        Section("Since last week", [Points(*words.movement(facts)), _drawings(facts)]),
        Section("This week's calls", [Points(*words.calls(facts))]),
        Section("Did last month's calls pay?", _paid(facts)),
        Section("Is the model well?", _health(facts)),
    )
    return render(Page(title, f"{LEAD}: {week}.", sections, _feet(facts), SOURCE))


def _glance(facts: Facts, simulated: bool) -> list[Block]:
    told = facts.portfolio
    risk, moved = told.revenue_at_risk, told.movement.then is not None
    since = f"; {words.signed(told.movement.at_risk or 0)} in a week" if moved else "; movement not known"
    said, tone = words.verdict(facts.month)
    cards = [
        Card("Customers at risk", numbers.count(told.at_risk), f"of {numbers.count(told.customers)}{since}"),
        Card(
            "Monthly revenue at risk", numbers.amount(risk.value),
            f"95% interval {numbers.interval(risk.low, risk.high, numbers.amount)}",
        ),
        _worth(facts),
        Card("Did last month's calls pay?", said, "measured against customers left alone by chance", tone),
    ]  # fmt: skip
    first: list[Block] = [Note(words.SIMULATED, "warn")] if simulated else []
    if words.stale(facts):
        first.append(Note("The scores are old: nobody was scored for more than a week.", "warn"))
    return [*first, Cards(cards)]


def _worth(facts: Facts) -> Card:
    name, told = "Worth of this week's calls", facts.calls
    if told is None:
        return Card(name, numbers.UNKNOWN, "the call list could not be read", "unknown")
    return Card(name, numbers.amount(told.expected_value), f"expected, of {numbers.count(told.customers)} calls")


def _drawings(facts: Facts) -> Grid:
    figures = (drawn.spread(facts.portfolio), drawn.groups(facts.portfolio))
    return Grid([one for one in figures if one is not None])


def _paid(facts: Facts) -> list[Block]:
    month, longer = (
        words.paid(facts.month, facts.missing.get("month", "")),
        words.paid(facts.half_year, facts.missing.get("half_year", "")),
    )
    found: list[Block] = [Note(*month)]
    if facts.month is not None:
        found.append(_arms(facts.month))
    said = "Over the last half year. "
    return [*found, Text(said, longer[0])]


def _arms(told: CampaignTold) -> Table:
    rows: list[list[Inline]] = [_arm("Called", told.contacted), _arm("Control group, not called", told.held_out)]
    head = ("", "Customers", f"Outcome known after {told.horizon_days} days", "Left", "Share that left")
    return Table(head, rows, "lrrrr")


def _arm(name: str, side: Side) -> list[Inline]:
    rate = side.churn_rate
    within = f" ({numbers.interval(rate.low, rate.high, numbers.share)})" if rate else ""
    share = f"{numbers.share(rate.value)}{within}" if rate else numbers.UNKNOWN
    return [name, numbers.count(side.customers), numbers.count(side.known), numbers.count(side.churned), share]


def _health(facts: Facts) -> list[Block]:
    said: list[Block] = [Note(*words.health(facts))]
    if facts.alerts is None:
        return [*said, Text(f"Which alerts are open could not be told: {facts.missing['alerts']}.")]
    found = words.opened(facts)
    if not found:
        return [*said, Text("No alert is open.")]
    rows: list[list[Inline]] = [
        [Mark(one.severity, TONES.get(one.severity, "plain")), one.words, words.day(one.raised_at)] for one in found
    ]
    caption = f"{numbers.count(facts.alerts.open)} open alerts"
    return [*said, Table(("Severity", "What is wrong", "Since"), rows, "lll", caption)]


def _feet(facts: Facts) -> list[tuple[str, str]]:
    fresh = facts.portfolio.freshness
    scored = f"{words.day(fresh.oldest)} to {words.day(fresh.newest)}" if fresh.oldest and fresh.newest else "unknown"
    return [
        ("Made", f"{facts.at:%Y-%m-%d %H:%M} UTC"),
        ("Figures of", facts.purpose),
        ("Model version", str(facts.ready.model_version)),
        ("Customers scored", scored),
        ("Calls a week", numbers.count(facts.asked_calls)),
    ]
