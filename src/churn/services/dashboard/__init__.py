"""Pages for people, over the API; the only door to streamlit."""
