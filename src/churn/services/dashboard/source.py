"""The only reader of the API: typed answers, kept for some seconds, so that pages stay quick and ask little."""

import inspect
from typing import Any

import streamlit as st

from churn import settings
from churn.services import address
from churn.services.api.schemas.readiness import Readiness
from churn.services.api.schemas.told import Purpose
from churn.services.client.client import ChurnClient

KEPT = 20.0
"""How many seconds an answer is shown before it is asked for again."""
READY_KEPT = 5.0
SECONDS, PATIENCE = 10.0, 2.0


def client() -> ChurnClient:
    """Give the connection to the service, one for all who look."""
    return _client(*_place())


def ready() -> Readiness:
    """Tell how the service is; `not ready` is an answer. Raises ServiceError."""
    return _ready(*_place())


def simulated(told: Readiness) -> bool:
    """Tell whether the service plays instead of working."""
    return told.simulation


def purpose() -> Purpose:
    """Name whose figures are shown: in a service that simulates, the simulated ones. Raises ServiceError."""
    return "simulated" if simulated(ready()) else "production"


def read(name: str, /, **options: Any) -> Any:
    """Ask the client's method of that name, or recall its answer of the last seconds. Raises ServiceError.

    The purpose is said where the method takes one and none is given; another model's answers are never recalled.
    """
    told = ready()
    if "purpose" not in options and "purpose" in inspect.signature(getattr(ChurnClient, name)).parameters:
        options["purpose"] = "simulated" if simulated(told) else "production"
    return _read(*_place(), told.model_version, name, options)


def forget() -> None:
    """Drop what was kept, so that everything is asked again."""
    _read.clear()
    _ready.clear()


def _place() -> tuple[str, str | None]:
    url = settings.variable("CHURN_API_URL") or address.of(settings.read())
    return url, settings.variable("CHURN_API_KEY")


@st.cache_resource(on_release=ChurnClient.close, show_spinner=False)
def _client(url: str, key: str | None) -> ChurnClient:
    return ChurnClient(url, key, timeout=SECONDS, patience=PATIENCE)


@st.cache_data(ttl=READY_KEPT, max_entries=10, show_spinner=False)
def _ready(url: str, key: str | None) -> Readiness:
    return _client(url, key).ready()


@st.cache_data(ttl=KEPT, max_entries=500, show_spinner="Asking the service …")
def _read(url: str, key: str | None, version: int | None, name: str, options: dict[str, Any]) -> Any:  # noqa: ARG001  a part of the key
    """Ask; the version tells one model's answers from another's."""
    return getattr(_client(url, key), name)(**options)
