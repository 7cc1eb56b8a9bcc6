"""Sign-in by the organisation's own door (OIDC), where the secrets name one; else whatever stands before the pages."""

from importlib.util import find_spec

import streamlit as st


def passed() -> bool:
    """Tell whether whoever looks may see the pages; ask for a sign-in where one is wanted."""
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return True
    if st.user.get("is_logged_in", False):
        st.sidebar.caption(f"Signed in as {st.user.get('email') or st.user.get('name') or 'somebody'}")
        st.sidebar.button("Sign out", on_click=st.logout, icon=":material/logout:")
        return True
    _ask()
    return False


def _ask() -> None:
    st.title("Who is about to leave", anchor=False)
    st.write("These pages show customers by name. Sign in with the account you use at work.")
    if find_spec("authlib") is None:
        st.error("**Nobody can sign in.** The secrets ask for it, and what does it is missing. Install it:")
        st.code("pip install 'streamlit[auth]'", language="sh")
        return
    st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:")
