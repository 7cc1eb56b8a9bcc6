"""Charts: data in, an Altair chart out; no streamlit in them."""
