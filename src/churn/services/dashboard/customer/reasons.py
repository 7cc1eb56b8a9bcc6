"""Why the risk is what it is."""

import streamlit as st

from churn.services.api.schemas.customers import LastKnown
from churn.services.api.spelling import Reason
from churn.services.dashboard import frame, look
from churn.services.dashboard.charts import waterfall
from churn.services.dashboard.charts.waterfall import Step
from churn.services.dashboard.customer import chosen


def show() -> None:
    """Show the way from the average customer to this one."""
    told = chosen.known()
    st.subheader("Why", anchor=False)
    if told.reasons is None or told.average is None or told.explained_probability is None:
        frame.empty("The model gave no reasons for this customer.")
        return
    if told.explained_by_version != told.model_version:
        st.info(
            f"The score is of version {told.model_version}; the reasons are of version {told.explained_by_version}, "
            f"which answers now and says {look.percent(told.explained_probability, 1)} of the same record.",
            icon=":material/update:",
        )
    frame.draw(drawn(told), _words(told.reasons))


def drawn(told: LastKnown) -> object:
    """Draw the reasons of an explained score."""
    reasons = told.reasons or []
    unit = reasons[0].unit if reasons else "log-odds"
    own, average = told.explained_probability or 0.0, told.average or 0.0
    level = waterfall.level(own, unit)
    return waterfall.waterfall(average, [Step(_short(one), one.effect) for one in reasons], level, unit)


def _short(one: Reason) -> str:
    """Leave out what colour and side of the bar say already."""
    return one.text.rpartition(":")[0] or one.text


def _words(reasons: list[Reason]) -> str:
    raising = [_short(one) for one in reasons if one.effect > 0][:2]
    lowering = [_short(one) for one in reasons if one.effect < 0][:2]
    said = [f"Most raises it: {'; '.join(raising)}." if raising else "", f"Most lowers it: {'; '.join(lowering)}."]
    against = (
        "Read from top to bottom: each bar is what one thing adds to or takes from the risk, strongest first. The same "
        "bar moves a middling risk by many points and a risk near 0 or 100 % by few, so the scale is narrower at its "
        "ends. Reasons are what goes together in past customers, not proven causes."
    )
    return look.shown(" ".join([*(said if lowering else said[:1])]).strip()) + " " + against
