"""Sign-in by the organisation's own door (OIDC), where the secrets name one; else whatever stands before the pages."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import streamlit as st


def passed() -> bool:
    """Tell whether whoever looks may see the pages; ask for a sign-in where one is wanted."""
    if not st.secrets.load_if_toml_exists():
        return _no_secrets()
    if "auth" not in st.secrets:
        return True
    if not st.user.get("is_logged_in", False):
        _ask(st.secrets["auth"])
        return False
    who = str(st.user.get("email") or st.user.get("name") or "somebody")
    st.sidebar.caption(f"Signed in as {who}")
    st.sidebar.button("Sign out", on_click=st.logout, icon=":material/logout:")
    return _known(who)


def _no_secrets() -> bool:
    """Pass where there are none; secrets that cannot be read may have asked for a sign-in, so nobody passes."""
    there = [one for one in map(str, st.get_option("secrets.files")) if Path(one).exists()]
    if there:
        st.error(
            f"**Nobody can see these pages.** {there[0]} is no TOML that can be read; mend it, and start them again."
        )
    return not there


def _known(who: str) -> bool:
    """Hold the address to `email_domains` of the secrets' section `churn`, where there are any."""
    wanted = st.secrets.get("churn", {}).get("email_domains")
    if wanted is None or (st.user.get("email_verified", True) and who.rpartition("@")[2].lower() in wanted):
        return True
    st.error(f"**{who} may not see these pages.** They are for accounts of {', '.join(wanted)}: sign in with another.")
    return False


def _ask(door: Mapping[str, object]) -> None:
    st.title("Who is about to leave", anchor=False)
    st.write("These pages show customers by name. Sign in with the account you use at work.")
    if find_spec("authlib") is None:
        st.error("**Nobody can sign in.** The secrets ask for it, and what does it is missing. Install it:")
        st.code("pip install 'streamlit[auth]'", language="sh")
        return
    if "client_id" in door:
        st.button("Sign in", on_click=st.login, type="primary", icon=":material/login:")
        return
    for name in [name for name, one in door.items() if isinstance(one, Mapping)]:
        st.button(f"Sign in with {name}", on_click=st.login, args=(name,), type="primary", icon=":material/login:")
