"""Who it is: the risk, what the customer is worth, when and by which model it was said, and how the customer stands."""

import streamlit as st

from churn import contract
from churn.errors import ServiceError
from churn.services.api.schemas.customers import LastKnown, Standing
from churn.services.api.schemas.predictions import Why
from churn.services.dashboard import frame, look, source, tiles
from churn.services.dashboard.charts.waterfall import risk
from churn.services.dashboard.customer import chosen
from churn.services.dashboard.tiles import Tile


def show() -> None:
    """Show the last known score and what belongs to it."""
    told = chosen.known()
    st.subheader(look.shown(told.customer_id), anchor=False)
    if told.standing is not None:
        _stands(told.standing)
        if told.standing.drawn_out and told.offer and not told.standing.suppression:
            _drawn_out()
    _figures(told)
    st.caption(_said(told))
    _origin(told)


def _figures(told: LastKnown) -> None:
    unit = told.reasons[0].unit if told.reasons else "log-odds"
    usual = "" if told.average is None else f"average customer: {look.percent(risk(told.average, unit), 1)}"
    monthly = contract.monthly_value(told.inputs) if told.inputs else None
    worth = "it costs more than it is expected to bring" if told.offer is False else "expected, its costs taken off"
    tiles.show(
        [
            Tile("Risk of leaving", look.percent(told.churn_probability, 1), usual, "Within the model's horizon."),
            Tile("Tier", told.risk_tier or look.UNKNOWN),
            Tile("Worth of an offer", look.money(told.expected_value), worth, "Under the campaign's assumptions."),
            Tile("Pays per month", look.money(monthly)),
        ],
        "customer",
    )


def _said(told: LastKnown) -> str:
    by = f"Scored {look.age(told.at)} ({look.when(told.at)}) by version {told.model_version}"
    old = look.seconds(told.at) > frame.STALE_DAYS * look.DAY
    return f"{by}, prediction `{told.prediction_id}`." + (
        " :orange[That is long ago: much may have changed since.]" if old else ""
    )


def _stands(told: Standing) -> None:
    if told.outcome and told.outcome.churned:
        st.error(
            f"**Has left**, by the last that was told, on {look.day(told.outcome.observed_on)}. The score is of the "
            "time before; nobody calls, and nothing here counts among what is at risk.",
            icon=":material/logout:",
        )
    if told.suppression:
        until, why = look.day(told.suppression.until), look.shown(told.suppression.reason)
        st.warning(f"**Must not be called until {until}**: {why}.", icon=":material/do_not_disturb_on:")
    if told.contact and told.contact.held_out:
        st.info(
            f"**Held out** on {look.day(told.contact.at)}: left alone on purpose and by chance, so that what calls "
            "bring can be measured. A call now would spoil that.",
            icon=":material/science:",
        )
    elif told.contact:
        offer = f", offered: {look.shown(told.contact.offer)}" if told.contact.offer else ", without an offer"
        st.info(
            f"**Last contact** {look.age(told.contact.at)} by {look.shown(told.contact.channel)}{offer}.",
            icon=":material/call:",
        )


def _drawn_out() -> None:
    st.info(
        "**In the control group by the campaign's share.** Under that share, chance leaves this customer alone this "
        "quarter, so that what calls bring can be measured. A call list that is made with another share may decide "
        "otherwise: look there before you call.",
        icon=":material/science:",
    )


def _origin(told: LastKnown) -> None:
    """Tell, when asked, what the number was made of, and whether it comes out again."""
    with st.expander("Where does this number come from?"):
        if not st.toggle("Trace it, and make it again", key=f"trace_{told.prediction_id}"):
            return
        try:
            found: Why = source.read("why", prediction_id=told.prediction_id)
        except ServiceError as fault:
            st.warning(look.shown(fault))
            return
        box = st.success if found.replay.exact else st.warning
        box(look.shown(found.replay.words[:1].upper() + found.replay.words[1:]) + ".")
        st.caption(look.shown(found.words) + ".")
        rows = {
            "Training run": found.run, "Code": found.git_commit, "Data": found.data_digest,
            "Model file": found.model_digest, "Request": found.request_id,
        }  # fmt: skip
        st.markdown("\n".join(f"- {name}: `{cell}`" for name, cell in rows.items() if cell))
