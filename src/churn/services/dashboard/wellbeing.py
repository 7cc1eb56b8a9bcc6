"""Whether the service is well, and which model answers."""

import streamlit as st

from churn.services.api.schemas.readiness import Readiness
from churn.services.client.client import ChurnClient

WORDS = {"ready": "All is well", "degraded": "Answers are given, but something is wrong", "not ready": "No answers now"}
PARTS = ("model", "ledger", "registry")


def show(client: ChurnClient) -> bool:
    """Say how the service is; what is wrong is said in its own words. Tell whether it answers."""
    told = client.ready()
    box = {"ready": st.success, "degraded": st.warning}.get(told.status, st.error)
    version = f"model version {told.model_version}" if told.model_version else "no model"
    box("\n\n".join([f"**{WORDS.get(told.status, told.status)}**: {version} at {client.url}", *_wrong(told)]))
    if told.model_version is None:
        st.markdown("Make a champion; the service takes it as soon as it is there:")
        st.code("make pipeline", language="sh")
    return told.status != "not ready"


def _wrong(told: Readiness) -> list[str]:
    parts = ((name, getattr(told, name)) for name in PARTS)
    return [f"{name}: {part.words}" for name, part in parts if not part.ok]
