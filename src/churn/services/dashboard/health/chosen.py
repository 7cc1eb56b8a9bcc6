"""Which versions and which time are looked at, as whoever looks chose."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.versions import VersionTold
from churn.services.dashboard import source

PERIODS = {30: "30 days", 90: "90 days", 180: "6 months", 365: "a year"}
WINDOWS = {30: 7, 90: 7, 180: 14, 365: 30}
"""Days that one point stands for, by the days that are shown."""
MOST_VERSIONS = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filters: a version or all, and how many days back."""

    version: int | None
    days: int

    @property
    def since(self) -> datetime:
        """Give the midnight on which the period begins, so that the same question is asked all day."""
        return datetime.combine(datetime.now(UTC).date() - timedelta(days=self.days), time(), UTC)

    @property
    def window(self) -> int:
        """Give the days that one point stands for."""
        return WINDOWS[self.days]

    def has(self, version: int | None) -> bool:
        """Tell whether a version is among those looked at; what is no version's is with all of them."""
        return self.version is None or version == self.version


def choose() -> Chosen:
    """Show the filters; what they say is kept in the page's address."""
    names = _names()
    version, period = st.columns(2)
    chosen = version.selectbox(
        "Version", [None, *names], format_func=lambda one: "all versions" if one is None else names[one],
        key="version", bind="query-params", persist_state="session",
    )  # fmt: skip
    days = period.selectbox(
        "Period",
        list(PERIODS),
        index=1,
        format_func=lambda one: f"the last {PERIODS[one]}",
        key="days",
        bind="query-params",
        persist_state="session",
    )
    return Chosen(chosen, days)


def _names() -> dict[int, str]:
    """Name the versions, newest first; without a registry those that are known to answer."""
    try:
        return {one.number: _name(one) for one in source.read("versions", limit=MOST_VERSIONS).versions}
    except ServiceError:
        version = source.ready().model_version
        return {} if version is None else {version: f"version {version}"}


def _name(one: VersionTold) -> str:
    """Spell a version; who is champion is not in it, for a promotion would take the choice away."""
    return f"version {one.number}{' (retired)' if one.retired else ''}"
