"""Which versions and which time are looked at, as whoever looks chose."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from churn.errors import ServiceError
from churn.services.api.schemas.versions import VersionTold
from churn.services.dashboard import period, source

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
        """Give the midnight on which the period begins."""
        return period.since(self.days)

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
    left, right = st.columns(2)
    chosen = left.selectbox(
        "Version", [None, *names], format_func=lambda one: "all versions" if one is None else names[one],
        key="version", bind="query-params", persist_state="session",
    )  # fmt: skip
    days = right.selectbox(
        "Period",
        list(period.PERIODS),
        index=1,
        format_func=lambda one: f"the last {period.PERIODS[one]}",
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
