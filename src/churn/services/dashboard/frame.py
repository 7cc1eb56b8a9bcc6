"""What every page has: its question, what must be said before its figures, and parts that fail one by one."""

from collections.abc import Callable
from typing import Any

import altair as alt
import streamlit as st

from churn.errors import ServiceDown, ServiceError
from churn.services.api.schemas.readiness import Readiness
from churn.services.dashboard import faults, look, source

Part = Callable[[], object]
STALE_DAYS = 7
"""Scores older than this are said to be old."""
PARTS = ("model", "ledger", "registry")
EXAMPLE = """import csv
from churn.services.client.client import ChurnClient

customers = list(csv.DictReader(open("data/raw/telco_churn_raw.csv")))
for customer in customers:
    del customer["Churn"]
with ChurnClient("{url}") as client:
    for first in range(0, len(customers), 1000):
        client.predict_batch(customers[first:first + 1000])"""


def page(title: str, question: str, *parts: Part, scored: bool = False, model: bool = True) -> None:
    """Show a page: its title, the question it answers, what must be said first, then part after part.

    `scored`: nothing of it makes sense before anybody is scored; `model`: nor before a model answers.
    """
    st.title(title, anchor=False)
    st.markdown(f":gray[{question}]")
    if guarded(lambda: _begun(scored, model), vital=True):
        for part in parts:
            if not guarded(part):
                break


def guarded(part: Part, vital: bool = False) -> bool:
    """Show a part, or in its place why it cannot be; tell whether what comes after it makes sense.

    Nothing makes sense after a vital part that failed, or once the service is away.
    """
    try:
        return part() is not False
    except ServiceDown as fault:
        faults.show(fault)
        return False
    except ServiceError as fault:
        faults.show(fault)
        return not vital


def empty(words: str, hint: str = "") -> None:
    """Say that there is nothing to show yet, and what would bring it."""
    with st.container(border=True):
        st.markdown(f"**{words}**")
        if hint:
            st.markdown(f":gray[{hint}]")


def draw(chart: alt.Chart | alt.LayerChart | Any, words: str = "", key: str | None = None) -> None:
    """Show a chart as wide as its place, and say below in words what it shows."""
    st.altair_chart(chart, width="stretch", theme=None, key=key)
    if words:
        st.caption(words)


def _begun(scored: bool, model: bool) -> bool:
    """Say what must be said first; tell whether the figures can follow."""
    told = source.ready()
    if source.simulated(told):
        st.info(
            "**Simulated.** This service plays made-up traffic to show what the pages can do. No real customer was "
            "scored, called or lost.",
            icon=":material/science:",
        )
    if told.model_version is None and model:
        faults.no_model()
        return False
    if told.status != "ready":
        _off(told)
    return not scored or _scored()


def _off(told: Readiness) -> None:
    wrong = [f"{name}: {look.shown(getattr(told, name).words)}" for name in PARTS if not getattr(told, name).ok]
    lead = "The service answers, but something is wrong" if told.status == "degraded" else "The service cannot answer"
    st.warning("\n\n".join([f"**{lead}.**", *wrong]), icon=":material/warning:")


def _scored() -> bool:
    told = source.read("portfolio", days=STALE_DAYS)
    if not told.customers:
        empty(
            "Nobody has been scored yet.",
            "As soon as customers are scored, this page fills itself. Upload a file on the page Batch, or send the raw "
            "table's columns:",
        )
        st.code(EXAMPLE.format(url=source.client().url), language="python")
        return False
    newest = told.freshness.newest
    if newest and look.seconds(newest) > STALE_DAYS * look.DAY:
        st.warning(
            f"**The scores are old.** Nobody was scored since {look.when(newest)} ({look.age(newest)}): figures below "
            "are of that time. Score the customers again, on the page Batch or by whatever sends them.",
            icon=":material/history:",
        )
    return True
