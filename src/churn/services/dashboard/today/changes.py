"""What changed, in words; what is not known is said to be so."""

from collections.abc import Iterator

import streamlit as st

from churn.services.api.schemas.alerts import AlertsPage
from churn.services.api.schemas.portfolio import Portfolio
from churn.services.api.schemas.service import ServiceFigures
from churn.services.dashboard import frame, look, source
from churn.services.dashboard.today import figures

SEVERITIES = ("critical", "high", "medium", "low")
OLD = frame.STALE_DAYS * look.DAY


def show() -> None:
    """Say what changed since last week, and what needs somebody's eyes."""
    st.subheader("What changed", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        frame.guarded(_customers)
    with right:
        frame.guarded(_alerts)
        frame.guarded(_refused)


def _customers() -> None:
    told = figures.week()
    for words in (*_moved(told), *_scores(told)):
        st.markdown(words)


def _moved(told: Portfolio) -> Iterator[str]:
    moved, then = told.movement, told.movement.then
    if then is None:
        yield f":material/trending_flat: What moved since last week is {look.shown(moved.words)}."
        return
    yield _line("customers at risk", moved.at_risk, then.at_risk, look.count)
    yield _line("monthly revenue at risk", moved.revenue_at_risk, then.revenue_at_risk.value, look.money)
    new = moved.customers or 0
    if new:
        yield f":material/group: {look.count(abs(new))} customers {'more' if new > 0 else 'fewer'} than a week ago."
    high = next((one for one in told.tiers if one.customers), None)
    if high:
        yield (
            f":material/priority_high: {look.count(high.customers)} customers are in tier {look.shown(high.tier)}; "
            f"they pay {look.money(high.monthly_revenue)} per month."
        )


def _line(name: str, moved: float | None, before: float, spell: look.Spell) -> str:
    if not moved or not round(moved):
        return f":material/trending_flat: {name.capitalize()}: as a week ago."
    way, color = ("up", "red") if moved > 0 else ("down", "green")
    share = f" ({look.percent(moved / before, signed=True)})" if before else ""
    return f":{color}[:material/trending_{way}:] {name.capitalize()}: {spell(moved, True)}{share} since last week."


def _scores(told: Portfolio) -> Iterator[str]:
    fresh = told.freshness
    yield f":material/schedule: Last scored {look.age(fresh.newest)}, {look.when(fresh.newest)}."
    if fresh.oldest and look.seconds(fresh.oldest) > OLD:
        yield f":orange[:material/history:] The oldest score that counts is of {look.day(fresh.oldest)}."
    current = source.ready().model_version
    behind = sum(many for version, many in fresh.by_version.items() if version != current)
    if behind:
        yield f":orange[:material/update:] {look.count(behind)} customers still have the score of an earlier model."
    if told.left:
        yield f":material/logout: {look.many(told.left, 'scored customer')} left for good; no figure counts them."


def _alerts() -> None:
    told: AlertsPage = source.read("alerts", days=figures.DAYS, limit=50)
    if not told.open:
        settled = f" {look.many(told.total, 'alert')} of these {figures.DAYS} days settled." if told.total else ""
        st.markdown(f":green[:material/check_circle:] No alert is open.{settled}")
        return
    still = [one for one in told.alerts if one.resolved_at is None]
    worst = min(still, key=lambda one: SEVERITIES.index(one.severity))
    many = f"{look.count(told.open)} alerts are open; the gravest" if told.open > 1 else "One alert is open"
    st.markdown(f":orange[:material/notifications:] {many} ({worst.severity}): {look.shown(worst.words)}")


def _refused() -> None:
    told: ServiceFigures = source.read("service", days=figures.DAYS)
    refused = sum(one.refused for one in told.volume)
    scored = sum(one.scores for one in told.volume)
    st.markdown(f":material/analytics: {look.count(scored)} scores were made in {figures.DAYS} days.")
    if refused:
        st.markdown(
            f":orange[:material/rule:] {look.count(refused)} cells of what was sent broke the rules for records; their "
            "rows were refused and are in no figure."
        )
    else:
        st.markdown(":green[:material/check_circle:] Nothing that was sent had to be refused.")
