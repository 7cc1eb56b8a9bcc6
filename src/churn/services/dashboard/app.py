"""The dashboard: `streamlit run` starts here."""

from pathlib import Path

import streamlit as st

from churn.services.dashboard import look, sidebar, sign_in, style

# Not `pages`: Streamlit would run the files of such a folder by themselves, past the sign-in.
PAGES = Path(__file__).with_name("views")
SECTIONS = {
    "Every day": (
        ("today", "Today", ":material/wb_sunny:"),
        ("call_list", "Call list", ":material/call:"),
        ("customer", "Customer", ":material/person:"),
        ("batch", "Batch", ":material/upload_file:"),
    ),
    "Results": (
        ("campaign", "Campaign", ":material/savings:"),
        ("brief", "Weekly brief", ":material/mail:"),
    ),
    "Model": (
        ("health", "Model health", ":material/monitor_heart:"),
        ("pipeline", "Pipeline", ":material/account_tree:"),
    ),
}

st.set_page_config("Telco churn", look.MARK, layout="wide")
style.put()
if sign_in.passed():
    found = {
        section: [
            st.Page(PAGES / f"{name}.py", title=title, icon=icon, default=name == "today")
            for name, title, icon in entries
        ]
        for section, entries in SECTIONS.items()
    }
    chosen = st.navigation(found)
    sidebar.show()
    chosen.run()
