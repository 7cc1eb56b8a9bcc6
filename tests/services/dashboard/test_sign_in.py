import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from churn.services.dashboard import sign_in
from looking import words

DOOR = {
    "redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "c" * 32, "client_id": "churn",
    "client_secret": "s", "server_metadata_url": "http://127.0.0.1:9/.well-known/openid-configuration",
}  # fmt: skip


@pytest.fixture
def locked(monkeypatch, app):
    """Look at a page of a dashboard whose secrets ask for a sign-in."""

    def locked(page, able=True):
        monkeypatch.setenv("CHURN_API_URL", "http://127.0.0.1:9")
        monkeypatch.setattr(sign_in, "find_spec", lambda _: object() if able else None)
        seen = AppTest.from_file(app, default_timeout=60)
        seen.secrets["auth"] = DOOR
        return seen.switch_page(f"views/{page}.py").run()

    yield locked
    st.cache_data.clear()


def test_nothing_is_shown_before_the_sign_in_whichever_page_is_asked_for(locked):
    for page in ("today", "call_list"):
        seen = locked(page)
        assert not seen.exception
        assert [one.label for one in seen.button] == ["Sign in"]
        assert not seen.metric
        assert "does not answer" not in words(seen)


def test_a_sign_in_that_cannot_be_done_is_said_with_what_to_install(locked):
    seen = locked("today", able=False)
    assert not seen.button
    assert "streamlit[auth]" in words(seen)
