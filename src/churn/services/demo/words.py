"""What was played and what is true in it, for whoever compares the dashboard with it."""

from typing import Any

from churn.services.demo import truth
from churn.services.demo.play import Play


def facts(play: Play) -> dict[str, Any]:
    """Tell what was played and what is true, for whoever compares."""
    calendar, effect = play.calendar, play.market.effect
    uncalled, called = effect or (None, None)
    return {
        "weeks": calendar.weeks,
        "since": calendar.date(0).isoformat(),
        "until": calendar.date(calendar.days).isoformat(),
        "customers": len(play.market.names),
        **play.counted,
        "saved_by_a_call": truth.SAVED,
        "true_churn_uncalled": uncalled,
        "true_churn_called": called,
        "true_reduction": None if uncalled is None or called is None else uncalled - called,
        "fault": {"from": calendar.date(calendar.fault).isoformat(), "words": "Month-to-month arrives as Monthly"},
        "rise": {"from": calendar.date(calendar.rise).isoformat(), "share": truth.RISE, "group": truth.RAISED[1]},
    }


def words(told: dict[str, Any]) -> list[str]:
    """Say it in lines."""
    counted = f"{told['scores']:,} scores, {told['refused']:,} refused rows, {told['calls']:,} calls"
    also = f"{told['held out']:,} held out, {told['outcomes']:,} outcomes, {told['left alone']} to be left alone"
    return [
        f"{told['customers']:,} customers, {told['weeks']} weeks from {told['since']} to {told['until']}",
        f"{counted}, {also}",
        f"incident 1, from {told['fault']['from']} for 3 days: {told['fault']['words']}",
        f"incident 2, from {told['rise']['from']}: {told['rise']['group']} pays {told['rise']['share']:.0%} more",
        f"truth: a call keeps {told['saved_by_a_call']:.0%} of those who would leave; {_effect(told)}",
        f"built in {told['seconds']:.0f} s; `make demo` shows it",
    ]


def _effect(told: dict[str, Any]) -> str:
    """Say what the dashboard should measure."""
    if told["true_reduction"] is None:
        return "no call is old enough yet for its outcome to be known"
    left, stayed, points = (told[name] for name in ("true_churn_uncalled", "true_churn_called", "true_reduction"))
    of_whom = f"of those called early enough {left:.1%} would have left within {truth.HORIZON} days, not {stayed:.1%}"
    return f"{of_whom}: the dashboard should measure about {100 * points:.1f} points"
