"""The page's frame: filters, headline, and one section at a time, read again every half minute."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from churn.services.dashboard import frame
from churn.services.dashboard.health import (
    alerts,
    calibration,
    champion,
    chosen,
    comparison,
    drift,
    headline,
    performance,
    readings,
    scores,
    segments,
    service,
    trials,
)

SECONDS = 30
Part = Callable[[chosen.Chosen], object]
SECTIONS: dict[str, tuple[Part, ...]] = {
    "Performance": (performance.show, calibration.show, segments.show),
    "Drift": (drift.show, scores.show),
    "Readings": (readings.show,),
    "Service": (service.show,),
    "Alerts": (alerts.show,),
    "Versions": (champion.show, comparison.show, trials.show),
}


def show() -> None:
    """Show the board, and read it again by itself unless told not to; only the figures change, not the place."""
    words = f"reads the figures again every {SECONDS} seconds; filters and place stay as they are"
    live = st.toggle("Live", value=True, key="health_live", help=words)
    st.fragment(_board, run_every=SECONDS if live else None)()


def _board() -> None:
    frame.guarded(_filtered)


def _filtered() -> None:
    asked = chosen.choose()
    headline.show(asked)
    section = st.segmented_control(
        "Section", list(SECTIONS), default="Performance", required=True, key="section", bind="query-params",
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    for part in SECTIONS[section or "Performance"]:
        if not frame.guarded(partial(part, asked)):
            break
    st.caption(f"Read at {datetime.now(UTC):%H:%M:%S} UTC.")
