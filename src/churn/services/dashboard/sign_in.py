"""Sign-in by the organisation's own door (OIDC), where the secrets name one; without it nginx guards the pages."""

import streamlit as st


def passed() -> bool:
    """Tell whether whoever looks may see the pages; ask for a sign-in where one is wanted."""
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return True
    if st.user.get("is_logged_in", False):
        st.sidebar.caption(f"Signed in as {st.user.get('email') or st.user.get('name') or 'somebody'}")
        st.sidebar.button("Sign out", on_click=st.logout, icon=":material/logout:")
        return True
    st.title("Who is about to leave")
    st.write("These pages show customers by name. Sign in with the account you use at work.")
    st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:")
    return False
