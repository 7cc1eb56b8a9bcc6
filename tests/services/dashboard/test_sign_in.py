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

    def locked(page, able=True, door=DOOR):
        monkeypatch.setenv("CHURN_API_URL", "http://127.0.0.1:9")
        monkeypatch.setattr(sign_in, "find_spec", lambda _: object() if able else None)
        seen = AppTest.from_file(app, default_timeout=60)
        seen.secrets["auth"] = door
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


def test_each_of_several_doors_has_its_button(locked):
    named = {name: DOOR[name] for name in ("redirect_uri", "cookie_secret")}
    doors = named | {one: {name: DOOR[name] for name in DOOR if name not in named} for one in ("google", "okta")}
    assert [one.label for one in locked("today", door=doors).button] == ["Sign in with google", "Sign in with okta"]


def test_secrets_that_cannot_be_read_let_nobody_in(app, tmp_path, monkeypatch):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit/secrets.toml").write_text('[auth]\nclient_id = "torn')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHURN_API_URL", "http://127.0.0.1:9")
    seen = AppTest.from_file(app, default_timeout=60).run()
    assert "Nobody can see these pages" in words(seen)
    assert not seen.metric


@pytest.mark.parametrize(("email", "kept_out"), [("anna@firm.example", False), ("eve@elsewhere.example", True)])
def test_only_the_domains_that_are_named_may_look(monkeypatch, email, kept_out):
    def script():
        import streamlit as st

        from churn.services.dashboard import sign_in

        st.write("in" if sign_in.passed() else "out")

    monkeypatch.setattr(st, "user", {"is_logged_in": True, "email": email})
    seen = AppTest.from_function(script, default_timeout=60)
    seen.secrets["auth"], seen.secrets["churn"] = DOOR, {"email_domains": ["firm.example"]}
    seen.run()
    assert seen.markdown[-1].value == ("out" if kept_out else "in")
    assert ("may not see these pages" in words(seen)) == kept_out
