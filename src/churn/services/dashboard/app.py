"""The page itself: `streamlit run` starts here."""

import streamlit as st

from churn import settings
from churn.services import address
from churn.services.client.client import ChurnClient
from churn.services.dashboard import page


@st.cache_resource(on_release=ChurnClient.close)
def client() -> ChurnClient:
    """Connect to the service, once for all who look."""
    url = settings.variable("CHURN_API_URL") or address.of(settings.read())
    return ChurnClient(url, settings.variable("CHURN_API_KEY"), timeout=10, patience=2)


page.show(client())
