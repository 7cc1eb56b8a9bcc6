"""How fast the service answers, and how much it is asked."""

from typing import Any

import streamlit as st

from churn.services.api.schemas.service import RouteLatency, ServiceFigures
from churn.services.dashboard import frame, look, source, tiles
from churn.services.dashboard.charts.service import latency, volume
from churn.services.dashboard.health.chosen import Chosen

MOST_ROUTES = 20


def show(asked: Chosen) -> None:
    """Show latency by route and scores by day."""
    told: ServiceFigures = source.read("service", days=asked.days)
    st.subheader("How fast it answers", anchor=False)
    _figures(told)
    routes = [_route(one) for one in told.latency if one.count and one.p50]
    if routes:
        routes.sort(key=lambda one: -one["count"])
        frame.draw(
            latency(routes[:MOST_ROUTES]),
            f"Half of all requests are faster than the dot, 95 of 100 than the orange tick, 99 of 100 than the line's "
            f"end; all {told.workers} worker(s) since {look.when(told.since)}. {_beyond(told)}",
            key="health_latency",
        )
    else:
        frame.empty("No request was timed yet.", "The service counts since it started.")
    _volume(told, asked)


def _figures(told: ServiceFigures) -> None:
    failed = told.errors / told.requests if told.requests else None
    shown = (
        ("Requests", look.count(told.requests)),
        ("Failed for a fault of ours", f"{look.count(told.errors)} ({look.percent(failed, 2)})"),
        ("Refused rows", look.count(told.refused_rows)),
    )
    tiles.show([tiles.Tile(name, value) for name, value in shown], "service")


def _volume(told: ServiceFigures, asked: Chosen) -> None:
    st.subheader("How much is scored", anchor=False)
    days = [
        {"day": one.day, "version": str(one.model_version), "scores": one.scores}
        for one in told.volume
        if one.scores and asked.has(one.model_version)
    ]
    if not days:
        frame.empty("Nobody was scored in this period by this version.", "Choose a longer period or another version.")
        return
    refused = sum(one.refused for one in told.volume)
    words = f"{look.count(refused)} cells were refused in this period: their rows broke the contract."
    frame.draw(volume(days), words, key="health_volume")


def _route(one: RouteLatency) -> dict[str, Any]:
    return {"route": one.route, "count": one.count, "p50": one.p50, "p95": one.p95, "p99": one.p99}


def _beyond(told: ServiceFigures) -> str:
    slower = sum(one.slower for one in told.latency)
    return f"{look.count(slower)} took longer than can be told apart." if slower else ""
