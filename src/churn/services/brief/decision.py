"""The one thing that is asked of whoever reads the brief."""

from churn.page import numbers
from churn.page.inline import Tone
from churn.services.brief import words
from churn.services.brief.facts import Facts


def decision(facts: Facts) -> tuple[str, Tone]:
    """Give the decision: what stands in the way of calling comes first."""
    for found in (_alert(facts), _stale(facts), _harm(facts)):
        if found:
            return found, "bad"
    told = facts.calls
    if told is None:
        return "None this week: the call list could not be read, so there is nothing to approve.", "unknown"
    if not told.customers:
        return "None this week: nobody is worth a call.", "plain"
    return f"{_approve(facts)} {_measure(facts)}".strip(), "good"


def _alert(facts: Facts) -> str:
    urgent = [one for one in words.grave(facts) if one.severity == "critical"]
    if not urgent:
        return ""
    return f"Name who settles this before anybody is called: {urgent[0].words}."


def _stale(facts: Facts) -> str:
    newest = facts.portfolio.freshness.newest
    if not words.stale(facts) or newest is None:
        return ""
    return f"Have the customers scored anew before calling: the newest score is of {words.day(newest)}."


def _harm(facts: Facts) -> str:
    for told in (facts.month, facts.half_year):
        if told and told.reduction and told.reduction.high < 0:
            return "Stop the calls until it is understood why called customers left more often than those left alone."
    return ""


def _approve(facts: Facts) -> str:
    told = facts.calls
    if told is None:
        return ""
    worth, cost = numbers.amount(told.expected_value), numbers.amount(told.cost)
    return (
        f"Approve {numbers.count(told.customers)} calls this week, for about {cost}: expected worth {worth} after that."
    )


def _measure(facts: Facts) -> str:
    told = facts.calls
    if told and not told.held_out.customers:
        return "And decide to leave a share of them alone by chance: without it nobody will ever know what calls bring."
    if all(one is None or one.reduction is None for one in (facts.month, facts.half_year)):
        return "And see that calls and outcomes are told: what calls bring cannot be measured yet."
    return ""
